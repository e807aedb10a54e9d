"""What Attune's taps are compared with: a bot as the users of python-telegram-bot write it.

It shows the pages that Attune shows, ends each press's spinner and edits the message, and keeps
nothing: ``python -m tests.bench.echo URL PAGES default|sniffio|ours``.
"""

import json
import sys
import types
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.demo.server import TOKEN
from bot.transport.request import Request

Page = dict[str, Any]


def keyboard(page: Page, number: int) -> InlineKeyboardMarkup | None:
    """Every button leads on to the next page, but the one that leads back."""
    if not page["rows"]:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(text, callback_data=str(number - 1 if back else number + 1))
                for text, back in row
            ]
            for row in page["rows"]
        ]
    )


def main(url: str, file: str, line: str) -> None:
    languages: list[list[Page]] = json.loads(Path(file).read_text("utf-8"))

    def pages(update: Update) -> list[Page]:
        assert update.effective_chat is not None
        return languages[update.effective_chat.id % len(languages)]

    async def begin(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        page = pages(update)[0]
        assert update.message is not None
        await update.message.reply_text(page["text"], reply_markup=keyboard(page, 0))

    async def tapped(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        assert query is not None
        assert query.data is not None
        await query.answer()
        number = int(query.data)
        page = pages(update)[number]
        await query.edit_message_text(page["text"], reply_markup=keyboard(page, number))

    if line == "sniffio":  # httpcore looks for it at each call, and is faster if it is there
        sniffio: Any = types.ModuleType("sniffio")
        sniffio.current_async_library = lambda: "asyncio"
        sys.modules["sniffio"] = sniffio
    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot")
    if line == "ours":
        builder = builder.request(Request()).get_updates_request(Request())
    application = builder.build()
    application.add_handler(CommandHandler("checkin", begin))
    application.add_handler(CallbackQueryHandler(tapped))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main(*sys.argv[1:])
