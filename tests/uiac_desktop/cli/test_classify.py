"""uiac-desktop classify gives one row a frame, with the label that it gets alone."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.uiac_desktop.cli.small import CLASSES, COLUMNS, FRAMES, Run, alone, rows_of, write_model
from uiac_desktop import cli
from uiac_desktop.inference.smoothing import Smoother


def test_that_every_frame_is_one_row_with_the_label_it_gets_alone(
    label: Run, model: Path, clip: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rows.csv"
    assert label(clip, "--out", out) == 0
    rows = rows_of(out)
    assert list(rows[0]) == COLUMNS
    assert len(rows) == FRAMES
    for number, (row, (frame, prediction)) in enumerate(zip(rows, alone(model, clip), strict=True)):
        assert (row["source"], int(row["frame"]), row["plane"]) == (str(clip), number, prediction.plane)
        assert float(row["time_s"]) == pytest.approx(frame.time_s, abs=1e-6) == pytest.approx(number / 20, abs=1e-3)
        assert float(row["certainty"]) == pytest.approx(prediction.certainty, abs=1e-5)
        chances = [float(row[f"p_{code}"]) for code in CLASSES]
        np.testing.assert_allclose(chances, prediction.probabilities, atol=1e-5)
    assert len({row["plane"] for row in rows}) > 1
    assert capfd.readouterr() == ("", "")


def test_that_json_holds_the_same_rows(label: Run, clip: Path, tmp_path: Path) -> None:
    table, listing = tmp_path / "rows.csv", tmp_path / "rows.json"
    assert label(clip, "--out", table) == label(clip, "--out", listing) == 0
    entries = json.loads(listing.read_text(encoding="utf-8"))
    assert [{name: str(value) for name, value in entry.items()} for entry in entries] == rows_of(table)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
@pytest.mark.parametrize("name", ["心脏.mkv", os.fsdecode(b"\xff\xfe.mkv")])
def test_that_rows_go_to_a_terminal_that_has_no_letters_for_a_name(
    encoding: str, name: str, label: Run, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(clip, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    terminal = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", terminal)
    assert label(name) == 0
    terminal.seek(0)
    sources = [row["source"] for row in csv.DictReader(terminal)]
    assert sources == [name.encode(encoding, "backslashreplace").decode(encoding)] * FRAMES


def test_that_rows_go_to_stdout_where_no_file_is_named(
    label: Run, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert label(clip) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["frame"] for row in rows] == [str(number) for number in range(FRAMES)]


def test_that_under_none_the_certainty_is_that_of_the_best_plane_and_chances_are_the_planes_alone(
    clip: Path, tmp_path: Path
) -> None:
    folder = write_model(tmp_path / "strict", classes=("ACS", "none", "FCH"), none_threshold=1.0)
    out = tmp_path / "rows.csv"
    assert cli.run(["classify", str(clip), "--model", str(folder), "--out", str(out)]) == 0
    for row in rows_of(out):
        assert row["plane"] == "none"
        assert [name for name in row if name.startswith("p_")] == ["p_ACS", "p_FCH"]
        assert float(row["certainty"]) == max(float(row["p_ACS"]), float(row["p_FCH"]))


def test_that_smoothing_steadies_rows_as_live(label: Run, model: Path, clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    assert label(clip, "--out", out, "--smooth", "0.25") == 0
    smoother = Smoother(0.25, 0.0)
    for row, (frame, prediction) in zip(rows_of(out), alone(model, clip), strict=True):
        steadied = smoother.update(prediction, frame.time_s)
        assert row["plane"] == steadied.plane
        assert float(row["certainty"]) == pytest.approx(steadied.certainty, abs=1e-5)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, signal.SIGTERM])
def test_that_a_stop_keeps_the_rows_so_far(
    stop: Any,
    label: Run,
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    row, made = "uiac_desktop.cli.table.row", []

    def stopping(*arguments: Any) -> list[Any]:
        if len(made) == 5:
            if stop is KeyboardInterrupt:
                raise KeyboardInterrupt
            signal.raise_signal(stop)
        made.append(1)
        return original(*arguments)

    from uiac_desktop.cli.table import row as original

    monkeypatch.setattr(row, stopping)
    for name, read in (("rows.csv", rows_of), ("rows.json", lambda file: json.loads(file.read_text()))):
        made.clear()
        assert label(clip, "--out", tmp_path / name) == 3
        assert len(read(tmp_path / name)) == 5
        assert capsys.readouterr().err == f"note: Stopped on request: 5 rows are in {tmp_path / name}.\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv", "rows.json"]


def test_that_a_report_among_the_clips_of_a_folder_is_told_without_its_name_and_left_out(
    label: Run, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    disc = tmp_path / "disc"
    disc.mkdir()
    shutil.copy(clip, disc / clip.name)
    kind = b"1.2.840.10008.5.1.4.1.1.88.11"  # Basic Text SR (DICOM PS3.6, table A-1)
    start = bytes(128) + b"DICM" + b"\x02\x00\x02\x00UI" + (len(kind) + 1).to_bytes(2, "little") + kind + b"\0"
    (disc / "DOE_JANE_SR").write_bytes(start)
    (disc / "notes.txt").write_text("of the disc")
    assert label(disc, "--out", tmp_path / "rows.csv") == 0
    assert len(rows_of(tmp_path / "rows.csv")) == FRAMES
    said = capsys.readouterr().err
    assert "note: 1 file holds no pictures, such as a report: left out.\n" in said
    assert "DOE" not in said


def test_that_a_model_with_a_pickle_is_refused(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_model(tmp_path / "foreign")
    (folder / "weights.pt").write_bytes(b"\x80\x04")
    assert cli.run(["classify", str(clip), "--model", str(folder)]) == 2
    assert "pickle" in capsys.readouterr().err.splitlines()[0]


def test_that_a_model_of_simulated_images_says_so(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_model(tmp_path / "demo", simulated_only=True)
    assert cli.run(["classify", str(clip), "--model", str(folder), "--out", str(tmp_path / "rows.csv")]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("note: ")
    assert "simulated images only" in line


def test_that_a_reader_of_our_rows_may_leave_early(model: Path, clip: Path) -> None:
    words = [sys.executable, "-m", "uiac_desktop", "classify", *([str(clip)] * 200), "--model", str(model)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        program.stdout.close()
        said = program.stderr.read()
        assert program.wait() == 0
    assert said == b""
