"""Letters as Telegram receives them: what each action asks for, word by word."""

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from bot.render.bodies import Action, Body
from bot.transport.connection import connect, who_am_i
from bot.transport.errors import Unreached, WrongToken
from bot.transport.profile import DEFAULT, Profile, introduce
from bot.transport.sender import Parcel, Refused, Sent, TelegramSender, Unclear
from tests.failing_server import FailingServer, accepts, answers, hangs_up_after_the_body, refuses

TOKEN = "1234567:token"
MESSAGE = accepts({"message_id": 41, "date": 0})
NO_PREVIEW = {"is_disabled": True}
ME = {"id": 1, "is_bot": True, "first_name": "Attune", "username": "attune_bot"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


@asynccontextmanager
async def _sender(url: str) -> AsyncIterator[TelegramSender]:
    async with connect(TOKEN, url) as bot:
        yield TelegramSender(bot)


async def _asked(
    action: Action, body: Body, message_id: int | None = None, again: bool = False
) -> tuple[str, Mapping[str, object]]:
    async with FailingServer([MESSAGE]) as telegram, _sender(telegram.url) as sender:
        await sender.send(Parcel(action, 7, message_id, body, again))
    (request,) = telegram.requests
    assert request.path == f"/bot{TOKEN}/{request.method}"
    assert request.headers["content-type"] == "application/json"
    return request.method, request.parameters


async def test_a_letter_is_plain_text_without_a_preview() -> None:
    assert await _asked("send", {"text": "Hello <b> *you* https://clinic.example"}) == (
        "sendMessage",
        {"chat_id": 7, "text": "Hello <b> *you* https://clinic.example", "link_preview_options": NO_PREVIEW},
    )


async def test_buttons_silence_and_protection_go_along() -> None:
    buttons = [[{"text": "نعم", "data": "5:0:yes"}], [{"text": "لا", "data": "5:0:no"}]]
    _, asked = await _asked("send", {"text": "?", "buttons": buttons, "silent": True, "protect": True})
    assert asked["disable_notification"] is True
    assert asked["protect_content"] is True
    assert asked["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "نعم", "callback_data": "5:0:yes"}],
            [{"text": "لا", "callback_data": "5:0:no"}],
        ]
    }


async def test_an_edit_names_its_message_and_changes_words_and_buttons() -> None:
    body: Body = {"text": "2 of 3", "buttons": [[{"text": "A", "data": "5:1:a"}]], "silent": True}
    assert await _asked("edit", body, message_id=40) == (
        "editMessageText",
        {
            "chat_id": 7,
            "message_id": 40,
            "text": "2 of 3",
            "link_preview_options": NO_PREVIEW,
            "reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "5:1:a"}]]},
        },
    )


async def test_an_edit_without_buttons_leaves_none() -> None:
    _, asked = await _asked("edit", {"text": "done", "buttons": []}, message_id=40)
    assert "reply_markup" not in asked  # this is how Telegram is asked to take them away


async def test_a_deletion_names_its_message_and_nothing_else() -> None:
    assert await _asked("delete", {"text": ""}, message_id=40) == (
        "deleteMessage",
        {"chat_id": 7, "message_id": 40},
    )


@pytest.mark.parametrize(
    ("again", "repeat", "text"),
    [
        (False, "(again)", "Summary"),
        (True, "(again)", "(again)\n\nSummary"),
        (True, "", "Summary"),
        (True, None, "Summary"),
    ],
)
async def test_a_repeat_says_so_if_it_has_words_for_it(again: bool, repeat: str | None, text: str) -> None:
    body: Body = {"text": "Summary"} if repeat is None else {"text": "Summary", "repeat": repeat}
    _, asked = await _asked("send", body, again=again)
    assert asked["text"] == text


async def test_half_a_character_is_left_to_telegram_to_refuse() -> None:
    _, asked = await _asked("send", {"text": "a\ud800b"})
    assert asked["text"] == "a\ud800b"


async def test_a_picture_travels_with_its_caption_and_buttons() -> None:
    body: Body = {
        "text": "Zum Zeigen",
        "photo": base64.b64encode(PNG).decode(),
        "buttons": [[{"text": "OK", "data": "5:0:ok"}]],
        "protect": True,
    }
    async with FailingServer([MESSAGE]) as telegram, _sender(telegram.url) as sender:
        assert await sender.send(Parcel("photo", 7, None, body, again=False)) == Sent(41)
    (request,) = telegram.requests
    assert request.method == "sendPhoto"
    assert request.headers["content-type"].startswith("multipart/form-data")
    parts = {
        part.split(b'name="')[1].split(b'"')[0].decode(): part.partition(b"\r\n\r\n")[2][:-2]
        for part in request.body.split(b"--" + request.headers["content-type"].partition("=")[2].encode())
        if b'name="' in part
    }
    assert parts == {
        "chat_id": b"7",
        "caption": b"Zum Zeigen",
        "protect_content": b"true",
        "reply_markup": b'{"inline_keyboard": [[{"text": "OK", "callback_data": "5:0:ok"}]]}',
        "photo": PNG,
    }


async def test_a_large_picture_arrives_whole() -> None:
    body: Body = {"text": "", "photo": "AAAA" * 500_000}
    async with FailingServer([MESSAGE]) as telegram, _sender(telegram.url) as sender:
        assert await sender.send(Parcel("photo", 7, None, body, again=False)) == Sent(41)
    assert bytes(1_500_000) in telegram.requests[0].body


@pytest.mark.parametrize("body", [{"text": "?"}, {"text": "?", "photo": ""}, {"text": "?", "photo": "no!"}])
async def test_a_picture_that_is_none_is_refused_without_asking(body: Body) -> None:
    async with FailingServer([MESSAGE]) as telegram, _sender(telegram.url) as sender:
        assert isinstance(await sender.send(Parcel("photo", 7, None, body, again=False)), Refused)
    assert telegram.requests == []


async def test_a_photo_without_a_number_in_the_answer_is_in_doubt() -> None:
    body: Body = {"text": "", "photo": base64.b64encode(PNG).decode()}
    async with FailingServer([accepts(True)]) as telegram, _sender(telegram.url) as sender:
        assert await sender.send(Parcel("photo", 7, None, body, again=False)) == Unclear()


async def test_a_spinner_ends_with_a_short_hint_or_without() -> None:
    async with FailingServer([accepts(True)]) as telegram, _sender(telegram.url) as sender:
        await sender.answer("99", None)
        await sender.answer("99", "x" * 300, alert=True)
    assert [request.method for request in telegram.requests] == ["answerCallbackQuery"] * 2
    assert telegram.requests[0].parameters == {"callback_query_id": "99"}
    assert telegram.requests[1].parameters == {
        "callback_query_id": "99",
        "text": "x" * 200,
        "show_alert": True,
    }


@pytest.mark.parametrize(
    "act",
    [
        refuses(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
        refuses(401, "Unauthorized"),
        refuses(429, "Too Many Requests", retry_after=3),
        answers(502, b""),
        hangs_up_after_the_body,
    ],
)
async def test_a_spinner_that_cannot_be_ended_is_nobodys_trouble(act) -> None:
    async with FailingServer([act]) as telegram, _sender(telegram.url) as sender:
        await sender.answer("99", "late")
    assert len(telegram.requests) == 1


@pytest.mark.parametrize(
    "token", ["", "12345", "12345:", "token", "12345:to ken", "12345:abc/../x", "12:ab\n"]
)
def test_a_malformed_token_is_told_before_anything_is_asked(token: str) -> None:
    with pytest.raises(WrongToken, match="BotFather"):
        connect(token, "http://127.0.0.1:1")


async def test_the_servers_address_may_end_with_a_stroke() -> None:
    async with FailingServer([accepts(ME)]) as telegram, connect(TOKEN, telegram.url + "/") as bot:
        assert await who_am_i(bot) == "attune_bot"
        assert "token" not in repr(bot)
    assert [request.path for request in telegram.requests] == [f"/bot{TOKEN}/getMe"]


@pytest.mark.parametrize(
    "act", [answers(502, b""), refuses(429, "", retry_after=4), accepts({"id": 1}), accepts(None)]
)
async def test_a_bot_that_cannot_learn_its_name_may_ask_again(act) -> None:
    async with FailingServer([act, accepts(ME)]) as telegram, connect(TOKEN, telegram.url) as bot:
        with pytest.raises(Unreached):
            await who_am_i(bot)
        assert await who_am_i(bot) == "attune_bot"


ENGLISH = Profile(
    {"checkin": "Start a check-in", "help": "What this is"}, "Attune keeps in touch.", "In touch."
)
GERMAN = Profile({"checkin": "Check-in beginnen"}, "Attune bleibt in Verbindung.", "In Verbindung.")


async def _introduced(script, texts: Mapping[str, Profile]) -> list[tuple[str, Mapping[str, object]]]:
    async with FailingServer(script) as telegram, connect(TOKEN, telegram.url) as bot:
        await introduce(bot, texts)
    return [(request.method, request.parameters) for request in telegram.requests]


async def test_the_bot_introduces_itself_in_each_language_and_to_everybody_else() -> None:
    assert await _introduced([accepts(True)], {DEFAULT: ENGLISH, "de": GERMAN}) == [
        (
            "setMyCommands",
            {
                "commands": [
                    {"command": "checkin", "description": "Start a check-in"},
                    {"command": "help", "description": "What this is"},
                ],
                "language_code": "",
            },
        ),
        ("setMyDescription", {"description": "Attune keeps in touch.", "language_code": ""}),
        ("setMyShortDescription", {"short_description": "In touch.", "language_code": ""}),
        (
            "setMyCommands",
            {
                "commands": [{"command": "checkin", "description": "Check-in beginnen"}],
                "language_code": "de",
            },
        ),
        ("setMyDescription", {"description": "Attune bleibt in Verbindung.", "language_code": "de"}),
        ("setMyShortDescription", {"short_description": "In Verbindung.", "language_code": "de"}),
    ]


async def test_telegram_tells_languages_apart_by_two_letters_only() -> None:
    texts = {"pt_BR": ENGLISH, "pt_PT": GERMAN, "zh-Hans": GERMAN, "yue": GERMAN}
    asked = await _introduced([accepts(True)], texts)
    assert [parameters["language_code"] for _, parameters in asked] == ["pt"] * 3 + ["zh"] * 3
    assert asked[1][1]["description"] == ENGLISH.description


async def test_an_introduction_that_is_refused_does_not_stop_the_others() -> None:
    asked = await _introduced(
        [refuses(400, "Bad Request: BOT_COMMAND_INVALID"), accepts(True)], {"de": GERMAN}
    )
    assert len(asked) == 3


async def test_an_introduction_that_meets_a_limit_is_left_to_the_next_start() -> None:
    script = [refuses(429, "Too Many Requests", retry_after=3600)]
    assert len(await _introduced(script, {DEFAULT: ENGLISH, "de": GERMAN})) == 1
