"""A line to a fresh server: what the bot calls, raw, and the state behind it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from bot.demo.server import Server, State, serve

KIM = 5001
KEYBOARD = {
    "inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}, {"text": "No", "callback_data": "no"}]]
}


@dataclass
class HandClock:
    """Stands still until it is put on. ``speed`` shortens the real waiting only."""

    speed: float = 1.0
    at: datetime = field(default=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def jump(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Line:
    state: State
    server: Server
    clock: HandClock
    web: aiohttp.ClientSession

    @property
    def address(self) -> str:
        return f"{self.server.url}/bot{self.state.token}"

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The whole answer, after a check that its code is the HTTP status."""
        async with self.web.post(f"{self.address}/{method}", json=parameters) as response:
            body = await response.json()
            assert response.status == body.get("error_code", 200)
            return body

    async def result(self, method: str, **parameters: Any) -> Any:
        body = await self.call(method, **parameters)
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, **parameters: Any) -> tuple[int, str]:
        body = await self.call(method, **parameters)
        assert not body["ok"], body
        return body["error_code"], body["description"]

    async def control(self, what: str, **arguments: Any) -> Any:
        async with self.web.post(f"{self.server.url}/control/{what}", data=json.dumps(arguments)) as response:
            body = await response.json()
            return body["result"] if body["ok"] else body["description"]


@asynccontextmanager
async def line(speed: float = 1.0) -> AsyncIterator[Line]:
    """Kim has already started the bot."""
    clock = HandClock(speed)
    state = State(clock)
    state.person(KIM, "Kim", "de", started=True)
    async with serve(state) as server, aiohttp.ClientSession() as web:
        yield Line(state, server, clock, web)
