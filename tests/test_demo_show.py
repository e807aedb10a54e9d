"""The demo is served on this computer alone, begins at any hour, tells of every change, and ends well."""

import asyncio
import json
import os
import re
import signal
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from bot.demo import show
from bot.demo.booth import Booth
from bot.demo.cast import CLIENT
from bot.demo.server import refuse
from bot.demo.stage import Restless
from bot.render.words import local
from bot.service.running import SetupProblem
from tests.browser import ROOT
from tests.visitor import it_is

HOURS = {
    "just before midnight": datetime(2026, 3, 4, 22, 59, tzinfo=UTC),
    "just before six": datetime(2026, 3, 4, 16, 59, tzinfo=UTC),
    "the night before the clocks go forward": datetime(2026, 3, 28, 1, 30, tzinfo=UTC),
    "the night before the clocks go back": datetime(2026, 10, 24, 0, 30, tzinfo=UTC),
}


@pytest.mark.parametrize("moment", HOURS.values(), ids=HOURS.keys())
async def test_whenever_it_begins_the_check_in_comes_at_six_the_next_evening(
    tmp_path: Path, moment: datetime
) -> None:
    booth = Booth(ROOT, tmp_path)
    with it_is(moment):
        await booth.begin(booth.casting)
    assert booth.stage is not None
    zone = booth.stage.bot.house.clinic.zone
    await booth.stage.travel(booth.ahead.coming["check_in"].at)
    cover = local(booth.stage.shown(CLIENT)[-1].sent_at, zone)
    assert (f"{cover:%H:%M}", (cover.date() - local(moment, zone).date()).days) == ("18:00", 1)
    assert f"{local(booth.ahead.coming['session'].at, zone):%H:%M}" == "14:00"
    await booth.close()


async def test_whoever_watches_is_told_of_every_change_until_the_end(tmp_path: Path) -> None:
    async with (
        show.shown(ROOT, 0, tmp_path) as (booth, url),
        httpx.AsyncClient(trust_env=False) as ask,
        ask.stream("GET", f"{url}/events") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        pictures = told(answer)
        first = await anext(pictures)
        assert (await ask.post(f"{url}/travel", json={"goal": "check_in"})).status_code == 204
        async for shown in pictures:
            if shown["clock"]["journeys"]:
                break
        assert shown["phones"]["client"]["messages"][-1]["rows"]
        assert shown["clock"]["now"] > first["clock"]["now"]
        await booth.close()
        async for shown in pictures:
            assert shown["clock"] is None


async def told(answer: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in answer.aiter_lines():
        if line:
            yield json.loads(line.removeprefix("data: "))


async def test_a_watcher_hears_from_time_to_time_that_the_demo_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.web.HEARTBEAT", 0.01)
    async with (
        show.shown(ROOT, 0, tmp_path) as (_, url),
        httpx.AsyncClient(trust_env=False) as ask,
        ask.stream("GET", f"{url}/events") as answer,
    ):
        pictures = told(answer)
        for _ in range(5):
            await anext(pictures)


async def test_a_port_that_is_taken_is_told_with_the_cure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SetupProblem, match=rf"Port {port} is taken.*attune demo --port {port + 1}"):
            async with show.shown(ROOT, port, tmp_path):
                pass


async def test_another_error_of_the_network_is_not_taken_for_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.show.HOST", "192.0.2.1")  # nobody has this address
    with pytest.raises(OSError, match="assign"):
        async with show.shown(ROOT, 0, tmp_path):
            pass


class Heard(StringIO):
    """What the terminal shows; ``more`` is set by every word."""

    def __init__(self) -> None:
        super().__init__()
        self.more = asyncio.Event()

    def write(self, words: str) -> int:
        self.more.set()
        return super().write(words)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_says_where_it_is_and_leaves_nothing_behind(number: signal.Signals) -> None:
    said = Heard()
    running = asyncio.create_task(show.until_stopped(ROOT, 0, Console(file=said, soft_wrap=True)))
    url, folder = await announced(said, running)
    assert folder.exists()
    async with httpx.AsyncClient(trust_env=False) as ask:
        assert "Attune" in (await ask.get(url)).text
    os.kill(os.getpid(), number)
    await running
    assert said.getvalue().endswith("Stopped, and removed.\n")
    assert not folder.exists()


@pytest.fixture
def booths(monkeypatch: pytest.MonkeyPatch) -> list[Booth]:
    """Every booth that is opened."""
    opened: list[Booth] = []

    class Known(Booth):
        def __init__(self, *places: Path) -> None:
            super().__init__(*places)
            opened.append(self)

    monkeypatch.setattr("bot.demo.show.Booth", Known)
    return opened


async def test_the_bots_own_error_ends_the_demo_and_comes_out(booths: list[Booth]) -> None:
    said = Heard()
    running = asyncio.create_task(show.until_stopped(ROOT, 0, Console(file=said, soft_wrap=True)))
    _, folder = await announced(said, running)
    stage = booths[0].stage
    assert stage is not None
    stage.state.faults.next(refuse(401), "getUpdates", times=9)
    stage.state.write(CLIENT, "/help")
    with pytest.raises(ExceptionGroup) as caught:
        await running
    assert "WrongToken" in repr(caught.value)
    assert not folder.exists()


async def test_a_journey_that_cannot_be_made_ends_the_demo_and_comes_out(
    booths: list[Booth], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Heard()
    running = asyncio.create_task(show.until_stopped(ROOT, 0, Console(file=said, soft_wrap=True)))
    await announced(said, running)
    monkeypatch.setattr("bot.demo.stage.next_moment", lambda tx, now: now)
    monkeypatch.setattr("bot.demo.stage.REST_WITHIN", timedelta(seconds=9))
    assert booths[0].set_out("hour")
    with pytest.raises(Restless):
        await running


async def announced(said: Heard, running: asyncio.Task[None]) -> tuple[str, Path]:
    """The address, and where the play's files are, once it has said so."""
    while not (found := re.search(r"open (\S+).*, in (\S+), and", said.getvalue(), re.DOTALL)):
        more = asyncio.create_task(said.more.wait())
        await asyncio.wait({running, more}, return_when=asyncio.FIRST_COMPLETED)
        assert not running.done()
        said.more.clear()
    return found[1], Path(found[2])
