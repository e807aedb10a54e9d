"""A file on its way to Telegram: under its own name, with its caption, and as long as its bytes need."""

import base64

import pytest

from bot.render.bodies import Body
from bot.transport.connection import connect
from bot.transport.request import MEGABYTE, Request, Upload, _write
from bot.transport.sender import Outcome, Parcel, Refused, Sent, TelegramSender, Unclear, Unreachable
from tests.failing_server import FailingServer, Received, accepts, refuses, takes_nothing

TOKEN = "1234567:token"
MESSAGE = accepts({"message_id": 41, "date": 0})
PAGE = "<!doctype html><p>Straße, مدرسة".encode()
FILE: Body = {"text": "Alles", "file": base64.b64encode(PAGE).decode(), "file_name": "بياناتي-2026.html"}


async def _send(body: Body, *script: object, again: bool = False) -> tuple[Outcome, list[Received]]:
    async with FailingServer([*script]) as telegram, connect(TOKEN, telegram.url) as bot:
        outcome = await TelegramSender(bot).send(Parcel("file", 7, None, body, again))
    return outcome, telegram.requests


def _parts(request: Received) -> dict[str, tuple[str, bytes]]:
    """Each part by its name: its head, and its bytes."""
    boundary = b"--" + request.headers["content-type"].partition("boundary=")[2].encode()
    found = {}
    for part in request.body.split(boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        found[head.split(b'name="')[1].split(b'"')[0].decode()] = head.decode(), content[:-2]
    return found


async def test_a_file_travels_with_its_caption_and_under_its_name() -> None:
    outcome, (request,) = await _send({**FILE, "silent": True}, MESSAGE)
    assert outcome == Sent(41)
    assert request.method == "sendDocument"
    parts = _parts(request)
    head, content = parts.pop("document")
    assert content == PAGE
    assert 'filename="بياناتي-2026.html"' in head, "Telegram shows the name as it comes"
    assert {name: content for name, (_, content) in parts.items()} == {
        "chat_id": b"7",
        "caption": b"Alles",
        "disable_notification": b"true",
    }


async def test_a_file_can_be_protected_have_buttons_and_come_again() -> None:
    button = {"text": "OK", "data": "5:0:ok"}
    body: Body = {**FILE, "protect": True, "buttons": [[button]], "repeat": "(again)"}
    _, (request,) = await _send(body, MESSAGE, again=True)
    parts = _parts(request)
    assert parts["protect_content"][1] == b"true"
    assert parts["caption"][1] == b"(again)\n\nAlles"
    assert b'"callback_data": "5:0:ok"' in parts["reply_markup"][1]


@pytest.mark.parametrize("content", ["", "no!", "ä"])
async def test_a_file_without_anything_in_it_is_refused_without_asking(content: str) -> None:
    outcome, requests = await _send({**FILE, "file": content}, MESSAGE)
    assert (type(outcome), requests) == (Refused, [])


@pytest.mark.parametrize(
    "name", ["", " ", 'a".html', "a;b.html", "a\\b.html", "../a.html", "a\r\nX: y", "a\u202e.html", "\ud800"]
)
async def test_a_file_whose_name_would_not_arrive_is_refused_without_asking(name: str) -> None:
    outcome, requests = await _send({**FILE, "file_name": name}, MESSAGE)
    assert (type(outcome), requests) == (Refused, [])


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (accepts(True), Unclear()),
        (refuses(403, "Forbidden: bot was blocked by the user"), Unreachable()),
        (refuses(413, "Request Entity Too Large"), Refused("Request Entity Too Large")),
    ],
)
async def test_a_file_has_the_outcomes_of_any_letter(act: object, outcome: Outcome) -> None:
    assert (await _send(FILE, act))[0] == outcome


def test_each_megabyte_may_take_as_long_as_a_message() -> None:
    def of(size: int) -> Upload:
        return Upload("document", "a.html", bytes(size))

    assert _write(20, None) == 20
    assert _write(20, of(10)) == 20
    assert _write(20, of(3 * MEGABYTE)) == 60
    assert _write(None, of(10)) is None


async def test_a_file_that_nobody_takes_ends_and_is_in_doubt() -> None:
    body: Body = {**FILE, "file": "AAAA" * 4_000_000}
    line = Request(read=0.1, write=0.01, connect=1, pool=0)
    async with FailingServer([takes_nothing]) as telegram, connect(TOKEN, telegram.url, line) as bot:
        assert await TelegramSender(bot).send(Parcel("file", 7, None, body, again=False)) == Unclear()
    assert telegram.requests == []
