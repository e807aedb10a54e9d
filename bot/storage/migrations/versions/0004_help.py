"""The help path: alerts and who was told of them, prompts that are held, and where a client is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "therapists", sa.Column("role", sa.String(), server_default=sa.text("'therapist'"), nullable=False)
    )
    op.add_column("clients", sa.Column("held_at", sa.String(), nullable=True))
    op.add_column("clients", sa.Column("country", sa.String(), server_default=sa.text("''"), nullable=False))
    op.create_table(
        "alerts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("client_id", NUMBER, nullable=True),
        sa.Column("category", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("patterns", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("shared", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("raised_at", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("promised_by", sa.String(), nullable=True),
        sa.Column("delivered_at", sa.String(), nullable=True),
        sa.Column("acknowledged_at", sa.String(), nullable=True),
        sa.Column("acknowledged_by", NUMBER, nullable=True),
        sa.Column("released_at", sa.String(), nullable=True),
        sa.Column("card", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"]),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["therapists.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alerts_client_id", "alerts", ["client_id"])
    op.create_table(
        "alert_letters",
        sa.Column("alert_id", NUMBER, nullable=False),
        sa.Column("therapist_id", NUMBER, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("dialogue_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("delivered_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"]),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapists.id"]),
        sa.PrimaryKeyConstraint("alert_id", "therapist_id"),
    )
    op.create_index("alert_letters_of_dialogue", "alert_letters", ["dialogue_id"])
    op.create_table(
        "alert_mails",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("alert_id", NUMBER, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("try_at", sa.String(), nullable=True),
        sa.Column("sent_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alert_mails_alert_id", "alert_mails", ["alert_id"])
