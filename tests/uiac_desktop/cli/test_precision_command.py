"""uiac-desktop precision counts equal labels and says what follows."""

from pathlib import Path

import pytest

from tests.uiac_desktop.cli.small import FRAMES
from uiac_desktop import cli
from uiac_desktop.inference import precision
from uiac_desktop.inference.openvino_backend import cpu_has_bf16


def test_that_precision_counts_labels_and_says_what_follows(
    model: Path, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not cpu_has_bf16():
        pytest.skip("this CPU has no bf16")
    monkeypatch.setattr(precision, "cache_dir", lambda: tmp_path)
    assert cli.run(["precision", str(clip), "--model", str(model)]) == 0
    counted, verdict = capsys.readouterr().out.splitlines()
    assert f"of {FRAMES} labels agree" in counted
    assert verdict == "The model is computed in float32. At least 1000 frames are needed: give more clips."
    monkeypatch.setattr(precision, "FRAMES_NEEDED", FRAMES)
    found = precision.noted(model)
    assert found is not None
    assert found.frames == FRAMES
