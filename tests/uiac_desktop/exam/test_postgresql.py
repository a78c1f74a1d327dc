"""The same store on a PostgreSQL server, which the test starts itself on a port of its own."""

import os
import pwd
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.uiac_desktop.exam.conftest import new_frame, picture
from uiac_desktop.errors import StoreError
from uiac_desktop.exam import database
from uiac_desktop.exam.exam_list import read_query
from uiac_desktop.exam.schema import VERSION_TABLE, metadata
from uiac_desktop.exam.store import ExamStore, open_store

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def _as_user() -> dict[str, int]:
    """Return whom the server runs as: it refuses root."""
    if os.getuid():
        return {}
    try:
        return {"user": pwd.getpwnam("postgres").pw_uid, "group": pwd.getpwnam("postgres").pw_gid}
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an empty server on loopback; skips where PostgreSQL or its driver is not installed."""
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed")
    if not _PROGRAMS:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    programs, user = _PROGRAMS[-1].parent, _as_user()
    quick = Path("/dev/shm")
    place = (quick if quick.is_dir() else Path("/tmp")) / f"pg-{os.getpid()}"  # pytest's folders are closed to others
    place.mkdir()
    try:
        if user:
            os.chown(place, user["user"], user["group"])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        words = [programs / "initdb", "-D", place / "data", "-U", "uiac", "-A", "trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(words, check=True, capture_output=True, cwd=place, **user)
        control = [programs / "pg_ctl", "-D", place / "data", "-w", "-t", "60"]
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
        start = [*control, "-o", options, "-l", place / "log", "start"]
        subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=place, **user)
        try:
            yield f"postgresql+psycopg://uiac@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, **user)
    finally:
        shutil.rmtree(place)


@pytest.fixture
def address(server: str) -> Iterator[str]:
    """A database of the test's own."""
    name = f"test_{os.urandom(4).hex()}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    yield server.rpartition("/")[0] + f"/{name}"


@pytest.fixture
def store(address: str, tmp_path: Path) -> Iterator[ExamStore]:
    with open_store(address, media=tmp_path / "one" / "media", key_file=tmp_path / "site.key") as store:
        yield store


def test_that_an_exam_on_a_server_is_as_one_in_a_folder(store: ExamStore, address: str, tmp_path: Path) -> None:
    exam = store.begin_exam("Ann", "Screening", "4711")
    first, second = (store.keep(exam.id, new_frame("FCH", seed)) for seed in (1, 2))
    store.set_best(first.id)
    assert store.set_best(second.id).best
    assert [frame.best for frame in store.frames(exam.id)] == [False, True]
    assert store.relabel(second.id, "TV", "Ann").plane == "TV"
    store.set_state(first.id, "rejected", "Bea")
    assert [change.what for change in store.history(second.id)] == ["best", "relabelled"]
    assert (store.picture(second.id) == picture(2)).all()
    assert store.chances(second.id) == {"FCH": 0.75, "TV": 0.25}
    assert store.exams(read_query("TV ann")) == (exam,)
    assert store.exam_lines()[0].planes == ()
    store.set_best(second.id)
    assert store.exam_lines()[0].planes == ("TV",)
    assert exam.started_at.tzinfo is UTC
    assert abs((datetime.now(UTC) - exam.started_at).total_seconds()) < 60
    with open_store(address, media=tmp_path / "one" / "media", key_file=tmp_path / "site.key") as again:
        assert again.frames(exam.id) == store.frames(exam.id)
        assert again.begin_exam("Bea", "Extended", " 4711").subject == exam.subject


def test_that_the_steps_make_what_the_tables_say(store: ExamStore) -> None:
    with store._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE label_changes SET plane = 'x'", "DELETE FROM label_changes", "TRUNCATE audit"]
)
def test_that_the_server_refuses_to_forget(store: ExamStore, statement: str) -> None:
    kept = store.keep(store.begin_exam("Ann", "Screening").id, new_frame())
    store.relabel(kept.id, "TV", "Ann")
    with pytest.raises(StoreError), store._database.writing() as connection:
        connection.execute(sa.text(statement))
    assert len(store.history(kept.id)) == 1


def test_that_erasing_takes_all_and_leaves_the_line(store: ExamStore) -> None:
    exam = store.begin_exam("Ann", "Screening", "4711")
    kept = store.keep(exam.id, new_frame())
    store.relabel(kept.id, "TV", "Ann")
    store.end_exam(exam.id)
    line = store.erase(exam.id, "Bea")
    assert store.audit() == (line,)
    assert not list(store.media.folder.rglob("*.png"))
    with store._database.reading() as connection:
        for table in ("subjects", "exams", "frames", "label_changes", "erasures", "leftovers"):
            assert connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar() == 0, table


def test_that_two_pcs_share_a_server_and_lose_nothing(store: ExamStore, address: str, tmp_path: Path) -> None:
    exam = store.begin_exam("Ann", "Screening")
    kept: list[int] = []

    def keep(pc: str) -> None:
        with open_store(address, media=tmp_path / pc / "media", key_file=tmp_path / "site.key") as other:
            for seed in range(5):
                frame = other.keep(exam.id, new_frame(seed=seed))
                other.set_best(frame.id)
                kept.append(frame.id)

    threads = [threading.Thread(target=keep, args=(pc,)) for pc in ("two", "three")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    frames = store.frames(exam.id)
    assert {frame.id for frame in frames} == set(kept)
    assert len(kept) == 10
    assert sum(frame.best for frame in frames) == 1
    with pytest.raises(StoreError, match="cannot be read"):
        store.picture(frames[0].id)


def test_that_a_newer_schema_is_refused_and_untouched(store: ExamStore, address: str, tmp_path: Path) -> None:
    with store._database.writing() as connection:
        connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '0999'"))
        connection.execute(sa.text("UPDATE store_notes SET value = '2.1' WHERE key = 'written_by'"))
    with pytest.raises(StoreError, match=r"written by version 2\.1\."):
        open_store(address, media=tmp_path / "m", key_file=tmp_path / "site.key")
    assert not (tmp_path / "m").exists()


def test_that_a_server_that_waits_too_long_or_is_gone_is_said(
    store: ExamStore, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_S", 1.0)
    with open_store(address, media=tmp_path / "two" / "media", key_file=tmp_path / "site.key") as other:
        with store._database.writing(), pytest.raises(StoreError, match="Another window"):
            other.begin_exam("Ann", "Screening")
        assert other.begin_exam("Ann", "Screening").id
    with pytest.raises(StoreError, match=r"does not answer|no such database") as caught:
        open_store(address + "_absent", media=tmp_path / "m")
    assert "uiac@" not in caught.value.message + caught.value.advice
    with pytest.raises(StoreError, match="does not answer"):
        open_store("postgresql+psycopg://uiac@127.0.0.1:1/x", media=tmp_path / "m")
