"""Not now: a check-in is put off to a time that suits, or left out, or says why it came."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.checkin_state import CheckIn, Page, turn_to
from bot.core.effects import Ask, Close, Hint, Turn, WaitUntil
from bot.core.events import Wait
from bot.core.model import CheckInState
from bot.core.schedule import instant, quiet
from bot.core.sharing import closed, finish

LATER, LEAVE_OUT, WHY = "-later", "-leave_out", "-why"

EVENING: Final = time(19)
ROOM: Final = timedelta(minutes=30)  # so much time has to be left for answering


def tapped(dialogue: CheckIn, choice: str, now: datetime) -> Turn[CheckIn]:
    match dialogue.page, choice:
        case Page.COVER | Page.SNOOZED | Page.HANDOVER, "-later" if dialogue.waits:
            return offer(dialogue, now)
        case Page.COVER | Page.LATER | Page.SNOOZED, "-why" if dialogue.about.why is not None:
            return turn_to(dialogue, Page.WHY)
        case Page.LATER | Page.WHY, "-back":
            until = dialogue.snoozed_until
            return turn_to(dialogue, Page.COVER if until is None or until <= now else Page.SNOOZED)
        case Page.LATER, "-leave_out":
            return _leave_out(dialogue, now)
        case Page.LATER, _:
            return _put_off(dialogue, choice, now)
        case _:
            return Turn(dialogue, (Hint("bot/hint/answered"),))


def offer(dialogue: CheckIn, now: datetime, *, below: bool = False) -> Turn[CheckIn]:
    """In an hour, this evening, tomorrow: what is before the check-in closes, and not in quiet hours."""
    about = dialogue.about
    here = local(dialogue, now)
    due = about.why.due.time() if about.why else here.time().replace(second=0, microsecond=0)
    times = (
        ("hour", now.replace(microsecond=0) + timedelta(hours=1)),  # timers keep no smaller parts
        ("evening", instant(here.date(), EVENING, about.zone)),
        ("tomorrow", instant(here.date() + timedelta(days=1), due, about.zone)),
    )
    fits = {
        moment: name
        for name, moment in reversed(times)  # of two that fall together the first is offered
        if now + ROOM <= moment <= dialogue.expires_at - ROOM and not quiet(moment, *about.quiet, about.zone)
    }
    offered = tuple((fits[moment], moment) for moment in sorted(fits))
    return turn_to(replace(dialogue, offered=offered), Page.LATER, below=below)


def local(dialogue: CheckIn, moment: datetime) -> datetime:
    """The moment on the client's clock."""
    return moment.astimezone(ZoneInfo(dialogue.about.zone))


def local_offers(dialogue: CheckIn) -> tuple[tuple[str, datetime], ...]:
    """What is offered, on the client's clock."""
    return tuple((name, local(dialogue, moment)) for name, moment in dialogue.offered)


def _put_off(dialogue: CheckIn, choice: str, now: datetime) -> Turn[CheckIn]:
    moment = dict(dialogue.offered).get(choice)
    if moment is None:
        return Turn(dialogue, (Hint("bot/hint/answered"),))
    if moment <= now:
        return offer(dialogue, now)  # the page stood open for long
    turn = turn_to(replace(dialogue, snoozed_until=moment), Page.SNOOZED)
    return replace(turn, effects=(WaitUntil(Wait.SNOOZE, moment), *turn.effects))


def _leave_out(dialogue: CheckIn, now: datetime) -> Turn[CheckIn]:
    """Not this one. What was answered before stays; the next one comes as usual."""
    if dialogue.whole:
        return finish(dialogue, now)
    state = CheckInState.PARTLY if dialogue.answers else CheckInState.EXPIRED
    return Turn(closed(dialogue, now), (Close(state, "left_out"), Ask()))
