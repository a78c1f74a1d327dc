"""A set is put right by moving and renaming; nothing is deleted, and undo brings back every byte."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nas.data.folder import scan
from nas.data.problems import Problem
from nas.errors import DataError
from nas.wizard.data.repair import repair, undo, undoable
from nas.wizard.data.repair_plans import deed_for
from tests.nas.data.inspected import inspected
from tests.nas.wizard.conftest import contents, problem

WriteSet = Callable[..., Path]


def kinds(root: Path) -> list[str]:
    return [found.kind for found in inspected(root).problems]


def broken(root: Path) -> None:
    (root / "FCH" / "000.png").write_bytes(b"cut")


def foreign(root: Path) -> None:
    (root / "FCH" / "notes.txt").write_text("not a picture")


def litter(root: Path) -> None:
    (root / "FCH" / ".DS_Store").write_text("x")
    (root / ".ipynb_checkpoints").mkdir()
    (root / ".ipynb_checkpoints" / "a.png").write_bytes(b"x")


def missing(root: Path) -> None:
    with (root / "labels.csv").open("a") as labels:
        labels.write("FCH/gone.png,FCH,s0,A\n")


def copies(root: Path) -> None:
    shutil.copyfile(root / "FCH" / "002.png", root / "FCH" / "copy.png")


def copies_two_labels(root: Path) -> None:
    shutil.copyfile(root / "FCH" / "003.png", root / "TV" / "copy.png")


def empty_class(root: Path) -> None:
    (root / "RVOT").mkdir()


def near_equal_names(root: Path) -> None:
    (root / "labels.csv").unlink()
    (root / "fch ").mkdir()
    (root / "FCH" / "004.png").rename(root / "fch " / "005.png")


def other_name(root: Path) -> None:
    (root / "labels.csv").unlink()
    (root / "TV").rename(root / "3VV")


def two_labels(root: Path) -> None:
    with (root / "labels.csv").open("a") as labels:
        labels.write("FCH/000.png,TV,s0,A\n")


def encoding(root: Path) -> None:
    text = (root / "labels.csv").read_text().replace(",A\n", ",超声\n")
    (root / "labels.csv").write_bytes(text.encode("gb2312"))


@pytest.mark.parametrize(
    "spoil",
    [
        broken, foreign, litter, missing, copies, copies_two_labels, empty_class, near_equal_names, other_name,
        two_labels, encoding,
    ],
)  # fmt: skip
def test_that_a_button_puts_it_right_and_undo_brings_everything_back(
    write_frames: WriteSet, spoil: Callable[[Path], None]
) -> None:
    root = write_frames({"FCH": 24, "TV": 24})
    spoil(root)
    before, kind = contents(root), spoil.__name__
    assert deed_for(problem(root, kind), ("FCH", "TV"))
    said = repair(root, problem(root, kind))
    assert kind not in kinds(root)
    assert undoable(root) == said
    after = contents(root)
    assert set(before.values()) <= set(after.values())  # nothing is deleted, labels.csv as it was included
    assert undo(root) == said
    assert contents(root) == before
    assert not undoable(root)


def test_that_what_is_left_out_loses_its_row_and_other_columns_stay(write_frames: WriteSet) -> None:
    root = write_frames({"FCH": 24, "TV": 24})
    broken(root)
    repair(root, problem(root, "broken"))
    assert "missing" not in kinds(root)
    text = (root / "labels.csv").read_text(encoding="utf-8-sig")
    assert "FCH/000.png" not in text
    assert text.splitlines()[:2] == ["file,label,subject,scanner", "FCH/001.png,FCH,s1,A"]


def test_that_near_equal_names_become_the_plane_and_no_file_is_lost(write_frames: WriteSet) -> None:
    root = write_frames({"FCH": 24, "TV": 24})
    near_equal_names(root)
    found = problem(root, "near_equal_names")
    assert deed_for(found, ("FCH", "TV", "fch ")) == "Merge into FCH"
    repair(root, found)
    assert scan(root).counts == {"FCH": 24, "TV": 24}
    assert not (root / "fch ").exists()


def test_that_a_tiny_class_is_left_out_only_where_two_others_stay(write_frames: WriteSet) -> None:
    root = write_frames({"FCH": 24, "TV": 24, "ASA": 5})
    tiny = problem(root, "tiny")
    assert deed_for(tiny, ("FCH", "TV", "ASA")) == "Leave ASA out"
    assert deed_for(tiny, ("FCH", "ASA", "none")) == ""
    repair(root, tiny)
    assert inspected(root).classes == {"FCH": 24, "TV": 24}


def test_that_repairs_are_undone_one_by_one(write_frames: WriteSet) -> None:
    root = write_frames({"FCH": 24, "TV": 24})
    broken(root)
    foreign(root)
    before = contents(root)
    repair(root, problem(root, "broken"))
    between = contents(root)
    repair(root, problem(root, "foreign"))
    undo(root)
    assert {path: content for path, content in contents(root).items() if "journal" not in path} == {
        path: content for path, content in between.items() if "journal" not in path
    }
    undo(root)
    assert contents(root) == before
    with pytest.raises(DataError):
        undo(root)


def test_that_undo_deletes_no_frame_whose_place_was_taken_since(write_frames: WriteSet) -> None:
    root = write_frames({"FCH": 24, "TV": 24})
    frame, good = root / "FCH" / "000.png", (root / "FCH" / "001.png").read_bytes()
    broken(root)
    repair(root, problem(root, "broken"))
    frame.write_bytes(good)
    undo(root)
    assert frame.read_bytes() == good
    assert b"cut" in contents(root).values()
    assert not undoable(root)
    frame.write_bytes(b"cut again")
    repair(root, problem(root, "broken"))
    assert {b"cut", b"cut again"} <= set(contents(root).values())
    assert inspected(root).broken == 0
    undo(root)
    assert frame.read_bytes() == b"cut again"


def test_that_a_repair_behind_a_damaged_journal_overwrites_nothing(write_frames: WriteSet) -> None:
    root = write_frames({"FCH": 24, "TV": 24})
    labels = (root / "labels.csv").read_bytes()
    broken(root)
    repair(root, problem(root, "broken"))
    (root / ".left-out" / "journal.json").write_text("{", encoding="utf-8")
    broken(root)
    repair(root, problem(root, "broken"))
    assert labels in contents(root).values()
    assert list(contents(root).values()).count(b"cut") == 2


def test_that_a_repair_that_fails_half_way_leaves_the_set_as_it_was(
    write_frames: WriteSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_frames({"FCH": 24, "TV": 24})
    broken(root)
    (root / "FCH" / "001.png").write_bytes(b"cut too")
    before = contents(root)
    real, moved = Path.replace, []

    def replace(self: Path, target: Path) -> Path:
        if self.suffix == ".png" and ".left-out" in str(target):
            moved.append(self)
            if len(moved) == 2:
                raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(DataError, match="No space left"):
        repair(root, problem(root, "broken"))
    assert len(moved) == 2
    assert contents(root) == before


def test_that_what_only_a_person_can_settle_has_no_button(write_frames: WriteSet) -> None:
    root = write_frames({"FCH": 24, "TV": 24})
    only_a_person = Problem(kind="one_class", severity="error", message="m", advice="a")
    assert deed_for(only_a_person, ("FCH",)) == ""
    with pytest.raises(DataError):
        repair(root, only_a_person)


@pytest.mark.parametrize(
    ("case", "below"), [("e01_corrupt_images", ""), ("e02_hidden_files", "train"), ("e04_leakage", "ready")]
)
def test_that_public_cases_become_trainable_and_are_given_back(
    case_files, tmp_path: Path, case: str, below: str
) -> None:
    root = shutil.copytree(case_files(case)[0] / below, tmp_path / "case")
    before = contents(root)
    for _ in range(10):
        todo = [found for found in inspected(root).problems if found.kind in ("broken", "litter", "copies_two_labels")]
        if not todo:
            break
        repair(root, todo[0])
    assert inspected(root).usable
    while undoable(root):
        undo(root)
    assert contents(root) == before
