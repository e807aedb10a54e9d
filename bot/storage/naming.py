"""Where a client is named in what the house seals, because it is about several people: open lists, and
letters that have not left yet."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from bot.core.caseload import Choosing, Inviting
from bot.core.family import Family
from bot.core.model import ChatId, ClientId, DialogueId
from bot.storage import accounts, dialogues, people
from bot.storage.dialogues import Dialogue, State
from bot.storage.keys import Keyring
from bot.storage.letters import opened
from bot.storage.schema import dialogues as dialogue_rows
from bot.storage.schema import outbox, pairings, therapists


@dataclass(frozen=True, slots=True)
class Naming:
    """``without`` is what is left of the dialogue without the client, if it can go on."""

    dialogue: Dialogue
    without: Inviting | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that has not left, or of which nobody knows yet; and the message it was to change."""

    id: int
    chat_id: ChatId
    dialogue_id: DialogueId | None
    card: int | None


_PAIRINGS = select(pairings.c.id).where(pairings.c.client_id == bindparam("client"))
_THERAPISTS = (
    select(therapists.c.chat_id)
    .join(pairings, pairings.c.therapist_id == therapists.c.id)
    .where(pairings.c.client_id == bindparam("client"), therapists.c.chat_id.is_not(None))
    .distinct()
)
_WRITTEN_TO = select(outbox.c.chat_id).where(outbox.c.client_id == bindparam("client")).distinct()
# Literally what the index of unsent letters says.
_UNSENT = (
    select(outbox, dialogue_rows.c.message_id.label("card"))
    .outerjoin(dialogue_rows, dialogue_rows.c.id == outbox.c.dialogue_id)
    .where(
        text("outbox.state IN ('waiting','sending')"),
        outbox.c.chat_id == bindparam("chat"),
        outbox.c.client_id.is_(None),
    )
    .order_by(outbox.c.id)
)


def dialogues_naming(tx: Connection, keyring: Keyring, client_id: ClientId) -> Iterator[Naming]:
    """Those that are open and sealed by the house."""
    mine = set(tx.execute(_PAIRINGS, {"client": client_id}).scalars())
    for chat_id in _chats(tx, client_id):
        for found in dialogues.open_in(tx, keyring, chat_id):
            if found.client_id is None and _names(found.state, client_id, mine):
                yield Naming(found, _without(found.state, mine))


def letters_naming(tx: Connection, keyring: Keyring, client_id: ClientId) -> list[Waiting]:
    """Those that are not delivered yet and sealed by the house: whatever they say, their name is in it. A
    namesake's may be among them, which is the lesser harm."""
    name = re.compile(rf"(?<!\w){re.escape(people.client(tx, keyring, client_id).alias)}(?!\w)")
    return [
        Waiting(row.id, row.chat_id, row.dialogue_id, row.target or row.card)
        for chat_id in _chats(tx, client_id)
        for row in tx.execute(_UNSENT, {"chat": chat_id}).all()
        if any(name.search(words) for words in _words(opened(tx, keyring, row)))
    ]


def _chats(tx: Connection, client_id: ClientId) -> list[ChatId]:
    """Where they may be named: in their own chats, those of before too, and in their therapists'."""
    found = {*accounts.of_client(tx, client_id)}
    for statement in (_THERAPISTS, _WRITTEN_TO):
        found |= {ChatId(number) for number in tx.execute(statement, {"client": client_id}).scalars()}
    return sorted(found)


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


def _words(body: Any) -> Iterator[str]:
    """All texts of a letter: its own, and those on its buttons."""
    match body:
        case str():
            yield body
        case Mapping():
            for part in body.values():
                yield from _words(part)
        case list():
            for part in body:
                yield from _words(part)
        case _:
            pass
