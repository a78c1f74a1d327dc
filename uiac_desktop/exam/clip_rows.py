"""Clips of an exam as rows."""

from dataclasses import fields
from typing import Any, Final

import sqlalchemy as sa

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.records import Clip
from uiac_desktop.exam.schema import clips

_COLUMNS: Final = [clips.c[field.name] for field in fields(Clip)]


def insert(connection: sa.Connection, exam_id: int, media: str, row: dict[str, Any]) -> Clip:
    """Add the row of a clip that lies at `media`."""
    made = connection.execute(sa.insert(clips).values(exam_id=exam_id, media=media, **row).returning(*_COLUMNS))
    return Clip(**made.mappings().one())


def of_exam(connection: sa.Connection, exam_id: int) -> tuple[Clip, ...]:
    """Return an exam's clips in the order of recording."""
    rows = connection.execute(sa.select(*_COLUMNS).where(clips.c.exam_id == exam_id).order_by(clips.c.id))
    return tuple(Clip(**row) for row in rows.mappings())


def of_number(connection: sa.Connection, clip_id: int) -> Clip:
    """Return a clip.

    Raises
    ------
    StoreError
        There is none of this number.
    """
    row = connection.execute(sa.select(*_COLUMNS).where(clips.c.id == clip_id)).mappings().first()
    if row is None:
        raise StoreError("This clip is no longer in the exam store.", "Look at the exam again.")
    return Clip(**row)
