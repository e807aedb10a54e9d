"""A bot that is frozen for a while, as a laptop's lid or a busy host does it, goes on as if nothing were."""

import asyncio
import signal
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from bot.content.library import load
from bot.demo.server import TOKEN, Failure, Fault, serve
from bot.service import loops
from bot.service.clock import WallClock
from bot.service.running import opened
from bot.service.start import furnish
from tests.process.attune import ROOT, Home, Nursery, eventually
from tests.process.clinic import Cast, found
from tests.process.telegram import Watched
from tests.process.town import Town, town

SLOW = Fault(Failure.DELAY, after=True, seconds=0.5)  # so that letters are under way at each pause
PRESSES_KEPT = 150.0  # seconds; then Telegram forgets them
WAKES_FOR = 2.5  # seconds at most, between two pauses


@dataclass(frozen=True)
class Size:
    """``pauses``: how many, and how many seconds each takes at most."""

    cast: Cast
    pauses: tuple[tuple[int, float], ...]
    answers: int


QUICK = Size(Cast(asks=6, due=40, reminded=24, summaries=24, seconds=15), ((8, 1.5),), 40)
# The longer ones outlast every timeout; the longest also Telegram's patience with presses.
LONG = Size(Cast(asks=40, due=80, reminded=50, summaries=50, seconds=1200), ((19, 45.0), (6, 175.0)), 1500)


@pytest.mark.parametrize(
    "size", [pytest.param(QUICK, id="quick"), pytest.param(LONG, id="long", marks=pytest.mark.soak)]
)
async def test_frozen_for_a_while_it_loses_and_doubles_nothing(
    tmp_path: Path, nursery: Nursery, size: Size
) -> None:
    async with town(tmp_path, nursery, size.cast, seed=3) as there:
        lengths = [there.dice.uniform(most / 2, most) for many, most in size.pauses for _ in range(many)]
        there.dice.shuffle(lengths)
        there.telegram.faults.sometimes(SLOW, 0.5, "sendMessage", "editMessageText", seed=3)
        async with there.bot() as process:
            for seconds in lengths:
                await _moment(there)
                process.send(signal.SIGSTOP)
                await asyncio.sleep(seconds)  # this is the pause itself
                process.send(signal.SIGCONT)
            there.telegram.faults.clear()
            assert await process.stop() == 0
        ended = await there.finish(answers=size.answers)
    print(f"{len(lengths)} pauses: {ended}")
    assert ended.differences == []
    if max(lengths) > PRESSES_KEPT:
        assert "was away" in there.home.said()


async def _moment(there: Town) -> None:
    """A random one, or one at which a letter has just arrived and the bot does not know."""
    now = asyncio.Event()
    if there.dice.random() < 0.7:
        there.telegram.at("letter", now.set, nth=there.dice.randint(1, 9))
    asyncio.get_running_loop().call_later(there.dice.uniform(0.5, WAKES_FOR), now.set)
    await now.wait()
    there.telegram.forget()


class Stopwatch(WallClock):
    """Its hand can be moved, as if the machine had slept."""

    slept = 0.0

    def awake(self) -> float:
        return super().awake() + self.slept


async def test_a_poll_that_was_frozen_with_the_bot_counts_as_an_absence(tmp_path: Path) -> None:
    """Presses may have been lost meanwhile, so whoever has an open card is asked to tap again."""
    telegram, clock = Watched(), Stopwatch()
    async with serve(telegram) as server:
        home = Home(tmp_path, server.url)
        await home.prepare()
        library, _ = load(ROOT)
        assert library is not None
        house = furnish(library, home.keyring, "attune_demo_bot")
        cast = Cast(asks=1, due=0, reminded=0, summaries=0, seconds=1)
        made = await home.read(found, house, telegram, cast, Random(1), clock.now())
        client = made.clients[0]
        away = house.words(client.language).speaking(client.band.voice)("bot/away")
        opening = opened(TOKEN, server.url, home.database_url, home.keyring, library, clock)
        async with opening as bot, asyncio.TaskGroup() as working:
            working.create_task(loops.run(bot))
            telegram.write(client.chat_id, "/checkin")
            await eventually(lambda: any(one.by_bot for one in telegram.chat(client.chat_id)), "a card")
            await eventually(lambda: telegram.updates.polling, "the bot waits for updates")
            clock.slept = 160.0
            telegram.updates.end()  # the answer that had waited in the line
            card = telegram.chat(client.chat_id)[-1]
            await eventually(lambda: away in card.text, "the card asks for the tap again")
            bot.stop.set()
