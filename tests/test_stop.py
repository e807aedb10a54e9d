"""A planned stop is clean, whatever the bot is doing: it ends soon, and nothing is left in doubt."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.server import Failure, Fault
from tests.process.attune import PATIENCE, Nursery
from tests.process.clinic import Cast
from tests.process.town import Town, town

SLOW = Fault(Failure.DELAY, after=True, seconds=0.5)  # so that letters are under way at each stop


@dataclass(frozen=True)
class Size:
    cast: Cast
    stops: int
    answers: int


QUICK = Size(Cast(asks=24, due=20, reminded=12, summaries=12, seconds=30), 20, 150)
LONG = Size(Cast(asks=24, due=60, reminded=40, summaries=40, seconds=140), 60, 450)


@pytest.mark.parametrize(
    "size", [pytest.param(QUICK, id="quick"), pytest.param(LONG, id="long", marks=pytest.mark.soak)]
)
async def test_stopped_under_load_it_ends_in_time_and_leaves_nothing_in_doubt(
    tmp_path: Path, nursery: Nursery, size: Size
) -> None:
    async with town(tmp_path, nursery, size.cast, seed=2) as there:
        there.telegram.faults.sometimes(SLOW, 0.3, "sendMessage", "editMessageText", seed=2)
        for _ in range(size.stops):
            await _live_and_be_stopped(there)
        there.telegram.faults.clear()
        found = await there.finish(clean=True, answers=size.answers)
    print(f"{size.stops} stops: {found}")
    assert found.differences == []


async def _live_and_be_stopped(there: Town) -> None:
    """While it introduces itself, while it gets updates, while letters are on their way, or any time."""
    telegram, dice, loop = there.telegram, there.dice, asyncio.get_running_loop()
    it_is_time = asyncio.Event()
    match dice.choice(("any", "any", "letter", "letter", "updates", "call")):
        case "letter":
            telegram.at("letter", it_is_time.set, nth=dice.randint(1, 6))
        case "updates":
            telegram.at("updates", it_is_time.set, nth=dice.randint(1, 6))
        case "call":
            telegram.at("call", it_is_time.set)
        case _:
            delay = dice.uniform(0, 1.8)
            telegram.at("poll", lambda: loop.call_later(delay, it_is_time.set))
    async with there.bot() as process:
        async with asyncio.timeout(PATIENCE):
            await it_is_time.wait()
        assert await process.stop() == 0, there.home.said()[-3000:]
