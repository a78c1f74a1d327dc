"""The model against people, over all exams: which plane became which, and every frame on which they differ."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from nas.planes import NONE, PLANES
from uiac_desktop.exam.database import Database
from uiac_desktop.exam.schema import exams, frames, subjects


@dataclass(frozen=True, slots=True)
class Change:
    """How often people put one plane in place of another, or left it.

    Attributes
    ----------
    predicted, person
        Codes or ``none``.
    """

    predicted: str
    person: str
    frames: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A kept frame of which a person said something else than the model.

    Attributes
    ----------
    taken_at
        UTC.
    predicted, person
        Codes or ``none``.
    certainty
        Of the model, 0 to 1.
    who
        The person.
    """

    frame_id: int
    exam_id: int
    subject: str
    taken_at: datetime
    predicted: str
    person: str
    certainty: float
    who: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """All kept frames that a model named and a person labelled; exams in the bin are left out.

    Attributes
    ----------
    planes
        Codes that occur, in the paper's order, a department's own after them, ``none`` last.
    counts
        How often each pair occurs.
    disagreements
        The newest first.
    """

    planes: tuple[str, ...] = ()
    counts: tuple[Change, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def checked(self) -> int:
        """How many frames a person labelled."""
        return sum(count.frames for count in self.counts)

    @property
    def same(self) -> int:
        """Of how many of them the person said what the model had said."""
        return sum(count.frames for count in self.counts if count.predicted == count.person)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The pairs that differ, the most frequent first."""
        differ = [count for count in self.counts if count.predicted != count.person]
        return tuple(sorted(differ, key=lambda count: -count.frames))

    @property
    def matrix(self) -> tuple[tuple[int, ...], ...]:
        """Frames by the model's plane (rows) and the person's (columns), in the order of `planes`."""
        known = {(count.predicted, count.person): count.frames for count in self.counts}
        return tuple(tuple(known.get((row, column), 0) for column in self.planes) for row in self.planes)


class AcrossExams:
    """What is asked of all exams together, and of the models in one; used by the thread of the store.

    Parameters
    ----------
    database
        Of the store.

    Every method raises `StoreError` with message and advice.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def agreement(self) -> Agreement:
        """Return how the model and people agree on the frames that both labelled."""
        with self._database.reading() as connection:
            return _agreement(connection)

    def models(self, exam_id: int) -> dict[int, str]:
        """Return which model named each frame of an exam, by the frame's number; empty where none was at work."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(frames.c.id, frames.c.model).where(frames.c.exam_id == exam_id))
            return {row.id: row.model for row in rows}


def _agreement(connection: sa.Connection) -> Agreement:
    both = (frames.c.corrected.is_not(None)) & (frames.c.model != "") & (frames.c.state == "kept")
    found = (
        sa.select(frames, subjects.c.code)
        .join(exams, frames.c.exam_id == exams.c.id)
        .join(subjects)
        .where(both & exams.c.binned_at.is_(None))
        .order_by(frames.c.taken_at.desc(), frames.c.id.desc())
    )
    counts: Counter[tuple[str, str]] = Counter()
    differ = []
    for row in connection.execute(found):
        counts[row.predicted, row.corrected] += 1
        if row.predicted != row.corrected:
            differ.append(
                Disagreement(
                    row.id,
                    row.exam_id,
                    row.code,
                    row.taken_at,
                    row.predicted,
                    row.corrected,
                    row.certainty,
                    row.labelled_by or "",
                )
            )
    planes = sorted({plane for pair in counts for plane in pair}, key=_place)
    pairs = tuple(Change(predicted, person, number) for (predicted, person), number in counts.items())
    return Agreement(tuple(planes), pairs, tuple(differ))


def _place(plane: str) -> tuple[bool, int, str]:
    return plane == NONE, PLANES.index(plane) if plane in PLANES else len(PLANES), plane
