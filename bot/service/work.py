"""The steps the loops repeat. Each is one transaction and says what it did."""

import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, assert_never

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot.core.events import (
    AlertWaited,
    CheckInDue,
    Event,
    PutDown,
    Returned,
    SessionNear,
    Tapped,
    TappedNothing,
    Wait,
    WaitedLong,
)
from bot.core.model import AlertId, DialogueId, PairingId, ScheduleId
from bot.service import occasions
from bot.service.handle import handle
from bot.service.house import House
from bot.storage import inbox, people, timers
from bot.storage.database import attempt
from bot.storage.keys import KeyProblem
from bot.storage.timers import Timer, TimerKind
from bot.transport.updates import to_event

log = structlog.get_logger(__name__)

TIMERS_AT_ONCE = 50
TIMER_AGAIN = timedelta(minutes=10)
Update = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button whose spinner is to be ended, perhaps with a short hint."""

    id: str
    hint: str | None


def take_updates(
    tx: Connection, house: House, updates: Sequence[tuple[int, Update]], now: datetime
) -> list[Press]:
    """Note a batch as arrived and handle it, each update in its own savepoint. Once this commits,
    Telegram may forget them."""
    new = inbox.take(tx, [number for number, _ in updates], now)
    speaking = {chat_id for _, update in updates for chat_id in _speaking(update)}
    tell(tx, house, [Returned(chat_id) for chat_id in people.unreachable_among(tx, speaking)], now)
    presses = []
    for number, update in updates:
        if number in new:
            new.remove(number)  # it may stand in the batch twice
            press = _take(tx, house, number, update, 0, now)
            if press is not None:
                presses.append(press)
    return presses


def take_failed(tx: Connection, house: House, now: datetime) -> int:
    """Try again what failed. Says how many were tried."""
    waiting = inbox.to_try_again(tx, house.keyring, now)
    for one in waiting:
        _take(tx, house, one.update_id, one.body, one.failures, now)
    return len(waiting)


def take_timers(tx: Connection, house: House, now: datetime) -> int:
    """Handle the timers longest due. One that fails is put off, so it cannot hold up the others."""
    found = timers.due(tx, now, TIMERS_AT_ONCE)
    for timer in found:
        try:
            with attempt(tx):
                timers.remove(tx, timer.kind, timer.key)
                event = _from_timer(tx, house, timer)
                if event is not None:
                    handle(tx, house, event, now)
        except Exception as error:  # noqa: BLE001  # one broken timer must not stop the others
            _raise_if_storage(error)
            log.error(
                "timer failed", kind=timer.kind, key=timer.key, error=type(error).__name__, at=_place(error)
            )
            wait = TIMER_AGAIN * 2 ** min(timer.failures, 6)
            timers.put(tx, replace(timer, try_at=now + wait, failures=timer.failures + 1))
    return len(found)


def tell(tx: Connection, house: House, events: Sequence[Event], now: datetime) -> None:
    """Hand over events of our own making: cards to refresh, letters that were given up. One that
    fails is left at that: it must not stop what brought it."""
    for event in events:
        try:
            with tx.begin_nested():
                handle(tx, house, event, now)
        except Exception as error:  # noqa: BLE001  # one broken dialogue must not stop the others
            _raise_if_storage(error)
            log.error("event failed", what=type(event).__name__, error=type(error).__name__, at=_place(error))


def _speaking(update: Update) -> Iterator[int]:
    """Who wrote or tapped: they are there, whatever we thought, even if nobody told us that they are back."""
    match update:
        case {"message": {"from": {"id": int(chat_id)}, "chat": {"type": "private"}}} | {
            "callback_query": {"from": {"id": int(chat_id)}, "message": {"chat": {"type": "private"}}}
        }:
            yield chat_id
        case _:
            pass


def _take(
    tx: Connection, house: House, number: int, update: Update, failures: int, now: datetime
) -> Press | None:
    event: Event | None = None
    hint = None
    try:
        with attempt(tx):
            event = to_event(update)
            if event is not None:
                hint = handle(tx, house, event, now)
            if failures:
                inbox.mark_done(tx, number)
    except Exception as error:  # noqa: BLE001  # one poisoned update must not stop the others
        _raise_if_storage(error)
        # Not the error's message: it can quote what somebody wrote.
        log.error(
            "update failed",
            update=number,
            error=type(error).__name__,
            at=_place(error),
            failures=failures + 1,
        )
        inbox.mark_failed(tx, house.keyring, number, update, failures, now)
    return Press(event.press_id, hint) if isinstance(event, Tapped | TappedNothing) else None


def _from_timer(tx: Connection, house: House, timer: Timer) -> Event | None:
    match timer.kind:
        case TimerKind.CHECK_IN:
            assert timer.local_date is not None, "a check-in's timer names its date"
            return CheckInDue(ScheduleId(timer.key), timer.local_date, timer.due_at)
        case TimerKind.SESSION:
            assert timer.local_date is not None, "a session's timer names its date"
            paired = people.pairing_left(tx, PairingId(timer.key))
            if paired is None:
                return None
            starts_at = occasions.starts_at(paired, timer.local_date)
            return SessionNear(paired.id, timer.local_date, timer.due_at, starts_at)
        case TimerKind.REMINDER:
            return WaitedLong(DialogueId(timer.key), Wait.REMINDER, timer.due_at)
        case TimerKind.SNOOZE:
            return WaitedLong(DialogueId(timer.key), Wait.SNOOZE, timer.due_at)
        case TimerKind.EXPIRY:
            return WaitedLong(DialogueId(timer.key), Wait.EXPIRY, timer.due_at)
        case TimerKind.ALERT:
            return AlertWaited(AlertId(timer.key), timer.due_at)
        case TimerKind.ALONE:
            return PutDown(DialogueId(timer.key))
        case _:
            assert_never(timer.kind)


def _raise_if_storage(error: Exception) -> None:
    """A full disk or a lost connection is nobody's update's fault: stop, and confirm nothing."""
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or isinstance(error, OperationalError | InterfaceError | KeyProblem):
        raise error


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"
