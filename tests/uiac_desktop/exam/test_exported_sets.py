"""Data sets of exports are remembered, the latest first, as long as they are there."""

from pathlib import Path

import pytest

from uiac_desktop.exam.exported_sets import ExportedSets


@pytest.fixture
def sets(tmp_path: Path) -> ExportedSets:
    for name in ("one", "two", "gone"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "labels.csv").write_text("file,label\n", encoding="utf-8")
    return ExportedSets(tmp_path / "data" / "exported.json")


def test_that_the_latest_comes_first_and_none_twice(sets: ExportedSets, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("one", "gone", "two", "one"):
        sets.note(tmp_path / name)
    (tmp_path / "gone" / "labels.csv").unlink()
    assert sets.folders() == (tmp_path / "one", tmp_path / "two")


def test_that_a_damaged_book_and_a_disk_that_fails_cost_nothing_else(sets: ExportedSets, tmp_path: Path) -> None:
    sets.note(tmp_path / "one")
    assert sets.folders() == ()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "exported.json").write_text('{"folders": [', encoding="utf-8")
    assert sets.folders() == ()
    sets.note(tmp_path / "two")
    assert sets.folders() == (tmp_path / "two",)
