"""Numbers that somebody can call now, by the country they are in. Never another country's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.core.hours import WeekHours

OLD_AFTER: Final = timedelta(days=180)  # then the clinic is asked to confirm a number again
DIRECTORY: Final = "findahelpline.com"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that the clinic has confirmed. ``texts``: it is written to, not called."""

    name: str
    number: str
    texts: bool
    hours: WeekHours
    languages: tuple[str, ...]
    for_children: bool
    confirmed_on: date


@dataclass(frozen=True, slots=True)
class Country:
    """``emergency`` is its emergency number as the clinic confirmed it, or empty."""

    emergency: str
    lines: tuple[Line, ...] = ()


Helplines = Mapping[str, Country]


def old(helplines: Helplines, today: date) -> tuple[Line, ...]:
    """Those whose confirmation is so old that somebody shall call again."""
    lines = (line for country in helplines.values() for line in country.lines)
    return tuple(line for line in lines if today - line.confirmed_on > OLD_AFTER)


def lines_for(country: Country | None, *, child: bool, language: str) -> tuple[Line, ...]:
    """Those for this person: for a child a children's line first; then those that speak their language."""
    known = () if country is None else country.lines
    fit = [line for line in known if child or not line.for_children]
    return tuple(
        sorted(fit, key=lambda line: (line.for_children is not child, language not in line.languages))
    )
