"""Behind the page: begins a play, moves its clock, and tells whoever watches that something changed."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from bot.content.library import Library
from bot.core.minors import Need, rules
from bot.core.model import Band, ChatId
from bot.demo.ahead import NOTHING, Landmark, look_ahead
from bot.demo.cast import CHILDREN, CLIENT, FAMILY, Casting, Who, introduce
from bot.demo.clock import DemoClock
from bot.demo.stage import Stage, staged
from bot.service import start
from bot.service.clock import WallClock

Step = Literal["hour", "day"]
Goal = Landmark | Step

STEPS: Final[dict[Step, timedelta]] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
USUALLY: Final = Band.B09
TOGETHER: Final = 0.02  # real seconds; what changes within them is told at once


class Booth:
    """One play at a time. ``version`` grows with everything that the page would show. ``offered`` are
    those who can play, each with their languages; ``lent`` those who do on a parent's phone; ``answered``
    whether somebody is on call for alerts, who has a phone then, too.

    ``broken`` is set when something failed that nobody could mend from the page; ``failure`` is what.
    """

    def __init__(self, folder: Path, data: Path) -> None:
        library = start.load(folder)
        self.languages = library.clinic.languages
        self.lent = _lent(library)
        self.offered = _offered(library, self.lent)
        self.answered = library.clinic.answering is not None
        texts = library.texts(self.languages[0])
        self.band_names = {band: texts[f"bot/band/{band}"] for band in Band}
        self.casting = self._usual_casting()
        self.stage: Stage | None = None
        self.plays = 0
        self.journeys = 0  # those that are over
        self.moving_to: datetime | None = None
        self.ahead = NOTHING
        self.version = 0
        self.over = False
        self.broken = asyncio.Event()
        self.failure: BaseException | None = None
        self._folder, self._data = folder, data
        self._changed = asyncio.Event()
        self._beginning = asyncio.Lock()
        self._open = AsyncExitStack()
        self._busy: set[asyncio.Task[None]] = set()

    async def begin(self, casting: Casting) -> None:
        """End the play that is on, and begin one in which people have just met.

        ContentProblem if the clinic's folder was changed and has a mistake now; the play goes on then.
        """
        async with self._beginning:
            library = start.load(self._folder)
            await self._end()
            self.answered = library.clinic.answering is not None
            self.casting = casting
            self.plays += 1
            data = Path(self._open.enter_context(TemporaryDirectory(dir=self._data)))
            clock = DemoClock(WallClock().now().replace(second=0, microsecond=0))
            stage = await self._open.enter_async_context(staged(self._folder, clock, data))
            await introduce(stage, casting)
            await self._look_ahead(stage)
            self.stage = stage
            self._keep_busy(self._watch_bot(stage))
            self._keep_busy(self._follow(stage))

    async def close(self) -> None:
        """End the play, and let those who watch go home."""
        self.over = True
        async with self._beginning:
            await self._end()

    def set_out(self, goal: Goal) -> bool:
        """Begin to move the clock. False if it moves already, or there is nothing to go to."""
        if self.stage is None or self.moving_to is not None:
            return False
        now = self.stage.clock.now()
        match goal:
            case "hour" | "day":
                to = now + STEPS[goal]
            case _ if goal in self.ahead.coming:
                to = self.ahead.coming[goal].at
            case _:
                return False
        self.moving_to = to
        self._touch()
        self._keep_busy(self._travel(self.stage, to))
        return True

    async def changed(self, seen: int, real_seconds: float) -> int:
        """Wait until ``version`` is above ``seen``, at most so long; the version then."""
        if self.version <= seen:
            with suppress(TimeoutError):
                async with asyncio.timeout(real_seconds):
                    await self._changed.wait()
        return self.version

    def _usual_casting(self) -> Casting:
        band = USUALLY if USUALLY in self.offered else next(iter(self.offered))
        return Casting(band, self.offered[band][0], self.languages[0])

    async def _end(self) -> None:
        self.stage = self.moving_to = None
        self.ahead = NOTHING
        self._touch()
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)
        await self._open.aclose()

    async def _watch_bot(self, stage: Stage) -> None:
        await asyncio.shield(stage.playing)

    async def _follow(self, stage: Stage) -> None:
        """Tell of every change on the phones."""
        while True:
            seen = stage.state.version
            await self._look_ahead(stage)
            await asyncio.sleep(TOGETHER)
            await stage.state.changed(seen)

    async def _travel(self, stage: Stage, to: datetime) -> None:
        await stage.travel(to)
        self.moving_to = None
        self.journeys += 1
        await self._look_ahead(stage)

    async def _look_ahead(self, stage: Stage) -> None:
        keyring = stage.bot.house.keyring
        self.ahead = await stage.bot.database.write(look_ahead, keyring, ChatId(CLIENT))
        self._touch()

    def _touch(self) -> None:
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def _keep_busy(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            self.failure = self.failure or failure
            self.broken.set()


def _lent(library: Library) -> frozenset[Who]:
    """Those who play on a parent's phone: their age has no account of its own."""
    clinic = library.clinic
    ages = {
        "own_account_from": clinic.own_account_from,
        "guardian_consent_under": clinic.guardian_consent_under,
    }
    bands: set[Who] = {band for band in Band if rules(band, **ages).account is Need.ALWAYS}
    return frozenset(bands | {FAMILY} if bands.issuperset(CHILDREN) else bands)


def _offered(library: Library, lent: frozenset[Who]) -> dict[Who, tuple[str, ...]]:
    """Not every language has every age's words yet, and not every clinic families."""
    of_bands = {band: library.languages_for(library.clinic.prompt_set, band) for band in Band}
    offered: dict[Who, tuple[str, ...]] = {band: found for band, found in of_bands.items() if found}
    both = tuple(one for one in library.clinic.languages if all(one in of_bands[child] for child in CHILDREN))
    return offered | {FAMILY: both} if both and FAMILY in lent else offered
