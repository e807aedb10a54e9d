"""The stand-in for Telegram fails on demand, honestly, and keeps what took effect."""

import asyncio
import sys
from typing import Any

import aiohttp
import pytest

from bot.demo.server import Failure, Fault, Faults, flood, refuse
from tests.bot_api.line import KIM, Line, line

GATEWAY = Fault(Failure.GATEWAY, after=True, status=502)


@pytest.mark.parametrize(
    ("fault", "error", "arrives"),
    [
        (Fault(Failure.RESET), aiohttp.ClientOSError, False),
        (Fault(Failure.RESET, after=True), aiohttp.ClientOSError, True),
        (Fault(Failure.HANG_UP), aiohttp.ServerDisconnectedError, False),
        (Fault(Failure.HANG_UP, after=True), aiohttp.ServerDisconnectedError, True),
        (Fault(Failure.TRUNCATED, after=True), aiohttp.ClientPayloadError, True),
        (Fault(Failure.DELAY, after=True, seconds=60), TimeoutError, True),
    ],
)
async def test_a_line_can_break_before_or_after_the_effect(
    fault: Fault, error: type[Exception], arrives: bool
) -> None:
    async with line() as to:
        to.state.faults.next(fault, "sendMessage")
        with pytest.raises(error):
            async with asyncio.timeout(0.2 if fault.failure is Failure.DELAY else 10):
                await _post(to)
        assert [message.text for message in to.state.chat(KIM)] == (["Hi"] if arrives else [])
        assert len(to.state.journal) == len(to.state.chat(KIM))


async def test_a_delayed_call_takes_effect_even_if_the_client_has_left() -> None:
    async with line() as to:
        to.state.faults.next(Fault(Failure.DELAY, seconds=0.2), "sendMessage")
        before = to.state.version
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await _post(to)
        assert to.state.chat(KIM) == []
        await to.state.changed(before)
        assert len(to.state.chat(KIM)) == 1


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (flood(7), 429, b'"parameters": {"retry_after": 7}'),
        (refuse(400, "Bad Request: on purpose"), 400, b"on purpose"),
        (refuse(401), 401, b"Unauthorized"),
        (refuse(403), 403, b"blocked by the user"),
        (refuse(404), 404, b"Not Found"),
        (refuse(409), 409, b"Conflict"),
        (refuse(500), 500, b"Internal Server Error"),
        (GATEWAY, 502, b"<html>"),
        (Fault(Failure.NOT_JSON), 200, b"<html>"),
        (Fault(Failure.NO_RESULT), 200, b'{"ok":true}'),
        (Fault(Failure.LIST), 200, b"[]"),
        (Fault(Failure.WRONG_RESULT), 200, b"surprise"),
        (Fault(Failure.EMPTY), 200, b""),
    ],
)
async def test_an_answer_can_be_whatever_is_asked_for(fault: Fault, status: int, body: bytes) -> None:
    async with line() as to:
        to.state.faults.next(fault)
        answered, words = await _post(to)
        assert answered == status
        assert body in words if body else words == b""
        assert bool(to.state.chat(KIM)) == fault.after
        to.clock.jump(1)
        assert (await _post(to))[0] == 200, "the fault is used up"


async def test_faults_meet_the_named_methods_as_often_as_asked_and_polling_only_by_name() -> None:
    faults = Faults()
    faults.next(refuse(500), times=2)
    faults.next(refuse(502), "getUpdates")
    assert faults.take("getupdates") == refuse(502)
    assert [faults.take("getupdates"), faults.left] == [None, 2]
    assert [faults.take("getme"), faults.take("sendmessage")] == [refuse(500)] * 2
    assert faults.take("sendmessage") is None
    assert [method for method, _ in faults.happened] == ["getupdates", "getme", "sendmessage"]


def test_a_share_of_calls_fails_the_same_way_with_the_same_seed() -> None:
    def run() -> list[bool]:
        faults = Faults()
        faults.sometimes(refuse(500), 0.5, seed=3)
        return [faults.take("sendmessage") is not None for _ in range(200)]

    assert run() == run()
    assert 60 < sum(run()) < 140


async def test_a_paused_server_refuses_connections_and_forgets_nothing() -> None:
    async with line() as to:
        poll = asyncio.create_task(to.call("getUpdates", timeout=50))
        await to.state.updates.polled.wait()
        await to.server.pause()
        to.state.write(KIM, "meanwhile")
        with pytest.raises(aiohttp.ClientConnectionError):
            await poll
        with pytest.raises(aiohttp.ClientConnectorError):
            await _post(to)
        await to.server.resume()
        assert len(await to.result("getUpdates")) == 1


async def test_a_poll_whose_client_has_left_takes_nothing_with_it() -> None:
    async with line() as to:
        note = to.state.write(KIM, "once")
        number = (await to.result("getUpdates"))[0]["update_id"]
        poll = asyncio.create_task(to.call("getUpdates", offset=number + 1, timeout=50))
        await to.state.updates.polled.wait()
        poll.cancel()
        await asyncio.wait([poll])
        while to.state.updates.polling:  # noqa: ASYNC110  # what the network tells cannot be awaited
            await asyncio.sleep(0.001)
        to.state.repeat(number)
        again = await to.result("getUpdates", offset=number + 1)
        assert [update["message"]["message_id"] for update in again] == [note.message_id]


async def test_another_process_can_do_all_of_it() -> None:
    """The server as a process of its own, as the bench and the tests that kill the bot start it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.demo.server", "--port", "0", "--no-limits"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().removeprefix("ready ").strip()
    async with aiohttp.ClientSession() as web:

        async def control(what: str, **arguments: Any) -> Any:
            async with web.post(f"{url}/control/{what}", json=arguments) as response:
                body = await response.json()
                return body["result"] if body["ok"] else body["description"]

        token = (await control("identity"))["token"]
        await control("persons", persons=[{"chat_id": number, "first_name": "P"} for number in range(1, 6)])
        await control("writes", writes=[{"chat_id": number, "text": "hello"} for number in range(1, 6)])
        assert await control("waiting") == 5
        keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
        for text in ("one", "two"):
            message = {"chat_id": 1, "text": text, "reply_markup": keyboard}
            async with web.post(f"{url}/bot{token}/sendMessage", json=message) as response:
                assert response.status == 200, "no limits"
        cards = [card for card in await control("messages", chat_id=1) if card["by_bot"]]
        taps = [{"chat_id": 1, "message_id": card["message_id"], "which": "go"} for card in cards]
        assert [press["data"] for press in await control("taps", taps=taps)] == ["go", "go"]
        assert await control("waiting") == 7
        await control("clock", jump=151)
        assert await control("waiting") == 5
        assert [call["text"] for call in await control("journal", since=1)] == ["two"]
        await control("fault", failure="refuse", status=503, methods=["getMe"])
        async with web.get(f"{url}/bot{token}/getMe") as response:
            assert response.status == 503
        assert (await control("faults"))["happened"][0]["method"] == "getme"
        assert "no button" in await control("tap", chat_id=1, message_id=cards[0]["message_id"], which=5)
    process.terminate()
    assert await process.wait() == 0


async def _post(to: Line) -> tuple[int, bytes]:
    async with to.web.post(f"{to.address}/sendMessage", json={"chat_id": KIM, "text": "Hi"}) as response:
        return response.status, await response.read()
