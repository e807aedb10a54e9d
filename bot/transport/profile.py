"""How the bot introduces itself in people's apps: its commands and what it says it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from telegram.error import BadRequest, TelegramError

from bot.transport.connection import TelegramBot

DEFAULT: Final = ""  # what everybody sees for whose language there is nothing

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Profile:
    """``commands`` from each name, without its slash, to what it does."""

    commands: Mapping[str, str]
    description: str
    short_description: str


async def introduce(bot: TelegramBot, texts: Mapping[str, Profile]) -> None:
    """Set them for each language, keyed by its tag, and for everybody else under DEFAULT.

    Telegram distinguishes languages by two letters only, so the first of several counts. Nobody's
    letters depend on this: what Telegram does not take is logged and left to the next start.
    """
    told: set[str] = set()
    for tag, profile in texts.items():
        language = tag.replace("_", "-").partition("-")[0].lower()
        if language in told or (language != DEFAULT and len(language) != 2):
            continue
        told.add(language)
        commands = [{"command": name, "description": meaning} for name, meaning in profile.commands.items()]
        calls: dict[str, dict[str, object]] = {
            "setMyCommands": {"commands": commands},
            "setMyDescription": {"description": profile.description},
            "setMyShortDescription": {"short_description": profile.short_description},
        }
        for method, parameters in calls.items():
            try:
                await bot.call(method, parameters | {"language_code": language})
            except BadRequest as error:
                log.warning("introduction refused", method=method, language=language, reason=error.message)
            except TelegramError as error:
                log.warning("introduction failed", method=method, error=type(error).__name__)
                return  # the others would only fail the same way, and starting would take longer
