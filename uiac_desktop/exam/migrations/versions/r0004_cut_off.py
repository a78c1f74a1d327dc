"""Which exams were ended by the loss of their program, and still wait for a person to say how they go on."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0004"
down_revision: Final = "0003"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add the column; exams that were cut off before are taken as settled."""
    op.add_column("exams", sa.Column("cut_off", sa.Boolean(), nullable=False, server_default=sa.false()))
