"""What one client has decided about themselves, and when: as they remember it, not as the bot keeps it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")


@dataclass
class Timeline(Generic[T]):
    """One thing that changes: what held ``before`` all changes, and what holds from each of them on."""

    before: T
    changes: list[tuple[datetime, T]] = field(default_factory=list)

    def at(self, moment: datetime) -> T:
        return next((value for since, value in reversed(self.changes) if since <= moment), self.before)

    def change(self, moment: datetime, value: T) -> None:
        self.changes.append((moment, value))

    def all(self) -> list[T]:
        """Whatever held at some time, each once."""
        return list(dict.fromkeys([self.before, *(value for _, value in self.changes)]))


@dataclass
class Wishes:
    """``rule`` is weekday (Monday is 0) and hour of the check-ins, ``quiet`` the client's own quiet hours,
    ``paused`` the local date on which check-ins begin again. At ``erased_at`` all of it went."""

    zone: str
    rule: Timeline[tuple[int, time]]
    language: Timeline[str]
    quiet: Timeline[tuple[time, time] | None] = field(default_factory=lambda: Timeline(None))
    paused: Timeline[date | None] = field(default_factory=lambda: Timeline(None))
    stopped: Timeline[bool] = field(default_factory=lambda: Timeline(False))
    erased_at: datetime | None = None

    def pauses(self, moment: datetime) -> bool:
        until = self.paused.at(moment)
        return until is not None and moment.astimezone(ZoneInfo(self.zone)).date() < until

    @property
    def rests(self) -> list[datetime]:
        """When everything that was open closed, because the client wanted to hear nothing more."""
        found = [moment for moment, until in self.paused.changes if until is not None]
        return found + [moment for moment, stops in self.stopped.changes if stops]

    @property
    def agreed_again(self) -> int:
        return sum(not stops for _, stops in self.stopped.changes)

    @property
    def count(self) -> int:
        """How many decisions there were."""
        lines = (self.rule, self.language, self.quiet, self.paused, self.stopped)
        return sum(len(line.changes) for line in lines) + (self.erased_at is not None)
