"""The model against people over all exams: what counts, in which order, and what is left out."""

from dataclasses import replace

from tests.uiac_desktop.exam.conftest import new_frame
from uiac_desktop.exam.store import ExamStore


def _labelled(store: ExamStore, exam_id: int, predicted: str, person: str | None, seed: int = 0) -> int:
    kept = store.keep(exam_id, new_frame(predicted, seed))
    if person is not None:
        store.relabel(kept.id, person, "Lin")
    return kept.id


def test_that_checked_frames_are_counted_by_model_and_person(store: ExamStore) -> None:
    first, second = store.begin_exam("Lin", "Screening"), store.begin_exam("Wei", "Screening")
    for exam, predicted, person in (
        (first, "FCH", "FCH"), (second, "FCH", "FCH"), (first, "TV", "TVT"), (second, "TV", "TVT"),
        (second, "none", "ACS"), (first, "FCH", None),
    ):  # fmt: skip
        _labelled(store, exam.id, predicted, person)
    found = store.across.agreement()
    assert (found.checked, found.same) == (5, 2)
    assert found.planes == ("ACS", "FCH", "TV", "TVT", "none")
    assert [(one.predicted, one.person, one.frames) for one in found.changes] == [("TV", "TVT", 2), ("none", "ACS", 1)]
    assert found.matrix[found.planes.index("TV")] == (0, 0, 0, 2, 0)
    assert sum(map(sum, found.matrix)) == found.checked
    newest = found.disagreements[0]
    assert (newest.subject, newest.predicted, newest.person, newest.who) == (second.subject, "none", "ACS", "Lin")
    assert newest.certainty == 0.75


def test_that_rejected_frames_binned_exams_and_frames_without_a_model_are_left_out(store: ExamStore) -> None:
    kept, binned = store.begin_exam("Lin", "Screening"), store.begin_exam("Lin", "Screening")
    store.set_state(_labelled(store, kept.id, "FCH", "TV"), "rejected", "Lin")
    unnamed = store.keep(kept.id, replace(new_frame("none"), model=""))
    store.relabel(unnamed.id, "TV", "Lin")
    _labelled(store, binned.id, "FCH", "TV")
    assert store.across.agreement().checked == 1
    store.bin(binned.id)
    assert store.across.agreement().checked == 0
    assert store.across.agreement().disagreements == ()
    store.unbin(binned.id)
    assert store.across.agreement().checked == 1


def test_that_each_frame_is_known_with_the_model_that_named_it(store: ExamStore) -> None:
    exam = store.begin_exam("Lin", "Screening")
    named, unnamed = store.keep(exam.id, new_frame()), store.keep(exam.id, replace(new_frame(), model=""))
    assert store.across.models(exam.id) == {named.id: "demo", unnamed.id: ""}
