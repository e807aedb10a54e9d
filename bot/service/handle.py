"""The one door. Whatever happens, a tap or an alarm, is decided and written down here."""

from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection

from bot.core import (
    agreeing,
    caseload,
    checkin,
    family,
    menu,
    pairing,
    phrasing,
    reading,
    reception,
    shared_phone,
    welcome,
)  # fmt: skip
from bot.core.agreeing import Agreeing
from bot.core.caseload import Choosing, Inviting
from bot.core.checkin import CheckIn
from bot.core.checkin_state import OUTSIDE
from bot.core.effects import Turn
from bot.core.events import (
    Blocked,
    CheckInDue,
    Commanded,
    Edited,
    Event,
    Intruded,
    NotDelivered,
    PutDown,
    Rested,
    Returned,
    Retyped,
    SentOther,
    SessionNear,
    Tapped,
    TappedNothing,
    Typed,
    Wait,
    WaitedLong,
    WasAway,
    Wrote,
)  # fmt: skip
from bot.core.family import Family
from bot.core.menu import Menu
from bot.core.model import ChatId
from bot.core.pairing import Pairing
from bot.core.phrasing import Phrasing
from bot.core.reading import Reading
from bot.core.schedule import GRACE, quiet_until
from bot.core.welcome import Occasion, Page, Welcome
from bot.service import hands, menus, occasions, who
from bot.service.apply import apply
from bot.service.house import House
from bot.service.pages import words_of
from bot.service.scene import Scene, put_card
from bot.service.spelling import answered_by, spelled_out
from bot.service.timetable import may_be_asked, quiet_hours
from bot.storage import dialogues, outbox, people, timers
from bot.storage.dialogues import Dialogue, State
from bot.storage.timers import Timer, TimerKind

FromPerson = Tapped | Wrote | Edited | SentOther | Commanded
FromOurselves = WaitedLong | Rested | PutDown | WasAway | NotDelivered
Heard = FromPerson | Typed | Retyped | Returned | FromOurselves


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
        case WaitedLong() | Rested() | PutDown() | WasAway() | NotDelivered():
            found = dialogues.get(tx, house.keyring, event.dialogue_id)
            if found is None:
                return None
            if isinstance(event, WaitedLong) and not _may_remind(tx, house, found, event, now):
                return None
            return _step(tx, house, found, event, now)
        case CheckInDue():
            for left_over in occasions.left_over(tx, house, event):
                _step(tx, house, left_over, WaitedLong(left_over.id, Wait.EXPIRY, now), now)
            occasions.check_in_due(tx, house, event, now)
            return None
        case SessionNear():
            for seen in occasions.seen_whole(tx, house, event, now):
                _step(tx, house, seen, WaitedLong(seen.id, Wait.EXPIRY, now), now)
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


def _may_remind(tx: Connection, house: House, found: Dialogue, event: WaitedLong, now: datetime) -> bool:
    """Nobody is reminded who has not agreed to the words as they are now, nor in quiet hours: until they are
    over the card that is there goes on as it was. What runs out runs out."""
    if event.wait is Wait.EXPIRY or found.client_id is None:
        return True
    client = people.client(tx, house.keyring, found.client_id)
    over_at = quiet_until(now, *quiet_hours(house, client), client.zone)
    if over_at is not None:
        timers.put(tx, Timer(TimerKind(event.wait), found.id, event.due_at, try_at=over_at))
        return False
    return may_be_asked(tx, client)


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


def _step(tx: Connection, house: House, dialogue: Dialogue, event: Heard, now: datetime) -> str | None:
    """One event for one dialogue: decide, save, apply."""
    if isinstance(dialogue.state, Menu):
        dialogue = menus.up_to_date(tx, house, dialogue, now)
    if isinstance(event, Wrote | Edited) and isinstance(dialogue.state, CheckIn):
        turn = _decide(house, dialogue.state, spelled_out(house, dialogue.state, event), now)
    else:
        turn = _decide(house, dialogue.state, event, now)
    if isinstance(event, Tapped | Wrote | SentOther | Commanded):
        turn = shared_phone.in_hand(turn, event, now)
    # Whoever has just chosen how to be addressed is so from now on.
    words = words_of(house, turn.dialogue)
    scene = Scene(tx, house, dialogue.chat_id, words, now, dialogue.client_id, dialogue)
    if isinstance(event, WaitedLong):
        scene.not_after = event.due_at + GRACE
    scene.turn_to(turn.dialogue, still=isinstance(event, PutDown))
    return _apply_all(scene, event, turn)


def _decide(house: House, state: State, event: Heard, now: datetime) -> Turn[State]:
    match state:
        case CheckIn() | Menu() if isinstance(event, PutDown):
            return shared_phone.put_down(state)
        case _ if isinstance(event, PutDown):
            return Turn(state)
        case CheckIn():
            return checkin.advance(house.prompt_sets[state.prompt_set], state, event, now)
        case _ if isinstance(event, Typed | Retyped | Returned | WaitedLong | Rested | NotDelivered):
            return Turn(state)  # only check-ins wait, and turn a page while nobody is there
        case Menu():
            return menu.advance(state, event, now)
        case Family():
            return family.advance(state, event, now)
        case Welcome():
            return welcome.advance(house.spoken_to(state.band), state, event, now)
        case Pairing():
            return pairing.advance(state, event, now)
        case Inviting():
            return caseload.advance(house.offer, state, event, now)
        case Choosing():
            return caseload.choose(state, event, now)
        case Agreeing():
            return agreeing.advance(state, event, now)
        case Phrasing():
            return phrasing.advance(state, event, now)
        case Reading():
            return reading.advance(state, event, now)
        case _:
            assert_never(state)


def _outside(tx: Connection, house: House, event: reception.FromOutside, now: datetime) -> str | None:
    """Nothing open takes it: the reception decides."""
    speaker = who.speaks(tx, house, event)
    scene = Scene(tx, house, event.chat_id, speaker.words, now, speaker.client_id)
    effects = reception.receive(speaker.role, event, shared=speaker.shared, stopped=speaker.stopped)
    return _apply_all(scene, event, Turn(None, effects))


def _apply_all(scene: Scene, event: Event | Typed | Retyped, turn: Turn[Any]) -> str | None:
    hint = None
    for effect in turn.effects:
        hint = apply(scene, effect) or hint
    if isinstance(event, Tapped | Commanded):
        scene.follows += hands.changed(scene)
    for event in scene.follows:
        handle(scene.tx, scene.house, event, scene.now)
    return hint
