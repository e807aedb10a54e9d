"""Until when a client has heard that what they said was read: they hear it once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pairings", sa.Column("read_until", sa.String(), nullable=True))
