"""Erasing: rows, history, files and what was set aside of one exam go; one line that names no subject stays."""

import logging
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.database import Database
from uiac_desktop.exam.labelling import now
from uiac_desktop.exam.media import MediaFolder
from uiac_desktop.exam.process_mark import is_at_work
from uiac_desktop.exam.review_shelf import forget_reviews
from uiac_desktop.exam.schema import audit, changes, clips, erasures, exams, frames, leftovers, subjects

_LOG = logging.getLogger(__name__)
_AT_ONCE: Final = 500
BIN_LASTS: Final = timedelta(days=30)
"""How long an exam can be taken out of the bin."""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of what was erased.

    Attributes
    ----------
    at
        UTC.
    who
        Who did it.
    what
        ``erased``.
    frames, clips
        How many.
    """

    at: datetime
    who: str
    what: str
    frames: int
    clips: int


def erase(database: Database, media: MediaFolder, exam_id: int, who: str) -> AuditLine:
    """Erase an exam for good.

    The rows go in one transaction that also notes the files; those of a program killed before they are removed, and
    those that another program holds open, go at a next start.

    Raises
    ------
    StoreError
        The exam is gone, or goes on.
    """
    with database.writing() as connection:
        exam = connection.execute(sa.select(exams).where(exams.c.id == exam_id)).first()
        if exam is None:
            raise StoreError("This exam is no longer in the exam store.", "Look at the list again.")
        if exam.ended_at is None and is_at_work(exam.process, now().timestamp()):
            raise StoreError("This exam still goes on.", "End it first.")
        line = _erase_rows(connection, exam_id, exam.subject_id, who)
    remove_leftovers(database, media)
    with suppress(StoreError):  # a file that is held open waits beside it
        media.forget_unlisted(exam_id)
    database.forget_traces()
    return line


def remove_leftovers(database: Database, media: MediaFolder) -> None:
    """Remove the files of erased exams; one that cannot be removed now, or is on another PC, waits for a next time."""
    with database.reading() as connection:
        waiting = connection.execute(sa.select(leftovers.c.media)).scalars().all()
    gone = [name for name in waiting if _removed(database, media, name)]
    for first in range(0, len(gone), _AT_ONCE):
        with database.writing() as connection:
            of_these = leftovers.c.media.in_(gone[first : first + _AT_ONCE])
            connection.execute(sa.delete(leftovers).where(of_these))


def files_left(connection: sa.Connection, media: MediaFolder) -> int:
    """Return how many files of erased exams are still in this PC's media."""
    return sum(media.path(name).exists() for name in connection.execute(sa.select(leftovers.c.media)).scalars())


def _removed(database: Database, media: MediaFolder, name: str) -> bool:
    try:
        return media.remove(name) or database.is_local
    except StoreError as error:
        _LOG.warning("a file of an erased exam cannot be removed yet: %s", error.message)
        return False


def due(connection: sa.Connection, at: datetime) -> tuple[int, ...]:
    """Return the exams whose time in the bin is over."""
    return tuple(connection.execute(sa.select(exams.c.id).where(exams.c.binned_at <= at - BIN_LASTS)).scalars())


def audit_lines(connection: sa.Connection) -> tuple[AuditLine, ...]:
    """Return what was ever erased, oldest first."""
    columns = [audit.c[field.name] for field in fields(AuditLine)]
    rows = connection.execute(sa.select(*columns).order_by(audit.c.id))
    return tuple(AuditLine(**row) for row in rows.mappings())


def _erase_rows(connection: sa.Connection, exam_id: int, subject_id: int, who: str) -> AuditLine:
    connection.execute(sa.insert(erasures).values(exam_id=exam_id))
    connection.execute(sa.delete(changes).where(changes.c.exam_id == exam_id))
    forget_reviews(connection, exam_id)
    counts = []
    for table in (frames, clips):
        names = connection.execute(sa.delete(table).where(table.c.exam_id == exam_id).returning(table.c.media))
        files = names.scalars().all()
        if files:
            connection.execute(sa.insert(leftovers), [{"media": name} for name in files])
        counts.append(len(files))
    connection.execute(sa.delete(exams).where(exams.c.id == exam_id))
    if connection.execute(sa.select(exams.c.id).where(exams.c.subject_id == subject_id)).first() is None:
        connection.execute(sa.delete(subjects).where(subjects.c.id == subject_id))
    connection.execute(sa.delete(erasures).where(erasures.c.exam_id == exam_id))
    line = AuditLine(now(), who, "erased", *counts)
    connection.execute(
        sa.insert(audit).values(at=line.at, who=line.who, what=line.what, frames=line.frames, clips=line.clips)
    )
    return line
