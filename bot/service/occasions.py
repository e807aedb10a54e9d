"""What the calendar brings: check-ins and sessions, once per local date, and their next turns."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.core import checkin, sharing
from bot.core.checkin import About, CheckIn, Why
from bot.core.effects import Ask, Say
from bot.core.events import CheckInDue, Commanded, SessionNear
from bot.core.goals import GoalState, prompt_id, whose_turn
from bot.core.model import CheckInId, CheckInState, PairingId, ScheduleId
from bot.core.schedule import GRACE, Occurrence, Weekly, first, following, instant, late, same_hour
from bot.core.welcome import Occasion
from bot.render.words import local
from bot.service import reaching, reports, welcoming
from bot.service.house import House
from bot.service.pages import words_of
from bot.service.scene import Scene
from bot.service.timetable import arm_check_in, is_time_to_say, may_be_asked, quiet_hours, rests, why
from bot.service.who import client_words
from bot.service.writing import script_of
from bot.storage import checkins, consents, dialogues, goals, people, schedules, timers
from bot.storage.dialogues import Dialogue
from bot.storage.people import Client, Paired, PairingState
from bot.storage.timers import Timer, TimerKind

WEEK = timedelta(days=7)
OWN_CHECK_IN_OPEN = timedelta(hours=24)
LOOKED_AT = 20  # so many of a client's dialogues back, for one that still offers a second look


def arm(tx: Connection, house: House, paired: Paired, now: datetime) -> datetime | None:
    """Set the timers of a pairing that has just become active. Gives the first check-in's moment."""
    _arm_session(tx, house, paired, first(paired.session, now + house.clinic.summary_before))
    soonest: datetime | None = None
    for schedule in schedules.of_client(tx, paired.client_id):
        due_at = arm_check_in(tx, schedule.id, schedule.rule, now)
        moment = local(due_at, schedule.rule.zone)
        soonest = moment if soonest is None or moment < soonest else soonest
    return soonest


def arm_again(tx: Connection, house: House) -> None:
    """The zones' rules changed: derive every future moment again. Dates stay, so nothing is resent."""
    for timer in timers.of_kind(tx, TimerKind.CHECK_IN):
        schedule = schedules.one(tx, ScheduleId(timer.key))
        if schedule is not None and timer.local_date is not None:
            due_at = instant(timer.local_date, schedule.rule.at, schedule.rule.zone)
            timers.put(tx, Timer(timer.kind, timer.key, due_at, timer.local_date))
    for timer in timers.of_kind(tx, TimerKind.SESSION):
        paired = people.pairing(tx, PairingId(timer.key))
        if timer.local_date is not None:
            _arm_session(tx, house, paired, _on(paired.session, timer.local_date))


def left_over(tx: Connection, house: House, event: CheckInDue) -> list[Dialogue]:
    """Check-ins of this client still open from an earlier occasion; the new one takes their place."""
    schedule = schedules.one(tx, event.schedule_id)
    if schedule is None:
        return []
    client = people.client(tx, house.keyring, schedule.client_id)
    if client.chat_id is None:
        return []
    found = dialogues.open_in(tx, house.keyring, client.chat_id)
    return [one for one in found if one.client_id == client.id and isinstance(one.state, CheckIn)]


def check_in_due(tx: Connection, house: House, event: CheckInDue, now: datetime) -> None:
    """The occurrence gets its one row: a check-in that is sent, or one that is skipped for a reason."""
    schedule = schedules.one(tx, event.schedule_id)
    if schedule is None:
        return
    client = people.client(tx, house.keyring, schedule.client_id)
    paired = welcoming.active_pairing(tx, client)
    if paired is None or client.chat_id is None:
        return  # unpaired: its timers end here
    upcoming = following(schedule.rule, event.local_date)
    timers.put(tx, Timer(TimerKind.CHECK_IN, schedule.id, upcoming.due_at, upcoming.local_date))
    reason = _obstacle(tx, client, event.local_date, event.due_at, now)
    last = checkins.last_of(tx, schedule.id)
    state = CheckInState.SKIPPED if reason else CheckInState.OPEN
    begun = _row(tx, house, client, event.local_date, event.due_at, event, state, reason)
    if begun is not None and reason == "consent":
        welcoming.ask_to_read(tx, house, client, now)
    if begun is None or reason:
        return
    clinic, session = house.clinic, first(paired.session, event.due_at).due_at
    expires_at = same_hour(event.due_at, clinic.expire_after_days, client.zone)
    remind_at = same_hour(event.due_at, clinic.remind_after_days, client.zone)
    # With the next session "the last one" means another; and no reminder asks for what comes too late.
    told_at = session - clinic.summary_before
    about = _about(tx, house, client, paired, event.due_at, why(schedule, event.due_at, client.zone))
    agreed_at = max(one.agreed_at for one in consents.of_client(tx, client.id))
    opened = CheckIn(
        begun[0],
        replace(about, plainly=is_time_to_say(agreed_at, last, event.due_at)),
        client.prompt_set,
        house.prompt_sets[client.prompt_set].version,
        begun[1],
        expires_at=min(expires_at, session),
        remind_at=remind_at if remind_at < told_at else None,
        changes_until=told_at,
    )
    scene = Scene(tx, house, client.chat_id, client_words(house, client), now, client.id)
    scene.not_after = min(event.due_at + GRACE, opened.expires_at)
    scene.begin(checkin.begin(opened, prompted=True))


def begin_now(scene: Scene) -> None:
    """The client wants a check-in at once."""
    tx, house, now = scene.tx, scene.house, scene.now
    assert scene.client_id is not None, "the reception lets only clients begin one"
    client = people.client(tx, house.keyring, scene.client_id)
    paired = welcoming.active_pairing(tx, client)
    if paired is None:
        welcoming.say_not_linked(scene, client)
        return
    if client.stopped_at is not None:
        scene.say(Say("bot/client/stopped"))
        return
    if client.held_at is not None:
        scene.say(Say("bot/client/held"))
        return
    if not may_be_asked(tx, client):  # the words have changed since everybody agreed
        welcoming.begin(scene, paired, client, Occasion.RENEWED)
        return
    today = local(now, client.zone).date()
    begun = _row(tx, house, client, today, now, None, CheckInState.OPEN, "")
    assert begun is not None, "only scheduled occurrences are unique"
    opened = CheckIn(
        begun[0],
        _about(tx, house, client, paired, now, None),
        client.prompt_set,
        house.prompt_sets[client.prompt_set].version,
        begun[1],
        expires_at=now + OWN_CHECK_IN_OPEN,
        changes_until=first(paired.session, now).due_at - house.clinic.summary_before,
    )
    scene.begin(checkin.begin(opened, prompted=False))


def show_again(scene: Scene, dialogue: Dialogue, wish: str = "checkin") -> None:
    """A check-in that is open already, below whatever was said, at the page that the command wishes for."""
    assert isinstance(dialogue.state, CheckIn), "only check-ins are shown again"
    script = script_of(scene.tx, scene.house, dialogue.state.prompt_set)
    asked = Commanded(scene.chat_id, wish, "", "")
    scene.go_on(dialogue, checkin.advance(script, dialogue.state, asked, scene.now))


def session_near(tx: Connection, house: House, event: SessionNear, now: datetime) -> None:
    """The summary of one session, once. After a long absence an old session gets none: what it
    would have told stands in the next one. Nor does the therapist get one week by week about a client who is
    not there, which they were told once."""
    paired = people.pairing_left(tx, event.pairing_id)
    if paired is None or paired.state is not PairingState.ACTIVE:
        return
    _arm_session(tx, house, paired, following(paired.session, event.local_date))
    client = people.client(tx, house.keyring, paired.client_id)
    _offer_no_more(tx, house, client, now)
    if late(event.starts_at, now):
        return
    since = reports.since(tx, paired, event.local_date)
    if not reaching.hears(tx, client) and not reports.gather(tx, house, paired, since, now).news:
        return
    reports.make(tx, house, paired, event.local_date, now)


def seen_whole(tx: Connection, house: House, event: SessionNear, now: datetime) -> list[Dialogue]:
    """Check-ins of this client that are only left open on the page that shows what will be told: they have
    seen it, so it is told now, as it stands there."""
    paired = people.pairing_left(tx, event.pairing_id)
    client = None if paired is None else people.client(tx, house.keyring, paired.client_id)
    if client is None or client.chat_id is None:
        return []
    found = dialogues.open_in(tx, house.keyring, client.chat_id)
    return [
        one
        for one in found
        if one.client_id == client.id and isinstance(one.state, CheckIn) and one.state.may_be_told(now)
    ]


def _offer_no_more(tx: Connection, house: House, client: Client, now: datetime) -> None:
    """What stands in a summary can no longer be changed: the cards of these check-ins say so, silently."""
    if client.chat_id is None:
        return
    for found in dialogues.latest_with(tx, house.keyring, client.chat_id, client.id, LOOKED_AT):
        if not isinstance(found.state, CheckIn):
            continue
        turn = sharing.told(found.state, now)
        if turn.effects:
            words = words_of(house, turn.dialogue)
            there = Scene(tx, house, found.chat_id, words, now, client.id, found)
            there.turn_to(turn.dialogue, still=True)
            there.ask(Ask())


def starts_at(paired: Paired, local_date: date) -> datetime:
    return instant(local_date, paired.session.at, paired.session.zone)


def _row(
    tx: Connection,
    house: House,
    client: Client,
    local_date: date,
    due_at: datetime,
    event: CheckInDue | None,
    state: CheckInState,
    reason: str,
) -> tuple[CheckInId, tuple[str, ...]] | None:
    """The check-in's row and its prompts, or None if this occurrence had its own already."""
    script = house.prompt_sets[client.prompt_set]
    ordinal = checkins.count(tx, client.id)
    asked = script.choose(client.band, ordinal)
    if script.bands[client.band].goal:
        asked = (*asked, *_goal(tx, house, client, ordinal))
    number = checkins.start(
        tx,
        client.id,
        schedule_id=None if event is None else event.schedule_id,
        local_date=local_date,
        ordinal=ordinal,
        due_at=due_at,
        prompt_set=script.id,
        version=script.version,
        language=client.language,
        band=client.band,
        asked=asked,
        state=state,
        reason=reason,
    )
    return None if number is None else (number, asked)


def _goal(tx: Connection, house: House, client: Client, ordinal: int) -> tuple[str, ...]:
    """The prompt about one of the client's goals, when its turn has come."""
    found = goals.open_of(tx, house.keyring, client.id)
    agreed = [goal.id for goal in found if goal.state is GoalState.AGREED]
    turn = whose_turn(agreed, ordinal)
    return () if turn is None else (prompt_id(turn),)


def _obstacle(tx: Connection, client: Client, local_date: date, due_at: datetime, now: datetime) -> str:
    """Why this check-in is not sent; empty if nothing is in the way."""
    account = None if client.chat_id is None else people.account(tx, client.chat_id)
    if account is None or not account.reachable:
        return "unreachable"
    if late(due_at, now):
        return "late"
    return rests(tx, client, local_date)


def _about(
    tx: Connection, house: House, client: Client, paired: Paired, moment: datetime, came: Why | None
) -> About:
    therapist = people.therapist(tx, house.keyring, paired.therapist_id)
    upcoming = first(paired.session, moment)
    before = _on(paired.session, upcoming.local_date - WEEK)
    return About(
        language=client.language,
        band=client.band,
        therapist=therapist.name,
        client=client.alias,
        clinic=house.clinic.name,
        last_session=local(before.due_at, client.zone),
        next_session=local(upcoming.due_at, client.zone),
        guardian=client.guardian_account,
        address=client.address,
        gender=client.gender,
        zone=client.zone,
        quiet=quiet_hours(house, client),
        why=came,
    )


def _arm_session(tx: Connection, house: House, paired: Paired, session: Occurrence) -> None:
    due_at = session.due_at - house.clinic.summary_before
    timers.put(tx, Timer(TimerKind.SESSION, paired.id, due_at, session.local_date))


def _on(rule: Weekly, day: date) -> Occurrence:
    return Occurrence(day, instant(day, rule.at, rule.zone))
