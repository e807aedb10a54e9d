"""When a client's check-ins come: by the schedule, outside quiet hours, and never against their will."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from bot.core.checkin import Why
from bot.core.model import GivenBy, ScheduleId
from bot.core.schedule import Weekly, first, following
from bot.core.welcome import CONSENT_VERSION
from bot.render.words import local
from bot.service.house import House
from bot.storage import checkins, consents, schedules, timers
from bot.storage.people import Client
from bot.storage.schedules import Schedule
from bot.storage.timers import Timer, TimerKind

# A moved check-in keeps this distance from the last one: more would skip a week, less would be two at once.
APART = timedelta(days=3)
SAID_EVERY = timedelta(days=90)


def rests(tx: Connection, client: Client, local_date: date) -> str:
    """Why nothing is asked on this day; empty if it may be."""
    if client.stopped_at is not None:
        return "stopped"
    if client.paused_until is not None and local_date < client.paused_until:
        return "paused"
    if client.held_at is not None:
        return "held"
    return "" if may_be_asked(tx, client) else "consent"


def may_be_asked(tx: Connection, client: Client) -> bool:
    """Whether everybody whose consent is needed has given it, to the words as they are now."""
    if client.stopped_at is not None or client.held_at is not None:
        return False
    return wanted(client) <= consents.in_force(tx, client.id, CONSENT_VERSION)


def wanted(client: Client) -> frozenset[GivenBy]:
    """Whose consent it takes."""
    return frozenset({GivenBy.CLIENT, GivenBy.GUARDIAN} if client.guardian_consent else {GivenBy.CLIENT})


def is_time_to_say(agreed_at: datetime, last: datetime | None, due: datetime) -> bool:
    """Whether, since the last check-in, another ninety days are over since they agreed: then it is said again
    what this is and what it is not."""
    before = max(last or agreed_at, agreed_at)  # who has agreed again has just read it
    return (due - agreed_at) // SAID_EVERY > (before - agreed_at) // SAID_EVERY


def quiet_hours(house: House, client: Client) -> tuple[time, time]:
    """The client's own, or the clinic's."""
    return client.quiet or (house.clinic.quiet_from, house.clinic.quiet_to)


def pause_of(client: Client, now: datetime) -> date | None:
    """Until when the client pauses, if they do now."""
    until = client.paused_until
    return until if until is not None and local(now, client.zone).date() < until else None


def next_check_in(tx: Connection, client: Client) -> datetime | None:
    """When the next check-in comes by the schedule, or would if the client did not pause."""
    found = (timers.due_at(tx, TimerKind.CHECK_IN, one.id) for one in schedules.of_client(tx, client.id))
    return min((moment for moment in found if moment is not None), default=None)


def arm_check_in(tx: Connection, schedule_id: ScheduleId, rule: Weekly, now: datetime) -> datetime:
    """Set the timer of the next check-in. After a change of day it keeps its distance from the last."""
    before = checkins.last_of(tx, schedule_id)
    since = now if before is None else max(now, before + APART)
    occurrence = first(rule, since)
    while checkins.is_taken(tx, schedule_id, occurrence.local_date):
        occurrence = following(rule, occurrence.local_date)
    timers.put(tx, Timer(TimerKind.CHECK_IN, schedule_id, occurrence.due_at, occurrence.local_date))
    return occurrence.due_at


def disarm(tx: Connection, client: Client) -> None:
    """No check-in comes any more."""
    for schedule in schedules.of_client(tx, client.id):
        timers.remove(tx, TimerKind.CHECK_IN, schedule.id)


def why(schedule: Schedule, due_at: datetime, zone: str) -> Why:
    """Why the check-in that was due then came, and when the next one does."""
    upcoming = first(schedule.rule, due_at)
    chosen_at = None if schedule.chosen_at is None else local(schedule.chosen_at, zone)
    return Why(local(due_at, zone), schedule.chosen_by, chosen_at, local(upcoming.due_at, zone))
