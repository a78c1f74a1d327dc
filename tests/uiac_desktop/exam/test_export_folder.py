"""An export into a data set that is there adds what is new, in the set's own words, and changes nothing."""

import errno
from pathlib import Path

import pytest
from PIL import Image

from nas.data.folder import scan
from nas.errors import DataError, NasError
from tests.nas.data.inspected import inspected
from tests.uiac_desktop.exam.conftest import new_frame
from tests.uiac_desktop.exam.exported import an_exam, rows_of
from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.export import export
from uiac_desktop.exam.export_folder import ExportFolder
from uiac_desktop.exam.export_options import ExportOptions
from uiac_desktop.exam.store import ExamStore


def test_that_exporting_again_adds_only_what_is_new_and_changes_nothing(store: ExamStore, tmp_path: Path) -> None:
    exam = an_exam(store)
    root = tmp_path / "set"
    export(store, [exam], root)
    store.relabel(store.frames(exam)[0].id, "ACS", "Bea")
    store.keep(exam, new_frame("RVOT", 30))
    before = {path: path.read_bytes() for path in root.rglob("*.png")}
    former = rows_of(root)
    done = export(store, [exam], root)
    assert (done.planes, done.present, done.relabelled) == ({"RVOT": 1}, 4, 1)
    assert {path: path.read_bytes() for path in before} == before
    assert rows_of(root)[:4] == former
    assert len(rows_of(root)) == 5
    assert done.left_out == (
        "4 frames in the data set already",
        "1 frame in the data set under another label, which was not changed",
    )


def test_that_a_set_of_others_keeps_its_rows_columns_and_letters(store: ExamStore, tmp_path: Path) -> None:
    root = tmp_path / "theirs"
    for plane in ("FCH", "四腔心"):
        (root / plane).mkdir(parents=True)
        Image.fromarray(new_frame(seed=80).pixels).save(root / plane / "a.png")
    theirs = "image;plane;patient;备注\nFCH\\a.png;FCH;P1;好\n四腔心\\a.png;四腔心;P2;\n"
    (root / "labels.csv").write_bytes(theirs.encode("gb2312"))
    export(store, [an_exam(store, "FCH TV")], root)
    rows = rows_of(root)
    assert rows[0]["image"] == "FCH\\a.png"
    assert (rows[0]["备注"], rows[1]["plane"], rows[1]["patient"]) == ("好", "四腔心", "P2")
    assert (rows[2]["plane"], rows[2]["备注"]) == ("FCH", "")
    assert rows[2]["patient"].startswith("W-")
    assert {image.label for image in scan(root).images} == {"FCH", "四腔心", "TV"}
    assert len(scan(root).subjects) == 3


def test_that_near_equal_names_are_asked_about_before_anything_is_written(store: ExamStore, tmp_path: Path) -> None:
    root = tmp_path / "set"
    (root / "fch").mkdir(parents=True)
    Image.fromarray(new_frame(seed=80).pixels).save(root / "fch" / "a.png")
    exam = an_exam(store)
    with pytest.raises(NasError, match="FCH and fch"):
        export(store, [exam], root)
    assert [path.name for path in root.iterdir()] == ["fch"]
    assert export(store, [exam], root, ExportOptions(same_names=True)).planes == {"fch": 2, "TV": 2}
    assert scan(root).counts == {"TV": 2, "fch": 3}


@pytest.mark.parametrize(
    "plane", ["四腔心", "../up", "a/b", "CON", "train", ".hidden", "x" * 200, "e\u0301", "4CH?", "_"]
)
def test_that_any_name_of_a_plane_becomes_a_folder_inside_and_keeps_its_label(
    store: ExamStore, tmp_path: Path, plane: str
) -> None:
    exam = an_exam(store)
    for frame in store.frames(exam)[:2]:
        store.relabel(frame.id, plane, "Ann")
    root = tmp_path / "set"
    export(store, [exam], root)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir() and path.name != "store"] in (
        [["keys", "set"], ["set", "keys"]]
    )
    assert scan(root).counts == {"TV": 2, plane: 2}
    assert inspected(root).usable


def test_that_a_disk_that_goes_away_before_the_end_is_told_by_its_first_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(DesktopError, match="set cannot be written to"), ExportFolder(tmp_path / "set") as folder:
        monkeypatch.setattr(Path, "unlink", gone)
        monkeypatch.setattr("uiac_desktop.exam.export_folder.write_atomic", gone)
        folder.write("a", new_frame().pixels)


def test_that_a_folder_of_something_else_is_refused_and_left_alone(store: ExamStore, tmp_path: Path) -> None:
    exam = an_exam(store)
    other = tmp_path / "letters"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    with pytest.raises(DataError):
        export(store, [exam], other)
    assert [path.name for path in other.iterdir()] == ["letter.txt"]
    parts = tmp_path / "parts"
    for part in ("train", "test"):
        (parts / part / "FCH").mkdir(parents=True)
        Image.fromarray(new_frame(seed=3).pixels).save(parts / part / "FCH" / "a.png")
    with pytest.raises(DesktopError, match="test, train"):
        export(store, [exam], parts)
    with pytest.raises(DesktopError, match="file, not a folder"):
        export(store, [exam], other / "letter.txt")
