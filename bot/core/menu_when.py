"""When check-ins come, as the client wants it: day and hour, quiet hours, and pauses."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.core.effects import Effect, Hint, KeepQuiet, Pause, Reschedule, Say, Turn
from bot.core.menu_state import Known, Menu, Page, show
from bot.core.schedule import quiet_at, time_in

HOURS: Final = tuple(time(hour) for hour in range(6, 23))
EVENINGS: Final = tuple(time(hour) for hour in range(18, 24))
MORNINGS: Final = tuple(time(hour) for hour in range(5, 13))
WEEKS: Final = (1, 2, 4, 8)
MONTHS: Final = 6  # so far ahead a pause may reach, this month counted


def tapped(menu: Menu, choice: str, now: datetime) -> Turn[Menu]:
    match menu.page, choice:
        case Page.WHEN, "day" | "quiet_from" | "pause" | "why":
            return show(menu, Page(choice))
        case Page.WHEN | Page.PAUSE, "go_on" if menu.known.paused_until is not None:
            return show(menu, Page.WHEN, Pause(None))
        case Page.DAY, _ if choice in "0123456" and len(choice) == 1:
            return show(replace(menu, day=int(choice)), Page.HOUR)
        case Page.HOUR, _ if (at := _one_of(hours(menu), choice)) is not None:
            return show(menu, Page.WHEN, *_at(menu, at))
        case Page.QUIET_FROM, _ if (at := _one_of(EVENINGS, choice)) is not None:
            return show(replace(menu, hour=at), Page.QUIET_TO)
        case Page.QUIET_TO, _ if (at := _one_of(MORNINGS, choice)) is not None:
            return _quiet(menu, at)
        case Page.PAUSE, "-next" if (after := after_next(menu.known)) is not None:
            return show(menu, Page.WHEN, Pause(after))
        case Page.PAUSE, "-other":
            return show(menu, Page.MONTH)
        case Page.PAUSE, _ if choice in {str(weeks) for weeks in WEEKS}:
            return show(menu, Page.WHEN, Pause(menu.known.today + timedelta(weeks=int(choice))))
        case Page.MONTH, _ if (month := _month(menu.known, choice)) is not None:
            return show(replace(menu, month=month), Page.DATE)
        case Page.DATE, _ if (until := _date(menu, choice)) is not None:
            return show(menu, Page.WHEN, Pause(until))
        case _:
            return Turn(menu, (Hint("bot/hint/menu_closed"),))


def hour_typed(menu: Menu, text: str) -> Turn[Menu]:
    at = time_in(text)
    if at is None:
        return Turn(menu, (Say("bot/menu/unclear_hour"),))
    if quiet_at(at, *(menu.quiet or menu.known.quiet)):
        return Turn(menu, (Say("bot/menu/quiet_hour"),))
    return show(menu, Page.WHEN, *_at(menu, at), below=True)


def hours(menu: Menu) -> tuple[time, ...]:
    """The hours that can be chosen: those that are not quiet, or will not be."""
    return tuple(at for at in HOURS if not quiet_at(at, *(menu.quiet or menu.known.quiet)))


def after_next(known: Known) -> date | None:
    """From when on check-ins come again if only the next one is left out. A pause closes what is open, and
    whoever has one open leaves that out."""
    if known.next_at is None or known.waits or known.paused_until is not None:
        return None
    return known.next_at.date() + timedelta(days=1)


def months(known: Known) -> tuple[tuple[int, int], ...]:
    """The months in which there is a day to come, as (year, month)."""
    tomorrow = known.today + timedelta(days=1)
    first = tomorrow.year * 12 + tomorrow.month - 1
    return tuple(((first + ahead) // 12, (first + ahead) % 12 + 1) for ahead in range(MONTHS))


def days(menu: Menu) -> tuple[date, ...]:
    """The days of the chosen month that are still to come."""
    first = date(*menu.month, 1)
    days = (first + timedelta(days=ahead) for ahead in range(31))
    return tuple(day for day in days if day.month == first.month and day > menu.known.today)


def _at(menu: Menu, at: time) -> tuple[Effect, ...]:
    """The new hour, and with it the quiet hours that waited for it."""
    quiet = () if menu.quiet is None else (KeepQuiet(*menu.quiet),)
    return (*quiet, Reschedule(menu.day, at))


def _quiet(menu: Menu, until: time) -> Turn[Menu]:
    """A check-in whose hour would be quiet needs another first: else it could never come."""
    rule = menu.known.rule
    if rule is not None and quiet_at(rule.at, menu.hour, until):
        waiting = replace(menu, day=rule.weekday, quiet=(menu.hour, until))
        return show(waiting, Page.HOUR, told="bot/menu/hour_now_quiet")
    return show(menu, Page.WHEN, KeepQuiet(menu.hour, until))


def _one_of(times: tuple[time, ...], choice: str) -> time | None:
    return next((at for at in times if f"{at:%H%M}" == choice), None)


def _month(known: Known, choice: str) -> tuple[int, int] | None:
    return next((month for month in months(known) if f"{month[0]}_{month[1]}" == choice), None)


def _date(menu: Menu, choice: str) -> date | None:
    return next((day for day in days(menu) if day.isoformat() == choice), None)
