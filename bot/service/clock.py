"""The machine's clock: the one place where the bot reads the time."""

import asyncio
import time
from datetime import UTC, datetime

# On Linux this one goes on while the machine sleeps.
_AWAKE = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  # this is the clock

    def awake(self) -> float:
        """Goes on while the machine sleeps, and does not jump when the time is corrected."""
        return time.clock_gettime(_AWAKE)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
