"""The demo's clock jumps, and wakes those whose hour has come."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.clock import DemoClock

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def asleep(clock: DemoClock, sleepers: int) -> None:
    while clock.sleepers < sleepers:  # noqa: ASYNC110  # the clock tells nobody that somebody fell asleep
        await asyncio.sleep(0)


async def test_standing_still_it_moves_by_jumps_alone() -> None:
    clock = DemoClock(START, speed=0)
    assert clock.now() == START
    await asyncio.sleep(0.01)
    assert clock.now() == START
    clock.jump(90)
    assert clock.now() == START + timedelta(seconds=90)
    clock.jump_to(START + timedelta(days=1))
    assert clock.now() == START + timedelta(days=1)


async def test_running_it_follows_real_time_and_jumps_add_to_it() -> None:
    clock = DemoClock(START, speed=100)
    await asyncio.sleep(0.01)
    assert clock.now() > START
    before = clock.now()
    clock.jump(3600)
    assert clock.now() >= before + timedelta(hours=1)


async def test_it_never_goes_back() -> None:
    clock = DemoClock(START, speed=0)
    clock.jump_to(START - timedelta(hours=1))
    assert clock.now() == START
    with pytest.raises(ValueError, match="take it back"):
        clock.jump(-1)


async def test_a_jump_wakes_those_whose_hour_has_come_in_their_order_and_no_others() -> None:
    clock = DemoClock(START, speed=0)
    woken: list[int] = []

    async def sleep(seconds: int) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    async with asyncio.TaskGroup() as people:
        for seconds in (30, 10, 20):
            people.create_task(sleep(seconds))
        await asleep(clock, 3)
        assert clock.next_wake() == START + timedelta(seconds=10)
        clock.jump(20)
        assert clock.sleepers == 1, "who is woken no longer counts as asleep"
        await asyncio.sleep(0.001)
        assert woken == [10, 20]
        assert clock.next_wake() == START + timedelta(seconds=30)
        clock.jump_to(START + timedelta(seconds=30))
    assert woken == [10, 20, 30]
    assert clock.next_wake() is None


async def test_running_it_wakes_by_itself_not_before_the_hour() -> None:
    clock = DemoClock(START, speed=1000)
    await clock.sleep(5)
    assert clock.now() >= START + timedelta(seconds=5)


async def test_a_jump_while_somebody_falls_asleep_is_not_missed() -> None:
    clock = DemoClock(START, speed=0)
    sleeper = asyncio.create_task(clock.sleep(10))
    await asyncio.sleep(0)
    clock.jump(10)
    await sleeper


async def test_who_gives_up_sleeping_is_forgotten() -> None:
    clock = DemoClock(START, speed=0)
    sleeper = asyncio.create_task(clock.sleep(10))
    await asleep(clock, 1)
    sleeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeper
    assert clock.sleepers == 0
    assert clock.next_wake() is None


async def test_awake_does_not_count_jumps() -> None:
    clock = DemoClock(START, speed=0)
    before = clock.awake()
    clock.jump(timedelta(days=7).total_seconds())
    assert clock.awake() - before < timedelta(days=1).total_seconds()
