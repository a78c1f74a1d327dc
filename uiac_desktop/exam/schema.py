"""The tables of the exam store, the same on SQLite and PostgreSQL.

Review builds on them: clips that were opened there, known by a digest of their content and never by a path, what a
model said of their frames, and what people did to their labels. Those of an exam's clip go when the exam is erased.
"""

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

VERSION_TABLE: Final = "uiac_schema"


class UtcTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, without a zone in the table, since SQLite knows none."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Return what the table holds."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Return what Python holds."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _number() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _to(table: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(f"{table[:-1]}_id", sa.ForeignKey(f"{table}.id"), nullable=null, index=True)


notes = sa.Table(
    "store_notes",
    metadata,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
)

subjects = sa.Table(
    "subjects",
    metadata,
    _number(),
    sa.Column("code", sa.String(20), nullable=False, unique=True),
    sa.Column("number_hash", sa.String(64), nullable=True, unique=True),
    sqlite_autoincrement=True,
)

exams = sa.Table(
    "exams",
    metadata,
    _number(),
    _to("subjects"),
    sa.Column("started_at", UtcTime, nullable=False, index=True),
    sa.Column("ended_at", UtcTime, nullable=True),
    sa.Column("protocol", sa.String(200), nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("process", sa.String(60), nullable=False),
    sa.Column("binned_at", UtcTime, nullable=True),
    sa.Column("exported_at", UtcTime, nullable=True),
    sa.Column("cut_off", sa.Boolean, nullable=False, server_default=sa.false()),
    sqlite_autoincrement=True,
)

clips = sa.Table(
    "clips",
    metadata,
    _number(),
    _to("exams"),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("duration_s", sa.Double, nullable=False),
    sa.Column("frames", sa.Integer, nullable=False),
    sa.Column("lost", sa.Integer, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("media", sa.String(200), nullable=False, unique=True),
    sqlite_autoincrement=True,
)

frames = sa.Table(
    "frames",
    metadata,
    _number(),
    _to("exams"),
    _to("clips", null=True),
    sa.Column("taken_at", UtcTime, nullable=False),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("frame", sa.Integer, nullable=False),
    sa.Column("time_s", sa.Double, nullable=False),
    sa.Column("predicted", sa.String(80), nullable=False),
    sa.Column("certainty", sa.Double, nullable=False),
    sa.Column("corrected", sa.String(80), nullable=True),
    sa.Column("plane", sa.String(80), sa.Computed("coalesce(corrected, predicted)", persisted=True), nullable=False),
    sa.Column("labelled_by", sa.String(200), nullable=True),
    sa.Column("labelled_at", UtcTime, nullable=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("best", sa.Boolean, nullable=False),
    sa.Column("score", sa.Double, nullable=False),
    sa.Column("by_hand", sa.Boolean, nullable=False),
    sa.Column("model", sa.String(200), nullable=False),
    sa.Column("probabilities", sa.JSON, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("media", sa.String(200), nullable=False, unique=True),
    sqlite_autoincrement=True,
)
sa.Index("ix_frames_plane", frames.c.plane)
sa.Index(
    "uq_frames_best",
    frames.c.exam_id,
    frames.c.plane,
    unique=True,
    sqlite_where=sa.text("best"),
    postgresql_where=sa.text("best"),
)

changes = sa.Table(
    "label_changes",
    metadata,
    _number(),
    _to("frames"),
    _to("exams"),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("former", sa.String(80), nullable=False),
    sa.Column("plane", sa.String(80), nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sqlite_autoincrement=True,
)

audit = sa.Table(
    "audit",
    metadata,
    _number(),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("frames", sa.Integer, nullable=False),
    sa.Column("clips", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("exam_id", sa.Integer, primary_key=True, autoincrement=False),
)
"""Exams that are being erased: only their history may be deleted, and only inside that transaction."""

leftovers = sa.Table("leftovers", metadata, sa.Column("media", sa.String(200), primary_key=True))
"""Files whose rows are erased and that are still to be removed."""

reviews = sa.Table(
    "reviews",
    metadata,
    _number(),
    sa.Column("content", sa.String(64), nullable=False, unique=True),
    _to("clips", null=True),
    sqlite_autoincrement=True,
)

predictions = sa.Table(
    "predictions",
    metadata,
    _number(),
    _to("reviews"),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("first", sa.Integer, nullable=False),
    sa.Column("frames", sa.Integer, nullable=False),
    sa.Column("classes", sa.JSON, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("packed", sa.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
sa.Index("uq_predictions_place", predictions.c.review_id, predictions.c.model, predictions.c.first, unique=True)

acts = sa.Table(
    "acts",
    metadata,
    _number(),
    _to("reviews"),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sqlite_autoincrement=True,
)

spans = sa.Table(
    "spans",
    metadata,
    _number(),
    _to("acts"),
    sa.Column("first", sa.Integer, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),
    sa.Column("plane", sa.String(80), nullable=True),
    sqlite_autoincrement=True,
)
