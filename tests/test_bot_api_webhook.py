"""The stand-in for Telegram posts updates to a webhook, in order within a chat, until they are taken."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.demo.server.webhook import resend_in
from tests.bot_api.line import KEYBOARD, KIM, line

Answer = Callable[[dict[str, Any]], Awaitable[web.Response]]


@dataclass
class Hook:
    """Where updates arrive. ``answer`` says what becomes of each."""

    answer: Answer
    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    secrets: set[str | None] = field(default_factory=set)
    _enough: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.BaseRequest) -> web.Response:
        update = json.loads(await request.read())
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        async with self._enough:
            self.got.append(update)
            self._enough.notify_all()
        return await self.answer(update)

    async def until(self, count: int) -> list[str]:
        """The words of what arrived, once it is so many."""
        async with asyncio.timeout(10), self._enough:
            await self._enough.wait_for(lambda: len(self.got) >= count)
        return [update["message"]["text"] for update in self.got if "message" in update]


@asynccontextmanager
async def hook(answer: Answer) -> AsyncIterator[Hook]:
    standing = Hook(answer)
    runner = web.ServerRunner(web.Server(standing.take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    standing.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield standing
    await runner.cleanup()


async def _fine(update: dict[str, Any]) -> web.Response:
    return web.Response()


async def test_a_webhook_gets_each_update_once_in_order_with_its_secret() -> None:
    async with hook(_fine) as there, line() as to:
        to.state.write(KIM, "before")
        assert await to.result("setWebhook", url=there.url, secret_token="s3cret-_")
        for number in range(20):
            to.state.write(KIM, str(number))
        assert await there.until(21) == ["before", *map(str, range(20))]
        assert there.secrets == {"s3cret-_"}
        info = await to.result("getWebhookInfo")
        assert (info["url"], info["max_connections"]) == (there.url, 40)


async def test_what_is_not_taken_is_tried_again_and_holds_up_only_its_own_chat() -> None:
    failures = 3
    stuck = asyncio.Event()

    async def first_not(update: dict[str, Any]) -> web.Response:
        nonlocal failures
        if update.get("message", {}).get("text") == "poison" and failures:
            failures -= 1
            await stuck.wait()
            return web.Response(status=500)
        return web.Response()

    async with hook(first_not) as there, line(speed=1000) as to:
        to.state.person(7, "Sam")
        card = await to.result("sendMessage", chat_id=KIM, text="Ready?", reply_markup=KEYBOARD)
        await to.result("setWebhook", url=there.url)
        to.state.write(KIM, "poison")
        await there.until(1)
        to.state.write(KIM, "after")
        to.state.write(7, "other chat")
        to.state.tap(KIM, card["message_id"], "yes")
        assert await there.until(3) == ["poison", "other chat"], "and the press has overtaken"
        stuck.set()
        assert await there.until(7) == ["poison", "other chat", "poison", "poison", "poison", "after"]
        assert "500" in (await to.result("getWebhookInfo"))["last_error_message"]


async def test_a_webhook_that_asks_for_time_gets_it_and_old_presses_are_dropped() -> None:
    async def later(update: dict[str, Any]) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "3600"})

    async with hook(later) as there, line(speed=3_600_000) as to:
        card = await to.result("sendMessage", chat_id=KIM, text="Ready?", reply_markup=KEYBOARD)
        await to.result("setWebhook", url=there.url)
        to.state.tap(KIM, card["message_id"], "yes")
        await there.until(2)
        to.clock.jump(151)
        assert (await to.result("getWebhookInfo"))["pending_update_count"] == 0


async def test_polling_and_a_webhook_exclude_each_other() -> None:
    async with hook(_fine) as there, line() as to:
        poll = asyncio.create_task(to.refused("getUpdates", timeout=50))
        await to.state.updates.polled.wait()
        await to.result("setWebhook", url=there.url)
        assert await poll == (409, "Conflict: terminated by setWebhook request")
        to.clock.jump(4)
        assert (await to.refused("getUpdates"))[1].startswith("Conflict: can't use getUpdates method")
        assert await to.result("deleteWebhook", drop_pending_updates=True)
        to.state.write(KIM, "polled again")
        assert len(await to.result("getUpdates")) == 1


def test_tries_follow_at_once_then_after_twice_as_long_each_up_to_a_most() -> None:
    assert [resend_in(failures, 90) for failures in range(9)] == [0, 2, 4, 8, 16, 32, 64, 90, 90]


async def test_a_webhook_set_again_goes_on_and_a_new_one_needs_a_second() -> None:
    async with hook(_fine) as there, line() as to:
        await to.result("setWebhook", url=there.url)
        assert (await to.refused("setWebhook", url=there.url))[0] == 429
        to.clock.jump(1)
        await to.result("setWebhook", url=there.url, allowed_updates=["message"])
        assert (await to.result("getWebhookInfo"))["allowed_updates"] == ["message"]
        to.state.write(KIM, "once")
        assert await there.until(1) == ["once"]


async def test_a_webhook_that_nobody_serves_is_told_in_the_info() -> None:
    async with line(speed=1000) as to:
        await to.result("setWebhook", url="http://127.0.0.1:1/hook")
        to.state.write(KIM, "into the void")
        while "last_error_message" not in (info := await to.result("getWebhookInfo")):
            pass
        assert info["last_error_message"].startswith("Connection failed")
        assert info["pending_update_count"] == 1


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"url": "nowhere"}, "invalid webhook URL specified"),
        ({"secret_token": "x" * 257}, "secret token is too long"),
        ({"secret_token": "a b"}, "secret token contains unallowed characters"),
    ],
)
async def test_a_bad_webhook_is_refused(parameters: dict[str, str], words: str) -> None:
    async with line() as to:
        given = {"url": "https://127.0.0.1:1/hook"} | parameters
        assert await to.refused("setWebhook", **given) == (400, f"Bad Request: {words}")
        assert (await to.result("getWebhookInfo"))["url"] == ""
