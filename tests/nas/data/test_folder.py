"""A data-set folder is read as the contract says, and what is no data set is refused with what is expected."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nas.data.folder import class_order, scan
from nas.errors import DataError
from tests.nas.data.test_problems import inspected

CaseFiles = Callable[[str], tuple[Path, dict[str, Any]]]
WriteImage = Callable[..., Path]


def test_that_classes_come_in_the_order_of_the_planes_and_others_by_name_behind() -> None:
    assert class_order({"zebra", "TV", "none", "ACS", "4CH", "BSC"}) == ("ACS", "TV", "BSC", "4CH", "zebra")


def test_that_images_counts_and_none_are_read_from_class_folders(write_image: WriteImage) -> None:
    for path in ("FCH/1.png", "FCH/2.PNG", "ACS/1.png", "none/9.png", "ACS/deeper/3.png"):
        root = write_image(path)
    data = scan(root)
    assert data.classes == ("ACS", "FCH")
    assert data.counts == {"ACS": 2, "FCH": 2, "none": 1}
    assert [image.path for image in data.images] == sorted(image.path for image in data.images)


def test_that_hidden_files_and_folders_are_no_classes(case_files: CaseFiles) -> None:
    folder, manifest = case_files("e02_hidden_files")
    data = scan(folder / "train")
    assert sorted(data.classes) == sorted(manifest["expect"]["classes"])
    assert data.counts == manifest["expect"]["counts"]
    assert len(data.litter) == 14


def test_that_train_and_test_folders_are_read_as_one_set(case_files: CaseFiles) -> None:
    folder, _ = case_files("e04_leakage")
    data = scan(folder / "ready")
    assert data.classes == ("A", "B")
    assert data.parts == ("test", "train")


@pytest.mark.parametrize(
    ("name", "says"),
    [("flat", "without a class"), ("nested", "only site1"), ("nothing", "is empty")],
)
def test_that_a_folder_of_another_layout_is_refused_with_what_is_expected(
    case_files: CaseFiles, name: str, says: str
) -> None:
    folder, _ = case_files("e05_degenerate_sets")
    (folder / "nothing").mkdir(exist_ok=True)
    with pytest.raises(DataError, match=says) as caught:
        scan(folder / name)
    assert "sub-folder of images for each plane" in caught.value.advice


def test_that_an_empty_class_folder_is_told_and_is_no_output(case_files: CaseFiles) -> None:
    folder, _ = case_files("e05_degenerate_sets")
    data = scan(folder / "empty_class")
    assert data.classes == ("A", "B")
    assert data.empty_classes == ("C",)


def test_that_a_missing_folder_and_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for name in ("absent", "file"):
        with pytest.raises(DataError):
            scan(tmp_path / name)


def test_that_a_folder_of_other_files_is_not_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(DataError, match=f"no image in {tmp_path.name}"):
        scan(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and bytes in names are a Unix thing")
def test_that_what_is_no_file_or_has_no_spelled_name_is_passed_over_by_name(write_image: WriteImage) -> None:
    for path in ("FCH/1.png", "TV/1.png"):
        root = write_image(path)
    os.mkfifo(root / "FCH" / "pipe.png")
    for place in (b"FCH/caf\xe9.png", b"TV/caf\xe9"):
        name = root / os.fsdecode(place)
        name.write_bytes(b"x") if name.suffix else name.mkdir()
    (root / "FCH" / "round.png").symlink_to("round.png")
    (root / "FCH" / "up").symlink_to("..")
    (root / "TV" / "lost.png").symlink_to("nowhere.png")
    data = scan(root)
    assert [image.path for image in data.images] == ["FCH/1.png", "FCH/round.png", "TV/1.png", "TV/lost.png"]
    assert data.foreign == ("FCH/caf\ufffd.png", "FCH/pipe.png", "TV/caf\ufffd")
    assert data.litter == ("FCH/up",)
    found = inspected(root)
    assert found.broken == 2
    assert found.model_dump_json()


def test_that_labels_csv_gives_subjects_and_labels(write_image: WriteImage) -> None:
    for path in ("FCH/1.png", "ACS/1.png", "loose.png"):
        root = write_image(path)
    rows = "file,label,subject,clip\nFCH/1.png,FCH,s1,c1\nACS/1.png,ACS,s2,c2\nloose.png,ACS,s2,c2\ngone.png,ACS,s9,\n"
    (root / "labels.csv").write_bytes(rows.encode("utf-8-sig"))
    data = scan(root)
    assert {image.path: (image.label, image.subject, image.clip) for image in data.images} == {
        "FCH/1.png": ("FCH", "s1", "c1"),
        "ACS/1.png": ("ACS", "s2", "c2"),
        "loose.png": ("ACS", "s2", "c2"),
    }
    assert data.missing == ("gone.png",)
    assert data.subjects == ("s1", "s2")


def test_that_folder_and_row_that_disagree_are_both_kept(write_image: WriteImage) -> None:
    for path in ("FCH/1.png", "ACS/1.png"):
        root = write_image(path)
    (root / "labels.csv").write_text("file,label\nFCH/1.png,ACS\nACS/1.png,ACS\n", encoding="utf-8")
    write_image("FCH/2.png")
    (root / "labels.csv").write_text("file,label\nFCH/1.png,ACS\nFCH/2.png,FCH\n", encoding="utf-8")
    by_path = {image.path: image for image in scan(root).images}
    assert by_path["FCH/1.png"].labels == ("ACS", "FCH")
    assert by_path["FCH/2.png"].labels == ()


def test_that_a_scan_opens_no_image(tmp_path: Path) -> None:
    (tmp_path / "FCH").mkdir()
    (tmp_path / "ACS").mkdir()
    for number in range(3000):
        (tmp_path / "FCH" / f"{number}.png").write_bytes(b"no picture")
        (tmp_path / "ACS" / f"{number}.png").write_bytes(b"no picture")
    begun = time.process_time()
    assert len(scan(tmp_path).images) == 6000
    assert time.process_time() - begun < 2.0
    shutil.rmtree(tmp_path / "FCH")


def test_that_real_labels_with_other_columns_are_read(real_data: Path) -> None:
    data = scan(real_data / "fetal_planes_70")
    assert len(data.images) == 70
    assert "Other" in data.classes
