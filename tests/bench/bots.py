"""The bots that are measured, each in a process of its own, and what the kernel says about them."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psutil

from tests.bench.telegram import Telegram

ROOT = Path(__file__).parent.parent.parent
STOP_WITHIN = 15.0

Line = Literal["default", "sniffio", "ours"]


@dataclass(frozen=True, slots=True)
class Running:
    """A bot at work."""

    process: asyncio.subprocess.Process

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


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything of this run lies: the key, the database, and Python's compiled files."""

    folder: Path

    @property
    def key_file(self) -> Path:
        return self.folder / "key"

    @property
    def counts_file(self) -> Path:
        return self.folder / "counts"

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


def attune(place: Place, telegram: Telegram, database: str, *, counted: bool = False) -> Any:
    """``attune run`` as a clinic runs it; ``counted`` with a count of what it asks of the database."""
    settings = {
        "ATTUNE_TOKEN": telegram.token,
        "ATTUNE_API_URL": telegram.url,
        "ATTUNE_DATABASE_URL": place.database(database),
        "ATTUNE_KEY_FILE": str(place.key_file),
        "ATTUNE_FOLDER": str(ROOT),
        "ATTUNE_LOG_LEVEL": "WARNING",
    }
    arguments = ["-m", "tests.bench.counted", str(place.counts_file)] if counted else ["-m", "bot", "run"]
    return running(arguments, place.environment() | settings)


def echo(place: Place, telegram: Telegram, line: Line) -> Any:
    """The bot that keeps nothing, by this request class."""
    arguments = ["-m", "tests.bench.echo", telegram.url, str(place.folder / "pages.json"), line]
    return running(arguments, place.environment())


def write_pages(place: Place, pages: list[list[dict[str, Any]]]) -> None:
    """What the echo bot shows: for each language, one page after the other."""
    (place.folder / "pages.json").write_text(json.dumps(pages), "utf-8")


@asynccontextmanager
async def running(arguments: list[str], environment: Mapping[str, str]) -> AsyncIterator[Running]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=dict(environment), cwd=environment["PYTHONPYCACHEPREFIX"] + "/.."
    )
    try:
        yield Running(process)
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
