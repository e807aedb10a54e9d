"""The one door. Whatever happens, a tap or an alarm, is decided and written down here."""

from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection

from bot.core import caseload, checkin, pairing, reception, welcome
from bot.core.caseload import Choosing, Inviting
from bot.core.checkin import CheckIn
from bot.core.effects import Turn
from bot.core.events import (
    Blocked,
    CheckInDue,
    Commanded,
    Edited,
    Event,
    Intruded,
    NotDelivered,
    Rested,
    Returned,
    SentOther,
    SessionNear,
    Tapped,
    TappedNothing,
    Wait,
    WaitedLong,
    WasAway,
    Wrote,
)  # fmt: skip
from bot.core.model import ChatId
from bot.core.pairing import Pairing
from bot.core.schedule import GRACE
from bot.core.welcome import Page, Welcome
from bot.service import occasions, who
from bot.service.apply import apply
from bot.service.house import House
from bot.service.scene import Scene, put_card, words_of
from bot.storage import dialogues, outbox
from bot.storage.dialogues import Dialogue, State

FromPerson = Tapped | Wrote | Edited | SentOther | Commanded
FromOurselves = WaitedLong | Rested | WasAway | NotDelivered
Heard = FromPerson | Returned | FromOurselves


def handle(tx: Connection, house: House, event: Event, now: datetime) -> str | None:
    """Load, decide, save, and write the effects down: one transaction, no network.

    What comes back is a short hint for whoever pressed a button, or None.
    """
    match event:
        case Tapped() | Wrote() | Edited() | SentOther() | Commanded():
            found = _dialogue_for(tx, house, event, now)
            return _outside(tx, house, event, now) if found is None else _step(tx, house, found, event, now)
        case Returned():
            for found in dialogues.open_in(tx, house.keyring, event.chat_id):
                _step(tx, house, found, event, now)
            return _outside(tx, house, event, now)
        case TappedNothing() | Blocked() | Intruded():
            return _outside(tx, house, event, now)
        case WaitedLong() | Rested() | WasAway() | NotDelivered():
            found = dialogues.get(tx, house.keyring, event.dialogue_id)
            return None if found is None else _step(tx, house, found, event, now)
        case CheckInDue():
            for left_over in occasions.left_over(tx, house, event):
                _step(tx, house, left_over, WaitedLong(left_over.id, Wait.EXPIRY, now), now)
            occasions.check_in_due(tx, house, event, now)
            return None
        case SessionNear():
            occasions.session_near(tx, house, event, now)
            return None
        case _:
            assert_never(event)


def _dialogue_for(tx: Connection, house: House, event: FromPerson, now: datetime) -> Dialogue | None:
    """The dialogue an event belongs to. A button is only as good as the chat it is pressed in."""
    match event:
        case Tapped(dialogue_id=dialogue_id, chat_id=chat_id):
            found = dialogues.get(tx, house.keyring, dialogue_id)
            if found is None or found.chat_id != chat_id:
                return None
            newer = found.message_id is None or event.message_id > found.message_id
            if (
                newer
                and found.state.position == event.position
                and outbox.mark_arrived(tx, found.id, event.message_id, now)
            ):
                # Late evidence: the card whose delivery was in doubt did arrive.
                put_card(tx, house, found.id, found.chat_id, found.client_id, event.message_id, now)
            return found
        case Wrote() | Edited() | SentOther():
            return _newest(tx, house, event.chat_id, CheckIn, Inviting, Welcome)
        case Commanded(name="checkin"):
            found = _newest(tx, house, event.chat_id, CheckIn, Welcome)
            return None if _waits_for_therapist(found) else found
        case Commanded(name="invite"):
            return _newest(tx, house, event.chat_id, Inviting)
        case Commanded(name="start", argument=""):
            return _newest(tx, house, event.chat_id, CheckIn, Welcome)
        case Commanded():
            return None
        case _:
            assert_never(event)


def _newest(tx: Connection, house: House, chat_id: ChatId, *kinds: type[State]) -> Dialogue | None:
    found = dialogues.open_in(tx, house.keyring, chat_id)
    return next((dialogue for dialogue in found if isinstance(dialogue.state, kinds)), None)


def _waits_for_therapist(found: Dialogue | None) -> bool:
    """Consent is given: a card would only show again what was agreed to."""
    return found is not None and isinstance(found.state, Welcome) and found.state.page is Page.AGREED


def _step(tx: Connection, house: House, dialogue: Dialogue, event: Heard, now: datetime) -> str | None:
    """One event for one dialogue: decide, save, apply."""
    turn = _decide(house, dialogue.state, event, now)
    scene = Scene(
        tx, house, dialogue.chat_id, words_of(house, dialogue.state), now, dialogue.client_id, dialogue
    )
    if isinstance(event, WaitedLong):
        scene.not_after = event.due_at + GRACE
    scene.turn_to(turn.dialogue)
    return _apply_all(scene, turn)


def _decide(house: House, state: State, event: Heard, now: datetime) -> Turn[State]:
    match state:
        case CheckIn():
            return checkin.advance(house.prompt_sets[state.prompt_set], state, event, now)
        case _ if isinstance(event, Returned | WaitedLong | Rested | NotDelivered):
            return Turn(state)  # only check-ins wait, and turn a page while nobody is there
        case Welcome():
            return welcome.advance(state, event, now)
        case Pairing():
            return pairing.advance(state, event, now)
        case Inviting():
            return caseload.advance(house.offer, state, event, now)
        case Choosing():
            return caseload.choose(state, event, now)
        case _:
            assert_never(state)


def _outside(tx: Connection, house: House, event: reception.FromOutside, now: datetime) -> str | None:
    """Nothing open takes it: the reception decides."""
    speaker = who.speaks(tx, house, event)
    scene = Scene(tx, house, event.chat_id, speaker.words, now, speaker.client_id)
    return _apply_all(scene, Turn(None, reception.receive(speaker.role, event)))


def _apply_all(scene: Scene, turn: Turn[Any]) -> str | None:
    hint = None
    for effect in turn.effects:
        hint = apply(scene, effect) or hint
    return hint
