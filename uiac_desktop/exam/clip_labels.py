"""What people did to the labels of a clip: a list that is only added to, from which every label and undo follows."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal, TypeAlias

import sqlalchemy as sa

from uiac_desktop.exam.schema import acts, spans

ActKind: TypeAlias = Literal["labelled", "accepted", "settled", "undone", "redone"]


@dataclass(frozen=True, slots=True)
class LabelSpan:
    """A label for frames in a row.

    Attributes
    ----------
    first, last
        Frame numbers, both among them.
    plane
        Code or ``none``; None takes a label away.
    """

    first: int
    last: int
    plane: str | None


@dataclass(frozen=True, slots=True)
class LabelAct:
    """One thing that a person did; undone and redone as a whole.

    Attributes
    ----------
    id
        Number in the store, ascending.
    at
        UTC.
    what
        ``accepted`` takes predictions over, ``settled`` ends a difference between people; ``undone`` takes back the
        person's last act that stands, ``redone`` brings the last one back, and both have no spans.
    """

    id: int
    at: datetime
    who: str
    what: ActKind
    spans: tuple[LabelSpan, ...]


def acts_of(connection: sa.Connection, review_id: int) -> tuple[LabelAct, ...]:
    """Return everything that was done to a clip's labels, oldest first."""
    rows = connection.execute(sa.select(acts).where(acts.c.review_id == review_id).order_by(acts.c.id)).all()
    parts = connection.execute(
        sa.select(spans).join(acts).where(acts.c.review_id == review_id).order_by(spans.c.act_id, spans.c.id)
    )
    by_act = {
        act_id: tuple(LabelSpan(part.first, part.last, part.plane) for part in group)
        for act_id, group in groupby(parts, lambda part: part.act_id)
    }
    return tuple(LabelAct(row.id, row.at, row.who, row.what, by_act.get(row.id, ())) for row in rows)


def insert_act(
    connection: sa.Connection, review_id: int, at: datetime, who: str, what: ActKind, labels: tuple[LabelSpan, ...]
) -> LabelAct:
    """Add one act with its spans."""
    row = {"review_id": review_id, "at": at, "who": who, "what": what}
    made = connection.execute(sa.insert(acts).values(row).returning(acts.c.id)).scalar_one()
    if labels:
        connection.execute(
            sa.insert(spans),
            [{"act_id": made, "first": span.first, "last": span.last, "plane": span.plane} for span in labels],
        )
    return LabelAct(made, at, who, what, labels)
