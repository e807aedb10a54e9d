"""Forgetting a client: their key first, so that nothing of theirs opens again, then every row.

What remains is a number, a code and a receipt, so that a restored backup forgets them again.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.core.model import ChatId, ClientId, DialogueId
from bot.storage import accounts, audit, dialogues, inbox, naming
from bot.storage.belongings import BELONGINGS
from bot.storage.database import wipe_log
from bot.storage.keys import Keyring
from bot.storage.naming import Naming
from bot.storage.people import PairingState
from bot.storage.schema import clients, erasures, outbox, pairings
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
# Nobody is active with them, and the last that happened was before.
_NOT_BEGUN = (
    select(pairings.c.client_id)
    .group_by(pairings.c.client_id)
    .having(
        func.max(case((pairings.c.state == PairingState.ACTIVE, 1), else_=0)) == 0,
        func.max(pairings.c.changed_at) < bindparam("before"),
    )
    .order_by(pairings.c.client_id)
)
_STOPPED = select(clients.c.id).where(clients.c.stopped_at < bindparam("before")).order_by(clients.c.id)
_BACK_AGAIN = select(clients.c.id).join(erasures, erasures.c.client_id == clients.c.id).order_by(clients.c.id)
_OPEN_CARDS = select(dialogue_rows.c.chat_id, dialogue_rows.c.message_id).where(
    dialogue_rows.c.client_id == bindparam("client"),
    dialogue_rows.c.open == 1,
    dialogue_rows.c.message_id.is_not(None),
)
_ROWS = tuple(delete(one.table).where(one.rows) for one in BELONGINGS)
_LETTERS = delete(outbox).where(outbox.c.dialogue_id == bindparam("dialogue"))
_LETTER = delete(outbox).where(outbox.c.id == bindparam("letter"))
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
    for found in list(naming.dialogues_naming(tx, keyring, client_id)):
        _leave_out(tx, keyring, found, now)
    for letter in naming.letters_naming(tx, keyring, client_id):
        tx.execute(_LETTER, {"letter": letter.id})
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
    """What stands in any chat and is the client's, or names them: what is open, and what a letter was just
    going to change. What goes on without them is not among it."""
    own = [
        Card(row.chat_id, row.message_id, shared=False)
        for row in tx.execute(_OPEN_CARDS, {"client": client_id})
    ]
    named = list(naming.dialogues_naming(tx, keyring, client_id))
    lists = [(one.dialogue.chat_id, one.dialogue.message_id) for one in named if one.without is None]
    goes_on = {one.dialogue.id for one in named if one.without is not None}
    changing = [
        (letter.chat_id, letter.card)
        for letter in naming.letters_naming(tx, keyring, client_id)
        if letter.dialogue_id not in goes_on
    ]
    shared = [
        Card(chat_id, message_id, shared=True)
        for chat_id, message_id in dict.fromkeys(lists + changing)
        if message_id is not None
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


def not_begun_before(tx: Connection, before: datetime) -> list[ClientId]:
    """Who was invited and never began, and of whom nothing was heard since."""
    return [ClientId(number) for number in tx.execute(_NOT_BEGUN, {"before": before}).scalars()]


def reapply(tx: Connection, keyring: Keyring, now: datetime) -> list[ClientId]:
    """A backup brings back who was erased after it was made: they are erased again."""
    back = [ClientId(number) for number in tx.execute(_BACK_AGAIN).scalars()]
    for client_id in back:
        erase(tx, keyring, client_id, now)
    return back


def _leave_out(tx: Connection, keyring: Keyring, found: Naming, now: datetime) -> None:
    if found.without is None:
        dialogues.forget(tx, DialogueId(found.dialogue.id))
        tx.execute(_LETTERS, {"dialogue": found.dialogue.id})
    else:
        dialogues.save(tx, keyring, replace(found.dialogue, state=found.without), now)


def _receipt(tx: Connection, client_id: ClientId) -> Receipt | None:
    row = tx.execute(_RECEIPT, {"client": client_id}).one_or_none()
    return None if row is None else Receipt(row.client_id, row.code, row.receipt, row.erased_at)


def _number() -> str:
    """Such as 4F7A-09C2-D81E: random, and easily read aloud."""
    drawn = secrets.token_hex(6).upper()
    return "-".join(drawn[at : at + 4] for at in range(0, 12, 4))
