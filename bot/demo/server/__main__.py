"""The stand-in for Telegram by itself: ``python -m bot.demo.server``. Says where it is, then serves."""

import argparse
import asyncio
import signal
import sys
from datetime import datetime, timedelta

from bot.demo.server.app import serve
from bot.demo.server.memory import TOKEN
from bot.demo.server.state import State
from bot.service.clock import WallClock


class StandingClock:
    """The machine's time, put on by what was asked for."""

    speed = 1.0

    def __init__(self) -> None:
        self._wall = WallClock()
        self._ahead = timedelta()

    def now(self) -> datetime:
        return self._wall.now() + self._ahead

    def jump(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


async def run(port: int, token: str, *, limits: bool) -> None:
    """Until SIGINT or SIGTERM."""
    state = State(StandingClock(), token=token)
    state.rates.enforced = limits
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serve(state, port) as server:
        sys.stdout.write(f"ready {server.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.demo.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--token", default=TOKEN, help="the only token that is known")
    parser.add_argument("--no-limits", action="store_true", help="do not enforce how often a bot may speak")
    given = parser.parse_args()
    asyncio.run(run(given.port, given.token, limits=not given.no_limits))


if __name__ == "__main__":
    main()
