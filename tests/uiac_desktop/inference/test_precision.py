"""bf16 only after it was counted."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from uiac_desktop.inference import precision
from uiac_desktop.inference.openvino_backend import cpu_has_bf16
from uiac_desktop.inference.precision import Agreement, bf16_is_proven, compare, note, noted
from uiac_desktop.inference.predictor import load_predictor


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "cache_dir", lambda: tmp_path)


def counted(folder: Path, frames: int, agreeing: int) -> Agreement:
    exact = load_predictor(folder, "openvino", threads=1, precision="fp32")
    none = compare(folder, exact, exact, [])
    exact.close()
    return none.model_copy(update={"frames": frames, "agreeing": agreeing})


@pytest.mark.parametrize(
    ("frames", "agreeing", "proven"),
    [(1000, 999, True), (1000, 998, False), (999, 999, False), (5000, 4995, True), (0, 0, False)],
)
def test_that_bf16_needs_a_thousand_frames_and_999_in_1000_equal_labels(
    frames: int, agreeing: int, proven: bool, model_folder: Path
) -> None:
    note(counted(model_folder, frames, agreeing))
    assert bf16_is_proven(model_folder) is proven


def test_that_nothing_is_proven_before_it_was_counted(model_folder: Path) -> None:
    assert noted(model_folder) is None
    assert not bf16_is_proven(model_folder)


@pytest.mark.parametrize("changed", ["openvino", "processor"])
def test_that_a_count_of_another_openvino_or_processor_proves_nothing(changed: str, model_folder: Path) -> None:
    note(counted(model_folder, 2000, 2000).model_copy(update={changed: "another"}))
    assert not bf16_is_proven(model_folder)


def test_that_a_count_of_other_weights_proves_nothing(model_folder: Path, make_model: Callable[..., Path]) -> None:
    note(counted(model_folder, 2000, 2000))
    assert not bf16_is_proven(make_model(channels=3))


def test_that_a_damaged_note_proves_nothing(model_folder: Path, tmp_path: Path) -> None:
    note(counted(model_folder, 2000, 2000))
    (file,) = (tmp_path / "precision").iterdir()
    file.write_bytes(file.read_bytes()[:40])
    assert noted(model_folder) is None


def test_that_equal_labels_are_counted_frame_by_frame(
    model_folder: Path, make_model: Callable[..., Path], frames: list[NDArray[np.uint8]]
) -> None:
    exact = load_predictor(model_folder, "openvino", threads=1, precision="fp32")
    other = load_predictor(make_model(none_threshold=1.0), "openvino", threads=1, precision="fp32")
    agreement = compare(model_folder, exact, other, frames)
    named = sum(exact.predict(frame).plane != "none" for frame in frames)
    assert named > 0
    assert (agreement.frames, agreement.agreeing) == (len(frames), len(frames) - named)
    assert compare(model_folder, exact, exact, frames).fraction == 1
    exact.close()
    other.close()


def test_that_a_proven_model_is_computed_in_bf16_and_an_unproven_one_is_not(model_folder: Path) -> None:
    if not cpu_has_bf16():
        pytest.skip("this CPU has no bf16")
    before = load_predictor(model_folder, "cpu", threads=1)
    note(counted(model_folder, 2000, 2000))
    after = load_predictor(model_folder, "cpu", threads=1)
    assert (before.device_text, after.device_text) == ("OpenVINO CPU fp32", "OpenVINO CPU bf16")
    before.close()
    after.close()
