"""Summaries: gathered, told in the therapist's language, and sent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from bot.core import caseload
from bot.core.caseload import Choosing
from bot.core.checkin_state import TIME_UP
from bot.core.effects import Say
from bot.core.goal_lines import GoalAnswer, GoalLine, goal_line
from bot.core.goals import OPEN, goal_of
from bot.core.model import HELPS, CheckInId, CheckInState, ClientId, Kind, PairingId
from bot.core.schedule import first
from bot.core.summary import GivenAnswer, Note, PastCheckIn, Summary, summarise
from bot.render import summaries
from bot.service import readings
from bot.service.house import House
from bot.service.scene import Scene
from bot.service.timetable import pause_of
from bot.storage import checkins, facts, goals, people
from bot.storage import summaries as made
from bot.storage.checkins import Begun, Given
from bot.storage.facts import AWAY
from bot.storage.people import Paired, PairingState

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


def choose(scene: Scene) -> None:
    """``/summary``: at once if there is one client, else the therapist says whose."""
    therapist = people.therapist_in(scene.tx, scene.house.keyring, scene.chat_id)
    assert therapist is not None, "the reception lets only therapists ask"
    mine = people.caseload(scene.tx, therapist.id)
    match mine:
        case []:
            scene.say(Say("bot/summary/nobody"))
        case [only]:
            now(scene, only.id)
        case _:
            named = tuple(
                (p.id, people.client(scene.tx, scene.house.keyring, p.client_id).alias) for p in mine
            )
            scene.begin(caseload.begin(Choosing(therapist.language, named)))


def now(scene: Scene, pairing_id: PairingId) -> None:
    """A summary at the therapist's wish. Whether they may see the client is looked up again."""
    tx, house = scene.tx, scene.house
    therapist = people.therapist_in(tx, house.keyring, scene.chat_id)
    mine = [] if therapist is None else people.caseload(tx, therapist.id)
    paired = next((one for one in mine if one.id == pairing_id), None)
    if paired is None:
        scene.say(Say("bot/summary/nobody"))
        return
    upcoming = first(paired.session, scene.now)
    send(tx, house, paired, since(tx, paired, upcoming.local_date), scene.now)


def since(tx: Connection, paired: Paired, before: date) -> datetime | None:
    """When the summary of the session before was made; None if there was none yet. Not when that
    session began: what a client says in the hours between would never be told."""
    return made.made_before(tx, paired.id, before)


def make(tx: Connection, house: House, paired: Paired, local_date: date, now: datetime) -> None:
    """The summary of the session on this date, unless it was made already."""
    begins = since(tx, paired, local_date)
    if made.make(tx, paired.id, local_date, now):
        send(tx, house, paired, begins, now, local_date)


def send(
    tx: Connection,
    house: House,
    paired: Paired,
    since: datetime | None,
    now: datetime,
    local_date: date | None = None,
) -> None:
    """The letter, or letters if it is long, to the pairing's therapist; the last asks whether it was
    read, if the client gave anything. ``local_date`` is the session's, unless it comes on request."""
    therapist = people.therapist(tx, house.keyring, paired.therapist_id)
    client = people.client(tx, house.keyring, paired.client_id)
    if therapist.chat_id is None:
        return
    told = gather(tx, house, paired, since, now)
    words = house.words(therapist.language)
    script = house.prompt_sets[client.prompt_set]
    scene = Scene(tx, house, therapist.chat_id, words, now, client.id)
    away = _away(tx, since or ALWAYS)
    pause = pause_of(client, now)
    *before, last = summaries.tell(words, script, client.alias, told, therapist.zone, away, pause)
    for text in before:
        scene.send({"text": text, "protect": True}, Kind.SUMMARY)
    if told.given:
        known = _known(tx, house, paired, told, now)
        readings.begin(scene, paired, client, therapist, last, local_date, known=known)
    else:
        scene.send({"text": last, "protect": True}, Kind.SUMMARY)


def _known(tx: Connection, house: House, paired: Paired, told: Summary, now: datetime) -> bool:
    """Whether the client has heard already that all of this was read."""
    until = made.known_read(tx, paired.id)
    if until is None or gather(tx, house, paired, until, now).given:
        return False
    latest = (*(line.latest for line in told.lines), *(goal.latest for goal in told.goals))
    return all(one is None or one.answered_at <= until for one in latest)  # none was changed since then


def add(scene: Scene) -> None:
    """The client finished a check-in between the summary and the session: what is new goes after it,
    for they were told that it would be read before they meet. If none was made, for they were not there, it
    is made now."""
    tx, house, now = scene.tx, scene.house, scene.now
    assert scene.client_id is not None, "a check-in is a client's"
    for paired in people.pairings_of(tx, scene.client_id):
        session = first(paired.session, now)
        told_at = made.made_for(tx, paired.id, session.local_date)
        therapist = people.therapist(tx, house.keyring, paired.therapist_id)
        if paired.state is not PairingState.ACTIVE or therapist.chat_id is None:
            continue
        if told_at is None:
            if now >= session.due_at - house.clinic.summary_before:
                make(tx, house, paired, session.local_date, now)
            continue
        told = gather(tx, house, paired, told_at, now)
        latest = (*(line.latest for line in told.lines), *(goal.latest for goal in told.goals))
        if not told.notes and not any(latest):
            continue
        client = people.client(tx, house.keyring, paired.client_id)
        words, script = house.words(therapist.language), house.prompt_sets[client.prompt_set]
        there = Scene(tx, house, therapist.chat_id, words, now, client.id)
        for text in summaries.tell_more(words, script, client.alias, told, therapist.zone):
            there.send({"text": text, "protect": True}, Kind.SUMMARY)


def _away(tx: Connection, since: datetime) -> tuple[datetime, datetime] | None:
    """The latest long absence, if it reached into this time: what was written then may be lost."""
    span = facts.read_span(tx, AWAY)
    return None if span is None or span[1] <= since else span


def gather(tx: Connection, house: House, paired: Paired, since: datetime | None, now: datetime) -> Summary:
    """All that is known about one client, told since the last summary: what was closed since then. Of what
    is still open no more than that it is."""
    keyring, client_id = house.keyring, paired.client_id
    given = checkins.answers_of(tx, keyring, client_id, ALWAYS)
    start = since or ALWAYS
    period: list[PastCheckIn] = []
    earlier: list[PastCheckIn] = []
    rows = checkins.of_client(tx, client_id, ALWAYS)
    for row in rows:
        (period if _new(row, start) else earlier).append(_past(house, row, given.get(row.id, [])))
    notes = _notes(tx, house, client_id, rows, start)
    told = summarise(period, earlier, notes, since, now, _goals(tx, house, client_id, rows, given, start))
    written_in = dict.fromkeys(note.language for note in told.notes)
    return replace(told, unscreened=tuple(one for one in written_in if not house.screens(one)))


def _notes(
    tx: Connection, house: House, client_id: ClientId, rows: Sequence[Begun], start: datetime
) -> list[Note]:
    """All of what was closed since then, and what was written since then into what had been closed before."""
    found = {kept.message_id: kept for kept in checkins.notes_of(tx, house.keyring, client_id, start)}
    for row in rows:
        if _new(row, start):
            for kept in checkins.notes_in(tx, house.keyring, row.id):
                if row.state is CheckInState.OPEN:
                    found.pop(kept.message_id, None)
                else:
                    found[kept.message_id] = kept
    return [
        Note(kept.words, kept.language, kept.written_at, kept.prompt_id, kept.topic)
        for kept in found.values()
    ]


def _goals(
    tx: Connection,
    house: House,
    client_id: ClientId,
    rows: Sequence[Begun],
    given: Mapping[CheckInId, list[Given]],
    start: datetime,
) -> list[GoalLine]:
    """Each goal that is open, or was until this time. What is held back counts nowhere."""
    period: list[GoalAnswer] = []
    earlier: list[GoalAnswer] = []
    for row in (one for one in rows if one.state is not CheckInState.OPEN):
        scale = house.prompt_sets[row.prompt_set].scale(row.band)
        for one in given.get(row.id, []):
            goal_id = goal_of(one.prompt_id)
            if goal_id is not None and not one.held_back:
                option = scale.option(one.choice)
                value = None if option is None else option.value
                told = GoalAnswer(goal_id, scale.id, row.band, one.choice, value, one.answered_at)
                (period if _new(row, start) else earlier).append(told)
    return [
        goal_line(goal.id, goal.words, goal.state, period, earlier)
        for goal in goals.of_client(tx, house.keyring, client_id)
        if goal.state in OPEN or (goal.ended_at is not None and goal.ended_at >= start)
    ]


def _new(row: Begun, start: datetime) -> bool:
    """Whether it is open, was closed since then, or was not sent at all since then. What time itself closed
    at that very moment was closed before the summary was made, and told; what a person finished was finished
    after it."""
    if row.state is CheckInState.OPEN:
        return True
    if row.closed_at is None:
        return row.due_at >= start
    by_hand = row.state is CheckInState.FINISHED and row.reason != TIME_UP
    return row.closed_at > start or (row.closed_at == start and by_hand)


def _past(house: House, row: Begun, given: list[Given]) -> PastCheckIn:
    script = house.prompt_sets[row.prompt_set]
    scale = script.scale(row.band)
    held = frozenset(answer.prompt_id for answer in given if answer.held_back)
    told = [answer for answer in given if not answer.held_back]
    choices = {answer.prompt_id: answer.choice for answer in told}
    answers = []
    for answer in told:
        prompt = next((prompt for prompt in script.prompts if prompt.id == answer.prompt_id), None)
        if prompt is not None:
            option = scale.option(answer.choice)
            value = None if option is None else option.value
            answers.append(
                GivenAnswer(
                    prompt.id,
                    prompt.element,
                    scale.id,
                    row.band,
                    answer.choice,
                    value,
                    answer.answered_at,
                    low=answer.choice in scale.low,
                )
            )
    helps = {
        prompt: (choices[f"{prompt}.help"], choices.get(f"{prompt}.raise"))
        for prompt in row.asked
        if choices.get(f"{prompt}.help") in HELPS
    }
    asked = tuple(prompt for prompt in script.prompts if prompt.id in row.asked)
    return PastCheckIn(row.id, row.due_at, row.state, row.reason, asked, tuple(answers), helps, held)
