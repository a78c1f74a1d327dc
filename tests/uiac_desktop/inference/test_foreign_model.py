"""Foreign ONNX classifiers: labelled as by ONNX' own reference; what does not hold together is refused in one line."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx.reference import ReferenceEvaluator

from nas.errors import ModelFolderError
from nas.preprocess import PreprocessSpec, preprocess
from tests.uiac_desktop.inference.foreign import CLASSES, write_foreign
from uiac_desktop.inference.backend import BackendError
from uiac_desktop.inference.foreign_config import is_calibrated, is_foreign, read_model_config
from uiac_desktop.inference.labels import probabilities
from uiac_desktop.inference.predictor import load_predictor

Frames = list[NDArray[np.uint8]]


def test_that_labels_and_maps_are_those_of_the_reference(tmp_path: Path, frames: Frames) -> None:
    folder = write_foreign(tmp_path / "foreign")
    reference = ReferenceEvaluator(str(folder / "net.onnx"))
    predictor = load_predictor(folder, "cpu")
    spec = PreprocessSpec(size=32, mean=(0.1,), std=(0.3,))
    for frame, prediction in zip(frames[:4], predictor.predict_batch(frames[:4]), strict=True):
        scores, cam, _ = reference.run(None, {"pixels": preprocess(frame, spec)[None]})
        np.testing.assert_allclose(prediction.probabilities, probabilities(scores[0], 1.5), atol=1e-4)
        np.testing.assert_allclose(prediction.maps, cam[0], atol=1e-3)
        assert prediction.classes == CLASSES
    predictor.close()


def test_that_probabilities_are_taken_as_such(tmp_path: Path, frames: Frames) -> None:
    plain = load_predictor(write_foreign(tmp_path / "a", temperature=None))
    given = load_predictor(write_foreign(tmp_path / "b", temperature=None, probabilities=True))
    for frame in frames[:3]:
        np.testing.assert_allclose(plain.predict(frame).probabilities, given.predict(frame).probabilities, atol=1e-4)


def test_that_a_model_without_maps_has_none(tmp_path: Path, frames: Frames) -> None:
    predictor = load_predictor(write_foreign(tmp_path / "foreign", maps=None))
    prediction = predictor.predict(frames[0])
    assert not prediction.has_maps
    assert prediction.maps.shape == (3, 0, 0)


def test_that_it_is_calibrated_only_where_a_temperature_is_given(tmp_path: Path, model_folder: Path) -> None:
    assert is_calibrated(read_model_config(write_foreign(tmp_path / "a")))
    assert not is_calibrated(read_model_config(write_foreign(tmp_path / "b", temperature=None)))
    assert is_calibrated(read_model_config(model_folder))
    assert is_foreign(tmp_path / "a")
    assert not is_foreign(model_folder)
    assert not is_foreign(tmp_path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"outputs": 9, "classes": [f"P{number}" for number in range(11)]}, "it has 9 classes, its config names 11"),
        ({"broken": True}, "not numbers"),
        ({"logits": "logits"}, "no output logits, only cam, chances, scores"),
        ({"maps": "gradcam"}, "no output gradcam"),
        ({"maps": "scores"}, "its maps are"),
        ({"input": "image"}, "one input image is expected"),
        ({"preprocess": {"size": 32, "colour": "rgb"}}, "its config prepares 1x3x32x32"),
        ({"layout": "NHWC"}, "its config prepares 1x32x32x1"),
        ({"gives": "probabilities"}, "does not sum to 1"),
        ({"classes": ["FCH", "FCH", "TV"]}, "named twice"),
        ({"classes": ["none"]}, "no plane"),
        ({"temperature": 0}, "temperature"),
        ({"onnx": "../net.onnx"}, "onnx"),
        ({"onnx": "other.onnx"}, "no other.onnx"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_that_what_does_not_hold_together_is_refused_in_one_line(
    tmp_path: Path, change: dict[str, object], says: str
) -> None:
    folder = write_foreign(tmp_path / "foreign", **change)  # type: ignore[arg-type]
    with pytest.raises(ModelFolderError) as error:
        load_predictor(folder)
    assert says in error.value.message
    assert "\n" not in error.value.message
    assert error.value.advice


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no network", b"\x08\x08"])
def test_that_a_damaged_network_is_refused(tmp_path: Path, content: bytes) -> None:
    folder = write_foreign(tmp_path / "foreign")
    (folder / "net.onnx").write_bytes(content)
    with pytest.raises(ModelFolderError, match="damaged or no ONNX"):
        load_predictor(folder)


def test_that_unknown_operations_are_said(tmp_path: Path) -> None:
    folder = write_foreign(tmp_path / "foreign")
    network = onnx.load(folder / "net.onnx")
    network.graph.node[2].op_type = "Magic"
    onnx.save(network, folder / "net.onnx")
    with pytest.raises(ModelFolderError, match="operations that are not known"):
        load_predictor(folder)


def test_that_weights_outside_the_folder_are_not_read(tmp_path: Path) -> None:
    folder = write_foreign(tmp_path / "foreign")
    network = onnx.load(folder / "net.onnx")
    onnx.external_data_helper.set_external_data(network.graph.initializer[0], "../secret.bin")
    network.graph.initializer[0].ClearField("raw_data")
    (tmp_path / "secret.bin").write_bytes(bytes(4096))
    (folder / "net.onnx").write_bytes(network.SerializeToString())
    with pytest.raises(ModelFolderError, match="not in its folder"):
        load_predictor(folder)


def test_that_pickles_beside_it_are_refused(tmp_path: Path) -> None:
    folder = write_foreign(tmp_path / "foreign")
    (folder / "weights.pth").write_bytes(b"")
    with pytest.raises(ModelFolderError, match="pickle"):
        load_predictor(folder)


def test_that_it_runs_on_the_processor_and_says_so(tmp_path: Path) -> None:
    folder = write_foreign(tmp_path / "foreign")
    assert load_predictor(folder, "cuda").notices == (
        "A model of another program does not run on the graphics card; the processor serves.",
    )
    with pytest.raises(BackendError) as error:
        load_predictor(folder, "torch")
    assert "OpenVINO" in error.value.message
    with pytest.raises(BackendError, match="fp32"):
        load_predictor(folder, "openvino", precision="bf16")


def test_that_a_network_of_bytes_gets_the_frame_as_it_is(tmp_path: Path, frames: Frames) -> None:
    folder = write_foreign(tmp_path / "foreign", layout="NHWC", maps=None)
    network = onnx.load(folder / "net.onnx")
    network.graph.input[0].CopyFrom(
        onnx.helper.make_tensor_value_info("bytes", onnx.TensorProto.UINT8, ["n", 32, 32, 1])
    )
    cast = onnx.helper.make_node("Cast", ["bytes"], ["levels"], to=onnx.TensorProto.FLOAT)
    turn = onnx.helper.make_node("Transpose", ["levels"], ["pixels"], perm=[0, 3, 1, 2])
    nodes = [cast, turn, *network.graph.node]
    del network.graph.node[:]
    network.graph.node.extend(nodes)
    onnx.save(network, folder / "net.onnx")
    predictor = load_predictor(folder)
    fitted = predictor.fit(frames[0])
    scores = ReferenceEvaluator(network).run(["scores"], {"bytes": fitted[None]})[0]
    np.testing.assert_allclose(predictor.predict(frames[0]).probabilities, probabilities(scores[0], 1.5), atol=1e-4)


def test_that_nothing_is_labelled_once_it_was_put_away(tmp_path: Path, frames: Frames) -> None:
    predictor = load_predictor(write_foreign(tmp_path / "foreign"))
    predictor.close()
    with pytest.raises(BackendError, match="put away"):
        predictor.predict(frames[0])


def test_that_a_config_that_is_no_record_is_no_foreign_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(["onnx"]))
    assert not is_foreign(tmp_path)
