"""On the stage the real bot keeps every hour, however far the clock is moved."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.core.model import Band
from bot.demo.clock import DemoClock
from bot.demo.server import Impossible, flood, refuse
from bot.demo.stage import Restless, Stage, staged

CLINIC = Path(__file__).parents[1]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TUESDAY_CHECK_IN = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)  # 18:00 in Vienna
WEDNESDAY_SESSION = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
LINDE, MILA = 101, 202


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(CLINIC, DemoClock(MONDAY, speed=0), tmp_path) as stage:
        yield stage


async def pair(stage: Stage, band: Band = Band.B18) -> None:
    await stage.therapist(LINDE, "Dr. Linde", "en", "Europe/Vienna")
    await stage.client(
        LINDE,
        MILA,
        alias="Mila",
        band=band,
        language="en",
        zone="Europe/Vienna",
        session_day=2,
        session_at=time(16),
        check_in_day=1,
        check_in_at=time(18),
    )


def said(stage: Stage, chat_id: int) -> list[str]:
    return [message.text for message in stage.shown(chat_id) if message.by_bot]


async def test_a_therapist_and_a_client_find_each_other_by_the_real_flow(stage: Stage) -> None:
    await pair(stage)
    assert "Mila" in said(stage, LINDE)[-1]
    assert "first check-in" in said(stage, MILA)[-1]
    assert stage.clock.now() < MONDAY + timedelta(minutes=2), "only the pace of letters costs time"


async def test_travelling_brings_the_check_in_on_time_and_the_summary_before_the_session(
    stage: Stage,
) -> None:
    await pair(stage)
    await stage.travel(TUESDAY_CHECK_IN)
    assert stage.clock.now() - TUESDAY_CHECK_IN < timedelta(seconds=5)
    cover = stage.shown(MILA)[-1]
    assert cover.sent_at - TUESDAY_CHECK_IN < timedelta(seconds=5)
    await stage.tap(MILA, "-open")
    for _ in range(4):
        await stage.tap(MILA, "skip")
    await stage.travel(WEDNESDAY_SESSION)
    assert "Mila" in said(stage, LINDE)[-1]
    assert stage.shown(LINDE)[-1].sent_at < WEDNESDAY_SESSION


async def test_a_month_at_one_stroke_leaves_nothing_late(stage: Stage) -> None:
    await pair(stage)
    await stage.travel(MONDAY + timedelta(weeks=4))

    def reasons(tx: Connection) -> list[str]:
        return list(tx.exec_driver_sql("SELECT reason FROM check_ins ORDER BY id").scalars())

    assert await stage.bot.database.write(reasons) == ["unanswered"] * 4


async def test_it_settles_for_many_who_act_at_once(stage: Stage) -> None:
    async with asyncio.TaskGroup() as people:
        for number in range(1, 6):
            people.create_task(stage.therapist(number, f"Dr. {number}", "en", "Europe/Vienna"))
    for number in range(1, 6):
        assert f"Dr. {number}" in said(stage, number)[-1]
    assert stage.state.updates.count(stage.clock.now()) == 0


async def test_what_telegram_refused_for_now_is_met_on_the_way(stage: Stage) -> None:
    await stage.therapist(LINDE, "Dr. Linde", "en", "Europe/Vienna")
    stage.state.faults.next(flood(20), "sendMessage")
    await stage.write(LINDE, "/help")
    assert "112" not in said(stage, LINDE)[-1], "its moment is not yet"
    await stage.travel(MONDAY + timedelta(minutes=1))
    assert "112" in said(stage, LINDE)[-1]
    assert stage.shown(LINDE)[-1].sent_at >= MONDAY + timedelta(seconds=20)


async def test_what_never_comes_to_rest_is_said(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.demo.stage.next_moment", lambda tx, now: now)
    monkeypatch.setattr("bot.demo.stage.REST_WITHIN", timedelta(seconds=9))
    with pytest.raises(Restless):
        await stage.settled()


async def test_nobody_taps_what_is_not_there(stage: Stage) -> None:
    await stage.therapist(LINDE, "Dr. Linde", "en", "Europe/Vienna")
    with pytest.raises(Impossible, match="no button"):
        await stage.tap(LINDE, "yes")


async def test_the_bots_own_error_comes_out(tmp_path: Path) -> None:
    async def play() -> None:
        async with staged(CLINIC, DemoClock(MONDAY, speed=0), tmp_path) as stage:
            stage.state.faults.next(refuse(401), "getUpdates", times=9)
            stage.state.person(MILA, started=True)
            await stage.write(MILA, "/help")

    with pytest.raises(ExceptionGroup) as caught:
        await play()
    assert "WrongToken" in repr(caught.value)


async def test_the_bot_can_be_stopped_and_goes_on_where_it_was(tmp_path: Path) -> None:
    clock = DemoClock(MONDAY, speed=0)
    async with staged(CLINIC, clock, tmp_path) as before:
        await before.therapist(LINDE, "Dr. Linde", "en", "Europe/Vienna")
    before.state.write(LINDE, "/summary")
    async with staged(CLINIC, clock, tmp_path, before.state) as stage:
        await stage.settled()
        assert "no linked clients" in said(stage, LINDE)[-1]
