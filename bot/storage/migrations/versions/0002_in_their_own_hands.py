"""What clients decide for themselves: pauses, quiet hours, goals, what is held back, and erasing."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table, column in (
        ("clients", sa.Column("guardian_account", sa.Integer(), server_default=sa.text("0"), nullable=False)),
        ("clients", sa.Column("guardian_consent", sa.Integer(), server_default=sa.text("0"), nullable=False)),
        ("clients", sa.Column("address", sa.String(), server_default=sa.text("''"), nullable=False)),
        ("clients", sa.Column("gender", sa.String(), server_default=sa.text("''"), nullable=False)),
        ("clients", sa.Column("quiet_from", sa.String(), nullable=True)),
        ("clients", sa.Column("quiet_to", sa.String(), nullable=True)),
        ("clients", sa.Column("paused_until", sa.String(), nullable=True)),
        ("clients", sa.Column("stopped_at", sa.String(), nullable=True)),
        (
            "schedules",
            sa.Column("chosen_by", sa.String(), server_default=sa.text("'therapist'"), nullable=False),
        ),
        ("schedules", sa.Column("chosen_at", sa.String(), nullable=True)),
        ("consents", sa.Column("given_by", sa.String(), server_default=sa.text("'client'"), nullable=False)),
        ("consents", sa.Column("withdrawn_at", sa.String(), nullable=True)),
        ("answers", sa.Column("held_back", sa.Integer(), server_default=sa.text("0"), nullable=False)),
        ("notes", sa.Column("topic", sa.Integer(), server_default=sa.text("0"), nullable=False)),
        ("summaries", sa.Column("read_at", sa.String(), nullable=True)),
        ("summaries", sa.Column("answered_at", sa.String(), nullable=True)),
        ("dialogues", sa.Column("moved_at", sa.String(), nullable=True)),
    ):
        op.add_column(table, column)
    op.create_table(
        "goals",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("client_id", NUMBER, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.String(), nullable=False),
        sa.Column("agreed_at", sa.String(), nullable=True),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_goals_client_id", "goals", ["client_id"])
    op.create_index("dialogues_with", "dialogues", ["client_id", "chat_id"])
    op.create_table(
        "erasures",
        sa.Column("client_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("erased_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
    )
