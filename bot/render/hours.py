"""Weekly hours as a language says them: "Monday to Friday, 9:00–17:00"."""

from datetime import time

from babel.dates import format_interval

from bot.core.hours import WeekHours
from bot.render.words import Words

_WEEK = 7


def hours_text(words: Words, hours: WeekHours) -> str:
    """Empty if there are none."""
    if hours.always:
        return words("bot/hours/always")
    return words.listed([_group(words, days, times) for days, times in hours.groups()])


def _group(words: Words, days: tuple[int, ...], times: tuple[tuple[time, time], ...]) -> str:
    said = words.listed([_between(words, opens, closes) for opens, closes in times])
    if len(days) == _WEEK:
        return words("bot/hours/daily", times=said)
    first, last = words.weekday(days[0]), words.weekday(days[-1])
    if len(days) == 1:
        return words("bot/hours/day", day=first, times=said)
    return words("bot/hours/days", day=first, last_day=last, times=said)


def _between(words: Words, opens: time, closes: time) -> str:
    """In twelve hours or in twenty-four, as all other times."""
    twelve = "h" in words.locale.time_formats["short"].pattern
    return str(format_interval(opens, closes, "hm" if twelve else "Hm", locale=words.locale))
