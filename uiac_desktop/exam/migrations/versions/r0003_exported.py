"""When frames of an exam last left as part of a data set."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add the column; of exams that were exported before nothing is known."""
    op.add_column("exams", sa.Column("exported_at", sa.DateTime(), nullable=True))
