"""The one door. Whatever happens, a tap or an alarm, is decided and written down here."""

from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Connection

from bot.core import (
    agreeing,
    alerting,
    caseload,
    checkin,
    family,
    menu,
    pairing,
    phrasing,
    reading,
    reception,
    safety,
    shared_phone,
    welcome,
)  # fmt: skip
from bot.core.agreeing import Agreeing
from bot.core.alerting import Alerting
from bot.core.caseload import Choosing, Inviting
from bot.core.checkin import CheckIn
from bot.core.effects import Turn
from bot.core.events import (
    Acknowledged,
    AlertWaited,
    AskedForHelp,
    Blocked,
    CheckInDue,
    Commanded,
    Delivered,
    Edited,
    Event,
    Intruded,
    NotDelivered,
    PutDown,
    Released,
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
from bot.core.pairing import Pairing
from bot.core.phrasing import Phrasing
from bot.core.reading import Reading
from bot.core.safety import Safety
from bot.core.schedule import GRACE, quiet_until
from bot.core.welcome import Welcome
from bot.service import alarms, calling, hands, menus, occasions, who
from bot.service.addressing import FromPerson, dialogue_for, whose
from bot.service.alarms import FreeText
from bot.service.apply import apply
from bot.service.house import House
from bot.service.pages import words_of
from bot.service.scene import Scene
from bot.service.spelling import spelled_out
from bot.service.timetable import may_be_asked, quiet_hours
from bot.service.writing import script_of
from bot.storage import dialogues, people, timers
from bot.storage.dialogues import Dialogue, State
from bot.storage.timers import Timer, TimerKind

FromOurselves = (
    WaitedLong | Rested | PutDown | WasAway | NotDelivered | Delivered | Acknowledged | Released
)  # fmt: skip
Heard = FromPerson | Typed | Retyped | Returned | FromOurselves


def handle(tx: Connection, house: House, event: Event, now: datetime) -> str | None:
    """Load, decide, save, and write the effects down: one transaction, no network.

    What comes back is a short hint for whoever pressed a button, or None.
    """
    match event:
        case Tapped() | Wrote() | Edited() | SentOther() | Commanded():
            found = dialogue_for(tx, house, event, now)
            if isinstance(event, Wrote | Edited | SentOther):
                return _said(tx, house, event, found, now)
            return _outside(tx, house, event, now) if found is None else _step(tx, house, found, event, now)
        case AskedForHelp():
            if not alarms.asked(tx, house, event.chat_id, now):
                return _outside(tx, house, TappedNothing(event.chat_id, event.press_id), now)
            return None
        case Returned():
            for found in dialogues.open_in(tx, house.keyring, event.chat_id):
                _step(tx, house, found, event, now)
            return _outside(tx, house, event, now)
        case TappedNothing() | Blocked() | Intruded():
            return _outside(tx, house, event, now)
        case (
            WaitedLong() | Rested() | PutDown() | WasAway() | NotDelivered() | Delivered() | Acknowledged()
            | Released()
        ):  # fmt: skip
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
        case AlertWaited():
            calling.waited(tx, house, event, now)
            return None
        case _:
            assert_never(event)


def _said(tx: Connection, house: House, event: FreeText, found: Dialogue | None, now: datetime) -> str | None:
    """Something that somebody wrote or showed. What belongs to a page is kept with it; but who may be in
    danger is not told besides that nothing was kept."""
    heard = alarms.overheard(tx, house, event, whose(found))
    hint = None
    if found is not None:
        hint = _step(tx, house, found, event, now)
    elif heard is None:
        hint = _outside(tx, house, event, now)
    elif heard.shared and not isinstance(event, Edited):
        Scene(tx, house, event.chat_id, heard.words, now).conceal(event.message_id)
    if heard is not None:
        for follow in alarms.sound(tx, house, event, heard, now):
            handle(tx, house, follow, now)
    return hint


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


def _step(tx: Connection, house: House, dialogue: Dialogue, event: Heard, now: datetime) -> str | None:
    """One event for one dialogue: decide, save, apply."""
    if isinstance(dialogue.state, Menu):
        dialogue = menus.up_to_date(tx, house, dialogue, now)
    if isinstance(event, Wrote | Edited) and isinstance(dialogue.state, CheckIn):
        turn = _decide(tx, house, dialogue.state, spelled_out(house, dialogue.state, event), now)
    else:
        turn = _decide(tx, house, dialogue.state, event, now)
    if isinstance(event, Tapped | Wrote | SentOther | Commanded):
        turn = shared_phone.in_hand(turn, event, now)
    # Whoever has just chosen how to be addressed is so from now on.
    words = words_of(house, turn.dialogue)
    scene = Scene(tx, house, dialogue.chat_id, words, now, dialogue.client_id, dialogue)
    if isinstance(event, WaitedLong):
        scene.not_after = event.due_at + GRACE
    scene.turn_to(turn.dialogue, still=isinstance(event, PutDown))
    return _apply_all(scene, event, turn)


def _decide(tx: Connection, house: House, state: State, event: Heard, now: datetime) -> Turn[State]:
    match state:
        case CheckIn() | Menu() if isinstance(event, PutDown):
            return shared_phone.put_down(state)
        case Safety() if not isinstance(
            event, Typed | Retyped | Returned | WaitedLong | Rested | NotDelivered | Released
        ):
            return safety.advance(state, event, now)
        case Alerting() if not isinstance(
            event, Typed | Retyped | Returned | WaitedLong | Rested | NotDelivered | PutDown | Delivered
        ):
            return alerting.advance(state, event, now)
        case Safety() | Alerting():
            return Turn(state)
        case _ if isinstance(event, PutDown | Delivered | Acknowledged | Released):
            return Turn(state)
        case CheckIn():
            return checkin.advance(script_of(tx, house, state.prompt_set), state, event, now)
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
