"""What a database or a disk complains of, in the user's words, at one place that no method can forget."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from nas.errors import NO_RIGHT, NO_ROOM
from uiac_desktop.errors import StoreError, StoreFull

DAMAGED: Final = (
    "The exam store is damaged.",
    "Nothing was changed. Put a copy of it back, or choose another store; the pictures lie in its folder media.",
)
CANNOT_OPEN: Final = (
    "The exam store cannot be opened.",
    "Check that its folder is there and that this account may write to it.",
)
_SQLITE: Final[dict[int, tuple[str, str]]] = {
    sqlite3.SQLITE_BUSY: (
        "Another window of the program is writing to the exam store.",
        "Try again in a moment; close the other window where this goes on.",
    ),
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_READONLY: (
        "The exam store may only be read.",
        "Let this account write to its folder, or choose another store.",
    ),
    sqlite3.SQLITE_CANTOPEN: CANNOT_OPEN,
    sqlite3.SQLITE_CONSTRAINT: (
        "This is no longer in the exam store.",
        "Another window may have erased it. Look at the list again.",
    ),
}
_SQLITE[sqlite3.SQLITE_NOTADB] = _SQLITE[sqlite3.SQLITE_CORRUPT]
_SQLITE[sqlite3.SQLITE_LOCKED] = _SQLITE[sqlite3.SQLITE_BUSY]
_SQLITE[sqlite3.SQLITE_PERM] = _SQLITE[sqlite3.SQLITE_READONLY]
_POSTGRESQL: Final[dict[str, tuple[str, str]]] = {
    "55": _SQLITE[sqlite3.SQLITE_BUSY],  # lock not available
    "23": _SQLITE[sqlite3.SQLITE_CONSTRAINT],
    "25": _SQLITE[sqlite3.SQLITE_READONLY],
    "28": ("The exam store's server refuses this account.", "Check the name and the password of its address."),
    "3D": ("The exam store's server has no such database.", "Check the address, or let it be made first."),
    "42": ("The exam store's server refuses this.", "Ask who runs it for the right to make and change tables."),
}
_UNREACHED: Final = ("The exam store's server does not answer.", "Check the network and the address; then try again.")


@contextmanager
def in_the_user_s_words() -> Iterator[None]:
    """Turn every failure of the database or the disk inside the block into a `StoreError` with advice.

    Raises
    ------
    StoreFull
        The disk has no room.
    StoreError
        Anything else.
    """
    try:
        yield
    except OSError as error:
        raise of_the_disk(error) from error
    except sqlite3.Error as error:
        raise _of_sqlite(error) from error
    except DBAPIError as error:
        raise _of_the_database(error) from error
    except SQLAlchemyError as error:
        raise StoreError(
            f"The exam store cannot be used ({type(error).__name__}).", "Check its address in the settings."
        ) from error


def full() -> StoreFull:
    """Return the one message of a full disk."""
    return StoreFull(
        "The disk is full. Frames kept so far are safe; nothing more is kept.",
        "Make room, for example by erasing exams in the room Exams, and keep the frame again.",
    )


def of_the_disk(error: OSError) -> StoreError:
    """Return what a failing disk is in the user's words."""
    if error.errno in NO_ROOM:
        return full()
    if error.errno in NO_RIGHT:
        return StoreError(*_SQLITE[sqlite3.SQLITE_READONLY])
    reason = error.strerror or type(error).__name__
    return StoreError(f"The folder of the exam store fails: {reason}.", "Check the disk or the network drive.")


def _of_the_database(error: DBAPIError) -> StoreError:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    state = getattr(cause, "sqlstate", None) or ""
    if state == "53100":
        return full()
    if state[:2] in _POSTGRESQL:
        return StoreError(*_POSTGRESQL[state[:2]])
    return StoreError(*_UNREACHED)


def _of_sqlite(error: sqlite3.Error) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return full()
    if code in _SQLITE:
        return StoreError(*_SQLITE[code])
    return StoreError(f"The exam store fails ({error}).", "Check the disk; then start the program again.")
