"""An exam that was exported says so once an export would tell something else than the data set does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.uiac_desktop.exam.conftest import new_frame
from tests.uiac_desktop.exam.exported import an_exam
from tests.uiac_desktop.exam.labelled_clip import add_clip, label
from uiac_desktop.exam.export import export
from uiac_desktop.exam.store import ExamStore

Act = Callable[[ExamStore, int], object]


def _first(store: ExamStore, exam: int) -> int:
    return store.frames(exam)[0].id


def _there_and_back(store: ExamStore, exam: int) -> None:
    store.relabel(_first(store, exam), "TV", "Ann")
    store.relabel(_first(store, exam), None, "Ann")
    store.set_state(_first(store, exam), "rejected", "Ann")
    store.set_state(_first(store, exam), "kept", "Ann")
    store.set_state(_first(store, exam), "unkept", "Ann")
    store.set_state(_first(store, exam), "kept", "Ann")


def _changed(store: ExamStore) -> bool:
    (line,) = store.exam_lines()
    assert line.exported_at is not None
    return line.changed_since_export


@pytest.mark.parametrize(
    "act",
    [
        lambda store, exam: store.relabel(_first(store, exam), "TV", "Ann"),
        lambda store, exam: store.set_state(_first(store, exam), "rejected", "Ann"),
        lambda store, exam: store.set_state(_first(store, exam), "unkept", "Ann"),
        lambda store, exam: store.keep(exam, new_frame("ACS", 77)),
        lambda store, exam: label(store, store.reviews.review_of_clip(store.clips(exam)[0].id), "Ann", 5, 9, "TV"),
        lambda store, exam: label(store, store.reviews.review_of_clip(store.clips(exam)[0].id), "Bo", 3, 3, "TV"),
    ],
    ids=[
        "another label",
        "rejected",
        "keeping undone",
        "kept since",
        "another label in a clip",
        "a difference in a clip",
    ],
)
def test_that_an_exam_says_that_it_was_changed_since_its_export(store: ExamStore, tmp_path: Path, act: Act) -> None:
    exam = _reviewed(store)
    store.relabel(_first(store, exam), "FCH", "Ann")
    export(store, [exam], tmp_path / "set")
    assert not _changed(store)
    act(store, exam)
    assert _changed(store)
    export(store, [exam], tmp_path / "new")
    assert not _changed(store)


@pytest.mark.parametrize(
    "act",
    [
        lambda store, exam: store.relabel(_first(store, exam), "FCH", "Ann"),
        lambda store, exam: store.set_best(_first(store, exam), "Ann"),
        lambda store, exam: label(store, store.reviews.review_of_clip(store.clips(exam)[0].id), "Bo", 2, 4, "FCH"),
        _there_and_back,
    ],
    ids=["confirmed", "chosen", "agreed in a clip", "there and back"],
)
def test_that_what_changes_no_label_is_no_change(store: ExamStore, tmp_path: Path, act: Act) -> None:
    exam = _reviewed(store)
    export(store, [exam], tmp_path / "set")
    act(store, exam)
    assert not _changed(store)


def test_that_an_export_that_leaves_the_former_label_in_its_set_leaves_the_exam_changed(
    store: ExamStore, tmp_path: Path
) -> None:
    exam = an_exam(store)
    export(store, [exam], tmp_path / "set")
    store.relabel(_first(store, exam), "TV", "Ann")
    assert export(store, [exam], tmp_path / "set").relabelled == 1
    assert _changed(store)


def test_that_what_changes_while_an_export_goes_on_is_a_change(store: ExamStore, tmp_path: Path) -> None:
    exam = an_exam(store)
    store.set_state(store.frames(exam)[-1].id, "rejected", "Ann")

    def tell(step: str, done: int, _total: int) -> None:
        if (step, done) == ("writing", 1):
            store.set_state(store.frames(exam)[-1].id, "kept", "Ann")

    export(store, [exam], tmp_path / "set", tell=tell)
    assert _changed(store)


def _reviewed(store: ExamStore) -> int:
    exam = an_exam(store)
    clip = add_clip(store, exam)
    review = store.reviews.review_of("ab" * 32, clip.id)
    label(store, review, "Ann", 2, 4, "FCH")
    return exam
