"""The bot was down: whoever comes back to it gets at most one message per schedule, nothing at night,
and nothing is skipped without a row that says why."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from bot.core.schedule import GRACE
from bot.demo.clock import DemoClock
from bot.demo.headless.phones import keys
from bot.demo.server import State
from bot.demo.stage import Stage
from bot.storage import facts
from bot.storage.keys import Keyring
from bot.storage.schema import answers, check_ins
from tests.house import Met, meet, playing, seat_therapist

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BEGINS = datetime(2026, 3, 2, 15, 55, tzinfo=UTC)  # Monday, 16:55 in Vienna
STOPS = BEGINS + 10 * MINUTE
LINDE, ADA, BEN, CAT = 100, 201, 202, 203
SLACK = 5 * timedelta(seconds=1)  # of the clock, for the pace of letters


class Rhythm(NamedTuple):
    zone: str
    at: time
    days: tuple[int, ...]


RHYTHMS = {
    ADA: Rhythm("Europe/Vienna", time(17), (0,)),
    BEN: Rhythm("Pacific/Gambier", time(6, 30), (0, 1, 3)),  # at night, so it waits until eight
    CAT: Rhythm("Europe/Vienna", time(16, 45), (0, 1, 2, 3, 4, 5, 6)),
}
DOWN = [MINUTE, 3 * MINUTE, 3 * HOUR, 26 * HOUR, 8 * DAY, 400 * DAY]


def everybody(tx: Connection, stage: Stage) -> dict[int, Met]:
    house = stage.bot.house
    therapist = seat_therapist(tx, house.keyring, LINDE)
    met = {}
    for chat, (zone, at, days) in RHYTHMS.items():
        check_ins = tuple((day, at) for day in days)
        met[chat] = meet(tx, house, therapist, chat, BEGINS, zone=zone, alias=f"N{chat}", check_ins=check_ins)
    return met


class Played(NamedTuple):
    stage: Stage
    met: dict[int, Met]
    back: datetime
    journal_before: int


@pytest.fixture(params=DOWN, ids=str)
async def played(request, database_url: str, keyring: Keyring):
    """Ada has opened her check-in and looks at its first question; then the bot is down for so long.
    Ten seconds later she taps; when it is back, somebody writes."""
    clock = DemoClock(BEGINS, speed=0)
    state = State(clock)
    for chat in (LINDE, *RHYTHMS):
        state.person(chat, started=True)
    async with playing(database_url, keyring, clock, state) as stage:
        met = await stage.bot.database.write(everybody, stage)
        await stage.travel(STOPS - MINUTE)
        await stage.write(LINDE, "/privacy")
        await stage.tap(ADA, "-open")
        await stage.travel(STOPS)
    clock.jump(10)
    card = next(message for message in state.chat(ADA) if keys(message) and message.deleted_at is None)
    state.tap(ADA, card.message_id, 3)
    clock.jump_to(STOPS + request.param)
    before = len(state.journal)
    async with playing(database_url, keyring, clock, state) as stage:
        state.write(LINDE, "/privacy")
        await stage.settled()
        yield Played(stage, met, STOPS + request.param, before)


def calls(played: Played, chat: int, method: str) -> list[tuple[datetime, str]]:
    later = played.stage.state.journal[played.journal_before :]
    return [(call.at, call.text) for call in later if (call.chat_id, call.method) == (chat, method)]


async def test_at_most_one_message_per_schedule_none_at_night_and_a_row_for_every_date(
    played: Played,
) -> None:
    quiet_over = played.back + 3 * HOUR
    await played.stage.travel(quiet_over)
    for chat, (zone, at, days) in RHYTHMS.items():
        assert len(calls(played, chat, "sendMessage")) <= 1, "several schedules, one on time at most"
        expected = {}
        day = date(2026, 3, 2)
        while (due := datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)) <= quiet_over:
            if day.weekday() in days and due > BEGINS:
                missed = due > STOPS and played.back - due > GRACE
                expected[day.isoformat()] = "late" if missed else "sent"
            day += DAY
        found = await played.stage.bot.database.write(occurrences, played.met[chat])
        assert len(found) == len(dict(found)), "once for each date"
        assert {day: reason if reason == "late" else "sent" for day, reason in found} == expected
    await played.stage.travel(quiet_over + 2 * DAY)
    for chat, (zone, _, days) in RHYTHMS.items():
        rung = [at.astimezone(ZoneInfo(zone)) for at, _ in calls(played, chat, "sendMessage")]
        assert all(time(8) <= at.time() < time(21) for at in rung)
        assert rung or len(days) == 1, "it goes on"


def occurrences(tx: Connection, met: Met) -> list[tuple[str, str]]:
    columns = check_ins.c.local_date, check_ins.c.reason
    return [tuple(row) for row in tx.execute(select(*columns).where(check_ins.c.client_id == met.client))]


async def test_an_open_card_asks_again_without_a_sound_and_a_long_absence_is_told(played: Played) -> None:
    gap = played.back - STOPS
    await _told_of_the_absence(played, gap)
    assert calls(played, ADA, "sendMessage") == []
    away = played.stage.bot.house.words("en")("bot/away")
    edits = [text for _, text in calls(played, ADA, "editMessageText")]
    if gap == MINUTE:
        assert not any(away in text for text in edits), "the tap was not lost"
        assert "●●○○" in edits[-1]
        return
    if gap > 2 * DAY:  # too late for an answer
        assert not keys(played.stage.shown(ADA)[-1])
        return
    assert edits[-1].startswith(away)
    await played.stage.tap(ADA, "mostly")
    assert "●●○○" in played.stage.shown(ADA)[-1].text
    assert away not in played.stage.shown(ADA)[-1].text
    given = await played.stage.bot.database.write(lambda tx: tx.execute(select(answers)).all())
    assert [row.prompt_id for row in given] == ["heard"]


async def _told_of_the_absence(played: Played, gap: timedelta) -> None:
    """More than a day is remembered, and the summary tells of it."""
    span = await played.stage.bot.database.write(facts.read_span, facts.AWAY)
    await played.stage.write(LINDE, "/summary")
    await played.stage.tap(LINDE, str(played.met[ADA].pairing))
    told = "Attune was not running" in played.stage.shown(LINDE)[-1].text
    assert told == (gap > DAY)
    if gap < DAY:
        assert span is None
        return
    assert span is not None
    since, until = span
    assert abs(since - STOPS) < MINUTE + SLACK
    assert abs(until - played.back) < SLACK
