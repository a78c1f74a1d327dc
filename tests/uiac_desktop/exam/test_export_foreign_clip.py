"""A clip that belongs to no exam is exported under a code of its own, and its woman is told by a number at most."""

from pathlib import Path

import numpy as np

from tests.nas.data.inspected import inspected
from tests.uiac_desktop.exam.exported import an_exam, rows_of
from tests.uiac_desktop.exam.labelled_clip import add_clip, label, predict
from uiac_desktop.exam.export import export
from uiac_desktop.exam.export_options import ExportOptions
from uiac_desktop.exam.foreign_clip import ForeignClip
from uiac_desktop.exam.store import ExamStore


def a_clip(content: str, number: str = "", frames: int = 20) -> ForeignClip:
    dice = np.random.default_rng(int(content[:2], 16))
    pictures = dice.integers(0, 255, (frames, 24, 32), np.uint8)
    return ForeignClip(content, number, frames, 10.0, lambda index: pictures[index])


def test_that_labelled_frames_of_a_clip_from_elsewhere_are_a_data_set(store: ExamStore, tmp_path: Path) -> None:
    clips = [a_clip("1a" * 32), a_clip("2b" * 32, "PID-778812")]
    for clip in clips:
        review = store.reviews.review_of(clip.content)
        label(store, review, "Bea", 3, 5, "TV")
        predict(store, review, 20)
    exam = an_exam(store, number="PID-778812")
    root = tmp_path / "set"
    done = export(store, [exam], root, foreign=clips)
    assert done.planes == {"FCH": 2, "TV": 8}
    rows = rows_of(root)
    own, hers = ([row for row in rows if row["clip"] == store.pseudonyms.of_clip(clip.content)] for clip in clips)
    assert [(row["frame"], row["time_s"], row["labelled_by"], row["exam"]) for row in own] == [
        ("3", "0.300", "Bea", ""), ("4", "0.400", "Bea", ""), ("5", "0.500", "Bea", ""),
    ]  # fmt: skip
    assert {row["subject"] for row in own} == {store.pseudonyms.of_clip(clips[0].content)}, "a woman of its own"
    assert {row["subject"] for row in hers} == {store.pseudonyms.of_woman(exam)}, "by her number she is the exam's"
    assert inspected(root).subjects == 2
    written = (root / "labels.csv").read_text(encoding="utf-8-sig") + " ".join(str(path) for path in root.rglob("*"))
    assert not any(secret in written for secret in ("778812", "1a1a", "2b2b"))
    again = export(store, [], root, ExportOptions(clip_frames="all"), foreign=clips[:1])
    assert (again.present, again.planes) == (3, {"FCH": 17}), "nothing is written twice"


def test_that_a_file_that_holds_an_exam_s_clip_is_that_clip(store: ExamStore, tmp_path: Path) -> None:
    exam = an_exam(store)
    review = store.reviews.review_of("cd" * 32, add_clip(store, exam).id)
    label(store, review, "Bea", 0, 1, "ACS")
    root = tmp_path / "set"
    assert export(store, [], root, foreign=[a_clip("cd" * 32)]).planes == {"ACS": 2}
    assert {row["subject"] for row in rows_of(root)} == {store.pseudonyms.of_woman(exam)}
    assert export(store, [exam], root, foreign=[a_clip("cd" * 32)]).planes == {"FCH": 2, "TV": 2}
