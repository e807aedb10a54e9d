"""Weekly hours as the clinic writes them: "Mon-Fri 09:00-17:00, Sat 10:00-12:00", or "24/7"."""

import re
from datetime import time
from typing import Annotated, Final

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from bot.core.hours import Span, WeekHours

ALWAYS: Final = "24/7"
CURE: Final = 'Write them like "Mon-Fri 09:00-17:00, Sat 10:00-12:00", or "24/7"'
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = r"(?:mon|tue|wed|thu|fri|sat|sun)"
_TIME: Final = r"(\d{1,2})(?::(\d{2}))?"
_PART: Final = re.compile(
    rf"(?:(daily|{_DAY}(?:\s*[-–,]\s*{_DAY})*)\s+)?{_TIME}\s*[-–]\s*{_TIME}\s*(?:[,;]\s*|$)", re.IGNORECASE
)


def week_hours(value: object) -> WeekHours:
    """Without a day they are every day's, or the same days' as before; they may end after midnight. Raises
    PydanticCustomError."""
    if isinstance(value, WeekHours):
        return value
    if not isinstance(value, str) or not value.strip():
        raise _problem("these must be weekly hours in quotation marks")
    text = value.strip()
    if text == ALWAYS:
        return WeekHours(always=True)
    spans: list[Span] = []
    days, at = list(range(7)), 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None:
            raise _problem(f"“{text[at:]}” is not a day with its hours")
        days = _days(found[1]) if found[1] else days
        opens, closes = _time(found[2], found[3]), _time(found[4], found[5])
        for day in days:
            spans += _spans(day, opens, closes)
        at = found.end()
    return WeekHours(tuple(sorted(set(spans), key=lambda span: (span.weekday, span.opens))))


Hours = Annotated[WeekHours, BeforeValidator(week_hours)]


def _days(text: str) -> list[int]:
    """ "Mon-Wed, Sat" as numbers, Monday 0."""
    if text.casefold() == "daily":
        return list(range(7))
    found: list[int] = []
    for part in text.casefold().split(","):
        ends = [_DAYS.index(one.strip()) for one in re.split("[-–]", part)]
        last = ends[-1] if ends[-1] >= ends[0] else ends[-1] + 7
        found += [day % 7 for day in range(ends[0], last + 1)]
    return found


def _time(hour: str, minute: str | None) -> time:
    if (int(hour), int(minute or 0)) == (24, 0):
        return time(0)
    if int(hour) > 23 or int(minute or 0) > 59:
        raise _problem(f"{hour}:{minute or '00'} is not a time of day")
    return time(int(hour), int(minute or 0))


def _spans(day: int, opens: time, closes: time) -> list[Span]:
    if closes == time(0) or opens < closes:
        return [Span(day, opens, closes)]
    return [Span(day, opens, time(0)), Span((day + 1) % 7, time(0), closes)]


def _problem(message: str) -> PydanticCustomError:
    return PydanticCustomError("author", "{message}", {"message": message, "cure": CURE})
