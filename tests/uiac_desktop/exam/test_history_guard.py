"""The history is only added to, whoever asks the database; the same on SQLite and PostgreSQL."""

import pytest
import sqlalchemy as sa

from tests.uiac_desktop.exam.conftest import new_frame
from uiac_desktop.errors import StoreError
from uiac_desktop.exam.store import ExamStore


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE label_changes SET plane = 'ACS'",
        "DELETE FROM label_changes",
        "REPLACE INTO label_changes SELECT id, frame_id, exam_id, at, '', '', plane, what FROM label_changes",
        "UPDATE audit SET frames = 0",
        "DELETE FROM audit",
        "DELETE FROM frames WHERE exam_id = 2",
    ],
)
def test_that_the_database_refuses_to_forget(store: ExamStore, statement: str) -> None:
    first = store.begin_exam("Ann", "Screening")
    store.keep(first.id, new_frame())
    store.end_exam(first.id)
    store.erase(first.id, "Ann")
    kept = store.keep(store.begin_exam("Ann", "Screening").id, new_frame())
    store.relabel(kept.id, "TV", "Ann")
    before = (store.history(kept.id), store.audit())
    with pytest.raises(StoreError), store._database.writing() as connection:
        connection.execute(sa.text(statement))
    assert (store.history(kept.id), store.audit()) == before
    assert store.frame(kept.id).plane == "TV"


def test_that_a_change_and_its_line_stand_or_fall_together(store: ExamStore) -> None:
    kept = store.keep(store.begin_exam("Ann", "Screening").id, new_frame())
    with store._database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER stop BEFORE INSERT ON label_changes BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(StoreError):
        store.relabel(kept.id, "TV", "Ann")
    assert store.frame(kept.id) == kept
