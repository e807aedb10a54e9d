"""Which open dialogue an event is for, and on whose page something was written."""

from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.core import checkin, menu, shared_phone
from bot.core.caseload import Inviting
from bot.core.checkin import CheckIn
from bot.core.checkin_state import OUTSIDE
from bot.core.events import Commanded, Edited, SentOther, Tapped, Wrote
from bot.core.menu import Menu
from bot.core.model import ChatId, ClientId
from bot.core.phrasing import Phrasing
from bot.core.reading import Reading
from bot.core.welcome import Occasion, Page, Welcome
from bot.service.house import House
from bot.service.scene import put_card
from bot.service.spelling import answered_by
from bot.storage import dialogues, outbox
from bot.storage.dialogues import Dialogue, State

FromPerson = Tapped | Wrote | Edited | SentOther | Commanded


def dialogue_for(tx: Connection, house: House, event: FromPerson, now: datetime) -> Dialogue | None:
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
        case Wrote() | SentOther():
            return _for_words(dialogues.open_in(tx, house.keyring, event.chat_id))
        case Edited():  # what was said earlier, so never to a menu
            if (answered := answered_by(tx, house, event)) is not None:
                return answered
            found_open = dialogues.open_in(tx, house.keyring, event.chat_id)
            return _for_words([one for one in found_open if not isinstance(one.state, Menu)])
        case Commanded(name="checkin"):
            found = _newest(tx, house, event.chat_id, Welcome)
            return None if _waits_for_therapist(found) else found
        case Commanded(name="later"):
            return _newest(tx, house, event.chat_id, CheckIn)
        case Commanded(name="invite"):
            return _newest(tx, house, event.chat_id, Inviting)
        case Commanded(name="goal"):
            return _newest(tx, house, event.chat_id, Phrasing)
        case Commanded(name="start", argument=""):
            return _newest(tx, house, event.chat_id, CheckIn, Welcome)
        case Commanded():
            return None
        case _:
            assert_never(event)


def whose(found: Dialogue | None) -> ClientId | None:
    """On whose page something was written, if that is sure: on a shared phone only a child's own is."""
    if found is None or (shared_phone.is_shared(found.state) and not shared_phone.is_own(found.state)):
        return None
    return found.client_id


def _for_words(found: list[Dialogue]) -> Dialogue | None:
    """The first that takes words: a check-in that is being answered before one that only waits to be
    opened, for in a family's chat there may be several. Where the phone is just being passed on, words are
    nobody's yet."""
    takers = [one for one in found if _takes_words(one.state)]
    if takers and _is_passed_on(takers[0].state):
        return takers[0]
    return next((one for one in takers if not _waits_outside(one.state)), next(iter(takers), None))


def _takes_words(state: State) -> bool:
    """A summary does so only when its reader wants to answer, and a menu when it asks for words."""
    match state:
        case Reading() | Menu():
            return state.listens
        case _:
            return isinstance(state, CheckIn | Inviting | Phrasing | Welcome)


def _is_passed_on(state: State) -> bool:
    match state:
        case CheckIn():
            return state.page is checkin.Page.HANDOVER
        case Menu():
            return state.page is menu.Page.HANDOVER
        case _:
            return False


def _waits_outside(state: State) -> bool:
    return isinstance(state, CheckIn) and state.page in OUTSIDE


def _newest(tx: Connection, house: House, chat_id: ChatId, *kinds: type[State]) -> Dialogue | None:
    found = dialogues.open_in(tx, house.keyring, chat_id)
    return next((dialogue for dialogue in found if isinstance(dialogue.state, kinds)), None)


def _waits_for_therapist(found: Dialogue | None) -> bool:
    """Consent is given: a card would only show again what was agreed to. On a new account the welcome
    is all there is."""
    state = None if found is None else found.state
    return isinstance(state, Welcome) and state.page is Page.AGREED and state.occasion is Occasion.FIRST
