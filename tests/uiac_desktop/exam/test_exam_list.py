"""Exams are found by plane, date, subject, person and state, also from typed words."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.uiac_desktop.exam.conftest import new_frame
from uiac_desktop.exam.exam_list import ExamQuery, read_query
from uiac_desktop.exam.report import ModelLine, report_of
from uiac_desktop.exam.schema import exams
from uiac_desktop.exam.store import ExamStore
from uiac_desktop.session.exams.desk_records import ListedExam


def _begun_at(store: ExamStore, exam_id: int, at: datetime) -> None:
    with store._database.writing() as connection:
        connection.execute(sa.update(exams).where(exams.c.id == exam_id).values(started_at=at.astimezone()))


@pytest.fixture
def numbers(store: ExamStore) -> list[int]:
    """Three exams: RVOT by Ann in 2024, TV by Bea in May 2025, TV by ann in June 2025."""
    made = []
    for who, plane, at in (
        ("Ann Bo", "RVOT", "2024-12-31T23:50"),
        ("Bea", "TV", "2025-05-31T23:59"),
        ("ann", "TV", "2025-06-01T00:00"),
    ):
        exam = store.begin_exam(who, "Screening")
        store.keep(exam.id, new_frame(plane))
        _begun_at(store, exam.id, datetime.fromisoformat(at))
        made.append(exam.id)
    return made


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [2, 1, 0]),
        ("rvot", [0]),
        ("TV 2025", [2, 1]),
        ("2025-05", [1]),
        ("2025-06-01", [2]),
        ("2024", [0]),
        ("2024-12", [0]),
        ("ann", [2, 0]),
        ("TV ann", [2]),
        ("RVOT 2025", []),
        ("2025-13", []),
        ("%", []),
        ("ACS", []),
    ],
)
def test_that_words_find_exams(store: ExamStore, numbers: list[int], words: str, found: list[int]) -> None:
    assert [exam.id for exam in store.exams(read_query(words))] == [numbers[place] for place in found]


def test_that_a_subject_is_found_by_the_beginning_of_her_code(store: ExamStore, numbers: list[int]) -> None:
    wanted = store.exam(numbers[1])
    assert store.exams(read_query(wanted.subject.lower())) == (wanted,)
    assert wanted in store.exams(read_query(wanted.subject[:4]))


def test_that_the_bin_is_a_list_of_its_own(store: ExamStore, numbers: list[int]) -> None:
    store.bin(numbers[1])
    assert [exam.id for exam in store.exams()] == [numbers[2], numbers[0]]
    assert [exam.id for exam in store.exams(ExamQuery(state="binned"))] == [numbers[1]]
    assert len(store.exams(ExamQuery(state="all"))) == 3
    binned = store.exam_lines(read_query("", "binned"))[0].binned_at
    assert binned is not None
    store.unbin(numbers[1])
    assert len(store.exams()) == 3
    assert store.exam_lines()[0].binned_at is None


def test_that_a_department_s_own_planes_are_found(store: ExamStore, numbers: list[int]) -> None:
    store.keep(numbers[0], new_frame("3VV"))
    rejected = store.keep(numbers[1], new_frame("Other"))
    store.set_state(rejected.id, "rejected", "Ann")
    assert store.planes() == ("RVOT", "TV", "3VV")
    assert [exam.id for exam in store.exams(read_query("3vv", planes=store.planes()))] == [numbers[0]]
    assert store.exams(read_query("other", planes=store.planes())) == (), "a name, then"


def test_that_a_line_says_what_an_exam_holds(store: ExamStore, numbers: list[int]) -> None:
    exam_id = numbers[2]
    rejected = store.keep(exam_id, new_frame("BSC"))
    store.set_state(rejected.id, "rejected", "Ann")
    moved = store.keep(exam_id, new_frame("TV"))
    store.relabel(moved.id, "ACS", "Ann")
    store.keep(exam_id, new_frame("own class"))
    for frame in store.frames(exam_id):
        if frame.state == "kept":
            store.set_best(frame.id)
    line = store.exam_lines()[0]
    assert (line.exam.id, line.frames, line.clips, line.corrected) == (exam_id, 3, 0, 1)
    assert line.planes == ("ACS", "TV", "own class")
    assert store.exams(ExamQuery(plane="BSC")) == (), "a rejected frame shows nothing"
    assert [exam.id for exam in store.exams(ExamQuery(plane="ACS"))] == [exam_id]


def test_that_the_list_counts_a_plane_as_kept_where_the_report_does(store: ExamStore, numbers: list[int]) -> None:
    exam_id = numbers[2]
    kept = {plane: store.keep(exam_id, new_frame(plane)) for plane in ("ACS", "FCH", "LVOT", "own class", "RVOT")}
    for plane in ("ACS", "FCH", "own class", "RVOT"):
        store.set_best(kept[plane].id)
    store.relabel(kept["FCH"].id, "none", "Ann")
    store.set_state(kept["ACS"].id, "rejected", "Ann")
    line = store.exam_lines()[0]
    protocol = ("ACS", "FCH", "LVOT", "RVOT", "TV")
    report = report_of(store, exam_id, protocol, ModelLine(), store.exam(exam_id).started_at)
    assert line.planes == ("RVOT", "own class") == tuple(one.plane for one in report.lines if one.frame is not None)
    listed = ListedExam(line, protocol)
    assert listed.missing == ("ACS", "FCH", "LVOT", "TV")
    assert len(protocol) - len(listed.missing) == report.kept_of_protocol
    assert [exam.id for exam in store.exams(ExamQuery(plane="LVOT"))] == [exam_id], "what is kept is found all the same"


def test_that_the_end_of_a_span_is_not_in_it(store: ExamStore, numbers: list[int]) -> None:
    begun = store.exam(numbers[2]).started_at
    assert store.exams(ExamQuery(since=begun, until=begun)) == ()
    assert len(store.exams(ExamQuery(since=begun, until=begun + timedelta(seconds=1)))) == 1
