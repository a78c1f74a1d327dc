"""Kept frames and what people say of them: each change is a line of the history, in the same transaction."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from uiac_desktop.errors import StoreError
from uiac_desktop.exam.records import Change, FrameState, KeptFrame, LabelChange, NewFrame
from uiac_desktop.exam.schema import changes, exams, frames

_COLUMNS: Final = [frames.c[field.name] for field in fields(KeptFrame)]


def now() -> datetime:
    """Return the present moment, UTC."""
    return datetime.now(UTC)


def frame_of(connection: sa.Connection, frame_id: int) -> KeptFrame:
    """Return a kept frame.

    Raises
    ------
    StoreError
        There is none of this number.
    """
    row = connection.execute(sa.select(*_COLUMNS).where(frames.c.id == frame_id)).mappings().first()
    if row is None:
        raise StoreError("This frame is no longer in the exam store.", "Look at the exam again.")
    return KeptFrame(**row)


def frames_of(connection: sa.Connection, exam_id: int) -> tuple[KeptFrame, ...]:
    """Return an exam's frames, rejected ones too, in the order of keeping."""
    rows = connection.execute(sa.select(*_COLUMNS).where(frames.c.exam_id == exam_id).order_by(frames.c.id))
    return tuple(KeptFrame(**row) for row in rows.mappings())


def chances_of(connection: sa.Connection, frame_id: int) -> dict[str, float]:
    """Return the probability of each class as the model gave it."""
    found = connection.execute(sa.select(frames.c.probabilities).where(frames.c.id == frame_id)).first()
    return dict(found.probabilities) if found is not None else {}


def names_media(connection: sa.Connection, media: str) -> bool:
    """Return whether a frame's row names this file."""
    return connection.execute(sa.select(frames.c.id).where(frames.c.media == media)).first() is not None


def insert_frame(connection: sa.Connection, exam_id: int, clip_id: int | None, new: NewFrame, media: str) -> KeptFrame:
    """Add the row of a frame whose picture lies at `media`."""
    height, width = new.pixels.shape[:2]
    chances = {code: float(chance) for code, chance in zip(new.classes, new.probabilities.tolist(), strict=True)}
    row = {
        "exam_id": exam_id,
        "clip_id": clip_id,
        "taken_at": new.taken_at,
        "source": new.source,
        "frame": new.frame,
        "time_s": new.time_s,
        "predicted": new.predicted,
        "certainty": new.certainty,
        "state": "kept",
        "best": False,
        "score": new.score,
        "by_hand": new.by_hand,
        "model": new.model,
        "probabilities": chances,
        "width": width,
        "height": height,
        "media": media,
    }
    made = connection.execute(sa.insert(frames).values(row).returning(frames.c.id)).scalar_one()
    return frame_of(connection, made)


def make_best(connection: sa.Connection, frame_id: int, who: str) -> KeptFrame:
    """Let a frame stand for its plane; the one that did no longer does.

    Raises
    ------
    StoreError
        It is rejected, or gone.
    """
    former = frame_of(connection, frame_id)
    if former.state != "kept":
        raise StoreError("A rejected frame cannot stand for its plane.", "Restore it first.")
    if former.best:
        return former
    same = (frames.c.exam_id == former.exam_id) & (frames.c.plane == former.plane)
    connection.execute(sa.update(frames).where(same & frames.c.best).values(best=False))
    return _change(connection, former, who, "best", best=True)


def relabel(connection: sa.Connection, frame_id: int, plane: str | None, who: str) -> KeptFrame:
    """Set a person's label, or with None take it back; under another plane a frame stands for nothing at first."""
    former = frame_of(connection, frame_id)
    said: dict[str, Any] = {"corrected": plane, "labelled_by": who, "labelled_at": now()}
    if plane is None:
        said = dict.fromkeys(said)
    if (plane or former.predicted) != former.plane:
        said["best"] = False
    return _change(connection, former, who, "relabelled", **said)


def set_state(connection: sa.Connection, frame_id: int, state: FrameState, who: str) -> KeptFrame:
    """Reject a frame, undo its keeping, or let it be kept again; its picture stays in the store."""
    former = frame_of(connection, frame_id)
    if state == "kept":
        return _change(connection, former, who, "restored", state=state)
    return _change(connection, former, who, state, state=state, best=False)


def history_of(connection: sa.Connection, frame_id: int) -> tuple[LabelChange, ...]:
    """Return what was changed of a frame, oldest first."""
    columns = [changes.c[field.name] for field in fields(LabelChange)]
    rows = connection.execute(sa.select(*columns).where(changes.c.frame_id == frame_id).order_by(changes.c.id))
    return tuple(LabelChange(**row) for row in rows.mappings())


def require_exam(connection: sa.Connection, exam_id: int) -> None:
    """Raise where nothing can be added to an exam.

    Raises
    ------
    StoreError
        It is gone, or in the bin.
    """
    row = connection.execute(sa.select(exams.c.binned_at).where(exams.c.id == exam_id)).first()
    if row is None:
        raise StoreError("This exam is no longer in the exam store.", "Begin a new exam.")
    if row.binned_at is not None:
        raise StoreError("This exam is in the bin.", "Take it out of the bin first.")


def _change(connection: sa.Connection, former: KeptFrame, who: str, what: Change, **values: Any) -> KeptFrame:
    connection.execute(sa.update(frames).where(frames.c.id == former.id).values(values))
    changed = frame_of(connection, former.id)
    connection.execute(
        sa.insert(changes).values(
            frame_id=former.id,
            exam_id=former.exam_id,
            at=now(),
            who=who,
            former=former.plane,
            plane=changed.plane,
            what=what,
        )
    )
    return changed
