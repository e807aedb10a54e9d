"""The bots that are measured, each in a process of its own, and what the kernel says about them."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import psutil

from tests.bench.counted import Counts, read
from tests.bench.telegram import Telegram

ROOT: Final = Path(__file__).parent.parent.parent
STOP_WITHIN: Final = 15.0

Line = Literal["default", "sniffio", "ours"]


@dataclass(frozen=True, slots=True)
class Running:
    """A bot at work. ``counts_file`` is there if it counts what it asks of the database."""

    process: asyncio.subprocess.Process
    counts_file: Path | None = None

    def cpu(self) -> float:
        """Seconds of processor time so far, user and system, all threads."""
        try:  # the process's own clock, to the nanosecond; psutil counts in hundredths of a second
            return time.clock_gettime((~self.process.pid << 3) | 2)
        except OSError:
            times = psutil.Process(self.process.pid).cpu_times()
            return float(times.user + times.system)

    def memory(self) -> float:
        """MB that it holds (RSS)."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    def counts(self) -> Counts:
        return Counts(0, 0, 0) if self.counts_file is None else read(self.counts_file)


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything of this run lies: the key, the databases, and Python's compiled files."""

    folder: Path

    @property
    def key_file(self) -> Path:
        return self.folder / "key"

    @property
    def pages_file(self) -> Path:
        """What the echo bot shows: for each language, one page after the other."""
        return self.folder / "pages.json"

    @property
    def pages(self) -> list[list[dict[str, Any]]]:
        return list(json.loads(self.pages_file.read_text("utf-8")))

    def database(self, name: str) -> str:
        return f"sqlite+aiosqlite:///{self.folder / name}.db"

    def environment(self) -> dict[str, str]:
        """As on a machine that has started the bot before: compiled files are written and used."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("ATTUNE_") and name != "PYTHONDONTWRITEBYTECODE"
        }
        return inherited | {"PYTHONPYCACHEPREFIX": str(self.folder / "compiled"), "PYTHONPATH": str(ROOT)}


def attune(
    place: Place, telegram: Telegram, database: str, *, counted: bool = False
) -> AbstractAsyncContextManager[Running]:
    """``attune run`` as a clinic runs it; ``counted`` with a count of what it asks of the database."""
    settings = {
        "ATTUNE_TOKEN": telegram.token,
        "ATTUNE_API_URL": telegram.url,
        "ATTUNE_DATABASE_URL": place.database(database),
        "ATTUNE_KEY_FILE": str(place.key_file),
        "ATTUNE_FOLDER": str(ROOT),
        "ATTUNE_LOG_LEVEL": "WARNING",
    }
    counts_file = place.folder / f"{database}.counts" if counted else None
    arguments = ["tests.bench.counted", str(counts_file)] if counted else ["bot", "run"]
    return _running(place, arguments, settings, counts_file)


def echo(place: Place, telegram: Telegram, line: Line) -> AbstractAsyncContextManager[Running]:
    """The bot that keeps nothing, by this request class."""
    return _running(place, ["tests.bench.echo", telegram.url, str(place.pages_file), line], {}, None)


@asynccontextmanager
async def _running(
    place: Place, arguments: Sequence[str], settings: Mapping[str, str], counts_file: Path | None
) -> AsyncIterator[Running]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, env={**place.environment(), **settings}, cwd=place.folder
    )
    try:
        yield Running(process, counts_file)
        if process.returncode is not None:
            raise RuntimeError(f"{' '.join(arguments)} ended by itself with {process.returncode}")
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_WITHIN)
            except TimeoutError:
                process.kill()
                await process.wait()
