"""The stand-in for Telegram gives a bot that polls its updates, as the official server does."""

import asyncio
from typing import Any

from tests.bot_api.line import KEYBOARD, KIM, line


async def test_an_offset_deletes_what_is_below_it_and_a_repeated_one_brings_the_same_again() -> None:
    async with line() as to:
        for word in ("one", "two", "three"):
            to.state.write(KIM, word)
        first = await to.result("getUpdates")
        assert [update["message"]["text"] for update in first] == ["one", "two", "three"]
        to.clock.jump(1)
        assert await to.result("getUpdates") == first
        rest = await to.result("getUpdates", offset=first[1]["update_id"])
        assert rest == first[1:]
        to.clock.jump(1)
        assert await to.result("getUpdates") == rest, "what an offset deleted does not come back"


async def test_a_negative_offset_keeps_only_the_last_updates() -> None:
    async with line() as to:
        for word in ("one", "two", "three"):
            to.state.write(KIM, word)
        assert [update["message"]["text"] for update in await to.result("getUpdates", offset=-1)] == ["three"]
        to.clock.jump(1)
        assert len(await to.result("getUpdates")) == 1


async def test_an_offset_far_in_the_future_confirms_nothing() -> None:
    async with line() as to:
        to.state.write(KIM, "one")
        assert len(await to.result("getUpdates", offset=2_000_000_000)) == 1


async def test_the_limit_counts_and_an_offset_repeated_at_once_cuts_it_to_one() -> None:
    async with line() as to:
        for number in range(120):
            to.state.write(KIM, str(number))
        assert len(await to.result("getUpdates")) == 100
        assert len(await to.result("getUpdates")) == 1
        to.clock.jump(0.6)
        assert len(await to.result("getUpdates", limit=7)) == 7


async def test_a_long_poll_ends_with_the_first_update() -> None:
    async with line() as to:
        poll = asyncio.create_task(to.result("getUpdates", timeout=50))
        await to.state.updates.polled.wait()
        to.state.write(KIM, "here")
        assert (await poll)[0]["message"]["text"] == "here"


async def test_a_long_poll_without_updates_ends_after_its_time() -> None:
    async with line(speed=1000) as to:
        assert await to.result("getUpdates", timeout=50) == []


async def test_a_second_poller_ends_the_first_with_409() -> None:
    async with line() as to:
        first = asyncio.create_task(to.refused("getUpdates", timeout=50))
        await to.state.updates.polled.wait()
        second = asyncio.create_task(to.result("getUpdates", offset=1, timeout=50))
        assert await first == (
            409,
            "Conflict: terminated by other getUpdates request;"
            " make sure that only one bot instance is running",
        )
        to.state.write(KIM, "for the second")
        assert len(await second) == 1


async def test_updates_wait_a_day_but_presses_only_150_seconds() -> None:
    async with line() as to:
        card = await to.result("sendMessage", chat_id=KIM, text="Ready?", reply_markup=KEYBOARD)
        to.state.write(KIM, "words")
        to.state.tap(KIM, card["message_id"], "yes")
        to.state.block(KIM)
        to.clock.jump(149)
        assert [_kind(update) for update in await to.result("getUpdates")] == [
            "message",
            "callback_query",
            "my_chat_member",
        ]
        to.clock.jump(2)
        assert [_kind(update) for update in await to.result("getUpdates")] == ["message", "my_chat_member"]
        to.clock.jump(24 * 3600)
        assert await to.result("getUpdates", offset=-5) == []


async def test_what_the_bot_wants_is_remembered_and_what_it_does_not_want_never_comes() -> None:
    async with line() as to:
        await to.result("getUpdates", allowed_updates=["message"], timeout=0, offset=-1)
        note = to.state.write(KIM, "first")
        to.clock.jump(5)
        await to.result("getUpdates")
        to.state.edit(KIM, note.message_id, "changed")
        to.clock.jump(5)
        assert [_kind(update) for update in await to.result("getUpdates")] == ["message"]


async def test_a_second_conflict_is_told_only_after_three_seconds() -> None:
    async with line(speed=1000) as to:
        to.state.webhook.url = "https://127.0.0.1/set"
        assert (await to.refused("getUpdates"))[0] == 409
        assert (await to.refused("getUpdates"))[0] == 409


def _kind(update: dict[str, Any]) -> str:
    return next(name for name in update if name != "update_id")
