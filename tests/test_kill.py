"""Whenever the bot is killed: nothing is lost, nothing is stored or sent twice, and doubt is listed."""

import asyncio
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.process.attune import Nursery
from tests.process.clinic import Cast
from tests.process.town import Town, town

KILLED = -signal.SIGKILL
LIVES = 2.2  # seconds at most after the start; letters go out from the second one on
LIVES_LONG = 5.0


@dataclass(frozen=True)
class Size:
    cast: Cast
    kills: int
    lives: float
    answers: int


QUICK = Size(Cast(asks=24, due=24, reminded=16, summaries=16, seconds=75), 60, LIVES, 150)
LONG = Size(Cast(asks=30, due=200, reminded=120, summaries=150, seconds=1500), 500, LIVES_LONG, 20_000)


@pytest.mark.parametrize(
    "size", [pytest.param(QUICK, id="quick"), pytest.param(LONG, id="long", marks=pytest.mark.soak)]
)
async def test_killed_at_random_moments_it_loses_and_doubles_nothing(
    tmp_path: Path, nursery: Nursery, size: Size
) -> None:
    async with town(tmp_path, nursery, size.cast, seed=1) as there:
        for _ in range(size.kills):
            await _live_and_be_killed(there, size.lives)
        found = await there.finish(answers=size.answers)
    print(f"{size.kills} kills: {found}")
    assert found.differences == []
    assert found.answers >= size.answers, "too little happened to prove anything"


async def _live_and_be_killed(there: Town, lives: float) -> None:
    """While it starts, at any moment of its life, or at one of those at which most could go wrong."""
    telegram, dice, loop = there.telegram, there.dice, asyncio.get_running_loop()
    async with there.bot() as process:

        def kill(within: float = 0) -> None:
            loop.call_later(dice.uniform(0, within), process.send, signal.SIGKILL)

        telegram.at("poll", lambda: kill(lives))
        match dice.choice(("start", "any", "any", "letter", "letter", "letter", "updates", "updates")):
            case "start":
                kill(0.5)
            case "letter":  # it has arrived; the bot will never hear so
                telegram.at("letter", lambda: process.send(signal.SIGKILL), nth=dice.randint(1, 12))
            case "updates":  # it has them, and is storing or about to confirm them
                telegram.at("updates", lambda: kill(0.03), nth=dice.randint(1, 8))
            case _:
                pass
        assert await process.ended() == KILLED, there.home.said()[-3000:]
    telegram.forget()
