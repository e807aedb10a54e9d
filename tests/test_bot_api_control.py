"""What people can do can be asked for over HTTP too, and what was seen can be read there."""

import asyncio
import signal
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.demo.server import TOKEN
from bot.demo.server.__main__ import run
from tests.bot_api.line import KEYBOARD, KIM, Line, line


@pytest.fixture
async def to() -> AsyncIterator[Line]:
    async with line() as opened:
        yield opened


async def _updates(to: Line) -> list[dict[str, Any]]:
    to.clock.jump(5)
    updates: list[dict[str, Any]] = await to.result("getUpdates")
    return updates


async def test_a_person_can_do_everything_from_afar(to: Line) -> None:
    assert (await to.control("person", chat_id=7, first_name="Sam", language_code="ar"))["started"] is False
    await to.control("start", chat_id=7, parameter="abc")
    note = await to.control("write", chat_id=7, text="hello")
    await to.control("edit", chat_id=7, message_id=note["message_id"], text="hello!")
    await to.control("send", chat_id=7, kind="voice", content="00ff")
    await to.control("block", chat_id=7)
    await to.control("unblock", chat_id=7)
    await to.control("group", group_id=-1001, title="All", by=7)
    await to.control("write_in_group", group_id=-1001, author_id=7, text="all of you")
    await to.control("inject", update={"poll": {}})
    fresh = await to.control("repeat", update_id=note["update_id"], fresh=True)
    updates = await _updates(to)
    assert [name for update in updates for name in update if name != "update_id"] == [
        *("message", "message", "edited_message", "message", "my_chat_member", "my_chat_member"),
        *("my_chat_member", "message", "poll", "message"),
    ]
    assert updates[-1]["update_id"] == fresh
    assert await to.control("deactivate", chat_id=7)
    assert "Impossible" in await to.control("write", chat_id=7, text="gone")


async def test_what_was_said_and_seen_can_be_read(to: Line) -> None:
    card = await to.result("sendMessage", chat_id=KIM, text="Ready?", reply_markup=KEYBOARD)
    press = await to.control("tap", chat_id=KIM, message_id=card["message_id"], which=0)
    await to.result("answerCallbackQuery", callback_query_id=press["id"], text="Thanks")
    (shown,) = await to.control("messages", chat_id=KIM)
    assert (shown["by_bot"], shown["versions"][0]["text"]) == (True, "Ready?")
    assert [toast["text"] for toast in await to.control("toasts")] == ["Thanks"]
    assert [call["method"] for call in await to.control("journal")] == ["sendMessage", "answerCallbackQuery"]
    assert [(one["id"], one["messages"]) for one in await to.control("chats")] == [(KIM, 1)]
    version = (await to.control("identity"))["version"]
    assert await to.control("wait", since=version - 1) == version


async def test_limits_clock_and_faults_can_be_set(to: Line) -> None:
    await to.control("limits", enforced=False)
    for text in ("1", "2"):
        assert await to.result("sendMessage", chat_id=KIM, text=text)
    assert await to.control("clock", jump=60) == to.clock.now().isoformat()
    await to.control("fault", failure="refuse", status=429, retry_after=3, probability=1.0, seed=1)
    assert (await to.call("sendMessage", chat_id=KIM, text="3"))["parameters"] == {"retry_after": 3}
    assert len((await to.control("faults", clear=True))["happened"]) == 1
    assert await to.result("sendMessage", chat_id=KIM, text="3")


async def _until(to: Line, *, standing: bool) -> None:
    while to.server.standing is not standing:  # noqa: ASYNC110  # no port tells when it opens or closes
        await asyncio.sleep(0.005)


async def test_a_pause_is_answered_first_and_then_refuses_connections(to: Line) -> None:
    assert await to.control("pause", seconds=3600) is True
    await _until(to, standing=False)
    with pytest.raises(aiohttp.ClientConnectionError):
        await to.control("waiting")


async def test_a_pause_ends_by_itself(to: Line) -> None:
    await to.control("pause", seconds=0.05)
    await _until(to, standing=False)
    await _until(to, standing=True)
    assert await to.control("waiting") == 0


async def test_it_stands_by_itself_until_it_is_told_to_stop(capsys: pytest.CaptureFixture[str]) -> None:
    standing = asyncio.create_task(run(0, TOKEN, limits=True))
    while not (told := capsys.readouterr().out):  # noqa: ASYNC110  # it speaks to a person, not to us
        await asyncio.sleep(0.01)
    order = f"{told.split()[1]}/control/clock"
    async with aiohttp.ClientSession() as web, web.post(order, json={"jump": 86400}) as response:
        assert (await response.json())["ok"]
    signal.raise_signal(signal.SIGTERM)
    await standing


async def test_a_wrong_order_is_explained(to: Line) -> None:
    assert "there is no control 'dance'" in await to.control("dance")
    assert "TypeError" in await to.control("write", nobody=1)
    assert "ValueError" in await to.control("fault", failure="explode")
    assert "nobody has the number 8" in await to.control("write", chat_id=8, text="x")
    to.state.person(7, "Sam", started=True)
    assert (await to.control("unblock", chat_id=7)) is True, "nothing to undo is no mistake"
    for act in (
        {"chat_id": KIM, "message_id": 9, "which": 0},
        {"chat_id": KIM, "message_id": to.state.write(KIM, "x").message_id, "which": 0},
    ):
        assert "Impossible" in await to.control("tap", **act)
