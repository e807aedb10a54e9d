"""What should come, and when: derived from what the therapists entered, by code of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.content.clinic import Clinic
from bot.core.schedule import GRACE
from bot.demo.company import awake
from bot.demo.persons import Client

DAY, WEEK, MINUTE = timedelta(days=1), timedelta(weeks=1), timedelta(minutes=1)
NEVER: Final = datetime.max.replace(tzinfo=UTC)
SOON: Final = timedelta(minutes=2)  # by then the bot has reacted, at its own pace and Telegram's


@dataclass(frozen=True, slots=True)
class Ring:
    """Something that rings by itself: due at a moment, heard when the quiet hours are over."""

    due_at: datetime
    heard_at: datetime

    def covers(self, at: datetime) -> bool:
        """Whether what came at that moment can be this."""
        return not self.too_late and self.due_at <= at <= self.heard_at + SOON

    @property
    def too_late(self) -> bool:
        """Due so early in the quiet hours that it is not sent at all."""
        return self.heard_at - self.due_at > GRACE


@dataclass(frozen=True, slots=True)
class Occasion:
    """One check-in of a schedule. It is over at ``over_at``: then nothing that is answered counts.
    There is no ``reminder`` if it would come after the summary."""

    local_date: date
    first: Ring
    reminder: Ring | None
    over_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """``told_at`` is when the therapist gets the summary; ``since`` is when they got the one before."""

    local_date: date
    starts_at: datetime
    told_at: datetime
    since: datetime | None


def occasions(client: Client, clinic: Clinic, until: datetime) -> list[Occasion]:
    """Those that came due after the link and by ``until``."""
    assert client.linked_at is not None, "only linked clients have check-ins"
    found = []
    for day, due_at in _weekly(*client.check_in, client.zone, client.linked_at, until):
        weekday, at = client.session
        near = _weekly(weekday, at, client.therapist.zone, due_at, due_at + 2 * WEEK)
        starts_at = next(starts_at for _, starts_at in near)
        reminder = _days_later(due_at, clinic.remind_after_days, client.zone)
        over_at = min(_days_later(due_at, clinic.expire_after_days, client.zone), starts_at)
        in_time = reminder < starts_at - clinic.summary_before
        ring = _ring(reminder, client, clinic) if in_time else None
        found.append(Occasion(day, _ring(due_at, client, clinic), ring, over_at))
    return found


def sessions(client: Client, clinic: Clinic, until: datetime) -> list[Session]:
    """Those whose summary came due after the link and by ``until``, and the one that comes next."""
    assert client.linked_at is not None, "only linked clients have sessions"
    after = client.linked_at + clinic.summary_before
    found: list[Session] = []
    for day, starts_at in _weekly(*client.session, client.therapist.zone, after, until + 2 * WEEK):
        since = found[-1].told_at if found else None
        found.append(Session(day, starts_at, starts_at - clinic.summary_before, since))
        if found[-1].told_at > until:
            break
    return found


def moment(day: date, at: time, zone: str) -> datetime:
    """In UTC. A time that the clocks leave out comes after the gap, one that comes twice the first time."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def _weekly(
    weekday: int, at: time, zone: str, after: datetime, until: datetime
) -> Iterator[tuple[date, datetime]]:
    day = after.astimezone(ZoneInfo(zone)).date() - DAY
    while (due_at := moment(day, at, zone)) <= until:
        if day.weekday() == weekday and due_at > after:
            yield day, due_at
        day += DAY


def _days_later(due_at: datetime, days: int, zone: str) -> datetime:
    local = due_at.astimezone(ZoneInfo(zone))
    return moment(local.date() + timedelta(days=days), local.time(), zone)


def _ring(due_at: datetime, client: Client, clinic: Clinic) -> Ring:
    heard_at = due_at
    while not awake(heard_at.astimezone(ZoneInfo(client.zone)).time(), clinic):
        heard_at += MINUTE
    return Ring(due_at, heard_at)
