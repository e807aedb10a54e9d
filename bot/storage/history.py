"""What was done for a client: which summaries were made of what they said, and which letters were sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, select

from bot.core.model import ChatId, ClientId, Kind, PairingId
from bot.storage.schema import outbox, summaries


@dataclass(frozen=True, slots=True)
class Told:
    """The summary before one session."""

    session_on: date
    made_at: datetime
    read_at: datetime | None
    answered_at: datetime | None


_SUMMARIES = (
    select(summaries).where(summaries.c.pairing_id == bindparam("pairing")).order_by(summaries.c.local_date)
)
_LETTERS = (
    select(outbox.c.kind, outbox.c.settled_at)
    .where(
        outbox.c.client_id == bindparam("client"),
        outbox.c.chat_id == bindparam("chat"),
        outbox.c.state == "sent",
        outbox.c.action != "delete",
    )
    .order_by(outbox.c.id)
)


def summaries_of(tx: Connection, pairing_id: PairingId) -> list[Told]:
    """The earliest first."""
    return [
        Told(date.fromisoformat(row.local_date), row.made_at, row.read_at, row.answered_at)
        for row in tx.execute(_SUMMARIES, {"pairing": pairing_id})
    ]


def letters_to(
    tx: Connection, client_id: ClientId, chat_id: ChatId | None
) -> Iterator[tuple[Kind, datetime]]:
    """Those to the client's own chat that are still in the books, by kind and when they were sent."""
    if chat_id is not None:
        for row in tx.execute(_LETTERS, {"client": client_id, "chat": chat_id}).all():
            yield Kind(row.kind), row.settled_at
