"""Labels and predictions of reviewed clips outlive the program, and go with an erased exam."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.clip_labels import LabelSpan
from uiac_desktop.exam.clip_predictions import PredictionPart
from uiac_desktop.exam.records import Clip
from uiac_desktop.exam.store import ExamStore

Opened = Callable[[], ExamStore]
AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
MODEL = "m" * 64


def part(first: int, frames: int, complete: bool = False) -> PredictionPart:
    chances = np.random.default_rng(first).dirichlet((1.0, 1.0), frames).astype(np.float32)
    return PredictionPart(first, (first + np.arange(frames)) / 29.97, ("FCH", "TV"), chances, complete)


def recorded(store: ExamStore) -> Clip:
    exam = store.begin_exam("Wilhelmina", "Screening")
    path = store.new_clip_path(exam.id)
    path.write_bytes(b"clip of the exam")
    seen: dict[str, Any] = {"source": "device", "duration_s": 1.0, "frames": 25, "lost": 0, "width": 8, "height": 8}
    clip = store.add_clip(exam.id, path, started_at=AT, **seen)
    store.end_exam(exam.id)
    return clip


def test_that_predictions_come_back_to_the_last_bit_up_to_the_first_gap(opened: Opened) -> None:
    parts = [part(0, 100), part(100, 7), part(200, 5)]
    with opened() as store:
        number = store.reviews.review_of("a" * 64)
        for one in parts:
            store.reviews.add_predictions(number, MODEL, one)
    with opened() as store:
        assert store.reviews.review_of("a" * 64) == number
        back = store.reviews.predictions(number, MODEL)
        assert [one.first for one in back] == [0, 100]
        for one, former in zip(back, parts, strict=False):
            assert (one.times == former.times).all()
            assert (one.probabilities == former.probabilities).all()
            assert one.classes == former.classes
        assert store.reviews.predictions(number, "n" * 64) == ()
        store.reviews.add_predictions(number, MODEL, part(107, 93, complete=True))
        assert [one.first for one in store.reviews.predictions(number, MODEL)] == [0, 100, 107, 200]


def test_that_a_longer_part_takes_the_place_of_a_shorter_one_and_never_the_other_way(store: ExamStore) -> None:
    number = store.reviews.review_of("a" * 64)
    for frames in (5, 9, 3):
        store.reviews.add_predictions(number, MODEL, part(0, frames))
    assert [len(one.times) for one in store.reviews.predictions(number, MODEL)] == [9]


def test_that_a_damaged_part_is_told_in_the_user_s_words(store: ExamStore) -> None:
    number = store.reviews.review_of("a" * 64)
    store.reviews.add_predictions(number, MODEL, part(0, 5))
    for damage in ("x'00'", "x''", "zeroblob(4096)"):
        with store._database.writing() as connection:
            connection.execute(sa.text(f"UPDATE predictions SET packed = {damage}"))
        with pytest.raises(StoreError, match="damaged") as caught:
            store.reviews.predictions(number, MODEL)
        assert caught.value.advice


def test_that_acts_come_back_in_order_with_who_and_when(opened: Opened) -> None:
    spans = (LabelSpan(0, 4, "TV"), LabelSpan(9, 9, None))
    with opened() as store:
        number = store.reviews.review_of("a" * 64)
        first = store.reviews.add_act(number, AT, "Ann", "labelled", spans)
        second = store.reviews.add_act(number, AT, "Bea", "undone")
    with opened() as store:
        assert store.reviews.acts(number) == (first, second)
        assert store.reviews.acts(store.reviews.review_of("b" * 64)) == ()


@pytest.mark.parametrize("statement", ["UPDATE acts SET who = 'Eve'", "UPDATE spans SET plane = 'ACS'"])
def test_that_what_people_did_is_never_rewritten(store: ExamStore, statement: str) -> None:
    number = store.reviews.review_of("a" * 64)
    act = store.reviews.add_act(number, AT, "Ann", "labelled", (LabelSpan(0, 4, "TV"),))
    with pytest.raises(StoreError), store._database.writing() as connection:
        connection.execute(sa.text(statement))
    assert store.reviews.acts(number) == (act,)


def test_that_an_erased_exam_takes_its_clips_labels_and_predictions_along(opened: Opened, tmp_path: Path) -> None:
    with opened() as store:
        clip, other = recorded(store), store.reviews.review_of("b" * 64)
        number = store.reviews.review_of("a" * 64)
        assert store.reviews.review_of("a" * 64, clip.id) == number == store.reviews.review_of_clip(clip.id)
        for one in (number, other):
            store.reviews.add_predictions(one, MODEL, part(0, 5))
        store.reviews.add_act(number, AT, "Wilhelmina", "labelled", (LabelSpan(0, 4, "TV"),))
        kept = store.reviews.add_act(other, AT, "Bea", "labelled", (LabelSpan(0, 4, "TV"),))
        store.erase(clip.exam_id, "Bea")
        assert store.reviews.review_of_clip(clip.id) is None
        assert (store.reviews.acts(number), store.reviews.predictions(number, MODEL)) == ((), ())
        assert store.reviews.acts(other) == (kept,)
        written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"Wilhelmina" in content for content in written)
