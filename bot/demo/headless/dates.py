"""What should come, and when: derived from what people have chosen, by code of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.content.clinic import Clinic
from bot.core.schedule import GRACE
from bot.demo.headless.persons import Client

DAY, WEEK, MINUTE = timedelta(days=1), timedelta(weeks=1), timedelta(minutes=1)
NEVER: Final = datetime.max.replace(tzinfo=UTC)
SOON: Final = timedelta(minutes=2)  # by then the bot has reacted, at its own pace and Telegram's
APART: Final = timedelta(days=3)  # between a check-in and the first at another time


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
    """One check-in of a schedule. It is over at ``over_at``: then nothing that is answered counts, but
    until ``told_at`` what was answered can be changed. There is no ``reminder`` if it would come after the
    summary. ``paused``: nothing is sent, for the client pauses."""

    local_date: date
    first: Ring
    reminder: Ring | None
    over_at: datetime
    told_at: datetime
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """``told_at`` is when the therapist gets the summary; ``since`` is when they got the one before."""

    local_date: date
    starts_at: datetime
    told_at: datetime
    since: datetime | None


# Whether the phone showed the check-in that was due then.
Arrived = Callable[[Ring], bool]


def occasions(client: Client, clinic: Clinic, until: datetime, arrived: Arrived) -> list[Occasion]:
    """Those that came due after the link and by ``until``, each on a date of its own. After a change of
    day or hour the next one keeps its distance from the last that was sent."""
    assert client.linked_at is not None, "only linked clients have check-ins"
    found: dict[date, Occasion] = {}
    wishes = client.wishes
    turns = {moment for line in (wishes.rule, wishes.stopped) for moment, _ in line.changes}
    after = client.linked_at
    for turn in [*sorted(turns), until]:
        for day, due_at in _weekly(*wishes.rule.at(after), client.zone, _start(after, found, arrived), turn):
            if due_at > after and not wishes.stopped.at(after) and day not in found:
                found[day] = _occasion(client, clinic, day, due_at)
        after = turn
    return list(found.values())


def sessions(client: Client, clinic: Clinic, until: datetime) -> list[Session]:
    """Those that began after the link, whose summary came due by ``until``, and the one that comes next."""
    assert client.linked_at is not None, "only linked clients have sessions"
    found: list[Session] = []
    for day, starts_at in _weekly(*client.session, client.therapist.zone, client.linked_at, until + 2 * WEEK):
        since = found[-1].told_at if found else None
        found.append(Session(day, starts_at, starts_at - clinic.summary_before, since))
        if found[-1].told_at > until:
            break
    return found


def told_after(client: Client, clinic: Clinic, at: datetime) -> datetime:
    """When the summary of the first session after this moment is made."""
    weekday, hour = client.session
    starts_at = next(one for _, one in _weekly(weekday, hour, client.therapist.zone, at, at + 2 * WEEK))
    return starts_at - clinic.summary_before


def ring(due_at: datetime, client: Client, clinic: Clinic) -> Ring:
    """What is due in the quiet hours waits for their end, as it stood when it began to wait."""
    heard_at = due_at
    while quiet(heard_at, client, clinic):
        hours = quiet_hours(heard_at, client, clinic)
        heard_at = _end(heard_at, hours, client.zone)
    return Ring(due_at, heard_at)


def heard_of_news(at: datetime, client: Client, clinic: Clinic) -> datetime:
    """When the client hears what is no check-in: after the quiet hours, and after a pause."""
    while True:
        hours, until = quiet_hours(at, client, clinic), client.wishes.paused.at(at)
        if until is not None and client.wishes.pauses(at):
            morning = moment(until, hours[1], client.zone)
            at = _end(morning, hours, client.zone)
        elif quiet(at, client, clinic):
            at = _end(at, hours, client.zone)
        else:
            return at


def quiet(at: datetime, client: Client, clinic: Clinic) -> bool:
    """Whether the client's clock shows a time that is quiet for them."""
    return is_within(at.astimezone(ZoneInfo(client.zone)).time(), quiet_hours(at, client, clinic))


def quiet_hours(at: datetime, client: Client, clinic: Clinic) -> tuple[time, time]:
    return client.wishes.quiet.at(at) or (clinic.quiet_from, clinic.quiet_to)


def is_within(at: time, hours: tuple[time, time]) -> bool:
    since, until = hours
    return since <= at < until if since <= until else at >= since or at < until


def moment(day: date, at: time, zone: str) -> datetime:
    """In UTC. A time that the clocks leave out comes after the gap, one that comes twice the first time."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def _occasion(client: Client, clinic: Clinic, day: date, due_at: datetime) -> Occasion:
    told_at = told_after(client, clinic, due_at)
    starts_at = told_at + clinic.summary_before
    reminder = _days_later(due_at, clinic.remind_after_days, client.zone)
    over_at = min(_days_later(due_at, clinic.expire_after_days, client.zone), starts_at)
    reminded = ring(reminder, client, clinic) if reminder < told_at else None
    until = client.wishes.paused.at(due_at)
    paused = until is not None and day < until
    return Occasion(day, ring(due_at, client, clinic), reminded, over_at, told_at, paused)


def _start(after: datetime, found: dict[date, Occasion], arrived: Arrived) -> datetime:
    """From when on there may be one, if everything is arranged anew at that moment."""
    sent = [
        one.first.due_at
        for one in found.values()
        if not one.paused and (arrived(one.first) or after < one.first.heard_at)
    ]
    return max(after, max(sent) + APART) if sent else after


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


def _end(at: datetime, hours: tuple[time, time], zone: str) -> datetime:
    """The first moment from then on at which these hours are over."""
    if is_within(at.astimezone(ZoneInfo(zone)).time(), hours):
        at = at.replace(second=0, microsecond=0)
    while is_within(at.astimezone(ZoneInfo(zone)).time(), hours):
        at += MINUTE
    return at
