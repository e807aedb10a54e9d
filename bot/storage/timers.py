"""Alarms. A timer is a kind and a key with one due moment: setting it again moves it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage.schema import timers


class TimerKind(StrEnum):
    CHECK_IN = "check_in"  # key: the schedule
    SESSION = "session"  # key: the pairing
    REMINDER = "reminder"  # key: the dialogue
    SNOOZE = "snooze"  # key: the dialogue
    EXPIRY = "expiry"  # key: the dialogue
    ALONE = "alone"  # key: the dialogue
    ALERT = "alert"  # key: the alert


@dataclass(frozen=True, slots=True)
class Timer:
    """``local_date`` names the occurrence for schedules and sessions. ``try_at`` is when to look at it,
    if that is not when it is due: what failed is tried later, and is no less late for that."""

    kind: TimerKind
    key: int
    due_at: datetime
    local_date: date | None = None
    failures: int = 0
    try_at: datetime | None = None


_PUT = upsert(timers).values(
    kind=bindparam("kind"),
    key=bindparam("key"),
    local_date=bindparam("local_date"),
    due_at=bindparam("due_at"),
    try_at=bindparam("try_at"),
    failures=bindparam("failures"),
)
_SET = _PUT.on_conflict_do_update(
    index_elements=["kind", "key"],
    set_={name: _PUT.excluded[name] for name in ("local_date", "due_at", "try_at", "failures")},
)
_DUE = (
    select(timers)
    .where(timers.c.try_at <= bindparam("now"))
    .order_by(timers.c.try_at, timers.c.kind, timers.c.key)
    .limit(bindparam("most"))
)
_NEXT = select(func.min(timers.c.try_at)).select_from(timers)
_REMOVE = delete(timers).where(timers.c.kind == bindparam("kind"), timers.c.key == bindparam("key"))
_DUE_AT = select(timers.c.due_at).where(timers.c.kind == bindparam("kind"), timers.c.key == bindparam("key"))
_OF_KIND = select(timers).where(timers.c.kind == bindparam("wanted"))


def put(tx: Connection, timer: Timer) -> None:
    values = {
        "kind": timer.kind,
        "key": timer.key,
        "local_date": timer.local_date.isoformat() if timer.local_date else "",
        "due_at": timer.due_at,
        "try_at": timer.try_at or timer.due_at,
        "failures": timer.failures,
    }
    tx.execute(_SET, values)


def due(tx: Connection, now: datetime, most: int) -> list[Timer]:
    """Those longest due first."""
    return [_timer(row) for row in tx.execute(_DUE, {"now": now, "most": most})]


def next_due_at(tx: Connection) -> datetime | None:
    """When to look again."""
    moment: datetime | None = tx.execute(_NEXT).scalar()
    return moment


def due_at(tx: Connection, kind: TimerKind, key: int) -> datetime | None:
    """When this one is due; None if it is not set."""
    moment: datetime | None = tx.execute(_DUE_AT, {"kind": kind, "key": key}).scalar_one_or_none()
    return moment


def of_kind(tx: Connection, kind: TimerKind) -> list[Timer]:
    return [_timer(row) for row in tx.execute(_OF_KIND, {"wanted": kind})]


def remove(tx: Connection, kind: TimerKind, key: int) -> None:
    tx.execute(_REMOVE, {"kind": kind, "key": key})


def _timer(row: Any) -> Timer:
    day = row.local_date
    local_date = date.fromisoformat(day) if day else None
    return Timer(TimerKind(row.kind), row.key, row.due_at, local_date, row.failures, row.try_at)
