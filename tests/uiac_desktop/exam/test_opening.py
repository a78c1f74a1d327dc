"""A store is made, brought up to date, shared by windows, or refused and left as it was."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.uiac_desktop.exam.conftest import new_frame
from uiac_desktop import paths
from uiac_desktop.errors import StoreError
from uiac_desktop.exam import database
from uiac_desktop.exam.schema import VERSION_TABLE, metadata
from uiac_desktop.exam.store import DATABASE_FILE, ExamStore, open_store

Opened = Callable[[], ExamStore]


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_that_a_store_lies_in_the_user_s_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "data_dir", lambda: tmp_path / "data")
    with open_store() as store:
        assert store.media.folder == tmp_path / "data" / "exams" / "media"
    assert (tmp_path / "data" / "exams" / DATABASE_FILE).is_file()


def test_that_the_steps_make_what_the_tables_say(store: ExamStore) -> None:
    with store._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def test_that_the_database_is_set_to_lose_and_leave_nothing(store: ExamStore) -> None:
    def setting(name: str) -> object:
        with store._database.reading() as connection:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

    names = ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
    assert [setting(name) for name in names] == ["wal", 2, 1, 1]


def test_that_a_store_of_a_newer_program_is_refused_and_untouched(opened: Opened, tmp_path: Path) -> None:
    with opened() as store:
        store.keep(store.begin_exam("Ann", "Screening").id, new_frame())
    with closing(sqlite3.connect(tmp_path / "store" / DATABASE_FILE)) as other:
        other.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0999'")
        other.execute("UPDATE store_notes SET value = '2.1' WHERE key = 'written_by'")
        other.commit()
    before = _files(tmp_path / "store")
    with pytest.raises(StoreError) as caught:
        opened()
    assert caught.value.message == "This store was written by version 2.1."
    assert caught.value.advice == "Update this program, or choose another store. Nothing was changed."
    after = _files(tmp_path / "store")
    assert {name: after.get(name) for name in before} == before
    assert all(not content for name, content in after.items() if name not in before)


@pytest.mark.parametrize("harm", ["no database", "cut", "overwritten"])
def test_that_a_broken_store_is_said_and_left_as_it_is(opened: Opened, tmp_path: Path, harm: str) -> None:
    with opened() as store:
        exam = store.begin_exam("Ann", "Screening")
        for seed in range(3):
            store.keep(exam.id, new_frame(seed=seed))
    file = tmp_path / "store" / DATABASE_FILE
    content = file.read_bytes()
    broken = {
        "no database": b"This is no database. " * 50,
        "cut": content[: len(content) // 2],
        "overwritten": content[:4096] + b"\xa5" * 8192 + content[12288:],
    }[harm]
    file.write_bytes(broken)
    with pytest.raises(StoreError, match="damaged") as caught:
        opened()
    assert "Nothing was changed" in caught.value.advice
    assert file.read_bytes() == broken
    assert len(list((tmp_path / "store" / "media").rglob("*.png"))) == 3


def test_that_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for place in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / ("x" * 300), "~nobody of this name/exams"):
        with pytest.raises(StoreError) as caught:
            open_store(place)
        assert caught.value.advice
        assert str(tmp_path) not in caught.value.message


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql+psycopg://", "driver|answer"),
        ("nonsense://x/y", "not understood"),
        ("mysql://x/y", "not understood"),
        ("://", "not understood"),
    ],
)
def test_that_an_address_of_no_use_is_said(address: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        open_store(address)
    assert caught.value.advice


def test_that_two_windows_see_each_other_s_frames(opened: Opened) -> None:
    with opened() as one, opened() as two:
        exam = one.begin_exam("Ann", "Screening")
        kept = one.keep(exam.id, new_frame())
        assert two.frames(exam.id) == (kept,)
        two.relabel(kept.id, "TV", "Bea")
        assert one.frame(kept.id).plane == "TV"
        assert two.exam(exam.id).ended_at is None, "an exam of a window at work goes on"


def test_that_two_windows_that_keep_at_once_lose_nothing(opened: Opened) -> None:
    with opened() as store:
        exam = store.begin_exam("Ann", "Screening")
    kept: list[int] = []

    def keep(first: int) -> None:
        with opened() as store:
            kept.extend(store.keep(exam.id, new_frame(seed=seed)).id for seed in range(first, first + 8))

    threads = [threading.Thread(target=keep, args=(first,)) for first in (0, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with opened() as store:
        assert {frame.id for frame in store.frames(exam.id)} == set(kept)
        assert len(set(kept)) == 16
        assert {frame.frame for frame in store.frames(exam.id)} == set(range(16))


def test_that_a_window_that_writes_too_long_is_said(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE_S", 0.05)
    with opened() as one, opened() as two:
        exam = one.begin_exam("Ann", "Screening")
        with one._database.writing(), pytest.raises(StoreError, match="Another window") as caught:
            two.keep(exam.id, new_frame())
        assert "Try again" in caught.value.advice
        assert two.frames(exam.id) == ()
        assert two.keep(exam.id, new_frame()).id
        assert len(list(one.media.folder.rglob("*.png"))) == 1


def test_that_windows_that_make_a_store_at_once_wait_for_each_other(opened: Opened) -> None:
    failed: list[Exception] = []
    ready = threading.Barrier(3)

    def make() -> None:
        ready.wait()
        try:
            with opened() as store:
                store.begin_exam("Ann", "Screening")
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with opened() as store:
        assert len(store.exams()) == 3
