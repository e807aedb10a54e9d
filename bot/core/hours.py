"""Hours that come every week: when somebody reads, when a line answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from bot.core.schedule import instant

_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Span:
    """From ``opens`` to ``closes`` on that weekday (Monday is 0). Midnight closes at the day's end."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Spans in the order of the week. ``always``: day and night, every day."""

    spans: tuple[Span, ...] = ()
    always: bool = False

    def hold_at(self, local: datetime) -> bool:
        """Whether they hold at this moment on their own clock."""
        return self.always or any(
            span.weekday == local.weekday()
            and span.opens <= local.time()
            and (span.closes == time(0) or local.time() < span.closes)
            for span in self.spans
        )

    def next_open(self, local: datetime, zone: str) -> datetime | None:
        """When they hold next, in UTC: ``local`` itself if they do; None if they never do."""
        if self.hold_at(local):
            return local
        coming = (
            instant(local.date() + timedelta(days=ahead), span.opens, zone)
            for ahead in range(_DAYS + 1)
            for span in self.spans
            if span.weekday == (local.weekday() + ahead) % _DAYS
        )
        return min((moment for moment in coming if moment > local), default=None)

    def groups(self) -> Iterator[tuple[tuple[int, ...], tuple[tuple[time, time], ...]]]:
        """Days in a row that have the same hours, each with those hours: as people say them."""
        days: list[int] = []
        said: tuple[tuple[time, time], ...] = ()
        for weekday in range(_DAYS):
            times = tuple((span.opens, span.closes) for span in self.spans if span.weekday == weekday)
            if times != said and days and said:
                yield tuple(days), said
            if times != said:
                days = []
            said = times
            days.append(weekday)
        if said:
            yield tuple(days), said
