"""An export is a data set that the trainer takes, with labels that stand and nothing that names a woman."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nas.data.folder import scan
from tests.nas.data.inspected import inspected
from tests.uiac_desktop.exam.conftest import new_frame
from tests.uiac_desktop.exam.exported import an_exam, rows_of
from tests.uiac_desktop.exam.labelled_clip import add_clip, label, number_in, predict
from uiac_desktop.errors import DesktopError
from uiac_desktop.exam.exam_list import ExamQuery, read_query
from uiac_desktop.exam.export import export
from uiac_desktop.exam.export_item import COLUMNS
from uiac_desktop.exam.export_options import Explained, ExportOptions
from uiac_desktop.exam.store import ExamStore


def test_that_an_export_is_a_data_set_ready_for_the_trainer(store: ExamStore, tmp_path: Path) -> None:
    first, second = an_exam(store), an_exam(store, seed=50)
    rejected = store.keep(first, new_frame("ACS", 9))
    store.set_state(rejected.id, "rejected", "Ann")
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
        "source": "simulated",
    }
    pixels = np.asarray(Image.open(root / row["file"]))
    np.testing.assert_array_equal(pixels, store.picture(said.id))
    assert sorted(path.name for path in root.iterdir()) == ["FCH", "TV", "labels.csv"], "nothing else is left"


def test_that_a_set_of_simulated_exams_is_known_as_such_until_a_real_frame_is_in_it(
    store: ExamStore, tmp_path: Path
) -> None:
    exam, root = an_exam(store), tmp_path / "set"
    label(store, store.reviews.review_of("cd" * 32, add_clip(store, exam).id), "Bea", 1, 2, "TV")
    export(store, [exam], root, ExportOptions(clip_frames="labelled"))
    assert {row["source"] for row in rows_of(root)} == {"simulated"}
    assert scan(root).simulated
    store.keep(exam, replace(new_frame("TV", 90), source="device"))
    export(store, [exam], root)
    assert not scan(root).simulated


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


def test_that_clips_that_no_model_labelled_are_told_where_all_their_frames_are_asked_for(
    store: ExamStore, tmp_path: Path
) -> None:
    exam = store.begin_exam("Ann", "Screening").id
    everything = ExportOptions(clip_frames="all")
    clip, other = add_clip(store, exam), add_clip(store, exam)
    with pytest.raises(DesktopError, match="No model has labelled the 2 clips"):
        export(store, [exam], tmp_path / "none", everything)
    label(store, store.reviews.review_of("cd" * 32, clip.id), "Ann", 3, 5, "FCH")
    done = export(store, [exam], tmp_path / "some", everything)
    assert (done.frames, done.unanalysed) == (3, 2)
    assert done.left_out == ("2 clips not analysed yet: Review does it when a clip is opened",)
    predict(store, store.reviews.review_of("ab" * 32, other.id), 20)
    done = export(store, [exam], tmp_path / "more", everything)
    assert (done.frames, done.unanalysed) == (23, 1)
    assert not export(store, [exam], tmp_path / "labelled").left_out


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


def test_that_an_exam_says_when_it_was_exported_once_an_export_is_complete(store: ExamStore, tmp_path: Path) -> None:
    given, kept_back, damaged = an_exam(store), an_exam(store, seed=50), an_exam(store, "FCH", seed=90)
    store.media.path(store.frames(damaged)[0].media).write_bytes(b"no picture")
    export(store, [given], tmp_path / "set", goes_on=lambda: False)
    assert {line.exported_at for line in store.exam_lines()} == {None}
    before = datetime.now(UTC)
    export(store, [given, damaged], tmp_path / "set")
    at = {line.exam.id: line.exported_at for line in store.exam_lines()}
    assert at[given] is not None
    assert before <= at[given] <= datetime.now(UTC)
    assert (at[kept_back], at[damaged]) == (None, None), "nothing of them is in the set"
    assert [exam.id for exam in store.exams(read_query("exported"))] == [given]
    assert [exam.id for exam in store.exams(ExamQuery(exported=False))] == [damaged, kept_back]
    export(store, [given], tmp_path / "set")
    (again,) = store.exam_lines(ExamQuery(exported=True))
    assert again.exported_at is not None
    assert again.exported_at > at[given], "what is there already is exported, too"
