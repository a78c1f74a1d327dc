"""Notes which exams were exported and when, so that nobody has to remember what a data set has of them."""

from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa

from uiac_desktop.exam.clip_labels import acts_of
from uiac_desktop.exam.database import Database
from uiac_desktop.exam.schema import acts, changes, clips, exams, frames, reviews
from uiac_desktop.exam.standing_labels import standing_labels


class ExportMarks:
    """The marks of one store; used by the thread of the store.

    Parameters
    ----------
    database
        Of the store.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, exam_ids: Collection[int], at: datetime, outdated: Collection[int] = ()) -> None:
        """Note that frames or clips of exams are in a data set.

        Parameters
        ----------
        at
            When their labels were read, UTC.
        outdated
            Those of them that have a frame in the set under another label than in the store; the first mark stays.

        Raises
        ------
        StoreError
            The store cannot be written.
        """
        if exam_ids:
            with self._database.writing() as connection:
                first = exams.c.exported_at.is_(None) | exams.c.id.not_in(outdated)
                connection.execute(sa.update(exams).where(exams.c.id.in_(exam_ids) & first).values(exported_at=at))


def changed_since_export(connection: sa.Connection) -> frozenset[int]:
    """Return the exams of which an export would tell something else now than the last one did.

    A label is another, a frame was kept, rejected or restored; what was changed and changed back does not count.
    """
    return frozenset(
        (*_with_changed_frames(connection), *_with_new_frames(connection), *_with_changed_clips(connection))
    )


def _with_changed_frames(connection: sa.Connection) -> Iterator[int]:
    since = (
        sa.select(
            changes.c.frame_id, changes.c.exam_id, changes.c.former, changes.c.what, frames.c.plane, frames.c.state
        )
        .join_from(changes, frames, changes.c.frame_id == frames.c.id)
        .join(exams, changes.c.exam_id == exams.c.id)
        .where(changes.c.at > exams.c.exported_at)
        .order_by(changes.c.id)
    )
    planes: dict[int, str] = {}
    were_kept: dict[int, bool] = {}
    now = {}
    for row in connection.execute(since):
        planes.setdefault(row.frame_id, row.former)
        if row.what in ("rejected", "unkept", "restored"):
            were_kept.setdefault(row.frame_id, row.what != "restored")
        now[row.frame_id] = row
    for number, row in now.items():
        is_kept = row.state == "kept"
        was_kept = were_kept.get(number, is_kept)
        if was_kept != is_kept or (is_kept and planes[number] != row.plane):
            yield row.exam_id


def _with_new_frames(connection: sa.Connection) -> Iterator[int]:
    kept = (frames.c.state == "kept") & (frames.c.taken_at > exams.c.exported_at)
    yield from connection.execute(sa.select(frames.c.exam_id).join(exams).where(kept).distinct()).scalars()


def _with_changed_clips(connection: sa.Connection) -> Iterator[int]:
    since = (
        sa.select(acts.c.review_id, clips.c.exam_id, exams.c.exported_at)
        .join_from(acts, reviews, acts.c.review_id == reviews.c.id)
        .join(clips, reviews.c.clip_id == clips.c.id)
        .join(exams, clips.c.exam_id == exams.c.id)
        .where(acts.c.at > exams.c.exported_at)
        .distinct()
    )
    for review, exam_id, exported_at in connection.execute(since).all():
        done = acts_of(connection, review)
        then, now = (standing_labels(part) for part in ([act for act in done if act.at <= exported_at], done))
        if {frame: label.plane for frame, label in then.by_frame.items()} != {
            frame: label.plane for frame, label in now.by_frame.items()
        }:
            yield exam_id
