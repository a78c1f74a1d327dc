"""Words of a command line that are of no use, and failures that nobody expected, are two lines for people."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from tests.uiac_desktop.cli.small import Run
from uiac_desktop import cli
from uiac_desktop.cli import classify


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["classify"], "No file to label was given."),
        (["classify", "x.mp4", "--out", "rows.txt"], "rows.txt is neither a .csv nor a .json file."),
        (["classify", "x.mp4", "--out", "missing/rows.csv"], "missing/rows.csv cannot be written"),
        (["classify", "", "--out", "rows.csv"], "There is no file or folder without a name."),
        (["classify", "x.mp4", "--out", "x" * 300 + ".csv"], "cannot be used: File name too long."),
        (["classify", "x.mp4", "--smooth", "7"], "--smooth must be 0 to 5 seconds."),
        (["classify", "x.mp4", "--smooth", "long"], "--smooth"),
        (["classify", "x.mp4", "--device", "tpu"], "tpu"),
        (["classify", "x.mp4", "--colour"], "--colour"),
        (["simulate"], "Neither a folder nor a clip to write was given."),
        (["simulate", "--clip", "scan.avi"], "scan.avi is no .mp4 file."),
        (["simulate", "x", "--per-class", "0"], "at least one image a class"),
        (["simulate", "x", "--per-class", "999999999999"], "at most 1,000,000 images"),
        (["simulate", "x", "--examinations", "999999999999"], "Examinations are 1 to 10,000"),
        (["simulate", "x", "--size", "0"], "An image height of 0 pixels is out of range."),
        (["precision", "--frames", "10"], "10 frames prove nothing."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_that_wrong_usage_is_told_in_two_lines(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run(words) == 2
    error, advice = capsys.readouterr().err.splitlines()
    assert error.startswith("error: ")
    assert said in error
    assert advice.startswith("advice: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.logs
def test_that_the_unexpected_goes_to_the_log_and_not_to_the_user(
    label: Run, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("uiac_desktop.paths.log_file", lambda: tmp_path / "program.log")
    monkeypatch.setattr(classify, "_media", lambda paths: 1 // 0)
    assert label(clip) == 1
    error, advice = capsys.readouterr().err.splitlines()
    assert error == "error: Something unexpected happened (ZeroDivisionError)."
    assert "program.log" in advice
    logged = (tmp_path / "program.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError\n  at cli/__init__.py:" in logged
    assert "by zero" not in logged, "a text may name a patient's file"
    assert not logging.getLogger("uiac_desktop.cli").handlers


def test_that_help_is_quick_since_it_loads_no_engine() -> None:
    code = (
        "import sys; from uiac_desktop import cli; s = cli.run(['classify', '--help']);"
        "print([m for m in ('torch', 'openvino', 'cv2', 'av', 'PySide6') if m in sys.modules], s)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[] 0"
    assert "--smooth SECONDS" in run.stdout
