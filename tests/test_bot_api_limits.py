"""The stand-in for Telegram keeps Telegram's limits, and says so in Telegram's words."""

import io
import json
import struct
from typing import Any

import aiohttp
import pytest

from bot.demo.server.limits import clean
from tests.bot_api.line import KEYBOARD, KIM, line

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a"
    " current content and reply markup of the message"
)

KEYBOARD_SHAPE = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
WRONG_SIZE = "PHOTO_INVALID_DIMENSIONS"


def _png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height)


def _jpeg(width: int, height: int) -> bytes:
    comment = b"\xff\xfe\x00\x04hi"
    return b"\xff\xd8" + comment + b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width)


def _button(**fields: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[fields]]}


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "message text is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n\u202e "}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x" * 40_000}, "text is too long"),
        ({"text": "half \ud800"}, "strings must be encoded in UTF-8"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": 404}, "chat not found"),
        ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "x", "parse_mode": "HTML"}, "unsupported parse_mode"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": "[]"}, "object expected as reply markup"),
        ({"text": "x", "reply_markup": _button(text="a", callback_data="ä" * 33)}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x", "reply_markup": _button(text="a", callback_data="")},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": _button(text=" ", callback_data="a")},
            "inline keyboard button text must be non-empty",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]] * 101}},
            "reply markup is too long",
        ),
    ],
)
async def test_a_message_that_breaks_a_rule_is_refused(parameters: dict[str, Any], words: str) -> None:
    async with line() as to:
        given = {"chat_id": KIM} | parameters
        assert await to.refused("sendMessage", **given) == (400, f"Bad Request: {words}")
        assert to.state.chat(KIM) == []
        assert to.state.journal == []


@pytest.mark.parametrize(
    ("method", "parameters", "words"),
    [
        ("sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [3]}}, KEYBOARD_SHAPE),
        (
            "sendMessage",
            {"text": "x", "reply_markup": {"inline_keyboard": [[3]]}},
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
        (
            "sendMessage",
            {"text": "x", "reply_markup": _button(callback_data="a")},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            "sendDocument",
            {"document": "unheard-of"},
            "wrong remote file identifier specified: Wrong string length",
        ),
        ("editMessageText", {"text": "x", "message_id": "many"}, "message to edit not found"),
        ("getFile", {}, "file_id not specified"),
        ("setMyCommands", {"commands": {"a": 1}}, "expected an Array of BotCommand"),
        (
            "getMyCommands",
            {"scope": {"type": "moon"}},
            "can't parse BotCommandScope: Unsupported type specified",
        ),
        ("getMyCommands", {"scope": 3}, "can't parse BotCommandScope: BotCommandScope must be an Object"),
    ],
)
async def test_what_cannot_be_understood_is_refused(
    method: str, parameters: dict[str, Any], words: str
) -> None:
    async with line() as to:
        assert await to.refused(method, **{"chat_id": KIM} | parameters) == (400, f"Bad Request: {words}")


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    async with line() as to:
        headers = {"Content-Type": "application/json"}
        async with to.web.post(f"{to.address}/getMe", data=body, headers=headers) as response:
            assert response.status == 400


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "file must be non-empty"), (_png(9_000, 1_001), WRONG_SIZE), (_png(21, 1), WRONG_SIZE)],
)
async def test_a_picture_of_impossible_size_is_refused(content: bytes, words: str) -> None:
    async with line() as to:
        form = aiohttp.FormData({"chat_id": str(KIM)})
        form.add_field("photo", io.BytesIO(content), filename="chart.png", content_type="image/png")
        async with to.web.post(f"{to.address}/sendPhoto", data=form) as response:
            assert (await response.json())["description"] == f"Bad Request: {words}"


async def test_words_and_captions_are_edited_each_in_their_way() -> None:
    async with line() as to:
        file_id = to.state.send(KIM, "photo", _jpeg(40, 30)).file_id
        photo = await to.result("sendPhoto", chat_id=KIM, photo=file_id, caption="Before")
        assert (photo["photo"][0]["width"], photo["photo"][0]["height"]) == (40, 30)
        where = {"chat_id": KIM, "message_id": photo["message_id"]}
        no_text = (400, "Bad Request: there is no text in the message to edit")
        assert await to.refused("editMessageText", **where, text="x") == no_text
        assert (await to.result("editMessageCaption", **where, caption="After"))["caption"] == "After"


async def test_what_just_keeps_the_rules_is_taken() -> None:
    async with line() as to:
        markup = _button(text="a", callback_data="ä" * 32)
        sent = await to.result(
            "sendMessage", chat_id=str(KIM), text="😀" * 2048, reply_markup=json.dumps(markup)
        )
        assert sent["reply_markup"] == markup


async def test_a_caption_has_1024_units_and_a_photo_must_be_a_picture() -> None:
    async with line() as to:
        too_long = {"chat_id": KIM, "photo": "x", "caption": "x" * 1025}
        assert (await to.refused("sendPhoto", **too_long))[1] == "Bad Request: message caption is too long"
        assert (await to.refused("sendPhoto", chat_id=KIM))[
            1
        ] == "Bad Request: there is no photo in the request"
        other = to.state.send(KIM, "photo", b"no picture")
        refused = await to.refused("sendPhoto", chat_id=KIM, photo=other.file_id)
        assert refused == (400, "Bad Request: IMAGE_PROCESS_FAILED")


async def test_edits_and_deletions_tell_what_is_wrong() -> None:
    async with line() as to:
        card = await to.result("sendMessage", chat_id=KIM, text="Hi", reply_markup=KEYBOARD)
        where = {"chat_id": KIM, "message_id": card["message_id"]}
        nowhere = where | {"message_id": 999}
        theirs = where | {"message_id": to.state.write(KIM, "mine").message_id}
        photo = where | {"message_id": to.state.send(KIM, "photo").message_id}
        for method, parameters, words in (
            ("editMessageText", where | {"text": "Hi ", "reply_markup": KEYBOARD}, NOT_MODIFIED),
            ("editMessageText", nowhere | {"text": "x"}, "message to edit not found"),
            ("editMessageText", theirs | {"text": "x"}, "message can't be edited"),
            (
                "editMessageReplyMarkup",
                where | {"reply_markup": {"force_reply": True}},
                "inline keyboard expected",
            ),
            ("editMessageCaption", where | {"caption": "x"}, "there is no caption in the message to edit"),
            ("deleteMessage", nowhere, "message to delete not found"),
            ("getFile", {"file_id": "x"}, "invalid file_id"),
            ("answerCallbackQuery", {"text": "x" * 201}, "MESSAGE_TOO_LONG"),
        ):
            assert await to.refused(method, **parameters) == (400, f"Bad Request: {words}"), method
            to.clock.jump(1)
        assert await to.result("deleteMessage", **photo), "a bot may take back what a person sent to it"


async def test_after_48_hours_nothing_can_be_taken_back() -> None:
    async with line() as to:
        card = await to.result("sendMessage", chat_id=KIM, text="Hi")
        where = {"chat_id": KIM, "message_id": card["message_id"]}
        to.clock.jump(48 * 3600)
        assert await to.refused("deleteMessage", **where) == (400, "Bad Request: message can't be deleted")
        to.clock.jump(-1)
        assert await to.result("deleteMessage", **where)


async def test_one_new_message_a_second_in_a_chat() -> None:
    async with line() as to:
        assert await to.result("sendMessage", chat_id=KIM, text="1")
        to.clock.jump(0.9)
        async with to.web.post(f"{to.address}/sendMessage", json={"chat_id": KIM, "text": "2"}) as response:
            assert response.status == 429
            assert response.headers["Retry-After"] == "1"
            assert await response.json() == {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests: retry after 1",
                "parameters": {"retry_after": 1},
            }
        to.clock.jump(0.06)
        assert await to.result("sendMessage", chat_id=KIM, text="2"), "within the tolerance for the line"


async def test_thirty_new_messages_in_any_second() -> None:
    async with line() as to:
        for number in range(1, 33):
            to.state.person(number, started=True)
        for number in range(1, 31):
            assert await to.result("sendMessage", chat_id=number, text="Hi")
            to.clock.jump(0.01)
        assert (await to.refused("sendMessage", chat_id=31, text="Hi"))[0] == 429
        to.clock.jump(0.66)
        assert await to.result("sendMessage", chat_id=31, text="Hi")
        assert await to.result("sendMessage", chat_id=32, text="Hi"), "the window slides"


async def test_twenty_messages_a_minute_in_a_group() -> None:
    async with line() as to:
        to.state.group(-1001, by=KIM)
        for number in range(20):
            assert await to.result("sendMessage", chat_id=-1001, text=str(number))
            to.clock.jump(1)
        body = await to.call("sendMessage", chat_id=-1001, text="more")
        assert body["parameters"] == {"retry_after": 40}


async def test_edits_have_their_own_looser_limit() -> None:
    async with line() as to:
        card = await to.result("sendMessage", chat_id=KIM, text="0")
        where = {"chat_id": KIM, "message_id": card["message_id"]}
        for number in (1, 2, 3):
            assert await to.result("editMessageText", **where, text=str(number))
        assert (await to.refused("editMessageText", **where, text="4"))[0] == 429
        to.clock.jump(1)
        assert await to.result("editMessageText", **where, text="4")


async def test_a_clock_set_back_holds_nobody_up_and_limits_can_be_lifted() -> None:
    async with line() as to:
        assert await to.result("sendMessage", chat_id=KIM, text="1")
        to.clock.jump(-3600)
        assert await to.result("sendMessage", chat_id=KIM, text="2")
        to.state.rates.enforced = False
        assert await to.result("sendMessage", chat_id=KIM, text="3")


def test_marks_that_turn_the_direction_are_taken_out_and_isolates_stay() -> None:
    assert clean(" a\u202eb\u2068c\u2069\td\r\n") == "ab\u2068c\u2069 d"
