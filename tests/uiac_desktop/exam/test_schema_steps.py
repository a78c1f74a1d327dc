"""A later program's step brings a store forward whole, or not at all; the earlier program then refuses it."""

import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from tests.uiac_desktop.exam.conftest import new_frame
from uiac_desktop.errors import StoreError
from uiac_desktop.exam import database
from uiac_desktop.exam.records import KeptFrame
from uiac_desktop.exam.schema import VERSION_TABLE
from uiac_desktop.exam.store import ExamStore

Opened = Callable[[], ExamStore]

_STEP = '''"""Reads {name}."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("readings", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("UPDATE frames SET source = 'changed'")
    op.execute("{last}")
'''


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes the program one with another step, which ends with a statement."""
    ours = database._MIGRATIONS
    head = ScriptDirectory(str(ours)).get_current_head()

    def become(last: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(ours, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        (folder / "versions" / "r9999_readings.py").write_text(
            _STEP.format(name="maps", last=last, head=head), encoding="utf-8"
        )
        monkeypatch.setattr(database, "_MIGRATIONS", folder)
        monkeypatch.setattr(database, "_program_version", lambda: "0.2.0")

    return become


@pytest.fixture
def kept(opened: Opened) -> KeptFrame:
    """A frame that an earlier program kept."""
    with opened() as store:
        frame = store.keep(store.begin_exam("Ann", "Screening", "4711").id, new_frame())
        return store.relabel(frame.id, "TV", "Ann")


def test_that_a_step_keeps_every_row_and_is_taken_once(
    opened: Opened, later: Callable[[str], None], kept: KeptFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = database._MIGRATIONS
    later("SELECT 1")
    for _ in range(2):
        with opened() as store:
            now = store.frame(kept.id)
            assert (now.source, now.plane, now.media) == ("changed", "TV", kept.media)
            assert store.picture(kept.id).shape == (48, 64)
            assert len(store.history(kept.id)) == 1
    monkeypatch.setattr(database, "_MIGRATIONS", ours)
    with pytest.raises(StoreError, match=r"written by version 0\.2\.0\."):
        opened()


def test_that_a_step_that_fails_changes_nothing(
    opened: Opened, later: Callable[[str], None], kept: KeptFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = database._MIGRATIONS
    later("UPDATE no_such_table SET x = 1")
    with pytest.raises(StoreError) as caught:
        opened()
    assert caught.value.advice
    monkeypatch.setattr(database, "_MIGRATIONS", ours)
    with opened() as store:
        assert store.frame(kept.id) == kept
        with store._database.reading() as connection:
            assert not sa.inspect(connection).has_table("readings")


def test_that_a_store_from_before_exports_were_noted_is_brought_forward(opened: Opened, kept: KeptFrame) -> None:
    with opened() as store, store._database.writing() as connection:
        for column in ("cut_off", "exported_at"):
            connection.execute(sa.text(f"ALTER TABLE exams DROP COLUMN {column}"))
        connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '0002'"))
    with opened() as store:
        assert store.frame(kept.id) == kept
        (line,) = store.exam_lines()
        assert line.exported_at is None
        store.export_marks.note([line.exam.id], datetime.now(UTC))
        assert store.exam_lines()[0].exported_at is not None
        assert store.cut_off.latest() is None


def test_that_no_number_reaches_the_log(opened: Opened, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with opened() as store:
        exam = store.begin_exam("Ann", "Screening", "4815162342")
        with pytest.raises(StoreError) as caught, store._database.writing() as connection:
            connection.execute(sa.text("INSERT INTO no_such_table VALUES (:number)"), {"number": "4815162342"})
    assert exam.subject
    assert caplog.records
    assert "4815162342" not in caplog.text
    cause: BaseException | None = caught.value
    while cause is not None:
        assert "4815162342" not in str(cause)
        cause = cause.__cause__
