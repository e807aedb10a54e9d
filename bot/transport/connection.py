"""The bot as Telegram's server knows it: one token, one address, one line."""

import re
from collections.abc import Mapping
from datetime import timedelta

from telegram import Bot
from telegram.error import TelegramError

from bot.transport.errors import Unreached, WrongToken, no_answer
from bot.transport.request import Request, Upload

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+", re.ASCII)


class TelegramBot(Bot):
    """python-telegram-bot's Bot, with a cheap way for the calls that happen all day."""

    __slots__ = ("_line",)

    def __init__(self, token: str, server: str, line: Request) -> None:
        super().__init__(token, base_url=f"{server}/bot", request=line, get_updates_request=line)
        self._line = line

    def __repr__(self) -> str:
        return "TelegramBot()"  # the original's shows the token

    async def initialize(self) -> None:
        """Ready the line. Unlike the original it asks nothing, so starting needs no Telegram."""
        await self._line.initialize()

    async def shutdown(self) -> None:
        await self._line.shutdown()

    async def call(
        self,
        method: str,
        parameters: Mapping[str, object],
        *,
        upload: Upload | None = None,
        patience: timedelta = timedelta(),
    ) -> object:
        """Telegram's ``result``, as parsed JSON; errors as the ones of ``telegram.error`` and ours."""
        return await self._line.call(
            f"{self.base_url}/{method}", parameters, upload=upload, patience=patience
        )


def connect(token: str, server: str, line: Request | None = None) -> TelegramBot:
    """A bot that talks to ``server``, such as "https://api.telegram.org", inside ``async with``.

    WrongToken if the token does not even look like one; ``who_am_i`` proves it.
    """
    if not _TOKEN.fullmatch(token):
        raise WrongToken
    return TelegramBot(token, server.rstrip("/"), line or Request())


async def who_am_i(bot: TelegramBot) -> str:
    """The bot's name, without the @. Unreached if nobody answers; WrongToken if the token is wrong."""
    try:
        answer = await bot.call("getMe", {})
    except TelegramError as error:
        raise no_answer(error) from None
    match answer:
        case {"username": str(name)}:
            return name
        case _:
            raise Unreached(None)
