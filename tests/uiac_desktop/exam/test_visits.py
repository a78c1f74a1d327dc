"""A local number finds the woman of an earlier visit, also when it is given while the exam goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.uiac_desktop.exam.conftest import new_frame
from uiac_desktop.errors import StoreError
from uiac_desktop.exam.schema import subjects
from uiac_desktop.exam.store import ExamStore


def _subjects(store: ExamStore) -> int:
    with store._database.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(subjects)).scalar_one()


def test_that_an_exam_that_goes_on_is_given_to_the_woman_with_the_number(store: ExamStore) -> None:
    first = store.begin_exam("Ann", "Screening", "MRN 4711")
    second = store.begin_exam("Ann", "Screening")
    frame = store.keep(second.id, new_frame())
    assert store.visits.earlier(second.id) == 0
    given = store.visits.give_number(second.id, " mrn4711 ")
    assert (given.id, given.subject) == (second.id, first.subject)
    assert store.frame(frame.id) == frame
    assert (store.visits.earlier(second.id), _subjects(store)) == (1, 1), "nobody is left without an exam"
    assert store.visits.give_number(second.id, "MRN 4711") == given, "given twice it changes nothing"
    store.bin(first.id)
    assert store.visits.earlier(second.id) == 0


def test_that_a_number_of_nobody_yet_keeps_the_code_and_finds_it_later(store: ExamStore) -> None:
    exam = store.begin_exam("Ann", "Screening")
    assert store.visits.give_number(exam.id, "4711") == exam
    assert store.begin_exam("Ann", "Screening", "4711").subject == exam.subject


def test_that_a_mistyped_number_is_put_right_without_taking_her_other_exams_along(store: ExamStore) -> None:
    hers = store.begin_exam("Ann", "Screening", "4711")
    wrong = store.begin_exam("Ann", "Screening", "4711")
    right = store.visits.give_number(wrong.id, "4712")
    assert right.subject != hers.subject
    assert store.exam(hers.id).subject == hers.subject
    assert store.begin_exam("Ann", "Screening", "4712").subject == right.subject


@pytest.mark.parametrize("blank", ["", " \t"])
def test_that_no_number_is_no_number(store: ExamStore, blank: str) -> None:
    exam = store.begin_exam("Ann", "Screening")
    with pytest.raises(StoreError, match="No number"):
        store.visits.give_number(exam.id, blank)
    assert store.exam(exam.id) == exam


def test_that_without_the_sites_key_nothing_is_changed(opened: Callable[[], ExamStore], tmp_path: Path) -> None:
    with opened() as store:
        store.begin_exam("Ann", "Screening", "4711")
        exam = store.begin_exam("Ann", "Screening")
    (tmp_path / "keys" / "site.key").unlink()
    with opened() as store:
        with pytest.raises(StoreError, match="site key"):
            store.visits.give_number(exam.id, "4711")
        assert store.exam(exam.id) == exam
