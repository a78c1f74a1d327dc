"""An export is a data set that the trainer takes, holds each frame once, and survives stops, kills and full disks."""

import csv
import errno
import io
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nas.data.folder import scan
from nas.data.inspect import inspect
from nas.data.problems import Inspection
from nas.errors import DataError, NasError
from tests.uiac_desktop.exam.conftest import new_frame
from tests.uiac_desktop.exam.labelled_clip import add_clip, label, number_in, predict
from uiac_desktop.errors import DesktopError
from uiac_desktop.exam import export_folder
from uiac_desktop.exam.export import export
from uiac_desktop.exam.export_folder import WAITING
from uiac_desktop.exam.export_item import COLUMNS
from uiac_desktop.exam.export_options import Explained, ExportOptions, read_ranges
from uiac_desktop.exam.store import ExamStore


def an_exam(store: ExamStore, planes: str = "FCH FCH TV TV", number: str | None = None, seed: int = 0) -> int:
    exam = store.begin_exam("Ann", "Screening", number)
    for place, plane in enumerate(planes.split()):
        store.keep(exam.id, new_frame(plane, seed + place))
    return exam.id


def rows_of(root: Path) -> list[dict[str, str]]:
    content = (root / "labels.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), "Excel reads UTF-8 only with this mark"
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def inspected(root: Path) -> Inspection:
    steps = inspect(root)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_that_an_export_is_a_data_set_ready_for_the_trainer(store: ExamStore, tmp_path: Path) -> None:
    first, second = an_exam(store), an_exam(store, seed=50)
    rejected = store.keep(first, new_frame("ACS", 9))
    store.reject(rejected.id, "Ann")
    said = store.relabel(store.frames(first)[0].id, "TV", "Bea")
    root = tmp_path / "胎儿 心脏 50% #1"
    done = export(store, [first, second], root)
    assert (done.planes, done.frames, done.left_out, done.beside) == ({"TV": 5, "FCH": 3}, 8, (), None)
    found = inspected(root)
    assert found.usable
    assert (found.images, found.broken, found.subjects, found.classes) == (8, 0, 2, {"FCH": 3, "TV": 5})
    assert [problem.kind for problem in found.problems] == ["tiny"]
    rows = rows_of(root)
    assert tuple(rows[0]) == COLUMNS
    row = next(row for row in rows if row["labelled_by"])
    assert said.labelled_at is not None
    assert row | {"file": "", "subject": "", "exam": "", "clip": ""} == {
        "file": "",
        "label": "TV",
        "subject": "",
        "exam": "",
        "clip": "",
        "frame": "0",
        "time_s": "0.000",
        "predicted": "FCH",
        "certainty": "0.7500",
        "labelled_by": "Bea",
        "labelled_at": said.labelled_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    pixels = np.asarray(Image.open(root / row["file"]))
    np.testing.assert_array_equal(pixels, store.picture(said.id))
    assert sorted(path.name for path in root.iterdir()) == ["FCH", "TV", "labels.csv"], "nothing else is left"


def test_that_women_are_keyed_hashes_and_the_same_woman_in_two_stores_is_one(tmp_path: Path) -> None:
    from uiac_desktop.exam.store import open_store

    key = tmp_path / "keys" / "site.key"
    root = tmp_path / "set"
    codes = []
    for place in ("one", "two"):
        with open_store(tmp_path / place, key_file=key) as store:
            known, unknown = an_exam(store, number="PID-778812"), an_exam(store, seed=70)
            export(store, [known, unknown], root)
            codes += [store.exam(known).subject, store.exam(unknown).subject]
    rows = rows_of(root)
    assert len({row["subject"] for row in rows}) == 3
    assert len({row["exam"] for row in rows}) == 4
    written = (root / "labels.csv").read_text(encoding="utf-8-sig") + " ".join(str(path) for path in root.rglob("*"))
    for secret in (*codes, "778812", key.read_text().strip()):
        assert secret not in written


def test_that_with_another_key_a_known_woman_is_not_exported_as_a_stranger(
    opened: Callable[[], ExamStore], tmp_path: Path
) -> None:
    with opened() as store:
        exam = an_exam(store, number="4711")
    (tmp_path / "keys" / "site.key").unlink()
    with opened() as store, pytest.raises(DesktopError, match="site key"):
        export(store, [exam], tmp_path / "set")
    assert not (tmp_path / "set").exists()


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


def test_that_clip_frames_come_with_the_label_that_stands(store: ExamStore, tmp_path: Path) -> None:
    exam = store.begin_exam("Ann", "Screening").id
    clip = add_clip(store, exam)
    review = store.reviews.review_of("cd" * 32, clip.id)
    label(store, review, "Ann", 0, 9, "FCH")
    label(store, review, "Ann", 0, 1, None)
    label(store, review, "Ann", 12, 19, "ACS")
    store.reviews.add_act(review, datetime.now(UTC), "Ann", "undone")
    label(store, review, "Bea", 4, 6, "TV")
    predict(store, review, 20)
    root = tmp_path / "set"
    done = export(store, [exam], root)
    rows = rows_of(root)
    assert [(int(row["frame"]), row["label"]) for row in rows] == [(n, "FCH") for n in (2, 3, 7, 8, 9)]
    assert (done.disputed, done.left_out) == (3, ("3 frames left out: people label it differently",))
    for row in rows:
        pixels = np.asarray(Image.open(root / row["file"]))
        assert number_in(pixels) == int(row["frame"])
        assert pixels.shape == (47, 65, 3)
        assert (row["predicted"], row["certainty"], row["labelled_by"]) == ("FCH", "0.9000", "Ann")
        assert float(row["time_s"]) == pytest.approx(int(row["frame"]) / 10)
    everything = tmp_path / "all"
    export(store, [exam], everything, ExportOptions(clip_frames="all"))
    assert sorted(int(row["frame"]) for row in rows_of(everything)) == [n for n in range(20) if n not in (4, 5, 6)]
    with pytest.raises(DesktopError, match="no frame"):
        export(store, [exam], tmp_path / "none", ExportOptions(clip_frames="none"))


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (ExportOptions(clip_frames="all", every=6), [0, 6, 12, 18]),
        (ExportOptions(clip_frames="all", ranges=read_ranges("3-5, 17"), every=2), [3, 5]),
        (ExportOptions(clip_frames="all", only_corrected=True), [0, 1]),
        (ExportOptions(clip_frames="all", at_most=3), [0, 1, 5, 11, 17]),
        (ExportOptions(clip_frames="all", balance=True), [0, 1, 6, 15]),
        (ExportOptions(only_doubtful=True), []),
    ],
)
def test_that_options_choose_frames(
    store: ExamStore, tmp_path: Path, options: ExportOptions, numbers: list[int]
) -> None:
    exam = store.begin_exam("Ann", "Screening").id
    review = store.reviews.review_of("cd" * 32, add_clip(store, exam).id)
    label(store, review, "Ann", 0, 1, "TV")
    predict(store, review, 20)
    export(store, [exam], tmp_path / "set", options)
    found = sorted(int(row["frame"]) for row in rows_of(tmp_path / "set")) if numbers else []
    assert found == numbers


def test_that_doubtful_frames_are_those_that_the_model_named_unsurely(store: ExamStore, tmp_path: Path) -> None:
    exam = store.begin_exam("Ann", "Screening").id
    for seed, (plane, certainty) in enumerate([("FCH", 0.59), ("FCH", 0.6), ("none", 0.3), ("TV", 0.4)]):
        store.keep(exam, replace(new_frame(plane, seed), certainty=certainty))
    export(store, [exam], tmp_path / "set", ExportOptions(only_doubtful=True))
    assert [row["certainty"] for row in rows_of(tmp_path / "set")] == ["0.5900", "0.4000"]


def test_that_nearly_equal_frames_are_taken_once(store: ExamStore, tmp_path: Path) -> None:
    exam = store.begin_exam("Ann", "Screening").id
    shades = np.tile(np.arange(64, dtype=np.uint8) * 3, (48, 1))
    for seed, pixels in enumerate([shades, np.minimum(shades + 1, 255).astype(np.uint8), shades, shades[:, ::-1]]):
        store.keep(exam, replace(new_frame("FCH", seed), pixels=np.ascontiguousarray(pixels)))
    done = export(store, [exam], tmp_path / "set", ExportOptions(drop_near=True))
    assert (done.frames, done.alike) == (2, 2)
    assert [row["frame"] for row in rows_of(tmp_path / "set")] == ["0", "3"]


def test_that_maps_and_clips_lie_beside_and_the_set_stays_a_set(store: ExamStore, tmp_path: Path) -> None:
    exam = an_exam(store)
    clip = add_clip(store, exam)
    asked = []

    def explain(pixels: np.ndarray, plane: str) -> Explained | None:
        asked.append(plane)
        overlay = np.repeat(pixels[..., None], 3, axis=2)
        return Explained(np.zeros((2, 2), np.uint8), overlay) if plane == "FCH" else None

    root = tmp_path / "set"
    done = export(store, [exam], root, ExportOptions(clips=True), explain=explain)
    assert asked == ["FCH", "FCH", "TV", "TV"]
    assert done.beside == tmp_path / "set-beside"
    stems = {path.stem for path in (root / "FCH").iterdir()}
    assert {path.stem for path in (done.beside / "overlays").iterdir()} == stems
    assert {path.stem for path in (done.beside / "maps").iterdir()} == stems
    given = list((done.beside / "clips").iterdir())
    assert [path.read_bytes() for path in given] == [store.media.path(clip.media).read_bytes()]
    assert inspected(root).images == 4


def test_that_a_stopped_export_leaves_the_set_as_it_was_and_goes_on(store: ExamStore, tmp_path: Path) -> None:
    exam = an_exam(store, "FCH FCH TV TV TV TV")
    root = tmp_path / "set"
    steps: list[int] = []
    done = export(store, [exam], root, tell=lambda _step, n, _all: steps.append(n), goes_on=lambda: len(steps) < 3)
    assert (done.stopped, done.frames) == (True, 0)
    waiting = root / WAITING
    assert [path.name for path in root.iterdir()] == [WAITING]
    assert len(list(waiting.glob("*.png"))) == 3
    first = {path.name: path.stat().st_mtime_ns for path in waiting.glob("*.png")}
    seen = []
    done = export(store, [exam], root, tell=lambda step, n, all_: seen.append((step, n, all_)))
    assert done.frames == 6
    assert seen[-1] == ("writing", 6, 6)
    moved = {path.name: path.stat().st_mtime_ns for path in root.rglob("*.png")}
    assert first.items() <= moved.items(), "what was written is not written again"
    assert not waiting.exists()


def test_that_a_kill_between_rows_and_pictures_is_put_right_by_the_next_export(
    store: ExamStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam = an_exam(store)
    root = tmp_path / "set"

    class Killed(BaseException):
        pass

    moved = []
    replace_file = os.replace

    def move(source: Path, target: Path) -> None:
        if target.parent.name in ("FCH", "TV"):
            if len(moved) == 2:
                raise Killed
            moved.append(target)
        replace_file(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(export_folder.os, "replace", move)
        with pytest.raises(Killed):
            export(store, [exam], root)
    assert len(scan(root).missing) == 2
    done = export(store, [exam], root)
    assert (done.frames, done.present) == (0, 4)
    assert len(scan(root).images) == 4
    assert not scan(root).missing
    assert not (root / WAITING).exists()


def test_that_a_full_disk_leaves_the_set_as_it_was(
    store: ExamStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam, other = an_exam(store), an_exam(store, seed=40)
    root = tmp_path / "set"
    export(store, [exam], root)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def no_room(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(export_folder, "write_atomic", no_room)
        with pytest.raises(DesktopError, match="disk is full"):
            export(store, [other], root)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    assert export(store, [other], root).frames == 4


def test_that_two_exports_into_one_folder_wait_for_each_other(store: ExamStore, tmp_path: Path) -> None:
    exam = an_exam(store)
    with (
        export_folder.ExportFolder(tmp_path / "set"),
        pytest.raises(DesktopError, match="Another export"),
    ):
        export(store, [exam], tmp_path / "set")
    assert export(store, [exam], tmp_path / "set").frames == 4


def test_that_a_frame_whose_picture_is_damaged_is_left_out_and_told(store: ExamStore, tmp_path: Path) -> None:
    exam = an_exam(store)
    store.media.path(store.frames(exam)[1].media).write_bytes(b"no picture")
    done = export(store, [exam], tmp_path / "set")
    assert (done.frames, done.damaged) == (3, 1)
    assert done.left_out == ("1 frame left out: the picture cannot be read",)


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


@pytest.mark.parametrize("options", [ExportOptions(every=0), ExportOptions(at_most=0), ExportOptions(ranges=((5, 2),))])
def test_that_options_of_no_use_are_refused(store: ExamStore, tmp_path: Path, options: ExportOptions) -> None:
    with pytest.raises(DesktopError):
        export(store, [an_exam(store)], tmp_path / "set", options)
    with pytest.raises(DesktopError):
        read_ranges("5-x")
