"""Clips that were opened in Review: what a model said of their frames, and what people did to their labels."""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make the tables, and refuse every change of what people did."""
    _table(
        "reviews",
        _need("content", sa.String(64)),
        _to("clips", "reviews", null=True),
        sa.UniqueConstraint("content", name="uq_reviews_content"),
        index="clip_id",
    )
    _table(
        "predictions",
        _to("reviews", "predictions"),
        _need("model", sa.String(64)),
        _need("first", sa.Integer()),
        _need("frames", sa.Integer()),
        _need("classes", sa.JSON()),
        _need("complete", sa.Boolean()),
        _need("packed", sa.LargeBinary()),
        index="review_id",
    )
    op.create_index("uq_predictions_place", "predictions", ["review_id", "model", "first"], unique=True)
    _table(
        "acts",
        _to("reviews", "acts"),
        _need("at", sa.DateTime()),
        _need("who", sa.String(200)),
        _need("what", sa.String(20)),
        index="review_id",
    )
    _table(
        "spans",
        _to("acts", "spans"),
        _need("first", sa.Integer()),
        _need("last", sa.Integer()),
        sa.Column("plane", sa.String(80)),
        index="act_id",
    )
    _guard()


def _need(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _to(table: str, home: str, *, null: bool = False) -> sa.Column[int]:
    name = f"{table[:-1]}_id"
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{table}.id", name=f"fk_{home}_{name}"), nullable=null)


def _table(name: str, *parts: sa.schema.SchemaItem, index: str) -> None:
    key = sa.Column("id", sa.Integer, primary_key=True)
    rule = sa.PrimaryKeyConstraint("id", name=f"pk_{name}")
    op.create_table(name, key, *parts, rule, sqlite_autoincrement=True)
    op.create_index(f"ix_{name}_{index}", name, [index])


def _guard() -> None:
    """What people did is never rewritten; it goes only with the whole clip."""
    for table in ("acts", "spans"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the history is only added to'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION uiac_refuse()"
            )
