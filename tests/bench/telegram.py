"""The stand-in for Telegram in a process of its own, with its limits on, and what people do there."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from bot.demo.server import TOKEN

LOOK_EVERY = 0.02
PATIENCE = 60.0


class TooSlow(Exception):
    """The bot did not do in a minute what was waited for."""


@dataclass(frozen=True, slots=True)
class Act:
    """One call of the bot that the server accepted."""

    at: datetime
    method: str
    chat_id: int | None
    message_id: int | None
    text: str


class Telegram:
    def __init__(self, url: str, line: aiohttp.ClientSession) -> None:
        self.url = url
        self.token = TOKEN
        self._line = line
        self._acts: list[Act] = []

    async def act(self, what: str, **given: Any) -> Any:
        """What a person does, or a question about what was seen; see ``bot.demo.server.control``."""
        async with self._line.post(f"{self.url}/control/{what}", json=given) as answer:
            body = await answer.json()
        if not body["ok"]:
            raise RuntimeError(f"{what}: {body['description']}")
        return body["result"]

    async def seen(self) -> list[Act]:
        """All that the server accepted from the bot so far."""
        for act in await self.act("journal", since=len(self._acts)):
            at, what = datetime.fromisoformat(act["at"]), act["method"]
            self._acts.append(Act(at, what, act["chat_id"], act["message_id"], act["text"]))
        return self._acts

    async def count(self) -> int:
        """How many acts there are so far: where to begin to look later."""
        return len(await self.seen())

    async def wait_for(self, method: str, many: int, since: int, patience: float = PATIENCE) -> list[Act]:
        """Those acts, once there are so many of them; TooSlow if that takes too long."""
        found: list[Act] = []
        try:
            async with asyncio.timeout(patience):
                while len(found) < many:
                    await asyncio.sleep(LOOK_EVERY)
                    found = [act for act in (await self.seen())[since:] if act.method == method]
        except TimeoutError:
            raise TooSlow(f"{len(found)} of {many} {method} in {patience:g} s") from None
        return found


@asynccontextmanager
async def standing(chats: Iterable[int]) -> AsyncIterator[Telegram]:
    """A fresh one on the loopback interface, with people who have all spoken to the bot before."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.demo.server", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().removeprefix("ready").strip()
        async with aiohttp.ClientSession() as line:
            telegram = Telegram(url, line)
            await telegram.act("persons", persons=[{"chat_id": chat, "started": True} for chat in chats])
            yield telegram
    finally:
        process.terminate()
        await process.wait()
