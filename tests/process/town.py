"""A clinic, its people and its bot, for as long as a test disturbs them; then everything is compared."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from sqlalchemy import Connection, func, select

from bot.content.library import load
from bot.demo.server import TOKEN, serve
from bot.service.clock import WallClock
from bot.service.house import House
from bot.service.start import furnish
from bot.storage.schema import answers, inbox, outbox, timers
from tests.process import clinic
from tests.process.attune import ROOT, Home, Nursery, Process, running
from tests.process.clinic import Cast, Clinic, Part
from tests.process.compare import Found, compare
from tests.process.people import WORDS, Person
from tests.process.telegram import Watched

SETTLES_WITHIN = 1800.0  # seconds; only a bot that does not work needs them
USERNAME = "attune_demo_bot"


@dataclass
class Town:
    home: Home
    house: House
    telegram: Watched
    clinic: Clinic
    people: tuple[Person, ...]
    closing: asyncio.Event
    nursery: Nursery
    dice: Random
    living: tuple[asyncio.Task[None], ...]

    def bot(self) -> AbstractAsyncContextManager[Process]:
        """The bot, running."""
        return self.nursery.running(self.home)

    async def finish(self, *, clean: bool = False, answers: int = 0) -> Found:
        """Nobody disturbs any more: let everything come to its end, then compare."""
        async with asyncio.timeout(SETTLES_WITHIN), running(self.home) as process:
            while await self.home.read(_answered) < answers:
                await self._look_again(process)
            self.closing.set()
            await asyncio.gather(*self.living)
            while self._unheard() or await self.home.read(_unsettled, self.clinic.until):
                await self._look_again(process)
            assert await process.stop() == 0
        known = self.house, self.clinic, self.people, self.telegram
        found = await self.home.read(compare, *known, clean=clean)
        said = self.home.said()
        secrets = [TOKEN, TOKEN.partition(":")[2], *WORDS, self.home.key_file.read_text().strip()]
        found.differences += [f"the log says {secret!r}" for secret in secrets if secret in said]
        if "Traceback" in said:
            found.differences.append(f"the log has a traceback:\n{said[said.index('Traceback') :][:3000]}")
        return found

    def _unheard(self) -> int:
        return self.telegram.updates.count(self.telegram.now())

    async def _look_again(self, process: Process) -> None:
        assert not process.ending.done(), f"the bot has ended:\n{self.home.said()[-3000:]}"
        await asyncio.sleep(0.3)


@asynccontextmanager
async def town(folder: Path, nursery: Nursery, cast: Cast, seed: int) -> AsyncIterator[Town]:
    dice, telegram, closing = Random(seed), Watched(), asyncio.Event()
    async with serve(telegram) as server:
        home = Home(folder, server.url)
        await home.prepare()
        library, _ = load(ROOT)
        assert library is not None
        house = furnish(library, home.keyring, USERNAME)
        made = await home.read(clinic.found, house, telegram, cast, dice, WallClock().now())
        people = tuple(_person(telegram, one, dice, closing) for one in made.clients)
        living = tuple(asyncio.create_task(person.live()) for person in people)
        try:
            yield Town(home, house, telegram, made, people, closing, nursery, dice, living)
        finally:
            for life in living:
                life.cancel()
            await asyncio.gather(*living, return_exceptions=True)


def _person(telegram: Watched, client: clinic.Client, dice: Random, closing: asyncio.Event) -> Person:
    """Half of those who are reminded answer; whoever waits for a reminder leaves yesterday's card alone."""
    return Person(
        telegram,
        client.chat_id,
        Random(dice.random()),
        closing,
        asks=client.part is Part.ASKS,
        silent=client.part is Part.REMINDED and client.chat_id % 2 == 0,
        ignores=set() if client.has is None else {client.has},
    )


def _answered(tx: Connection) -> int:
    return tx.execute(select(func.count()).select_from(answers)).scalar_one()


def _unsettled(tx: Connection, until: datetime) -> int:
    """Letters under way, updates to be tried again, and what is yet to fall due in this play."""
    waiting = (
        select(func.count()).select_from(outbox).where(outbox.c.state.in_(("waiting", "sending"))),
        select(func.count()).select_from(inbox).where(inbox.c.try_at.is_not(None)),
        select(func.count()).select_from(timers).where(timers.c.due_at <= until),
    )
    return sum(tx.execute(one).scalar_one() for one in waiting)
