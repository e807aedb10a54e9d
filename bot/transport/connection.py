"""The bot as Telegram's server knows it: one token, one address, one line."""

import re
from collections.abc import Mapping
from datetime import timedelta

from telegram import Bot

from bot.transport.errors import WrongToken
from bot.transport.request import Request

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+", re.ASCII)


class TelegramBot(Bot):
    """python-telegram-bot's Bot, with a cheap way for the calls that happen all day."""

    __slots__ = ("_line",)

    def __init__(self, token: str, server: str, line: Request) -> None:
        super().__init__(token, base_url=f"{server}/bot", request=line, get_updates_request=line)
        self._line = line

    def __repr__(self) -> str:
        return "TelegramBot()"  # the original's shows the token

    async def call(
        self,
        method: str,
        parameters: Mapping[str, object],
        *,
        photo: bytes | None = None,
        patience: timedelta = timedelta(),
    ) -> object:
        """Telegram's ``result``, as parsed JSON; errors as the ones of ``telegram.error`` and ours."""
        return await self._line.call(f"{self.base_url}/{method}", parameters, photo=photo, patience=patience)


def connect(token: str, server: str, line: Request | None = None) -> TelegramBot:
    """A bot that talks to ``server`` ("https://api.telegram.org"), not yet connected: ``initialize``
    asks for its name and thereby proves the token. WrongToken if it does not even look like one."""
    if not _TOKEN.fullmatch(token):
        raise WrongToken
    return TelegramBot(token, server.rstrip("/"), line or Request())
