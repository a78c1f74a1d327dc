"""What is wrong with a data set is found and said before training, and what is fine is not complained of."""

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nas.data.folder import scan
from nas.data.inspect import Inspection
from nas.data.problems import refuse_unusable
from nas.errors import DataError
from tests.nas.data.inspected import inspected

CaseFiles = Callable[[str], tuple[Path, dict[str, Any]]]
WriteImage = Callable[..., Path]


def kinds(found: Inspection, severity: str) -> set[str]:
    return {problem.kind for problem in found.problems if problem.severity == severity}


def test_that_broken_images_are_listed_by_path(case_files: CaseFiles) -> None:
    folder, manifest = case_files("e01_corrupt_images")
    found = inspected(folder)
    broken = next(problem for problem in found.problems if problem.kind == "broken")
    assert list(broken.files) == manifest["expect"]["broken"]
    assert sum(found.classes.values()) == manifest["expect"]["usable"]
    assert found.usable


def test_that_every_kind_of_copy_is_reported(case_files: CaseFiles) -> None:
    folder, _ = case_files("e04_leakage")
    found = inspected(folder / "ready")
    groups = {problem.kind: {frozenset(group) for group in problem.groups} for problem in found.problems}
    assert frozenset({"train/A/003.png", "test/A/renamed_copy.png"}) in groups["copies"]
    assert frozenset({"train/B/004.png", "train/A/other_label.png"}) in groups["copies_two_labels"]
    assert frozenset({"train/A/005.png", "test/A/resaved.jpg"}) in groups["near_copies"]
    assert frozenset({"train/B/006.png", "test/B/scaled.png"}) in groups["near_copies"]
    assert "copies_two_labels" in kinds(found, "error")
    assert not found.usable
    again = Inspection.model_validate_json(found.model_dump_json())
    assert again == found
    assert sum(again.by_subject.values()) == sum(again.classes.values())
    fixable = {problem.kind: problem.fixable for problem in again.problems}
    assert (fixable["copies"], fixable["near_copies"]) == (True, False)


def test_that_one_class_and_several_are_spoken_of_rightly(write_image: WriteImage) -> None:
    for name, count in (("FCH", 24), ("TV", 3), ("{ACS}", 3), ("BSC", 1)):
        for number in range(count):
            root = write_image(f"set/{name}/{number}.png") / "set"
    said = {problem.kind: problem.message for problem in inspected(root).problems}
    assert said["tiny"] == "TV and {ACS} have fewer than 20 images each; their figures mean little."
    assert said["single"] == "There is only one image of BSC, which cannot be on both sides of a split."


@pytest.mark.parametrize(
    ("name", "error", "warning"),
    [
        ("one_class", "one_class", None),
        ("one_still_each", "single", None),
        ("empty_class", None, "empty_class"),
        ("imbalanced", None, "unbalanced"),
    ],
)
def test_that_degenerate_sets_are_explained(
    case_files: CaseFiles, name: str, error: str | None, warning: str | None
) -> None:
    folder, _ = case_files("e05_degenerate_sets")
    found = inspected(folder / name)
    assert found.usable == (error is None)
    assert error is None or error in kinds(found, "error")
    assert warning is None or warning in kinds(found, "warning")
    if error:
        with pytest.raises(DataError):
            refuse_unusable(scan(folder / name))


def test_that_near_equal_names_are_asked_about_before_training(write_image: WriteImage) -> None:
    for number in range(3):
        for name in ("4CH", "4ch ", "TV"):
            root = write_image(f"{name}/{number}.png")
    assert "near_equal_names" in kinds(inspected(root), "error")
    with pytest.raises(DataError, match="one plane"):
        refuse_unusable(scan(root))


def test_that_an_image_with_two_labels_is_an_error(write_image: WriteImage) -> None:
    for name in ("FCH/1.png", "FCH/2.png", "TV/1.png", "TV/2.png"):
        root = write_image(name)
    (root / "labels.csv").write_text("file,label\nFCH/1.png,TV\nFCH/2.png,FCH\n", encoding="utf-8")
    found = inspected(root)
    assert "two_labels" in kinds(found, "error")


def test_that_a_sound_set_has_no_problem(write_image: WriteImage) -> None:
    rows = ["file,label,subject"]
    for number in range(24):
        for plane in ("FCH", "TV"):
            root = write_image(f"{plane}/{number}.png", size=(64, 48))
            rows.append(f"{plane}/{number}.png,{plane},s{number % 6}")
    (root / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    found = inspected(root)
    assert found.problems == ()
    assert (found.split_by, found.subjects, found.usable) == ("subject", 6, True)


def test_that_copies_across_women_are_reported_though_subjects_are_known(write_image: WriteImage) -> None:
    rows = ["file,label,subject"]
    for number in range(24):
        for plane in ("FCH", "TV"):
            root = write_image(f"{plane}/{number}.png", size=(64, 48))
            rows.append(f"{plane}/{number}.png,{plane},s{number % 6}")
    write_image("FCH/again.bmp", seed=zlib.crc32(b"FCH/3.png"), size=(64, 48))
    rows.append("FCH/again.bmp,FCH,s5")
    (root / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    found = inspected(root)
    assert [problem.groups for problem in found.problems if problem.kind == "near_copies"] == [
        (("FCH/3.png", "FCH/again.bmp"),)
    ]
