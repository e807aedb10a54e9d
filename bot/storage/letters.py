"""A letter as it stands in its row: sealed for whom it is about, bound to its chat, and opened again."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from sqlalchemy import Connection, bindparam, select

from bot.core.model import ChatId, ClientId, DialogueId, Kind
from bot.render.bodies import Action, Body
from bot.storage.keys import Keyring
from bot.storage.schema import outbox


@dataclass(frozen=True, slots=True)
class Wishes:
    """When a client wants to hear from us by ourselves, on the clocks of ``zone``. ``quiet`` are their own
    quiet hours, None where the clinic's hold."""

    zone: str
    quiet: tuple[time, time] | None = None
    paused_until: date | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter that left: what kind, when, and whether it only changed what ``dialogue_id`` shows."""

    kind: Kind
    sent_at: datetime
    edit: bool
    dialogue_id: DialogueId | None


_SENT_TO = (
    select(outbox.c.kind, outbox.c.settled_at, outbox.c.action, outbox.c.dialogue_id)
    .where(
        outbox.c.client_id == bindparam("client"),
        outbox.c.chat_id == bindparam("chat"),
        outbox.c.state == "sent",
        outbox.c.action != "delete",
        outbox.c.kind != "help",  # nobody who holds the phone later shall see that there was one
    )
    .order_by(outbox.c.id)
)


@dataclass(frozen=True, slots=True)
class Letter:
    """``target`` is the message that an edit or a deletion is about, if it is there.

    ``wishes`` are the client's, for what comes by itself into their own chat; None for all others.
    """

    id: int
    chat_id: ChatId
    client_id: ClientId | None
    dialogue_id: DialogueId | None
    kind: Kind
    action: Action
    target: int | None
    body: Body
    attempts: int
    again: bool
    wishes: Wishes | None


def seal_body(
    tx: Connection, keyring: Keyring, client_id: ClientId | None, chat_id: ChatId, ref: int, body: Body
) -> bytes:
    """``ref`` is random and stands in the row; a body moved to another row does not open."""
    return keyring.seal(tx, client_id, _place(chat_id, ref), json.dumps(body, ensure_ascii=False))


def opened(tx: Connection, keyring: Keyring, row: Any) -> Body:
    """What the row's letter says."""
    return cast("Body", json.loads(keyring.unseal(tx, row.client_id, _place(row.chat_id, row.ref), row.body)))


def letter(tx: Connection, keyring: Keyring, row: Any) -> Letter:
    """The row's letter, its body opened."""
    return Letter(
        row.id,
        row.chat_id,
        row.client_id,
        row.dialogue_id,
        Kind(row.kind),
        row.action,
        row.card if row.target is None else row.target,
        opened(tx, keyring, row),
        row.attempts,
        bool(row.again),
        _wishes(row),
    )


def _wishes(row: Any) -> Wishes | None:
    if row.zone is None:
        return None
    own = row.quiet_from is not None
    return Wishes(
        row.zone,
        (time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_to)) if own else None,
        date.fromisoformat(row.paused_until) if row.paused_until else None,
        row.stopped_at is not None,
    )


def sent_to(tx: Connection, client_id: ClientId, chat_id: ChatId) -> list[Sent]:
    """A client's letters to their own chat that are still in the books, in their order."""
    rows = tx.execute(_SENT_TO, {"client": client_id, "chat": chat_id}).all()
    return [Sent(Kind(row.kind), row.settled_at, row.action == "edit", row.dialogue_id) for row in rows]


def _place(chat_id: int, ref: int) -> str:
    return f"outbox.body/{chat_id}/{ref}"
