"""Subjects, exams, clips, frames, and a history and an audit that are only ever added to."""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None
branch_labels: Final = None
depends_on: Final = None

_TEXT: Final = sa.String(200)


def upgrade() -> None:
    """Make the tables, their indices and what guards the history."""
    _subjects_and_exams()
    _clips_and_frames()
    _history()
    _guard()


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _to(table: str, home: str, *, null: bool = False) -> sa.Column[int]:
    name = f"{table[:-1]}_id"
    key = sa.ForeignKey(f"{table}.id", name=f"fk_{home}_{name}")
    return sa.Column(name, sa.Integer, key, nullable=null)


def _table(name: str, *columns: sa.Column[Any], index: tuple[str, ...] = (), unique: tuple[str, ...] = ()) -> None:
    rules: list[sa.schema.SchemaItem] = [sa.UniqueConstraint(column, name=f"uq_{name}_{column}") for column in unique]
    key = next(column.name for column in columns if column.primary_key)
    rules.append(sa.PrimaryKeyConstraint(key, name=f"pk_{name}"))
    op.create_table(name, *columns, *rules, sqlite_autoincrement=key == "id")
    for column in index:
        op.create_index(f"ix_{name}_{column}", name, [column])


def _need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _subjects_and_exams() -> None:
    _table("store_notes", sa.Column("key", sa.String(40), primary_key=True), _need("value", _TEXT))
    _table(
        "subjects",
        _id(),
        _need("code", sa.String(20)),
        sa.Column("number_hash", sa.String(64)),
        unique=("code", "number_hash"),
    )
    _table(
        "exams",
        _id(),
        _to("subjects", "exams"),
        _need("started_at", sa.DateTime()),
        sa.Column("ended_at", sa.DateTime()),
        _need("protocol", _TEXT),
        _need("who", _TEXT),
        _need("process", sa.String(60)),
        sa.Column("binned_at", sa.DateTime()),
        index=("subject_id", "started_at"),
    )


def _clips_and_frames() -> None:
    _table(
        "clips",
        _id(),
        _to("exams", "clips"),
        _need("source", sa.String(40)),
        _need("started_at", sa.DateTime()),
        _need("duration_s", sa.Double()),
        *(_need(name, sa.Integer()) for name in ("frames", "lost", "width", "height")),
        _need("media", _TEXT),
        index=("exam_id",),
        unique=("media",),
    )
    _table(
        "frames",
        _id(),
        _to("exams", "frames"),
        _to("clips", "frames", null=True),
        _need("taken_at", sa.DateTime()),
        _need("source", sa.String(40)),
        _need("frame", sa.Integer()),
        _need("time_s", sa.Double()),
        _need("predicted", sa.String(80)),
        _need("certainty", sa.Double()),
        sa.Column("corrected", sa.String(80)),
        sa.Column(
            "plane", sa.String(80), sa.Computed("coalesce(corrected, predicted)", persisted=True), nullable=False
        ),
        sa.Column("labelled_by", _TEXT),
        sa.Column("labelled_at", sa.DateTime()),
        _need("state", sa.String(10)),
        _need("best", sa.Boolean()),
        _need("score", sa.Double()),
        _need("by_hand", sa.Boolean()),
        _need("model", _TEXT),
        _need("probabilities", sa.JSON()),
        _need("width", sa.Integer()),
        _need("height", sa.Integer()),
        _need("media", _TEXT),
        index=("exam_id", "clip_id", "plane"),
        unique=("media",),
    )
    where = sa.text("best")
    op.create_index(
        "uq_frames_best", "frames", ["exam_id", "plane"], unique=True, sqlite_where=where, postgresql_where=where
    )


def _history() -> None:
    _table(
        "label_changes",
        _id(),
        _to("frames", "label_changes"),
        _to("exams", "label_changes"),
        _need("at", sa.DateTime()),
        _need("who", _TEXT),
        _need("former", sa.String(80)),
        _need("plane", sa.String(80)),
        _need("what", sa.String(20)),
        index=("frame_id", "exam_id"),
    )
    _table(
        "audit",
        _id(),
        _need("at", sa.DateTime()),
        _need("who", _TEXT),
        _need("what", sa.String(20)),
        *(_need(name, sa.Integer()) for name in ("frames", "clips")),
    )
    _table("erasures", sa.Column("exam_id", sa.Integer, primary_key=True, autoincrement=False))
    _table("leftovers", sa.Column("media", _TEXT, primary_key=True))


_UNLESS_ERASED: Final = "NOT EXISTS (SELECT 1 FROM erasures WHERE exam_id = OLD.exam_id)"


def _guard() -> None:
    """Refuse every change of history and audit, but for the history of an exam that is being erased."""
    guards = [
        ("label_changes", "UPDATE", None),
        ("label_changes", "DELETE", _UNLESS_ERASED),
        ("audit", "UPDATE", None),
        ("audit", "DELETE", None),
    ]
    if op.get_bind().dialect.name == "sqlite":
        for table, verb, condition in guards:
            when = f"WHEN {condition} " if condition else ""
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when}"
                "BEGIN SELECT RAISE(ABORT, 'the history is only added to'); END"
            )
        return
    _guard_postgresql(guards)


def _guard_postgresql(guards: list[tuple[str, str, str | None]]) -> None:
    op.execute(
        "CREATE FUNCTION uiac_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the history is only added to'; END $$"
    )
    op.execute(
        "CREATE FUNCTION uiac_refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_UNLESS_ERASED} THEN RAISE EXCEPTION 'the history is only added to'; END IF; "
        "RETURN OLD; END $$"
    )
    for table, verb, condition in guards:
        function = "uiac_refuse_unless_erased" if condition else "uiac_refuse"
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
    for table in ("label_changes", "audit"):
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION uiac_refuse()"
        )
