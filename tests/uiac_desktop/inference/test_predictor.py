"""From a model folder to labels: choice of device, stand-ins, calibration and the threshold of none."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nas.errors import ModelFolderError
from nas.model import load_model
from nas.preprocess import preprocess
from uiac_desktop.inference.backend import Backend, BackendError, Scores
from uiac_desktop.inference.predictor import Device, Predictor, load_predictor

Frames = list[NDArray[np.uint8]]
MakeModel = Callable[..., Path]


class LostBackend(Backend):
    """A device that answers a few frames and then gives up."""

    def __init__(self, behind: Backend, answers: int) -> None:
        self.text = "CUDA of a test"
        self.answers = answers
        self.closed = False
        self._behind = behind

    def run(self, images: NDArray[np.uint8]) -> Scores:
        if self.answers == 0:
            raise BackendError("The graphics card has no memory left.", "Close other programs.")
        self.answers -= 1
        return self._behind.run(images)

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("device", ["auto", "cpu", "openvino", "torch"])
def test_that_every_device_gives_the_calibrated_label_of_the_network(
    device: Device, make_model: MakeModel, frames: Frames
) -> None:
    folder = make_model(temperature=2.5, none_threshold=0.3)
    config, network = load_model(folder)
    predictor = load_predictor(folder, device, threads=1, precision="fp32")
    for frame in frames:
        with torch.inference_mode():
            output = network(torch.from_numpy(preprocess(frame, config.preprocess))[None])
            chances = torch.softmax(output.logits[0] / 2.5, 0).numpy()
        prediction = predictor.predict(frame)
        np.testing.assert_allclose(prediction.probabilities, chances, atol=1e-4)
        np.testing.assert_allclose(prediction.maps, output.maps[0].numpy(), atol=1e-3)
        assert prediction.certainty == pytest.approx(chances.max(), abs=1e-4)
        if abs(chances.max() - 0.3) > 1e-3:
            assert prediction.plane == (config.classes[chances.argmax()] if chances.max() >= 0.3 else "none")
    predictor.close()


def test_that_a_batch_gives_the_labels_of_its_frames_in_order(model_folder: Path, frames: Frames) -> None:
    predictor = load_predictor(model_folder, "cpu", threads=1)
    alone = [predictor.predict(frame) for frame in frames]
    together = predictor.predict_batch(frames)
    assert [one.plane for one in together] == [one.plane for one in alone]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-5)
    assert predictor.predict_batch([]) == []
    predictor.close()


def test_that_under_the_threshold_the_label_is_none_and_the_certainty_that_of_the_best_plane(
    make_model: MakeModel, frames: Frames
) -> None:
    strict = load_predictor(make_model(none_threshold=1.0), "cpu", threads=1)
    lax = load_predictor(make_model(none_threshold=0.0), "cpu", threads=1)
    for frame in frames:
        refused, named = strict.predict(frame), lax.predict(frame)
        assert refused.plane == "none"
        assert named.plane == named.best == refused.best
        assert refused.certainty == named.certainty == named.probabilities.max()
    strict.close()
    lax.close()


def test_that_a_class_named_none_is_no_plane(make_model: MakeModel, frames: Frames) -> None:
    folder = make_model(classes=("ACS", "none", "FCH"), none_threshold=0.0)
    predictor = load_predictor(folder, "cpu", threads=1)
    for prediction in predictor.predict_batch(frames):
        planes = prediction.probabilities[[0, 2]]
        assert prediction.certainty == planes.max()
        wins = prediction.probabilities.argmax() == 1
        assert prediction.plane == ("none" if wins else ("ACS", "FCH")[planes.argmax()])
    predictor.close()


def test_that_a_device_that_gives_up_is_replaced_without_losing_the_frame(model_folder: Path, frames: Frames) -> None:
    stand_in = load_predictor(model_folder, "cpu", threads=1)
    lost = LostBackend(load_predictor(model_folder, "cpu", threads=1)._backend, answers=2)
    predictor = Predictor(stand_in.config, lost, fall_back=lambda: stand_in._backend)
    planes = [predictor.predict(frame).plane for frame in frames]
    assert planes == [stand_in.predict(frame).plane for frame in frames]
    assert predictor.notices == (
        f"The graphics card has no memory left. The model goes on with {stand_in.device_text}.",
    )
    assert predictor.device_text == stand_in.device_text
    assert lost.closed
    predictor.close()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_that_scores_that_are_no_numbers_name_no_plane(value: float, model_folder: Path, frames: Frames) -> None:
    class Overflowing(LostBackend):
        """A device whose half precision is too small for the network."""

        def run(self, images: NDArray[np.uint8]) -> Scores:
            scores = super().run(images)
            scores.logits[0, 2] = value
            return scores

    stand_in = load_predictor(model_folder, "cpu", threads=1)
    broken = Overflowing(load_predictor(model_folder, "cpu", threads=1)._backend, answers=9)
    predictor = Predictor(stand_in.config, broken, fall_back=lambda: stand_in._backend)
    assert predictor.predict(frames[0]).plane == stand_in.predict(frames[0]).plane
    (line,) = predictor.notices
    assert line.startswith("CUDA of a test gave values that are not numbers")
    alone = Predictor(stand_in.config, Overflowing(stand_in._backend, answers=9))
    with pytest.raises(BackendError, match="not numbers"):
        alone.predict(frames[0])
    predictor.close()


def test_that_without_a_stand_in_the_failure_is_told(model_folder: Path, frames: Frames) -> None:
    lost = LostBackend(load_predictor(model_folder, "cpu", threads=1)._backend, answers=0)
    predictor = Predictor(load_predictor(model_folder, "cpu").config, lost)
    with pytest.raises(BackendError, match="no memory"):
        predictor.predict(frames[0])


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_that_a_card_that_fails_at_once_is_replaced_by_the_cpu_with_one_line(
    device: Device, model_folder: Path, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uiac_desktop.inference.predictor.nvidia_cards", lambda: 1)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    predictor = load_predictor(model_folder, device, threads=1)
    assert predictor.device_text == "OpenVINO CPU fp32"
    (line,) = predictor.notices
    assert line.startswith("The graphics card cannot be used")
    assert line.endswith("The model works with OpenVINO CPU fp32.")
    assert predictor.predict(frames[0]).certainty > 0
    predictor.close()


def test_that_a_driver_that_breaks_while_the_card_is_set_up_is_replaced_by_the_cpu(
    model_folder: Path, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down() -> int:
        raise RuntimeError("CUDA error: unknown error")

    monkeypatch.setattr("uiac_desktop.inference.predictor.nvidia_cards", lambda: 1)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "current_device", break_down)
    predictor = load_predictor(model_folder, "auto", threads=1)
    assert predictor.notices == ("The graphics card gave up. The model works with OpenVINO CPU fp32.",)
    assert predictor.predict(frames[0]).certainty > 0
    predictor.close()


def test_that_asking_for_a_card_that_is_not_there_says_so(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uiac_desktop.inference.predictor.nvidia_cards", lambda: 0)
    predictor = load_predictor(model_folder, "cuda", threads=1)
    assert predictor.notices == (
        "This PC has no NVIDIA graphics card that answers. The model works with OpenVINO CPU fp32.",
    )
    predictor.close()


def test_that_torch_serves_where_openvino_does_not_load(
    model_folder: Path, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "uiac_desktop.inference.openvino_backend", raising=False)
    monkeypatch.delitem(sys.modules, "uiac_desktop.inference.silent_openvino", raising=False)
    monkeypatch.delitem(sys.modules, "uiac_desktop.inference.graph", raising=False)
    monkeypatch.setitem(sys.modules, "openvino", None)
    predictor = load_predictor(model_folder, "cpu", threads=1)
    assert predictor.device_text == "torch CPU fp32"
    assert predictor.notices == ("OpenVINO cannot be loaded on this PC. The model works with torch CPU fp32.",)
    assert predictor.predict(frames[0]).certainty > 0
    with pytest.raises(BackendError, match="OpenVINO cannot be loaded"):
        load_predictor(model_folder, "openvino")
    predictor.close()


def test_that_labels_on_a_pc_without_a_card_load_no_torch(model_folder: Path) -> None:
    code = (
        "import sys, pathlib, numpy, uiac_desktop.inference.predictor as p; p.nvidia_cards = lambda: 0;"
        "q = p.load_predictor(pathlib.Path(sys.argv[1])); q.predict(numpy.zeros((20, 20), numpy.uint8));"
        "print(q.device_text, 'torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code, str(model_folder)], capture_output=True, text=True, check=True)
    assert run.stdout.split()[0] == "OpenVINO"
    assert run.stdout.split()[-1] == "False"


def test_that_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError):
        load_predictor(tmp_path)
