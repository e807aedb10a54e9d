"""The stand-in for Telegram gives updates and takes messages as the official server does."""

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.demo.server import Impossible
from tests.bot_api.line import KEYBOARD, KIM, line

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03\x08\x00\x00\x00\x00\x00\x00\x00\x00"
)


async def test_a_press_carries_its_card_and_is_answered_in_time() -> None:
    async with line() as to:
        card = await to.result("sendMessage", chat_id=KIM, text="Ready?", reply_markup=KEYBOARD)
        to.state.tap(KIM, card["message_id"], 1)
        press = (await to.result("getUpdates"))[0]["callback_query"]
        assert (press["data"], press["message"], press["from"]["id"]) == ("no", card, KIM)
        assert await to.result("answerCallbackQuery", callback_query_id=press["id"], text="Thank you")
        assert [(toast.text, toast.data) for toast in to.state.toasts] == [("Thank you", "no")]
        to.clock.jump(31)
        too_old = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        assert await to.refused("answerCallbackQuery", callback_query_id=press["id"]) == too_old
        assert await to.refused("answerCallbackQuery", callback_query_id="7") == too_old


async def test_a_press_on_a_deleted_message_brings_an_inaccessible_one() -> None:
    async with line() as to:
        card = await to.result("sendMessage", chat_id=KIM, text="Ready?", reply_markup=KEYBOARD)
        await to.result("deleteMessage", chat_id=KIM, message_id=card["message_id"])
        with pytest.raises(Impossible):
            to.state.tap(KIM, card["message_id"], "yes")
        to.state.tap(KIM, card["message_id"], "yes", forged=True)
        press = (await to.result("getUpdates"))[0]["callback_query"]
        assert press["message"] == {"chat": card["chat"], "message_id": card["message_id"], "date": 0}


async def test_everything_the_bot_sent_is_kept_with_its_history() -> None:
    async with line() as to:
        card = await to.result(
            "sendMessage", chat_id=KIM, text=" Hello\t ", disable_notification=True, protect_content="true"
        )
        assert (card["text"], card["from"]["is_bot"], card["has_protected_content"]) == ("Hello", True, True)
        to.clock.jump(60)
        where = {"chat_id": KIM, "message_id": card["message_id"]}
        edited = await to.result("editMessageText", **where, text="Bye", reply_markup=KEYBOARD)
        assert edited["edit_date"] - edited["date"] == 60
        assert (await to.result("editMessageReplyMarkup", **where)).get("reply_markup") is None
        await to.result("deleteMessage", **where)
        message = to.state.message(KIM, card["message_id"])
        assert [(version.text, version.markup) for version in message.versions] == [
            ("Hello", None),
            ("Bye", KEYBOARD),
            ("Bye", None),
        ]
        assert message.deleted_at == to.clock.now()
        assert [(call.method, call.text, call.disable_notification) for call in to.state.journal] == [
            ("sendMessage", "Hello", True),
            ("editMessageText", "Bye", True),
            ("editMessageReplyMarkup", "Bye", True),
            ("deleteMessage", "", True),
        ]


@pytest.mark.parametrize(("method", "name"), [("sendPhoto", "photo"), ("sendDocument", "document")])
async def test_a_file_that_was_sent_can_be_fetched(method: str, name: str) -> None:
    async with line() as to:
        form = aiohttp.FormData({"chat_id": str(KIM), "caption": "Look", name: "attach://that"})
        form.add_field("that", PNG, filename="chart.png", content_type="image/png")
        async with to.web.post(f"{to.address}/{method}", data=form) as response:
            message = (await response.json())["result"]
        assert message["caption"] == "Look"
        carried = message[name][-1] if name == "photo" else message[name]
        if name == "photo":
            assert (carried["width"], carried["height"]) == (2, 3)
        path = (await to.result("getFile", file_id=carried["file_id"]))["file_path"]
        async with to.web.get(f"{to.server.url}/file/bot{to.state.token}/{path}") as response:
            assert await response.read() == PNG
        to.clock.jump(1)
        again = await to.result(method, chat_id=KIM, **{name: carried["file_id"]})
        assert to.state.files[to.state.message(KIM, again["message_id"]).file_id].content == PNG


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "document", "contact", "location", "poll"])
async def test_people_send_other_things_than_words(kind: Any) -> None:
    async with line() as to:
        to.state.send(KIM, kind, PNG)
        assert kind in (await to.result("getUpdates"))[0]["message"]


async def test_get_and_forms_are_understood_like_json() -> None:
    async with line() as to:
        async with to.web.get(f"{to.address}/sendMessage?chat_id={KIM}&text=by+address") as response:
            assert (await response.json())["result"]["text"] == "by address"
        to.clock.jump(1)
        form = {"chat_id": str(KIM), "text": "by form", "reply_markup": '{"inline_keyboard": []}'}
        async with to.web.post(f"{to.address}/SENDMESSAGE", data=form) as response:
            assert (await response.json())["result"]["text"] == "by form"


async def test_a_deep_link_starts_the_bot_and_a_stranger_cannot_be_written_to() -> None:
    async with line() as to:
        to.state.person(7, "Sam")
        assert await to.refused("sendMessage", chat_id=7, text="Hi") == (400, "Bad Request: chat not found")
        to.state.start(7, "abc_-9")
        message = (await to.result("getUpdates"))[0]["message"]
        assert message["text"] == "/start abc_-9"
        assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
        assert await to.result("sendMessage", chat_id=7, text="Hi")
        with pytest.raises(Impossible):
            to.state.start(7, "not a parameter")


async def test_after_a_block_nothing_arrives_until_the_person_returns() -> None:
    async with line() as to:
        card = await to.result("sendMessage", chat_id=KIM, text="Hi")
        to.state.block(KIM)
        blocked = (403, "Forbidden: bot was blocked by the user")
        assert await to.refused("sendMessage", chat_id=KIM, text="Hi") == blocked
        assert (
            await to.refused("editMessageText", chat_id=KIM, message_id=card["message_id"], text="x")
            == blocked
        )
        with pytest.raises(Impossible):
            to.state.write(KIM, "while blocked")
        to.state.start(KIM)
        to.clock.jump(1)
        assert await to.result("sendMessage", chat_id=KIM, text="Hi")
        changes = [update.get("my_chat_member") for update in await to.result("getUpdates")]
        assert [change["new_chat_member"]["status"] for change in changes if change] == ["kicked", "member"]
        to.state.deactivate(KIM)
        gone = (403, "Forbidden: user is deactivated")
        assert await to.refused("sendMessage", chat_id=KIM, text="Hi") == gone


async def test_groups_are_chats_of_their_own() -> None:
    async with line() as to:
        to.state.group(-1001, by=KIM)
        to.state.write_in_group(-1001, KIM, "Hello all")
        added, said = await to.result("getUpdates")
        assert added["my_chat_member"]["new_chat_member"]["status"] == "member"
        assert said["message"]["chat"]["type"] == "supergroup"


async def test_updates_can_be_slipped_in_and_repeated() -> None:
    async with line() as to:
        number = to.state.inject({"message": {"nonsense": True}})
        to.state.write(KIM, "words")
        assert [update["update_id"] for update in await to.result("getUpdates", offset=1)] == [
            number,
            number + 1,
        ]
        to.state.repeat(number)
        again = await to.result("getUpdates", offset=number + 2)
        assert [update["update_id"] for update in again] == [number]
        to.state.repeat(number + 1, fresh=True)
        fresh = (await to.result("getUpdates", offset=number + 2, timeout=1))[0]
        assert (fresh["update_id"], fresh["message"]["text"]) == (number + 2, "words")


async def test_a_wrong_token_and_an_unknown_method_are_told_apart() -> None:
    async with line() as to:
        async with to.web.get(f"{to.server.url}/bot1:wrong/getMe") as response:
            assert (response.status, (await response.json())["description"]) == (401, "Unauthorized")
        assert await to.refused("sendRose") == (404, "Not Found: method not found")
        for place, status in (
            ("elsewhere", 404),
            ("file/bot1:wrong/photo.png", 401),
            (f"file/bot{to.state.token}/photo.png", 404),
        ):
            async with to.web.get(f"{to.server.url}/{place}") as response:
                assert response.status == status


async def test_no_person_does_what_no_app_can() -> None:
    async with line() as to:
        card = await to.result("sendMessage", chat_id=KIM, text="Hi")
        for act in (
            lambda: to.state.write(KIM, " "),
            lambda: to.state.write(KIM, "half \ud800"),
            lambda: to.state.edit(KIM, card["message_id"], "not mine"),
            lambda: to.state.write_in_group(-5, KIM, "nowhere"),
            lambda: to.state.repeat(1),
        ):
            with pytest.raises(Impossible):
                act()


async def test_whoever_shows_a_phone_can_wait_for_changes() -> None:
    async with line() as to:
        before = to.state.version
        waiting = asyncio.create_task(to.state.changed(before))
        await asyncio.sleep(0)
        await to.result("sendMessage", chat_id=KIM, text="Hi")
        assert await waiting > before
        assert await to.state.changed(to.state.version, real_seconds=0.01) == to.state.version
