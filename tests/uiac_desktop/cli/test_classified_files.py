"""Files and folders as they are named, unusable or damaged ones too, and what is said of them."""

import errno
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.uiac_desktop.cli.small import FRAMES, Run, rows_of, write_clip
from uiac_desktop import cli
from uiac_desktop.frame import Frame
from uiac_desktop.sources.video.source import VideoSource


def test_that_an_unusable_path_is_reported_and_the_rest_is_done(
    label: Run, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = tmp_path / "fake.mp4"
    fake.write_text("<html>not found</html>", encoding="utf-8")
    out = tmp_path / "rows.csv"
    assert label(tmp_path / "missing.mp4", fake, clip, "--out", out) == 2
    assert {row["source"] for row in rows_of(out)} == {str(clip)}
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["error", "advice", "error", "advice"]
    assert "missing.mp4" in lines[0]
    assert "fake.mp4" in lines[2]


def test_that_nothing_usable_leaves_no_table(label: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    assert label(empty, "--out", tmp_path / "rows.csv") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["empty.mp4"]


def test_that_a_folder_is_its_media_each_by_its_path(label: Run, clip: Path, tmp_path: Path) -> None:
    folder = tmp_path / "visit"
    (folder / "deeper").mkdir(parents=True)
    (folder / "a.mkv").write_bytes(clip.read_bytes())
    Image.fromarray(np.zeros((20, 20), np.uint8)).save(folder / "deeper" / "b.png")
    out = tmp_path / "rows.csv"
    assert label(folder, "--out", out) == 0
    rows = rows_of(out)
    assert [row["source"] for row in rows[-2:]] == [str(folder / "a.mkv"), str(folder / "deeper" / "b.png")]
    assert len(rows) == FRAMES + 1


def test_that_a_folder_without_media_is_refused(label: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert label(tmp_path) == 2
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == ["error", "advice"]


def test_that_a_cut_file_gives_its_rows_and_one_warning(
    label: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, cut, out = write_clip(tmp_path / "whole.mkv", frames=200), tmp_path / "cut.mkv", tmp_path / "rows.csv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert label(cut, "--out", out) == 0
    assert 20 <= len(rows_of(out)) < 200
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"warning: {cut}: ")


def test_that_a_name_that_starts_with_a_dash_is_a_name(
    model: Path, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-clip.mkv").write_bytes(clip.read_bytes())
    assert cli.run(["classify", "--model", str(model), "--out", "rows.csv", "--", "-clip.mkv"]) == 0
    assert {row["source"] for row in rows_of(Path("rows.csv"))} == {"-clip.mkv"}


@pytest.mark.skipif(sys.platform == "win32", reason="names there are text")
@pytest.mark.parametrize("ending", ["csv", "json"])
def test_that_a_name_in_no_encoding_is_spelled_out(ending: str, label: Run, clip: Path, tmp_path: Path) -> None:
    named = tmp_path / os.fsdecode(b"caf\xe9.mkv")
    named.write_bytes(clip.read_bytes())
    out, maps = tmp_path / f"rows.{ending}", tmp_path / "maps"
    assert label(named, "--out", out, "--maps", maps) == 0
    for table in (out, maps / "maps.csv"):
        assert table.read_text(encoding="utf-8-sig").count("caf\\udce9.mkv") == FRAMES


def test_that_a_message_on_a_hostile_name_is_two_lines(
    label: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = tmp_path / "a\nerror: \x1b[2Jb.mp4"
    named.write_text("text")
    assert label(named, tmp_path / "no\nfile.mp4") == 2
    said = capsys.readouterr().err
    assert [line.split(":")[0] for line in said.splitlines()] == ["error", "advice"] * 2
    assert "\x1b" not in said


def test_that_a_disk_that_fails_under_a_clip_is_told_of_the_clip_and_rows_so_far_are_kept(
    label: Run, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read = VideoSource.read

    def failing(source: VideoSource) -> Frame | None:
        frame = read(source)
        if frame is not None and frame.index == 5:
            raise OSError(errno.EIO, "Input/output error")
        return frame

    monkeypatch.setattr(VideoSource, "read", failing)
    out = tmp_path / "rows.csv"
    assert label(clip, "--out", out) == 2
    error, advice = capsys.readouterr().err.splitlines()
    assert error == "error: clip.mkv cannot be read any further (Input/output error)."
    assert "network drive" in advice
    assert [row["frame"] for row in rows_of(out)] == list("01234")
