"""Finds exams by plane, date, subject, person and state, from typed words too, and says what each holds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias

import sqlalchemy as sa

from nas.planes import PLANES
from uiac_desktop.errors import StoreError
from uiac_desktop.exam.export_marks import changed_since_export
from uiac_desktop.exam.records import Exam
from uiac_desktop.exam.schema import clips, exams, frames, subjects

ExamPlace: TypeAlias = Literal["listed", "binned", "all"]

_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$")


@dataclass(frozen=True, slots=True)
class ExamQuery:
    """What exams are looked for; every field narrows the list.

    Attributes
    ----------
    plane
        Exams with a kept frame whose label in force is this.
    subject
        Code, or its beginning.
    since, until
        Exams that began in this span, `until` not included; aware.
    who
        Part of the name of who examined; case makes no difference.
    state
        Those in the list, those in the bin, or both.
    exported
        Those that were exported, or those that never were; None for both.
    """

    plane: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    who: str | None = None
    state: ExamPlace = "listed"
    exported: bool | None = None


@dataclass(frozen=True, slots=True)
class ExamLine:
    """An exam with what it holds.

    Attributes
    ----------
    frames, clips
        Kept frames (rejected ones not counted) and clips.
    planes
        Planes for which a frame stands, as in Scan and in the report, in the paper's order, others after them.
    corrected
        Kept frames that a person labelled.
    binned_at, exported_at
        UTC, or None; exported when last.
    changed_since_export
        Whether an export would tell something else now.
    """

    exam: Exam
    frames: int
    clips: int
    planes: tuple[str, ...]
    corrected: int
    binned_at: datetime | None
    exported_at: datetime | None = None
    changed_since_export: bool = False


def read_query(text: str, state: ExamPlace = "listed", planes: Iterable[str] = PLANES) -> ExamQuery:
    """Return the query of typed words: ``RVOT 2024-05``, ``S-7K``, a name; dates are the user's own days.

    Parameters
    ----------
    text
        Words in any order. A plane's code, a year, month or day, a subject's code, ``exported``; any other word is who
        examined.
    state
        Where to look.
    planes
        Codes that count as planes: a department may have classes of its own.
    """
    query = ExamQuery(state=state)
    codes = {code.casefold(): code for code in planes}
    names = []
    for word in text.split():
        span = _span(word)
        if word.casefold() in codes:
            query = replace(query, plane=codes[word.casefold()])
        elif span is not None:
            query = replace(query, since=span[0], until=span[1])
        elif word.upper().startswith("S-"):
            query = replace(query, subject=word.upper())
        elif word.casefold() == "exported":
            query = replace(query, exported=True)
        else:
            names.append(word)
    return replace(query, who=" ".join(names)) if names else query


def matching(query: ExamQuery) -> sa.Select[Any]:
    """Return the statement that finds exams, newest first."""
    found = sa.select(exams, subjects.c.code).join(subjects).order_by(exams.c.started_at.desc(), exams.c.id.desc())
    if query.state != "all":
        found = found.where(exams.c.binned_at.is_not(None) == (query.state == "binned"))
    if query.subject is not None:
        found = found.where(subjects.c.code.startswith(query.subject, autoescape=True))
    if query.since is not None:
        found = found.where(exams.c.started_at >= query.since)
    if query.until is not None:
        found = found.where(exams.c.started_at < query.until)
    if query.exported is not None:
        found = found.where(exams.c.exported_at.is_not(None) == query.exported)
    if query.who is not None:
        found = found.where(exams.c.who.icontains(query.who, autoescape=True))
    if query.plane is not None:
        shows = (frames.c.exam_id == exams.c.id) & (frames.c.plane == query.plane) & (frames.c.state == "kept")
        found = found.where(sa.exists().where(shows))
    return found


def exam_of(row: sa.Row[Any]) -> Exam:
    """Return the record of a row of `matching`."""
    return Exam(row.id, row.code, row.started_at, row.ended_at, row.protocol, row.who)


def exam_of_id(connection: sa.Connection, exam_id: int) -> Exam:
    """Return an exam, also one in the bin.

    Raises
    ------
    StoreError
        There is none of this number.
    """
    row = connection.execute(matching(ExamQuery(state="all")).where(exams.c.id == exam_id)).first()
    if row is None:
        raise StoreError(f"Exam {exam_id} is not in the exam store.", "Look at the list of exams.")
    return exam_of(row)


def exam_lines(connection: sa.Connection, query: ExamQuery) -> tuple[ExamLine, ...]:
    """Return the exams of a query with what they hold, newest first."""
    rows = connection.execute(matching(query)).all()
    wanted = [row.id for row in rows]
    held: dict[int, list[sa.Row[Any]]] = {number: [] for number in wanted}
    corrected = sa.func.count(frames.c.corrected).label("corrected")
    stands = sa.func.max(sa.case((frames.c.best, 1), else_=0)).label("stands")
    by_plane = sa.select(frames.c.exam_id, frames.c.plane, sa.func.count().label("kept"), corrected, stands).where(
        frames.c.state == "kept"
    )
    for row in connection.execute(by_plane.group_by(frames.c.exam_id, frames.c.plane)):
        if row.exam_id in held:
            held[row.exam_id].append(row)
    counted = connection.execute(sa.select(clips.c.exam_id, sa.func.count().label("n")).group_by(clips.c.exam_id))
    recorded = {row.exam_id: row.n for row in counted}
    changed = changed_since_export(connection)
    return tuple(_line(row, held[row.id], recorded.get(row.id, 0), changed=row.id in changed) for row in rows)


def planes_in_store(connection: sa.Connection) -> tuple[str, ...]:
    """Return every label in force of a kept frame, in the paper's order, others after them."""
    found = connection.execute(sa.select(frames.c.plane).where(frames.c.state == "kept").distinct()).scalars()
    return tuple(sorted(found, key=_place))


def _line(row: sa.Row[Any], held: list[sa.Row[Any]], recorded: int, *, changed: bool) -> ExamLine:
    planes = sorted((plane.plane for plane in held if plane.stands), key=_place)
    kept, corrected = sum(plane.kept for plane in held), sum(plane.corrected for plane in held)
    return ExamLine(exam_of(row), kept, recorded, tuple(planes), corrected, row.binned_at, row.exported_at, changed)


def _place(plane: str) -> tuple[int, str]:
    return (PLANES.index(plane) if plane in PLANES else len(PLANES), plane)


def _span(word: str) -> tuple[datetime, datetime] | None:
    """Return begin and end of a year, month or day in the user's zone; None where the word is no date."""
    parts = _DATE.match(word)
    if parts is None:
        return None
    year, month, day = (int(part) if part else None for part in parts.groups())
    try:
        begin = datetime(year or 0, month or 1, day or 1)  # noqa: DTZ001 - the user's own zone
        if day is not None:
            end = begin + timedelta(days=1)
        elif month is not None:
            end = begin.replace(year=begin.year + month // 12, month=month % 12 + 1)
        else:
            end = begin.replace(year=begin.year + 1)
        return begin.astimezone(), end.astimezone()
    except (ValueError, OverflowError):
        return None
