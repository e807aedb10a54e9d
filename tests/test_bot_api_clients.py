"""Two strict clients that know nothing of each other find nothing wrong with the stand-in."""

import asyncio

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from bot.demo.server import TOKEN
from tests.bot_api.line import KIM, line
from tests.test_bot_api_server import PNG


async def test_aiogram_polls_sends_edits_answers_and_uploads() -> None:
    async with line() as to:
        session = AiohttpSession(api=TelegramAPIServer.from_base(to.server.url))
        buttons = [[InlineKeyboardButton(text="Go", callback_data="go")]]
        done = asyncio.Event()
        router = aiogram.Dispatcher()

        @router.message()
        async def greet(message: Message) -> None:
            markup = InlineKeyboardMarkup(inline_keyboard=buttons)
            await message.answer(f"Hello {message.text}", reply_markup=markup)
            to.state.tap(KIM, to.state.chat(KIM)[-1].message_id, "go")

        @router.callback_query()
        async def go(press: CallbackQuery) -> None:
            assert isinstance(press.message, Message)
            assert await press.answer("On our way", show_alert=True)
            edited = await press.message.edit_text("Gone")
            assert isinstance(edited, Message)
            to.clock.jump(1)
            sent = await press.message.answer_photo(BufferedInputFile(PNG, "chart.png"), caption="A chart")
            to.clock.jump(1)
            await press.message.answer_document(BufferedInputFile(b"words", "words.txt"))
            assert sent.photo is not None
            picture = await press.message.bot.download(sent.photo[-1])
            assert picture is not None
            assert picture.read() == PNG
            with pytest.raises(TelegramRetryAfter) as slower:
                await press.message.answer("at once")
            assert slower.value.retry_after == 1
            to.state.block(KIM)
            with pytest.raises(TelegramForbiddenError):
                await press.message.answer("Are you there?")
            done.set()

        async with aiogram.Bot(TOKEN, session=session) as bot:
            assert (await bot.get_me()).username == "attune_demo_bot"
            assert await bot.set_my_commands([BotCommand(command="help", description="What I do")])
            assert (await bot.get_my_commands())[0].command == "help"
            assert (await bot.get_chat(KIM)).first_name == "Kim"
            to.state.write(KIM, "world")
            polling = asyncio.create_task(router.start_polling(bot, handle_signals=False))
            async with asyncio.timeout(20):
                await done.wait()
            await router.stop_polling()
            await polling
        first, card, photo, document = to.state.chat(KIM)
        assert [version.text for version in card.versions] == ["Hello world", "Gone"]
        assert (photo.text, to.state.files[document.file_id].content) == ("A chart", b"words")
        assert [(toast.text, toast.alert) for toast in to.state.toasts] == [("On our way", True)]
        assert not first.by_bot


async def test_python_telegram_bot_polls_sends_edits_answers_and_uploads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # its old way to tell the waiting time is a warning
    async with line() as to, telegram.Bot(TOKEN, base_url=f"{to.server.url}/bot") as bot:
        markup = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Go", callback_data="go")]])
        card = await bot.send_message(KIM, "Hello", reply_markup=markup, protect_content=True)
        to.state.tap(KIM, card.message_id, 0)
        press = (await bot.get_updates(timeout=10))[0].callback_query
        assert press is not None
        assert await press.answer("On our way")
        assert await press.edit_message_text("Gone")
        with pytest.raises(telegram.error.BadRequest, match="Message is not modified"):
            await press.edit_message_text("Gone")
        with pytest.raises(telegram.error.RetryAfter):
            await bot.send_message(KIM, "at once")
        to.clock.jump(1)
        photo = await bot.send_photo(KIM, PNG, caption="A chart")
        to.clock.jump(1)
        await bot.send_document(KIM, b"words", filename="words.txt")
        assert await photo.delete()
        to.state.block(KIM)
        with pytest.raises(telegram.error.Forbidden):
            await bot.send_message(KIM, "Are you there?")
        assert [call.method for call in to.state.journal] == [
            "sendMessage",
            "answerCallbackQuery",
            "editMessageText",
            "sendPhoto",
            "sendDocument",
            "deleteMessage",
        ]


async def test_every_kind_of_update_is_understood_by_both() -> None:
    async with line() as to, telegram.Bot(TOKEN, base_url=f"{to.server.url}/bot") as bot:
        to.state.start(KIM, "token")
        kinds = ("photo", "voice", "sticker", "document", "contact", "location", "poll")
        for kind in kinds:
            to.state.send(KIM, kind, PNG, caption="look" if kind == "photo" else "")
        note = to.state.write(KIM, "passed on", forwarded=True)
        to.state.edit(KIM, note.message_id, "changed")
        card = await bot.send_message(KIM, "Hello", reply_to_message_id=note.message_id)
        to.state.tap(KIM, card.message_id, "forged", forged=True)
        to.state.tap(KIM, 999, "never was", forged=True)
        to.state.block(KIM)
        to.state.unblock(KIM)
        to.state.group(-1001, by=KIM)
        to.state.write_in_group(-1001, KIM, "Hello all")
        raw = await to.result("getUpdates")
        assert len(raw) == len(kinds) + 9
        for update in raw:
            assert telegram.Update.de_json(update, bot).effective_chat is not None
            assert aiogram.types.Update.model_validate(update).event_type
