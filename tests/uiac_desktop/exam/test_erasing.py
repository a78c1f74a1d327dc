"""An erased exam leaves one line without a subject; one in the bin comes back whole."""

import errno
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.uiac_desktop.exam.conftest import new_frame
from uiac_desktop.errors import StoreError
from uiac_desktop.exam import erasing
from uiac_desktop.exam.records import Exam
from uiac_desktop.exam.schema import exams, leftovers
from uiac_desktop.exam.store import ExamStore

Opened = Callable[[], ExamStore]


def _full_exam(store: ExamStore, number: str | None = None) -> Exam:
    """Make an ended exam with two frames, a correction and a clip."""
    exam = store.begin_exam("Wilhelmina", "Screening", number)
    first, _ = (store.keep(exam.id, new_frame(seed=seed)) for seed in (1, 2))
    store.relabel(first.id, "TV", "Wilhelmina")
    path = store.new_clip_path(exam.id)
    path.write_bytes(b"clip of the exam")
    store.add_clip(
        exam.id,
        path,
        source="device",
        started_at=datetime.now(UTC),
        duration_s=1.0,
        frames=25,
        lost=0,
        width=8,
        height=8,
    )
    return store.end_exam(exam.id)


def test_that_the_bin_gives_everything_back(store: ExamStore) -> None:
    exam = _full_exam(store)
    before = store.exam_lines()
    store.bin(exam.id)
    assert store.exam_lines() == ()
    store.unbin(exam.id)
    assert store.exam_lines() == before
    assert store.picture(store.frames(exam.id)[0].id).shape == (48, 64)


def test_that_erasing_leaves_one_line_without_a_subject(opened: Opened, tmp_path: Path) -> None:
    with opened() as store:
        other = store.begin_exam("Bea", "Screening")
        kept = store.keep(other.id, new_frame(seed=9))
        exam = _full_exam(store, "4815162342")
        line = store.erase(exam.id, "Bea")
        assert store.audit() == (line,)
        assert (line.who, line.what, line.frames, line.clips) == ("Bea", "erased", 2, 1)
        assert store.exams() == (other,)
        assert store.frames(exam.id) == store.clips(exam.id) == ()
        with pytest.raises(StoreError):
            store.exam(exam.id)
        written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]  # with the write-ahead log
        assert store.frames(other.id) == (kept,)
        assert store.picture(kept.id).any()
    assert not any(exam.subject.encode() in content or b"Wilhelmina" in content for content in written)
    assert [path.name for path in (tmp_path / "store" / "media").iterdir()] == [f"{other.id:06d}"]


def test_that_numbers_of_erased_exams_are_never_given_again(store: ExamStore) -> None:
    exam = _full_exam(store)
    frame = store.frames(exam.id)[-1]
    store.erase(exam.id, "Ann")
    again = _full_exam(store)
    assert again.id > exam.id
    assert store.frames(again.id)[0].id > frame.id


def test_that_the_other_visits_of_a_woman_stay(store: ExamStore) -> None:
    first, second = _full_exam(store, "7"), _full_exam(store, "7")
    store.erase(first.id, "Ann")
    assert store.exam(second.id).subject == first.subject
    assert _full_exam(store, "7").subject == first.subject
    for exam in store.exams():
        store.erase(exam.id, "Ann")
    assert _full_exam(store, "7").subject != first.subject, "nothing of her was left"


def test_that_an_exam_that_goes_on_is_not_erased(store: ExamStore) -> None:
    exam = store.begin_exam("Ann", "Screening")
    store.keep(exam.id, new_frame())
    with pytest.raises(StoreError, match="goes on") as caught:
        store.erase(exam.id, "Ann")
    assert "End it" in caught.value.advice
    assert len(store.frames(exam.id)) == 1


def test_that_files_whose_removal_was_cut_short_go_at_the_next_start(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened() as store:
        exam = _full_exam(store)
        with monkeypatch.context() as patch:
            patch.setattr(erasing, "remove_leftovers", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                store.erase(exam.id, "Ann")
        assert store.exams() == ()
        assert len(list(store.media.folder.rglob("*.*"))) == 3
    with opened() as store:
        assert not list(store.media.folder.rglob("*.*"))
        assert not store.media.unlisted.exists(), "erased means erased"


@pytest.mark.logs
def test_that_a_file_that_another_program_holds_open_keeps_nothing_else_and_no_store_shut(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with opened() as store:
        exam = _full_exam(store)
        (clip,) = store.clips(exam.id)
        held, remove = store.media.path(clip.media), Path.unlink

        def unlink(path: Path, missing_ok: bool = False) -> None:
            if path in (held, held.parent):
                raise PermissionError(errno.EACCES, "in use")
            remove(path, missing_ok)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", unlink)
            patch.setattr("uiac_desktop.exam.media.shutil.rmtree", unlink)
            line = store.erase(exam.id, "Ann")
            assert (line.frames, line.clips, store.files_left()) == (2, 1, 1)
            assert list(store.media.folder.rglob("*.*")) == [held]
            with opened() as other:
                assert other.exams() == ()
                assert other.files_left() == 1
        written = [path.read_bytes() for path in (tmp_path / "store").glob("exams.sqlite*")]
        assert not any(exam.subject.encode() in content for content in written), "traces went, too"
    with opened() as store:
        assert store.files_left() == 0
        assert not held.exists()


def test_that_more_files_than_one_statement_takes_are_erased(opened: Opened) -> None:
    with opened() as store:
        with store._database.writing() as connection:
            names = [{"media": f"000001/{number}.png"} for number in range(40_000)]
            connection.execute(sa.insert(leftovers), names)

        @sa.event.listens_for(store._database._engine, "checkout")
        def _small_build(connection: Any, *_: Any) -> None:
            connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)

        erasing.remove_leftovers(store._database, store.media)
        with store._database.reading() as connection:
            assert connection.execute(sa.select(leftovers.c.media)).first() is None


def test_that_the_bin_is_emptied_of_what_is_due_only(store: ExamStore) -> None:
    old, young, listed = (_full_exam(store) for _ in range(3))
    store.bin(old.id)
    store.bin(young.id)
    assert store.erase_due("Ann") == ()
    with store._database.writing() as connection:
        at = datetime.now(UTC) - erasing.BIN_LASTS - timedelta(minutes=1)
        connection.execute(sa.update(exams).where(exams.c.id == old.id).values(binned_at=at))
    assert len(store.erase_due("Ann")) == 1
    assert {exam.id for exam in store.exams()} == {listed.id}
    assert store.unbin(young.id).id == young.id


def test_that_disk_use_counts_every_byte(store: ExamStore) -> None:
    exam = _full_exam(store)
    use = store.disk_use()
    home = store.media.folder
    assert use.media == sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) > 0
    assert use.database >= 4096
    assert use.unlisted == 0
    assert use.free > 0
    store.erase(exam.id, "Ann")
    assert store.disk_use().media == 0
