"""The table is whole or not there, and what keeps it from being written is told of it alone."""

from pathlib import Path

import numpy as np
import pytest

from tests.uiac_desktop.cli.small import Run, rows_of
from uiac_desktop import cli
from uiac_desktop.cli.table import open_table
from uiac_desktop.errors import DesktopError
from uiac_desktop.frame import Frame, Result


def test_that_a_row_needs_a_label() -> None:
    from uiac_desktop.cli.table import row

    with pytest.raises(ValueError, match="labelled"):
        row("x", Result(Frame(np.zeros((2, 2), np.uint8), 0, 0.0), None, 0.0), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "marked"), [("scan.mkv", False), ("扫描 é.mkv", True)])
def test_that_a_table_starts_with_a_mark_only_where_excel_needs_it(
    name: str, marked: bool, label: Run, clip: Path, tmp_path: Path
) -> None:
    named = tmp_path / name
    named.write_bytes(clip.read_bytes())
    out = tmp_path / "rows.csv"
    assert label(named, "--out", out) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf") is (marked or not str(tmp_path).isascii())
    assert {row["source"] for row in rows_of(out)} == {str(named)}


def test_that_an_existing_table_stays_when_nothing_comes_of_the_run(label: Run, tmp_path: Path) -> None:
    out, empty = tmp_path / "rows.csv", tmp_path / "empty.mp4"
    out.write_text("kept", encoding="utf-8")
    empty.touch()
    assert label(empty, "--out", out) == 2
    assert out.read_text(encoding="utf-8") == "kept"


def test_that_rows_so_far_are_kept_where_the_run_ends_in_an_expected_error(tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    with pytest.raises(DesktopError, match="disk"), open_table(out, ("source", "frame"), plain=True) as table:
        table.add(["a.mp4", 0])
        raise DesktopError("The disk is full.", "Free some space.")
    assert out.read_text(encoding="utf-8").splitlines() == ["source,frame", "a.mp4,0"]


@pytest.mark.parametrize("name", ["rows.csv", "rows.json"])
def test_that_a_full_disk_is_told_of_the_table(name: str, tmp_path: Path) -> None:
    out = tmp_path / name
    (tmp_path / f".{name}.unfinished").symlink_to("/dev/full")
    with pytest.raises(DesktopError, match=f"{name} cannot be written"), open_table(out, ("source",), True) as table:
        for _ in range(2000):
            table.add(["a.mp4"])
    assert list(tmp_path.iterdir()) == []


def test_that_what_fails_beside_the_table_is_not_told_of_the_table(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="unplugged"), open_table(tmp_path / "rows.csv", ("source",), True) as table:
        table.add(["a.mp4"])
        raise OSError("unplugged")
    assert list(tmp_path.iterdir()) == []


def test_that_a_folder_as_table_is_named_as_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "d.csv"
    folder.mkdir()
    assert cli.run(["classify", str(tmp_path), "--out", str(folder)]) == 2
    assert "is a folder, not a file" in capsys.readouterr().err
