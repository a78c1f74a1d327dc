"""An exported model answers as the model does, in two runtimes' formats, and nothing that is there is lost to it."""

from pathlib import Path

import numpy as np
import pytest
import torch

from nas.cli import main
from nas.errors import ModelFolderError
from nas.export.graph import Exported, onnx_graph
from nas.export.record import ExportRecord, load_record
from nas.export.writing import export_onnx
from nas.genotype import UIAC
from nas.model import load_model, save_model
from nas.model_config import ModelConfig
from nas.preprocess import PreprocessSpec, normalise
from nas.space.network import UiacNetwork
from nas.space.network_config import NetworkConfig


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of three colour planes with norms that do something, calibration and a threshold."""
    torch.manual_seed(0)
    plan = NetworkConfig(
        genotype=UIAC, blocks=2, channels=4, reduce_at=(1,), classes=3, input_channels=3, size=32, stem_multiplier=3
    )
    network = UiacNetwork(plan)
    for name, tensor in network.state_dict().items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 2)
        elif name.endswith("running_mean"):
            tensor.normal_()
    config = ModelConfig(
        name="Small",
        network=plan,
        classes=("FCH", "TV", "none"),
        preprocess=PreprocessSpec(colour="rgb", size=32, mean=(0.1, 0.2, 0.3), std=(0.2, 0.3, 0.4)),
        temperature=1.7,
        none_threshold=0.4,
        trained_on="nothing",
        simulated_only=True,
    )
    folder = tmp_path_factory.mktemp("model") / "small"
    save_model(folder, config, network, "A model for tests.")
    return folder


@pytest.fixture(scope="module")
def exported(model: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The network file of both formats, written by the command."""
    place = tmp_path_factory.mktemp("exported")
    assert main(["export", str(model), "--onnx", str(place / "a" / "heart.onnx")]) == 0
    assert main(["export", str(model), "--openvino", str(place / "b")]) == 0
    return {"onnx": place / "a" / "heart.onnx", "openvino": place / "b" / "model.xml"}


@pytest.mark.parametrize("kind", ["onnx", "openvino"])
@pytest.mark.parametrize("count", [1, 5])
def test_that_logits_and_maps_are_those_of_the_model(
    model: Path, exported: dict[str, Path], kind: str, count: int
) -> None:
    import openvino

    frames = np.random.default_rng(count).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)
    config, network = load_model(model)
    with torch.inference_mode():
        expected = network(torch.from_numpy(normalise(frames, config.preprocess)))
    compiled = openvino.Core().compile_model(exported[kind], "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    record = load_record(exported[kind])
    assert compiled.input(record.input).partial_shape[0].is_dynamic
    answers = compiled([frames])
    np.testing.assert_allclose(answers[compiled.output(record.logits)], expected.logits.numpy(), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(answers[compiled.output(record.maps)], expected.maps.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", ["onnx", "openvino"])
def test_that_what_a_program_must_know_lies_beside_it(model: Path, exported: dict[str, Path], kind: str) -> None:
    record, config = load_record(exported[kind]), load_model(model)[0]
    assert record == ExportRecord.of(config)
    assert (record.classes, record.temperature, record.none_threshold) == (("FCH", "TV", "none"), 1.7, 0.4)
    assert record.preprocess == config.preprocess
    assert record.simulated_only
    assert "not for diagnosis" in record.use


def test_that_the_onnx_file_holds_its_record_and_no_path(exported: dict[str, Path]) -> None:
    import onnx

    content = exported["onnx"].read_bytes()
    graph = onnx.load_from_string(content)
    (held,) = graph.metadata_props
    assert ExportRecord.model_validate_json(held.value) == load_record(exported["onnx"])
    assert not [word for word in (b".py", b"site-packages", str(Path.cwd()).encode()) if word in content]


def test_that_nothing_beside_the_files_stays(exported: dict[str, Path]) -> None:
    assert {file.name for file in exported["onnx"].parent.iterdir()} == {"heart.onnx", "heart.json"}
    assert {file.name for file in exported["openvino"].parent.iterdir()} == {"model.xml", "model.bin", "model.json"}


def test_that_what_is_there_is_never_replaced(
    model: Path, exported: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "heart.json").write_text("mine")
    places = {
        "--onnx": (exported["onnx"], tmp_path / "heart.onnx"),
        "--openvino": (exported["openvino"].parent, tmp_path),
    }
    for flag, taken in places.items():
        for place in taken:
            assert main(["export", str(model), flag, str(place)]) == 2
            assert "is there already; nothing was written" in capsys.readouterr().err
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("heart.json", "mine")]


@pytest.mark.parametrize("flags", [[], ["--onnx", "a.onnx", "--openvino", "b"], ["--onnx", "a.pt"]])
def test_that_a_wrong_wish_is_explained(
    model: Path, flags: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", str(model), *flags]) == 2
    assert capsys.readouterr().err.startswith("error: ")
    assert not list(tmp_path.iterdir())


def test_that_a_folder_that_is_no_model_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(tmp_path), "--onnx", str(tmp_path / "a.onnx")]) == 2
    assert "config.json" in capsys.readouterr().err


def test_that_a_network_with_other_answers_is_not_kept(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoilt(config: ModelConfig, network: Exported) -> object:
        graph = onnx_graph(config, network)
        with torch.no_grad():
            network.network.classifier.bias.add_(1)
        return graph

    monkeypatch.setattr("nas.export.writing.onnx_graph", spoilt)
    with pytest.raises(ModelFolderError, match="answers otherwise"):
        export_onnx(model, tmp_path / "a.onnx")
    assert not list(tmp_path.iterdir())


def test_that_a_lost_record_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match=r"other\.json is missing"):
        load_record(tmp_path / "other.onnx")
