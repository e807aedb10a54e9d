"""Behind the page: begins a play, moves its clock, and tells whoever watches that something changed."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from sqlalchemy import Connection

from bot.core.model import Band
from bot.demo.cast import Casting, introduce
from bot.demo.clock import DemoClock
from bot.demo.stage import Stage, staged
from bot.service import start
from bot.service.clock import WallClock
from bot.storage import timers
from bot.storage.timers import TimerKind

Goal = Literal["check_in", "session", "hour", "day"]

STEPS: Final[dict[Goal, timedelta]] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
USUALLY: Final = Band.B09
TOGETHER: Final = 0.02  # real seconds; what changes within them is told at once


class Booth:
    """One play at a time. ``version`` grows with everything that the page would show.

    ``broken`` is set when something failed that nobody could mend from the page; ``failure`` is what.
    """

    def __init__(self, folder: Path, data: Path) -> None:
        library = start.load(folder)
        self.languages = library.clinic.languages
        self.offered = {
            band: found for band in Band if (found := library.languages_for(library.clinic.prompt_set, band))
        }
        texts = library.texts(self.languages[0])
        self.band_names = {band: texts[f"bot/band/{band}"] for band in self.offered}
        self.casting = self._usual_casting()
        self.stage: Stage | None = None
        self.plays = 0
        self.journeys = 0  # those that are over
        self.moving_to: datetime | None = None
        self.upcoming: dict[Goal, datetime] = {}
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
        """End the play that is on, and begin one in which two people have just met.

        ContentProblem if the clinic's folder was changed and has a mistake now; the play goes on then.
        """
        async with self._beginning:
            start.load(self._folder)
            await self._end()
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
        to = now + STEPS[goal] if goal in STEPS else self.upcoming.get(goal)
        if to is None:
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
        self.upcoming = {}
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
        self.upcoming = await stage.bot.database.write(_upcoming)
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


def _upcoming(tx: Connection) -> dict[Goal, datetime]:
    """When the next check-in comes, and the next summary before a session."""
    kinds: dict[Goal, TimerKind] = {"check_in": TimerKind.CHECK_IN, "session": TimerKind.SESSION}
    due = {goal: [timer.due_at for timer in timers.of_kind(tx, kind)] for goal, kind in kinds.items()}
    return {goal: min(moments) for goal, moments in due.items() if moments}
