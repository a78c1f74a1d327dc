"""The database under the exam store: how it is opened, brought up to date, or refused and left as it is."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.pool import QueuePool

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.schema import VERSION_TABLE, notes
from uiac_desktop.exam.store_errors import DAMAGED, in_the_user_s_words

PATIENCE_S: Final = 5.0
"""How long a write waits for another window."""

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_WRITER_LOCK: Final = 0x55494143
_ALEMBIC: Final = threading.Lock()  # its entry points are global to the process


class _NewerError(StoreError):
    """The store was written by a newer program."""


class Database:
    """A database that is at this program's schema.

    Parameters
    ----------
    engine
        From `sqlite_engine` or `server_engine`.
    path
        The SQLite file; None for a server.

    Raises
    ------
    StoreError
        It cannot be reached, is damaged, or is of a newer program; nothing was changed.
    """

    def __init__(self, engine: sa.Engine, path: Path | None) -> None:
        self._engine = engine
        self.is_local = path is not None
        try:
            with in_the_user_s_words():
                if path is not None:
                    _use_write_ahead_log(engine)
                self._bring_up_to_date()
        except BaseException:
            engine.dispose()
            raise

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection with one view of the data for the block."""
        with in_the_user_s_words(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Give a connection that alone may write, of all windows and PCs; a block that fails has changed nothing."""
        with (
            in_the_user_s_words(),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            if not self.is_local:
                connection.execute(sa.text(f"SET LOCAL lock_timeout = '{PATIENCE_S:.0f}s'"))
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITER_LOCK)))
            yield connection

    def forget_traces(self) -> None:
        """Empty the write-ahead log, so that no former state of an erased row stays in it."""
        if self.is_local:
            with in_the_user_s_words(), self._engine.connect() as connection:
                raw = connection.connection.dbapi_connection
                if raw is not None:
                    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _bring_up_to_date(self) -> None:
        settings = Config()
        settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        script = ScriptDirectory.from_config(settings)
        with _ALEMBIC, self.writing() as connection:
            present = _schema_of(connection)
            if present == script.get_current_head():
                return
            if present is not None and present not in {step.revision for step in script.walk_revisions()}:
                raise _newer(connection)
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
            set_note(connection, "written_by", _program_version())


def sqlite_engine(path: Path) -> sa.Engine:
    """Return the engine of a SQLite file, which may not be there yet.

    Raises
    ------
    StoreError
        The file is no database, damaged, or of a newer program. It was only read.
    """
    if path.is_file() and path.stat().st_size:
        _look_without_touching(path)

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)

    engine = sa.create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=1, max_overflow=1, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _choose(connection: sqlite3.Connection, _record: object) -> None:
        for choice in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "recursive_triggers=ON"):
            connection.execute(f"PRAGMA {choice}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def server_engine(address: str) -> sa.Engine:
    """Return the engine of a PostgreSQL server.

    Raises
    ------
    StoreError
        The address is not understood, or the driver is not installed.
    """
    unknown = ("The address of the exam store is not understood.", "Write postgresql+psycopg://USER@HOST/DATABASE.")
    try:
        url = sa.make_url(address)
        if url.get_backend_name() != "postgresql":
            raise StoreError(*unknown)
        return sa.create_engine(url, hide_parameters=True, pool_size=1, max_overflow=1, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise StoreError(
            "PostgreSQL's driver is not installed.", "Install it: pip install 'uiac-desktop[postgresql]'."
        ) from error
    except sa.exc.ArgumentError as error:
        raise StoreError(*unknown) from error


def note_of(connection: sa.Connection, key: str) -> str | None:
    """Return one of the store's notes on itself."""
    return connection.execute(sa.select(notes.c.value).where(notes.c.key == key)).scalar()


def set_note(connection: sa.Connection, key: str, value: str) -> None:
    """Write one of the store's notes on itself."""
    connection.execute(sa.delete(notes).where(notes.c.key == key))
    connection.execute(sa.insert(notes).values(key=key, value=value))


def _program_version() -> str:
    try:
        return version("uiac-desktop")
    except PackageNotFoundError:
        return "unknown"


def _schema_of(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608
    return found


def _newer(connection: Any) -> _NewerError:
    written_by = note_of(connection, "written_by") if sa.inspect(connection).has_table(notes.name) else None
    return _NewerError(
        f"This store was written by version {written_by or 'newer than this program'}.",
        "Update this program, or choose another store. Nothing was changed.",
    )


def _look_without_touching(path: Path) -> None:
    """Check a file through a connection that may only read, so that a damaged or newer one stays as it is.

    A file that no window has open is read as if it could not change, which leaves nothing beside it; where that finds
    fault, a window may just have opened it, and it is read once more with the locks.
    """
    if not path.with_name(path.name + "-wal").exists():
        try:
            _check(path, "immutable=1")
        except _NewerError:
            raise
        except StoreError:
            _check(path, "mode=ro")
    else:
        _check(path, "mode=ro")


def _check(path: Path, way: str) -> None:
    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"{path.absolute().as_uri()}?{way}", uri=True, timeout=PATIENCE_S)

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool, hide_parameters=True)
    with in_the_user_s_words(), engine.connect() as connection:
        if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            raise StoreError(*DAMAGED)
        present = _schema_of(connection)
        with _ALEMBIC:
            known = {step.revision for step in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}
        if present is not None and present not in known:
            raise _newer(connection)


def _use_write_ahead_log(engine: sa.Engine) -> None:
    """Switch the file to its write-ahead log; two windows that make it at once wait for each other."""
    until = time.monotonic() + PATIENCE_S
    with closing(engine.raw_connection()) as connection:
        while True:
            try:
                connection.cursor().execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return
