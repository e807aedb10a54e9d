"""Dialogues in progress. The state is sealed; at the end only what the card needs is left."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import Connection, bindparam, insert, select, update

from bot.core.caseload import Choosing, Inviting
from bot.core.checkin import CheckIn
from bot.core.model import ChatId, ClientId, DialogueId
from bot.core.pairing import Pairing
from bot.core.welcome import Welcome
from bot.storage.keys import Keyring
from bot.storage.schema import dialogues

State = CheckIn | Welcome | Pairing | Inviting | Choosing
_STATE: TypeAdapter[State] = TypeAdapter(Annotated[State, Field(discriminator="kind")])

_ADD = insert(dialogues).returning(dialogues.c.id)
_GET = select(dialogues).where(dialogues.c.id == bindparam("wanted"))
_NEWEST = (
    select(dialogues)
    .where(dialogues.c.chat_id == bindparam("chat"), dialogues.c.open == 1)
    .order_by(dialogues.c.id.desc())
)
_SAVE = (
    update(dialogues)
    .where(dialogues.c.id == bindparam("wanted"))
    .values(open=bindparam("open"), state=bindparam("state"))
)
_CARD = (
    update(dialogues).where(dialogues.c.id == bindparam("wanted")).values(message_id=bindparam("message_id"))
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
    tx: Connection, keyring: Keyring, chat_id: ChatId, client_id: ClientId | None, state: State
) -> Dialogue:
    values = {"chat_id": chat_id, "client_id": client_id, "open": 1, "state": None}
    dialogue = Dialogue(DialogueId(tx.execute(_ADD, values).scalar_one()), chat_id, client_id, None, state)
    save(tx, keyring, dialogue)
    return dialogue


def save(tx: Connection, keyring: Keyring, dialogue: Dialogue) -> None:
    place = f"dialogues.state/{dialogue.id}"
    sealed = keyring.seal(tx, dialogue.client_id, place, _STATE.dump_json(dialogue.state).decode())
    tx.execute(_SAVE, {"wanted": dialogue.id, "open": int(dialogue.state.open), "state": sealed})


def get(tx: Connection, keyring: Keyring, dialogue_id: DialogueId) -> Dialogue | None:
    row = tx.execute(_GET, {"wanted": dialogue_id}).one_or_none()
    return None if row is None else _dialogue(tx, keyring, row)


def open_in(tx: Connection, keyring: Keyring, chat_id: ChatId) -> list[Dialogue]:
    """The open dialogues of a chat, newest first."""
    return [_dialogue(tx, keyring, row) for row in tx.execute(_NEWEST, {"chat": chat_id}).all()]


def set_card(tx: Connection, dialogue_id: DialogueId, message_id: int | None) -> None:
    """Remember which message in the chat is this dialogue's card."""
    tx.execute(_CARD, {"wanted": dialogue_id, "message_id": message_id})


def card_of(tx: Connection, dialogue_id: DialogueId) -> int | None:
    """The message that is the dialogue's card; None if no one has told us yet."""
    found: int | None = tx.execute(_CARD_OF, {"wanted": dialogue_id}).scalar_one_or_none()
    return found


def open_cards(tx: Connection) -> list[DialogueId]:
    return [DialogueId(number) for number in tx.execute(_OPEN_CARDS).scalars()]


def _dialogue(tx: Connection, keyring: Keyring, row: Any) -> Dialogue:
    place = f"dialogues.state/{row.id}"
    state = _STATE.validate_json(keyring.unseal(tx, row.client_id, place, row.state))
    return Dialogue(row.id, row.chat_id, row.client_id, row.message_id, state)
