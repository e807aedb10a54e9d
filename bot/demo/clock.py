"""A clock that can jump. Whoever sleeps on it is woken as soon as it has passed their hour."""

import asyncio
import time
from datetime import datetime, timedelta
from itertools import count


class DemoClock:
    """``now`` is ``start``, plus the real time since, times ``speed``, plus all jumps.

    At speed 0 time stands still but for jumps, so that a month takes no longer than the work in it.
    """

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        self.speed = speed
        self._start = start
        self._began = self.awake()
        self._ahead = timedelta()
        self._numbers = count()
        self._sleepers: dict[int, tuple[datetime, asyncio.Future[None]]] = {}

    def now(self) -> datetime:
        gone = timedelta(seconds=(self.awake() - self._began) * self.speed) if self.speed else timedelta()
        return self._start + gone + self._ahead

    def awake(self) -> float:
        """Real seconds; jumps do not count, so nobody takes one for an absence."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Until the clock shows so many seconds more, whether time passes or is jumped over."""
        due_at = self.now() + timedelta(seconds=seconds)
        await asyncio.sleep(0)
        while self.now() < due_at:
            await self._doze(due_at)

    @property
    def sleepers(self) -> int:
        """How many wait for a later hour just now."""
        return len(self._sleepers)

    def next_wake(self) -> datetime | None:
        """The earliest hour that somebody waits for."""
        return min((due_at for due_at, _ in self._sleepers.values()), default=None)

    def jump(self, seconds: float) -> None:
        """Put the clock on. It never goes back."""
        if seconds < 0:
            raise ValueError("a clock that has shown an hour does not take it back")
        self._put_on(timedelta(seconds=seconds))

    def jump_to(self, moment: datetime) -> None:
        """Put the clock on to ``moment``; nothing happens if that has passed."""
        self._put_on(max(moment - self.now(), timedelta()))

    def _put_on(self, step: timedelta) -> None:
        """Wake those whose hour has come, the earliest first. At once they no longer count as asleep."""
        self._ahead += step
        now = self.now()
        over = sorted((due_at, number) for number, (due_at, _) in self._sleepers.items() if due_at <= now)
        for _, number in over:
            _ring(self._sleepers.pop(number)[1])

    async def _doze(self, due_at: datetime) -> None:
        """Until it is that late, or a moment before: the caller looks again."""
        loop, number = asyncio.get_running_loop(), next(self._numbers)
        call = loop.create_future()
        self._sleepers[number] = due_at, call
        alarm = None
        if self.speed:
            alarm = loop.call_later((due_at - self.now()).total_seconds() / self.speed, _ring, call)
        try:
            await call
        finally:
            self._sleepers.pop(number, None)
            if alarm is not None:
                alarm.cancel()


def _ring(call: asyncio.Future[None]) -> None:
    if not call.done():
        call.set_result(None)
