"""The tables. Reading this file and schema_people.py is the quickest way to learn what the bot remembers.

Columns of type LargeBinary are sealed (see keys.py): whoever reads the file without the
master key sees when something happened, never what was said or who it was.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from bot.storage.columns import Id, Instant
from bot.storage.schema_people import accounts as accounts
from bot.storage.schema_people import clients as clients
from bot.storage.schema_people import consents as consents
from bot.storage.schema_people import invitations as invitations
from bot.storage.schema_people import link_tries as link_tries
from bot.storage.schema_people import metadata as metadata
from bot.storage.schema_people import pairings as pairings
from bot.storage.schema_people import schedules as schedules
from bot.storage.schema_people import therapists as therapists

facts = Table(
    "facts",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

keys = Table(  # one data key for each client and one for the house, wrapped by the master key
    "keys",
    metadata,
    Column("owner", String, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

check_ins = Table(
    "check_ins",
    metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", ForeignKey("clients.id"), nullable=False),
    Column("schedule_id", ForeignKey("schedules.id")),  # none: the client began it
    Column("local_date", String, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("prompt_set", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("language", String, nullable=False),
    Column("band", String, nullable=False),
    Column("asked", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False, server_default=text("''")),
    Column("closed_at", Instant),
    UniqueConstraint("schedule_id", "local_date"),  # once per occurrence, whoever asks
    Index("check_ins_of_client", "client_id", "due_at"),
)

answers = Table(
    "answers",
    metadata,
    Column("check_in_id", ForeignKey("check_ins.id"), primary_key=True),
    Column("prompt_id", String, primary_key=True),  # an answer once per prompt, whatever arrives
    Column("client_id", ForeignKey("clients.id"), nullable=False),
    Column("choice", LargeBinary, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Column("held_back", Integer, nullable=False, server_default=text("0")),  # "just for me"
)

notes = Table(
    "notes",
    metadata,
    Column("client_id", ForeignKey("clients.id"), primary_key=True),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("check_in_id", ForeignKey("check_ins.id"), nullable=False),
    Column("prompt_id", String),
    Column("words", LargeBinary, nullable=False),
    Column("language", String, nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("topic", Integer, nullable=False, server_default=text("0")),  # what they want to talk about
)

goals = Table(  # proposed by the client, agreed with the therapist, and one day reached or let go
    "goals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", ForeignKey("clients.id"), nullable=False, index=True),
    Column("words", LargeBinary),
    Column("language", String, nullable=False),
    Column("state", String, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("agreed_at", Instant),
    Column("ended_at", Instant),
)

summaries = Table(  # once per session
    "summaries",
    metadata,
    Column("pairing_id", ForeignKey("pairings.id"), primary_key=True),
    Column("local_date", String, primary_key=True),
    Column("made_at", Instant, nullable=False),
    Column("read_at", Instant),
    Column("answered_at", Instant),
)

dialogues = Table(
    "dialogues",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", ForeignKey("accounts.chat_id"), nullable=False),
    Column("client_id", ForeignKey("clients.id")),  # whose key seals the state; none: the house's
    Column("open", Integer, nullable=False),
    Column("message_id", BigInteger),  # the card in the chat, once Telegram has told us
    Column("state", LargeBinary),
    Column("moved_at", Instant),  # when a person last did something in it
    Index("dialogues_open", "chat_id", "open"),
    Index("dialogues_with", "client_id", "chat_id"),
)

timers = Table(
    "timers",
    metadata,
    Column("kind", String, primary_key=True),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("local_date", String, nullable=False, server_default=text("''")),
    Column("due_at", Instant, nullable=False),
    Column("try_at", Instant, nullable=False, index=True),  # later than due, if it failed
    Column("failures", Integer, nullable=False, server_default=text("0")),
)

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("arrived_at", Instant, nullable=False),
    Column("body", LargeBinary),  # only while it waits to be tried again
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("try_at", Instant),
    Index("inbox_again", "try_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("client_id", ForeignKey("clients.id")),  # whose key seals the body; none: the house's
    Column("dialogue_id", BigInteger),  # whose card this letter makes or changes
    Column("kind", String, nullable=False),
    Column("action", String, nullable=False),
    Column("urgent", Integer, nullable=False),
    Column("target", BigInteger),  # the message to delete, or to edit if it is no dialogue's card
    Column("ref", BigInteger, nullable=False),  # random; binds the sealed body to this row
    Column("body", LargeBinary),
    Column("state", String, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("not_after", Instant),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("again", Integer, nullable=False, server_default=text("0")),
    Column("message_id", BigInteger),
    Column("settled_at", Instant),
    Index(
        "outbox_unsent",
        "chat_id",
        "id",
        sqlite_where=text("state IN ('waiting','sending')"),
        postgresql_where=text("state IN ('waiting','sending')"),
    ),
    Index("outbox_of_dialogue", "dialogue_id"),
)

alerts = Table(  # somebody may be in danger, or a drill; never a word of what was written
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("client_id", ForeignKey("clients.id"), index=True),  # none: a drill
    Column("category", String, nullable=False, server_default=text("''")),
    Column("patterns", String, nullable=False, server_default=text("''")),
    Column("shared", Integer, nullable=False, server_default=text("0")),  # or of another on that phone
    Column("raised_at", Instant, nullable=False),
    Column("step", Integer, nullable=False, server_default=text("0")),
    Column("promised_by", Instant),
    Column("delivered_at", Instant),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", ForeignKey("therapists.id")),
    Column("released_at", Instant),
    Column("card", BigInteger),  # the client's help card, a dialogue
)

alert_letters = Table(  # who was told of an alert, at which step
    "alert_letters",
    metadata,
    Column("alert_id", ForeignKey("alerts.id"), primary_key=True),
    Column("therapist_id", ForeignKey("therapists.id"), primary_key=True),
    Column("step", Integer, nullable=False),
    Column("dialogue_id", BigInteger, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("delivered_at", Instant),
    Index("alert_letters_of_dialogue", "dialogue_id"),
)

alert_mails = Table(  # the second way to the clinic; what they say is made when they are sent
    "alert_mails",
    metadata,
    Column("id", Id, primary_key=True),
    Column("alert_id", ForeignKey("alerts.id"), nullable=False, index=True),
    Column("address", String, nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("try_at", Instant),  # None: it was taken, or given up
    Column("sent_at", Instant),
)

audit = Table(  # who did what to whom, chained by HMAC; no health content
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("what", String, nullable=False),
    Column("about", String, nullable=False),
    Column("chain", LargeBinary, nullable=False),
)

erasures = Table(  # who was erased and when, so that a restored backup forgets them again
    "erasures",
    metadata,
    Column("client_id", BigInteger, primary_key=True, autoincrement=False),
    Column("code", String, nullable=False),
    Column("receipt", String, nullable=False),
    Column("erased_at", Instant, nullable=False),
)
