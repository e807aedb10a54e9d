"""`attune` as somebody at a terminal has it: processes of their own, started, watched and ended."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from bot.demo.server import TOKEN
from bot.service.start import open_database
from bot.storage.database import Database, StorageProblem
from bot.storage.keys import Keyring, new_key_file, read_key_file

P = ParamSpec("P")
R = TypeVar("R")

ROOT = Path(__file__).parents[2]
ATTUNE = Path(sys.executable).with_name("attune")
PATIENCE = 60.0  # seconds before a test gives up; nothing is measured with it
STOPS_WITHIN = 10.0  # a promise: a bot that is asked to stop has ended by then


async def eventually(happened: Callable[[], bool], what: str, within: float = PATIENCE) -> None:
    """Look again and again until it has happened."""
    try:
        async with asyncio.timeout(within):
            while not happened():  # noqa: ASYNC110  # another process sends us no events
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"it never happened: {what}") from None


@dataclass(frozen=True)
class Home:
    """One installation: a folder with a key and a database, and the settings that name them."""

    folder: Path
    api_url: str

    @property
    def key_file(self) -> Path:
        return self.folder / "keys" / "master.key"

    @property
    def database(self) -> Path:
        return self.folder / "data" / "attune.db"

    @property
    def database_url(self) -> str:
        return f"sqlite+aiosqlite:///{self.database}"

    @property
    def log(self) -> Path:
        """All that its processes ever said."""
        return self.folder / "log"

    @property
    def keyring(self) -> Keyring:
        return Keyring(read_key_file(self.key_file))

    async def prepare(self) -> None:
        """A key, and a database that is still empty."""
        new_key_file(self.key_file)
        await (await open_database(self.database_url, self.keyring, alone=False)).close()

    async def read(
        self, work: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run this in the database, whether or not the bot has it just now. A busy bot leaves few gaps."""
        database = await Database.open(self.database_url, self.keyring.database_key)
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    try:
                        return await database.write(work, *args, **kwargs)
                    except StorageProblem as problem:
                        if "holds the database" not in str(problem):
                            raise
        finally:
            await database.close()

    def said(self) -> str:
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def environment(self, **settings: str) -> dict[str, str]:
        """The machine's, without anybody's own settings. An empty setting is left out."""
        machine = {name: value for name, value in os.environ.items() if not name.startswith("ATTUNE_")}
        ours = {
            "PYTHONPATH": str(ROOT),  # this bot, even if another is installed
            "ATTUNE_TOKEN": TOKEN,
            "ATTUNE_API_URL": self.api_url,
            "ATTUNE_DATABASE_URL": self.database_url,
            "ATTUNE_KEY_FILE": str(self.key_file),
            "ATTUNE_FOLDER": str(ROOT),
        }
        return machine | {name: value for name, value in (ours | settings).items() if value}


@dataclass(frozen=True)
class Process:
    """One run of the bot."""

    pid: int
    ending: asyncio.Task[int]

    def send(self, number: signal.Signals) -> None:
        if not self.ending.done():
            os.kill(self.pid, number)

    async def ended(self, within: float = PATIENCE) -> int:
        """Its exit code, as Python counts: minus the signal's number if a signal ended it."""
        async with asyncio.timeout(within):
            return await asyncio.shield(self.ending)

    async def stop(self) -> int:
        self.send(signal.SIGTERM)
        return await self.ended(STOPS_WITHIN)


@asynccontextmanager
async def running(home: Home, *before: str | Path, **settings: str) -> AsyncIterator[Process]:
    """`attune run` in an interpreter of its own; killed afterwards if it has not ended by itself.

    ``before`` is a program that runs it, such as setpriv.
    """
    with home.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *before,
            ATTUNE,
            "run",
            env=home.environment(**settings),
            cwd=home.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    ending = asyncio.create_task(process.wait())
    try:
        yield Process(process.pid, ending)
    finally:
        if process.returncode is None:
            process.kill()
        await ending


class Nursery:
    """Starts `attune` in a tenth of the time: by forks of a process that has imported it.

    One at a time: a fork must have ended before the next one starts.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.process.forks"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    @asynccontextmanager
    async def running(self, home: Home, *words: str, **settings: str) -> AsyncIterator[Process]:
        """`attune run`, or with other words; killed afterwards if it has not ended by itself."""
        order = {
            "words": words or ["run"],
            "environment": home.environment(**settings),
            "folder": str(home.folder),
            "log": str(home.log),
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        number = await asyncio.to_thread(self._answer)
        process = Process(number, asyncio.create_task(asyncio.to_thread(self._answer)))
        try:
            yield process
        finally:
            process.send(signal.SIGKILL)
            await process.ending

    async def command(self, home: Home, *words: str, **settings: str) -> tuple[int, str]:
        """Run `attune` with these words to its end: its exit code and all that it said."""
        before = len(home.said())
        async with self.running(home, *words, **settings) as process:
            code = await process.ended()
        return code, home.said()[before:]

    def close(self) -> None:
        """And with it the bot, should one run."""
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())
