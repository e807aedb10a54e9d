"""The tables about people: who they are, what they chose and agreed to. The others are in schema.py."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    text,
)

from bot.storage.columns import Id, Instant

metadata = MetaData()

accounts = Table(  # one Telegram chat; a guardian's may hold several clients
    "accounts",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String, nullable=False),
    Column("reachable", Integer, nullable=False, server_default=text("1")),
)

therapists = Table(
    "therapists",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", LargeBinary),
    Column("language", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("chat_id", ForeignKey("accounts.chat_id"), unique=True),
    Column("role", String, nullable=False, server_default=text("'therapist'")),  # or admin
)

clients = Table(
    "clients",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("alias", LargeBinary),
    Column("band", String, nullable=False),
    Column("language", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("prompt_set", String, nullable=False),
    Column("chat_id", ForeignKey("accounts.chat_id"), index=True),
    Column("guardian_account", Integer, nullable=False, server_default=text("0")),
    Column("guardian_consent", Integer, nullable=False, server_default=text("0")),  # must be there first
    Column("address", String, nullable=False, server_default=text("''")),  # as chosen; empty: as usual
    Column("gender", String, nullable=False, server_default=text("''")),  # of the words, never guessed
    Column("quiet_from", String),  # their own quiet hours; none: the clinic's
    Column("quiet_to", String),
    Column("paused_until", String),  # the local date on which check-ins begin again
    Column("stopped_at", Instant),
    Column("held_at", Instant),  # prompts rest since an alert, until a clinician lets them begin again
    Column("country", String, nullable=False, server_default=text("''")),  # empty: the clinic's
)

pairings = Table(  # a therapist and a client: invited, claimed, active, refused or ended
    "pairings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("therapist_id", ForeignKey("therapists.id"), nullable=False, index=True),
    Column("client_id", ForeignKey("clients.id"), nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("read_until", Instant),  # what was given until then, the client knows to have been read
)

schedules = Table(  # when a client's check-in comes, in the client's own wall-clock time
    "schedules",
    metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", ForeignKey("clients.id"), nullable=False, index=True),
    Column("weekday", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("chosen_by", String, nullable=False, server_default=text("'therapist'")),
    Column("chosen_at", Instant),
)

consents = Table(  # a guardian's, a client's own, a child's assent; each until it is withdrawn
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", ForeignKey("clients.id"), nullable=False, index=True),
    Column("version", String, nullable=False),
    Column("language", String, nullable=False),
    Column("agreed_at", Instant, nullable=False),
    Column("given_by", String, nullable=False, server_default=text("'client'")),
    Column("withdrawn_at", Instant),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("therapist_id", ForeignKey("therapists.id"), nullable=False),
    Column("pairing_id", ForeignKey("pairings.id")),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_by", BigInteger),
)

link_tries = Table(
    "link_tries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("tried_at", Instant, nullable=False),
    Index("link_tries_recent", "chat_id", "tried_at"),
)
