"""A finished file gets its name and its row in one go, so that there is never a row without its file."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.database import Database
from uiac_desktop.exam.labelling import names_media, require_exam
from uiac_desktop.exam.media import MediaFolder

_Answer = TypeVar("_Answer")


def list_file(
    database: Database, media: MediaFolder, exam_id: int, part: Path, insert: Callable[..., _Answer]
) -> _Answer:
    """Publish a file and write its row.

    Parameters
    ----------
    part
        The file under its working name, down on the disk.
    insert
        Takes a connection and ``media``, the file's name; writes the row and returns what the caller wants.

    Raises
    ------
    StoreError
        The row cannot be written. A picture is removed then; a clip stays for the next start.
    """
    try:
        with database.writing() as connection:
            require_exam(connection, exam_id)
            return insert(connection, media=media.publish(part))
    except BaseException:
        if part.suffix == ".png":
            _drop(database, media, part)
        raise


def _drop(database: Database, media: MediaFolder, part: Path) -> None:
    """Remove a picture unless its row arrived though the answer did not; in doubt it stays and is set aside later."""
    name = media.name_of(part)
    with suppress(StoreError, OSError):
        part.unlink(missing_ok=True)
        with database.reading() as connection:
            arrived = names_media(connection, name)
        if not arrived:
            media.remove(name)
