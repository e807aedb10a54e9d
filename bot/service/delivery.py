"""From the outbox to Telegram: claim, mark as being sent, send, and write down what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

import structlog
from sqlalchemy import Connection

from bot.core.events import NotDelivered
from bot.core.model import DialogueId, Kind
from bot.core.schedule import instant, quiet_until
from bot.render.words import local
from bot.service import calling, reaching, work
from bot.service.house import House
from bot.service.scene import Scene, put_card
from bot.storage import outbox
from bot.storage.letters import Wishes
from bot.storage.outbox import Letter
from bot.transport.sender import (
    Gone,
    NotSentYet,
    Outcome,
    Parcel,
    Refused,
    Sent,
    Slower,
    Unclear,
    Unreachable,
)

log = structlog.get_logger(__name__)

BACKOFF_FIRST, BACKOFF_MOST = timedelta(seconds=2), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is to be settled, and how many letters may go out, to chats that do not rest.

    ``sweep`` is whether to give up the letters that are too late; it need not be each time.
    """

    back: Sequence[tuple[Letter, Outcome]]
    resting: Collection[int]
    room: int
    now: datetime
    sweep: bool


@dataclass(frozen=True, slots=True)
class Claimed:
    """Letters marked as being sent. ``more`` may be left; ``held_up`` are resting chats that have some."""

    letters: Sequence[tuple[Letter, Parcel]]
    more: bool
    held_up: Collection[int]


def turn(tx: Connection, house: House, given: Exchange) -> Claimed:
    """One exchange, and what it had to leave."""
    letters = exchange(tx, house, given.back, given.now, given.resting, given.room, sweep=given.sweep)
    more = len(letters) == given.room
    held_up = outbox.held_up(tx, given.now, given.resting) if given.resting and not more else ()
    return Claimed(letters, more, held_up)


def exchange(
    tx: Connection,
    house: House,
    finished: Sequence[tuple[Letter, Outcome]],
    now: datetime,
    resting: Collection[int],
    most: int,
    *,
    sweep: bool = True,
) -> list[tuple[Letter, Parcel]]:
    """Settle what came back and claim what goes out next, in one commit."""
    for letter, outcome in finished:
        settle(tx, house, letter, outcome, now)
    return claim(tx, house, now, resting, most, sweep=sweep) if most > 0 else []


def claim(
    tx: Connection, house: House, now: datetime, resting: Collection[int], most: int, *, sweep: bool = True
) -> list[tuple[Letter, Parcel]]:
    """The next letters, marked as being sent. Once this commits, each may go out once.

    What came too late is given up here, and what would ring in quiet hours waits for their end.
    """
    if sweep:
        for late in outbox.lapse(tx, now):
            _give_up(tx, house, late.dialogue_id, late.kind, "late", now)
    ready: list[tuple[Letter, Parcel]] = []
    while len(ready) < most:
        room = most - len(ready)
        found = outbox.claim(tx, house.keyring, now, resting, room)
        fit = [(letter, parcel) for letter in found if (parcel := _parcel(tx, house, letter, now))]
        outbox.mark_sending(tx, [letter.id for letter, _ in fit])
        ready += fit
        if len(fit) == len(found) < room:  # behind one that waits there may be another
            break
    return ready


def settle(tx: Connection, house: House, letter: Letter, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a letter."""
    match outcome:
        case Sent(message_id):
            if outbox.mark_sent(tx, letter.id, message_id, now):
                _arrived(tx, house, letter, message_id, now)
            else:
                _take_back(tx, house, letter, message_id, now)
        case Slower(wait):
            outbox.postpone(tx, letter.id, now + wait, again=letter.again)
        case NotSentYet():
            outbox.postpone(tx, letter.id, now + _backoff(letter), again=letter.again)
        case Unclear():
            outbox.doubt(tx, letter.id, letter.kind, now + _backoff(letter), now)
        case Unreachable():
            outbox.end(tx, letter.id, "failed", now)
            reaching.mark(tx, house, letter.chat_id, False, now)
            _give_up(tx, house, letter.dialogue_id, letter.kind, "unreachable", now)
        case Gone():
            outbox.end(tx, letter.id, "failed", now)
        case Refused(reason):
            log.error("letter refused", letter=letter.id, kind=letter.kind, reason=reason)
            outbox.end(tx, letter.id, "failed", now)
            _give_up(tx, house, letter.dialogue_id, letter.kind, "refused", now)
        case _:
            assert_never(outcome)


def recover(tx: Connection, now: datetime) -> datetime:
    """After a start: what was being sent when we stopped is in doubt. Says when the last letter may
    have left: now, if that is not known."""
    settled_at = outbox.last_settled(tx)
    in_doubt = outbox.recover(tx, now)
    for kind, count in in_doubt.items():
        log.warning("letters in doubt after a stop", kind=kind, count=count)
    return now if in_doubt or settled_at is None else settled_at


def _arrived(tx: Connection, house: House, letter: Letter, message_id: int | None, now: datetime) -> None:
    """A new card is the dialogue's from now on."""
    if letter.dialogue_id is None or letter.action != "send" or message_id is None:
        return
    put_card(tx, house, letter.dialogue_id, letter.chat_id, letter.client_id, message_id, now)
    if letter.kind is Kind.ALERT:
        work.tell(tx, house, calling.arrived(tx, DialogueId(letter.dialogue_id), now), now)


def _take_back(tx: Connection, house: House, letter: Letter, message_id: int | None, now: datetime) -> None:
    """Its client was erased while it was on its way: nobody shall read any more what it says."""
    if message_id is not None and letter.client_id is not None:
        words = house.words(house.clinic.languages[0])
        Scene(tx, house, letter.chat_id, words, now).conceal(message_id)


def _parcel(tx: Connection, house: House, letter: Letter, now: datetime) -> Parcel | None:
    """The letter ready for its way; None if it waits, is not wanted, or its card never arrived."""
    unwanted = _unwanted(letter, now)
    if unwanted:
        outbox.end(tx, letter.id, "lapsed", now)
        _give_up(tx, house, letter.dialogue_id, letter.kind, unwanted, now)
        return None
    later = _later(house, letter, now)
    if later is not None:
        outbox.postpone(tx, letter.id, later, again=letter.again)
        return None
    if letter.action in ("edit", "delete") and letter.target is None:
        outbox.end(tx, letter.id, "superseded", now)
        return None
    return Parcel(letter.action, letter.chat_id, letter.target, letter.body, letter.again)


def _unwanted(letter: Letter, now: datetime) -> str:
    """Why the client does not want the letter any more; empty if they do. News keep until a pause is over."""
    wishes = letter.wishes
    if wishes is None:
        return ""
    if wishes.stopped:
        return "stopped"
    return "paused" if _pauses(wishes, now) and letter.kind is not Kind.NEWS else ""


def _later(house: House, letter: Letter, now: datetime) -> datetime | None:
    """When to ask again whether the client wants to hear what comes by itself; None if it is now."""
    wishes = letter.wishes
    if wishes is None:
        return None
    quiet = wishes.quiet or (house.clinic.quiet_from, house.clinic.quiet_to)
    if wishes.paused_until is not None and _pauses(wishes, now):
        return instant(wishes.paused_until, quiet[1], wishes.zone)
    return quiet_until(now, *quiet, wishes.zone)


def _pauses(wishes: Wishes, now: datetime) -> bool:
    return wishes.paused_until is not None and local(now, wishes.zone).date() < wishes.paused_until


def _give_up(
    tx: Connection, house: House, dialogue_id: int | None, kind: Kind, reason: str, now: datetime
) -> None:
    """The dialogue hears that its unprompted letter will not come."""
    if dialogue_id is not None and kind.unprompted:
        work.tell(tx, house, [NotDelivered(DialogueId(dialogue_id), kind, reason)], now)


def _backoff(letter: Letter) -> timedelta:
    return min(BACKOFF_FIRST * (1 << min(letter.attempts, 10)), BACKOFF_MOST)
