"""Dialogues in progress. The state is sealed; at the end only what the card needs is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import structlog
from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import Connection, bindparam, insert, select, update

from bot.core.agreeing import Agreeing
from bot.core.alerting import Alerting
from bot.core.caseload import Choosing, Inviting
from bot.core.checkin import CheckIn
from bot.core.family import Family
from bot.core.menu import Menu
from bot.core.model import ChatId, ClientId, DialogueId
from bot.core.pairing import Pairing
from bot.core.phrasing import Phrasing
from bot.core.reading import Reading
from bot.core.safety import Safety
from bot.core.welcome import Welcome
from bot.storage.keys import Keyring
from bot.storage.schema import dialogues

log = structlog.get_logger(__name__)

State = (
    CheckIn | Menu | Family | Welcome | Pairing | Inviting | Choosing | Agreeing | Phrasing | Reading
    | Alerting | Safety
)  # fmt: skip
_STATE: TypeAdapter[State] = TypeAdapter(Annotated[State, Field(discriminator="kind")])

# A check-in is looked at again until it is told; a welcome shows what was agreed to.
KEPT = (CheckIn, Welcome)

_ADD = insert(dialogues).returning(dialogues.c.id)
_GET = select(dialogues).where(dialogues.c.id == bindparam("wanted"))
_NEWEST = (
    select(dialogues)
    .where(dialogues.c.chat_id == bindparam("chat"), dialogues.c.open == 1)
    .order_by(dialogues.c.moved_at.desc().nulls_last(), dialogues.c.id.desc())
)
_LATEST_WITH = (
    select(dialogues)
    .where(
        dialogues.c.client_id == bindparam("client"),
        dialogues.c.chat_id == bindparam("chat"),
        dialogues.c.state.is_not(None),
    )
    .order_by(dialogues.c.id.desc())
    .limit(bindparam("most"))
)
_SAVE = (
    update(dialogues)
    .where(dialogues.c.id == bindparam("wanted"))
    .values(open=bindparam("open"), state=bindparam("state"), moved_at=bindparam("now"))
)
_SAVE_STILL = (
    update(dialogues)
    .where(dialogues.c.id == bindparam("wanted"))
    .values(open=bindparam("open"), state=bindparam("state"))
)
_CARD = (
    update(dialogues).where(dialogues.c.id == bindparam("wanted")).values(message_id=bindparam("message_id"))
)
_FORGET = update(dialogues).where(dialogues.c.id == bindparam("wanted")).values(open=0, state=None)
_BRING_ALONG = (
    update(dialogues)
    .where(dialogues.c.client_id == bindparam("client"), dialogues.c.chat_id == bindparam("old"))
    .values(chat_id=bindparam("new"), message_id=None)
)
_CARD_OF = select(dialogues.c.message_id).where(dialogues.c.id == bindparam("wanted"))
_OPEN_CARDS = select(dialogues.c.id).where(dialogues.c.open == 1, dialogues.c.message_id.is_not(None))


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A dialogue's state, and where it is held: which chat, which card."""

    id: DialogueId
    chat_id: ChatId
    client_id: ClientId | None
    message_id: int | None
    state: State


def start(
    tx: Connection,
    keyring: Keyring,
    chat_id: ChatId,
    client_id: ClientId | None,
    state: State,
    now: datetime,
) -> Dialogue:
    values = {"chat_id": chat_id, "client_id": client_id, "open": 1, "state": None}
    dialogue = Dialogue(DialogueId(tx.execute(_ADD, values).scalar_one()), chat_id, client_id, None, state)
    save(tx, keyring, dialogue, now)
    return dialogue


def save(tx: Connection, keyring: Keyring, dialogue: Dialogue, now: datetime | None) -> None:
    """What is over is forgotten, unless somebody may still ask for it: names and words stand in it. Without a
    ``now`` it stands where it stood among the dialogues of its chat."""
    state, sealed = dialogue.state, None
    if state.open or isinstance(state, KEPT):
        place = f"dialogues.state/{dialogue.id}"
        sealed = keyring.seal(tx, dialogue.client_id, place, _STATE.dump_json(state).decode())
    values = {"wanted": dialogue.id, "open": int(state.open), "state": sealed}
    if now is None:
        tx.execute(_SAVE_STILL, values)
    else:
        tx.execute(_SAVE, {**values, "now": now})


def get(tx: Connection, keyring: Keyring, dialogue_id: DialogueId) -> Dialogue | None:
    row = tx.execute(_GET, {"wanted": dialogue_id}).one_or_none()
    return None if row is None or row.state is None else _dialogue(tx, keyring, row)


def open_in(tx: Connection, keyring: Keyring, chat_id: ChatId) -> list[Dialogue]:
    """The open dialogues of a chat, that in which something happened last first."""
    return _those(tx, keyring, tx.execute(_NEWEST, {"chat": chat_id}).all())


def latest_with(
    tx: Connection, keyring: Keyring, chat_id: ChatId, client_id: ClientId, most: int
) -> list[Dialogue]:
    """What was held with this client in this chat and is not forgotten, open or not, the newest first."""
    values = {"chat": chat_id, "client": client_id, "most": most}
    return _those(tx, keyring, tx.execute(_LATEST_WITH, values).all())


def set_card(tx: Connection, dialogue_id: DialogueId, message_id: int | None) -> None:
    """Remember which message in the chat is this dialogue's card."""
    tx.execute(_CARD, {"wanted": dialogue_id, "message_id": message_id})


def card_of(tx: Connection, dialogue_id: DialogueId) -> int | None:
    """The message that is the dialogue's card; None if no one has told us yet."""
    found: int | None = tx.execute(_CARD_OF, {"wanted": dialogue_id}).scalar_one_or_none()
    return found


def forget(tx: Connection, dialogue_id: DialogueId) -> None:
    """It is over, and nobody asks for it again."""
    tx.execute(_FORGET, {"wanted": dialogue_id})


def bring_along(tx: Connection, client_id: ClientId, old: ChatId, new: ChatId) -> None:
    """What was held with this client in the one chat belongs to the other from now on. Its cards do not:
    buttons that are left in the old chat belong to nothing."""
    tx.execute(_BRING_ALONG, {"client": client_id, "old": old, "new": new})


def open_cards(tx: Connection) -> list[DialogueId]:
    return [DialogueId(number) for number in tx.execute(_OPEN_CARDS).scalars()]


def _those(tx: Connection, keyring: Keyring, rows: Iterable[Any]) -> list[Dialogue]:
    return [one for row in rows if (one := _dialogue(tx, keyring, row)) is not None]


def _dialogue(tx: Connection, keyring: Keyring, row: Any) -> Dialogue | None:
    """None for what an earlier Attune wrote and this one cannot go on with: it is over."""
    place = f"dialogues.state/{row.id}"
    opened = keyring.unseal(tx, row.client_id, place, row.state)
    try:
        state = _STATE.validate_json(opened)
    except ValidationError:
        log.warning("dialogue of an earlier version", dialogue=row.id)
        return None
    return Dialogue(row.id, row.chat_id, row.client_id, row.message_id, state)
