"""Exams that ended because their program was killed: what is there of the latest, going on with it, or leaving it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.database import Database
from uiac_desktop.exam.exam_list import exam_of, exam_of_id
from uiac_desktop.exam.labelling import now
from uiac_desktop.exam.process_mark import is_of_this_pc, process_mark
from uiac_desktop.exam.records import Exam
from uiac_desktop.exam.schema import changes, exams, frames, subjects

OFFERED_FOR: Final = timedelta(hours=4)
"""How long after its last frame an exam may be gone on with: later the woman in front of the probe is another."""


@dataclass(frozen=True, slots=True)
class CutOffExam:
    """An exam whose program was killed.

    Attributes
    ----------
    exam
        As it was ended, at its last frame.
    frames
        How many are kept in it.
    """

    exam: Exam
    frames: int


class CutOffExams:
    """Asked by the thread of the store; every method raises StoreError where the store cannot.

    Parameters
    ----------
    database
        Of the store.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self) -> CutOffExam | None:
        """Return the latest that was cut off on this PC no longer than `OFFERED_FOR` ago, or None."""
        recent = exams.c.cut_off & exams.c.binned_at.is_(None) & (exams.c.ended_at >= now() - OFFERED_FOR)
        kept = sa.select(sa.func.count()).where((frames.c.exam_id == exams.c.id) & (frames.c.state == "kept"))
        found = sa.select(exams, subjects.c.code, kept.scalar_subquery().label("kept")).join(subjects).where(recent)
        with self._database.reading() as connection:
            rows = connection.execute(found.order_by(exams.c.ended_at.desc(), exams.c.id.desc())).all()
        mine = next((row for row in rows if is_of_this_pc(row.process)), None)
        return None if mine is None else CutOffExam(exam_of(mine), mine.kept)

    def go_on(self, exam_id: int) -> Exam:
        """Let an exam that was cut off go on, as this program's.

        Raises
        ------
        StoreError
            Another window goes on with it, somebody left it ended, or it is gone.
        """
        with self._database.writing() as connection:
            waits = (exams.c.id == exam_id) & exams.c.cut_off & exams.c.binned_at.is_(None)
            goes_on = {"ended_at": None, "process": process_mark(), "cut_off": False}
            if not connection.execute(sa.update(exams).where(waits).values(goes_on)).rowcount:
                raise StoreError("This exam cannot go on any more.", "Begin a new exam; its frames are under Exams.")
            return exam_of_id(connection, exam_id)

    def leave(self, exam_id: int) -> None:
        """Let an exam that was cut off stay ended."""
        with self._database.writing() as connection:
            connection.execute(sa.update(exams).where(exams.c.id == exam_id).values(cut_off=False))

    def by_hand(self, exam_id: int) -> frozenset[int]:
        """Return the frames of an exam that a person kept, or chose for their plane."""
        kept = sa.select(frames.c.id).where((frames.c.exam_id == exam_id) & frames.c.by_hand)
        chosen = sa.select(changes.c.frame_id).where(
            (changes.c.exam_id == exam_id) & (changes.c.what == "best") & (changes.c.who != "")
        )
        with self._database.reading() as connection:
            return frozenset(connection.execute(kept.union(chosen)).scalars())
