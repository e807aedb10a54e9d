"""Local wall-clock times become moments here, exactly one for each rule and local date.

A zone is an IANA name; moments are in UTC. A time that the clocks leave out is moved past the
gap, by the gap's length; a time that comes twice means the first. Lateness, quiet hours and
reminders read the same wall clock.
"""

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

DAY: Final = timedelta(days=1)

# A check-in later than this is recorded as late and not sent.
GRACE: Final = timedelta(hours=2)

_TIME = re.compile(
    r"(?:(?:at|um|الساعة) ?)?"
    r"(?P<hour>\d{1,2}?)(?: ?(?:[:.٫h]|uhr)? ?(?P<minute>\d{2}))?(?: ?(?:h|uhr))?"
    r"(?: ?(?P<half>[ap]\.? ?m\.?|صباحا|ص|مساء|م))?"
)


@dataclass(frozen=True, slots=True)
class Weekly:
    """Once a week (Monday is 0), at a time on the clocks of ``zone``."""

    weekday: int
    at: time
    zone: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """``local_date`` is the date the rule meant, which names the occurrence for good.

    ``due_at`` follows from it and the zone's present rules. Moved past a gap at midnight, it
    can lie on the next local date.
    """

    local_date: date
    due_at: datetime


def instant(day: date, at: time, zone: str) -> datetime:
    """The one moment of a local date and time, in UTC.

    From one day to the next it never goes back; only a date that a zone left out whole
    (Samoa, 30 December 2011) shares its moment with the date after it.
    """
    # fold=0 reads a gap with the offset before it, which lands after it, and a repeat as its first.
    return datetime.combine(day, at.replace(fold=0), _zone(zone)).astimezone(UTC)


def first(rule: Weekly, after: datetime) -> Occurrence:
    """The first occurrence due later than ``after``."""
    # Yesterday's occurrence can still be to come: a gap over midnight moves it into today.
    soonest = _on_or_after(rule, after.astimezone(_zone(rule.zone)).date() - DAY)
    return soonest if soonest.due_at > after else following(rule, soonest.local_date)


def following(rule: Weekly, local_date: date) -> Occurrence:
    """The occurrence on the next of the rule's dates after ``local_date``, however late we ask."""
    return _on_or_after(rule, local_date + DAY)


def before(rule: Weekly, moment: datetime) -> datetime:
    """When the latest occurrence at or before ``moment`` was due, in UTC."""
    upcoming = first(rule, moment)
    return instant(upcoming.local_date - 7 * DAY, rule.at, rule.zone)


def same_hour(due_at: datetime, days: int, zone: str) -> datetime:
    """``days`` local dates after ``due_at``, when the clocks show the same time."""
    local = due_at.astimezone(_zone(zone))
    return instant(local.date() + timedelta(days=days), local.time(), zone)


def late(due_at: datetime, now: datetime) -> bool:
    """Whether it is too late to send what was due then."""
    return now - due_at > GRACE


def time_in(text: str) -> time | None:
    """A wall-clock time in the ways people surely mean one: 9, 09:30, 9.30, 0930, 17h30, 5 pm, 17 Uhr,
    ٥:٣٠ م; any digits. What only mostly means one ("half seven", "noon") is None, and asked again."""
    shown = "".join(one for one in unicodedata.normalize("NFKC", text) if _is_written(one))
    found = _TIME.fullmatch(" ".join(shown.casefold().split()))
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if half := found["half"]:
        # "12 مساء" is said of noon and of midnight; "12 م" and "12 pm" are noon, as we write it ourselves.
        if not 1 <= hour <= 12 or (hour == 12 and len(half) > 1 and half[0] not in "ap"):
            return None
        hour = hour % 12 + (12 if half[0] in "pم" else 0)
    return time(hour, minute) if hour <= 23 and minute <= 59 else None


def quiet(now: datetime, quiet_from: time, quiet_to: time, zone: str) -> bool:
    """Whether the clocks show a quiet time."""
    return quiet_at(now.astimezone(_zone(zone)).time(), quiet_from, quiet_to)


def quiet_at(shown: time, quiet_from: time, quiet_to: time) -> bool:
    """Whether a time on the clock is quiet: from ``quiet_from`` on, until before ``quiet_to``.

    The hours may go over midnight. Two equal times mean that no hour is quiet.
    """
    if quiet_from <= quiet_to:
        return quiet_from <= shown < quiet_to
    return shown >= quiet_from or shown < quiet_to


def quiet_until(now: datetime, quiet_from: time, quiet_to: time, zone: str) -> datetime | None:
    """The first moment from now that is not quiet, in UTC; None if now is not."""
    if not quiet(now, quiet_from, quiet_to, zone):
        return None
    moment = now.astimezone(UTC)
    while quiet(moment, quiet_from, quiet_to, zone):
        moment = _nearer(moment, quiet_to, zone)
    return moment


def _is_written(character: str) -> bool:
    """Not a hidden mark of direction, as in what is copied from us, nor a vowel mark, as in مساءً."""
    return unicodedata.category(character) not in ("Cf", "Mn")


def _on_or_after(rule: Weekly, day: date) -> Occurrence:
    day += timedelta(days=(rule.weekday - day.weekday()) % 7)
    return Occurrence(day, instant(day, rule.at, rule.zone))


def _nearer(moment: datetime, goal: time, zone: str) -> datetime:
    """When the clocks next show ``goal``, or when they change if that comes before it.

    A change can jump over the goal, go back from it or end the quiet early: look again there.
    """
    local = moment.astimezone(_zone(zone)).replace(tzinfo=None)
    there = moment + (datetime.combine(local, goal) - local) % DAY
    offset = _offset(moment.timestamp(), zone)
    if _offset(there.timestamp(), zone) == offset:
        return there
    seconds = range(int(moment.timestamp()), int(there.timestamp()) + 1)
    change = bisect_left(seconds, True, key=lambda second: _offset(second, zone) != offset)
    return datetime.fromtimestamp(seconds[change], UTC)


def _offset(seconds: float, zone: str) -> timedelta | None:
    return datetime.fromtimestamp(seconds, _zone(zone)).utcoffset()


@cache
def _zone(name: str) -> ZoneInfo:
    # ZoneInfo itself keeps only the eight last used; ours are read from disk once each.
    return ZoneInfo(name)
