"""Forgetting a client: their key first, so that nothing of theirs opens again, then every row.

What remains is a number, a code and a receipt, so that a restored backup forgets them again.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.core.caseload import Choosing, Inviting
from bot.core.family import Family
from bot.core.model import ChatId, ClientId, DialogueId
from bot.storage import accounts, audit, dialogues, inbox
from bot.storage.belongings import BELONGINGS
from bot.storage.database import wipe_log
from bot.storage.dialogues import Dialogue, State
from bot.storage.keys import Keyring
from bot.storage.schema import clients, erasures, outbox, pairings, therapists
from bot.storage.schema import dialogues as dialogue_rows


@dataclass(frozen=True, slots=True)
class Receipt:
    """``number`` is what the client can show; nobody can tell from it who they were."""

    client_id: ClientId
    code: str
    number: str
    erased_at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """A message with which a dialogue is held that knows the client. ``shared``: it names others too."""

    chat_id: ChatId
    message_id: int
    shared: bool


# Locked, so that on a server nothing can be added to a client who is being erased.
_THERE = select(clients.c.code).where(clients.c.id == bindparam("client")).with_for_update()
_STOPPED = select(clients.c.id).where(clients.c.stopped_at < bindparam("before")).order_by(clients.c.id)
_BACK_AGAIN = select(clients.c.id).join(erasures, erasures.c.client_id == clients.c.id).order_by(clients.c.id)
_OPEN_CARDS = select(dialogue_rows.c.chat_id, dialogue_rows.c.message_id).where(
    dialogue_rows.c.client_id == bindparam("client"),
    dialogue_rows.c.open == 1,
    dialogue_rows.c.message_id.is_not(None),
)
_PAIRINGS = select(pairings.c.id).where(pairings.c.client_id == bindparam("client"))
_THERAPISTS = (
    select(therapists.c.chat_id)
    .join(pairings, pairings.c.therapist_id == therapists.c.id)
    .where(pairings.c.client_id == bindparam("client"), therapists.c.chat_id.is_not(None))
    .distinct()
)
_ROWS = tuple(delete(one.table).where(one.rows) for one in BELONGINGS)
_LETTERS = delete(outbox).where(outbox.c.dialogue_id == bindparam("dialogue"))
_NOTE = upsert(erasures).on_conflict_do_nothing()
_RECEIPT = select(erasures).where(erasures.c.client_id == bindparam("client"))
_BY_CODE = select(erasures.c.client_id).where(erasures.c.code == bindparam("code"))
_ERASED = select(erasures.c.client_id)


def erase(tx: Connection, keyring: Keyring, client_id: ClientId, now: datetime) -> Receipt | None:
    """Forget the client. Who is not there any more has the receipt of the first time; None if there never
    was one."""
    code = tx.execute(_THERE, {"client": client_id}).scalar_one_or_none()
    if code is None:
        return _receipt(tx, client_id)
    chats = accounts.of_client(tx, client_id)
    for found, without in _naming(tx, keyring, client_id):
        _leave_out(tx, keyring, found, without, now)
    for chat_id in chats:
        inbox.forget(tx, keyring, chat_id, presses=not accounts.shared(tx, chat_id, client_id))
    for statement in _ROWS:
        tx.execute(statement, {"client": client_id})
    accounts.leave(tx, chats)
    tx.execute(_NOTE, {"client_id": client_id, "code": code, "receipt": _number(), "erased_at": now})
    audit.write(tx, keyring, "client erased", f"client {client_id}", now)
    keyring.forget(client_id)  # should this be rolled back, the key is read from its row again
    wipe_log(tx)
    return _receipt(tx, client_id)


def cards(tx: Connection, keyring: Keyring, client_id: ClientId) -> list[Card]:
    """What is open in any chat, and either the client's or names them."""
    own = [
        Card(row.chat_id, row.message_id, shared=False)
        for row in tx.execute(_OPEN_CARDS, {"client": client_id})
    ]
    shared = [
        Card(found.chat_id, found.message_id, shared=True)
        for found, without in _naming(tx, keyring, client_id)
        if without is None and found.message_id is not None
    ]
    return own + shared


def receipt_for(tx: Connection, code: str) -> Receipt | None:
    """What was given when the client with this code was erased; None if nobody was."""
    client_id: int | None = tx.execute(_BY_CODE, {"code": code}).scalar_one_or_none()
    return None if client_id is None else _receipt(tx, ClientId(client_id))


def drop_keys(tx: Connection, keyring: Keyring) -> None:
    """Who was erased by another process may still have a key in the memory of this one."""
    for client_id in tx.execute(_ERASED).scalars():
        keyring.forget(client_id)


def stopped_before(tx: Connection, before: datetime) -> list[ClientId]:
    """Who has stopped so long ago that nobody needs their data any more."""
    return [ClientId(number) for number in tx.execute(_STOPPED, {"before": before}).scalars()]


def reapply(tx: Connection, keyring: Keyring, now: datetime) -> list[ClientId]:
    """A backup brings back who was erased after it was made: they are erased again."""
    back = [ClientId(number) for number in tx.execute(_BACK_AGAIN).scalars()]
    for client_id in back:
        erase(tx, keyring, client_id, now)
    return back


def _naming(
    tx: Connection, keyring: Keyring, client_id: ClientId
) -> Iterator[tuple[Dialogue, Inviting | None]]:
    """Open dialogues that are sealed by the house, because they are about several people, and name the
    client; and what is left of each without them, if it can go on."""
    mine = set(tx.execute(_PAIRINGS, {"client": client_id}).scalars())
    chats = {*accounts.of_client(tx, client_id), *tx.execute(_THERAPISTS, {"client": client_id}).scalars()}
    for chat_id in sorted(chats):
        for found in dialogues.open_in(tx, keyring, chat_id):
            if found.client_id is None and _names(found.state, client_id, mine):
                yield found, _without(found.state, mine)


def _names(state: State, client_id: ClientId, mine: set[int]) -> bool:
    match state:
        case Family(children=children):
            return any(number == client_id for number, _ in children)
        case Choosing(clients=named) | Inviting(clients=named):
            return any(number in mine for number, _ in named)
        case _:
            return getattr(state, "pairing_id", None) in mine


def _without(state: State, mine: set[int]) -> Inviting | None:
    """Whoever is being invited is somebody else: that goes on. A list to choose from is asked for again."""
    if not isinstance(state, Inviting):
        return None
    return replace(state, clients=tuple(one for one in state.clients if one[0] not in mine))


def _leave_out(
    tx: Connection, keyring: Keyring, found: Dialogue, without: Inviting | None, now: datetime
) -> None:
    if without is None:
        dialogues.forget(tx, DialogueId(found.id))
        tx.execute(_LETTERS, {"dialogue": found.id})
    else:
        dialogues.save(tx, keyring, replace(found, state=without), now)


def _receipt(tx: Connection, client_id: ClientId) -> Receipt | None:
    row = tx.execute(_RECEIPT, {"client": client_id}).one_or_none()
    return None if row is None else Receipt(row.client_id, row.code, row.receipt, row.erased_at)


def _number() -> str:
    """Such as 4F7A-09C2-D81E: random, and easily read aloud."""
    drawn = secrets.token_hex(6).upper()
    return "-".join(drawn[at : at + 4] for at in range(0, 12, 4))
