"""Telegram's updates: fetched raw, each read by itself, so that one we cannot read stops no other."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from telegram.error import TelegramError

from bot.core.events import (
    AskedForHelp,
    Blocked,
    Commanded,
    Edited,
    FromChat,
    Intruded,
    Returned,
    SentOther,
    Tapped,
    TappedNothing,
    Wrote,
)
from bot.core.model import ChatId, DialogueId
from bot.core.safety import HELP
from bot.transport.cleaning import clean
from bot.transport.connection import TelegramBot
from bot.transport.errors import AnotherPoller as AnotherPoller
from bot.transport.errors import Unreached as Unreached
from bot.transport.errors import no_answer

WANTED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
BATCH_MAX: Final = 100
WAIT_MAX: Final = timedelta(seconds=50)

# Telegram's numbers have at most 52 bits; a larger one is forged, and no database column takes it.
_NUMBER_MAX = 1 << 52
_OUR_PRESS = re.compile(r"([0-9]{1,15}):([0-9]{1,9}):([A-Za-z0-9_+-]{1,40})")
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]{1,32})?(?![\w@/<>])(.*)", re.DOTALL)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_NOT_ALONE = frozenset({"group", "supergroup", "channel"})

# What Telegram itself says in a private chat. Nobody wrote it, so nobody is answered.
_NOTICES = frozenset(
    {
        "pinned_message",
        "message_auto_delete_timer_changed",
        "chat_background_set",
        "write_access_allowed",
        "connected_website",
    }
)

Raw = Mapping[str, Any]


class TelegramUpdates:
    def __init__(self, bot: TelegramBot) -> None:
        self._bot = bot

    async def fetch(self, offset: int, wait: timedelta) -> list[tuple[int, dict[str, Any]]]:
        """Updates numbered from ``offset``, in order; asking confirms the earlier ones, which
        Telegram then forgets. Waits up to ``wait`` for the first.

        Unreached if the poll failed; WrongToken or AnotherPoller if no further one can succeed.
        """
        wait = min(wait, WAIT_MAX)
        parameters = {
            "offset": offset,
            "limit": BATCH_MAX,
            "timeout": int(wait.total_seconds()),
            "allowed_updates": WANTED,
        }
        try:
            result = await self._bot.call("getUpdates", parameters, patience=wait)
        except TelegramError as error:
            raise no_answer(error) from None
        numbered = _numbered(result)
        if numbered is None:
            raise Unreached(None)
        return numbered


def to_event(update: Raw) -> FromChat | None:
    """None for what we do not act on, and for what is not an update at all. Never raises.

    python-telegram-bot's own types would cost a third of a millisecond each, and refuse a whole
    batch for one odd field.
    """
    match update:
        case {"message": dict() as message}:
            return _message(message)
        case {"callback_query": {"id": str(press_id), "from": dict() as sender, "message": dict() as card}}:
            return _press(press_id, sender, card, update["callback_query"].get("data"))
        case {"edited_message": dict() as message}:
            return _edit(message)
        case {"my_chat_member": {"new_chat_member": {"status": str(status)}} as change}:
            return _membership(change, status)
        case _:
            return None


def is_written(update: Raw) -> bool:
    """Whether somebody's own words are in it; a command is none."""
    match update:
        case {"message": {"text": str(text)}} | {"edited_message": {"text": str(text)}}:
            return not text.startswith("/")
        case {"message": {"caption": str()}}:
            return True
        case _:
            return False


def _message(message: Raw) -> FromChat | None:
    found = _private(message)
    if not isinstance(found, int):
        return found
    chat_id, language, number = found, _language(message), _number(message.get("message_id"))
    if number is None or not _NOTICES.isdisjoint(message):
        return None
    text = message.get("text")
    # Forwarded words are somebody else's: not an answer, and not ours to keep.
    if not isinstance(text, str) or "forward_origin" in message:
        said = text if isinstance(text, str) else message.get("caption")
        return SentOther(chat_id, number, language, clean(said) if isinstance(said, str) else "")
    text = clean(text)
    if not text:
        return SentOther(chat_id, number, language)
    if command := _COMMAND.fullmatch(text):
        return Commanded(chat_id, command[1].lower(), command[2].strip(), language)
    return Wrote(chat_id, number, text, language)


def _edit(message: Raw) -> FromChat | None:
    found = _private(message)
    if not isinstance(found, int):
        return found
    text, number = message.get("text"), _number(message.get("message_id"))
    if not isinstance(text, str) or number is None:
        return None
    text = clean(text)
    return Edited(found, number, text, _language(message)) if text else None


def _press(press_id: str, sender: Raw, card: Raw, data: object) -> FromChat | None:
    """The card may be too old for Telegram to show us; its chat and number are there all the same."""
    found = _private({"chat": card.get("chat"), "from": sender})
    if not isinstance(found, int):
        return found
    if not press_id or sender.get("id") != found:
        return None
    if data == HELP:
        return AskedForHelp(found, press_id, _language({"from": sender}))
    number = _number(card.get("message_id"))
    ours = _OUR_PRESS.fullmatch(data) if isinstance(data, str) else None
    if ours is None or number is None:
        return TappedNothing(found, press_id)
    return Tapped(found, press_id, number, DialogueId(int(ours[1])), int(ours[2]), ours[3])


def _membership(change: Raw, status: str) -> FromChat | None:
    """In a private chat Telegram tells us only that the person blocked or unblocked the bot."""
    found = _private(change)
    match found, status:
        case Intruded(), "left" | "kicked":
            return None  # thrown out already: nobody is there to be told
        case Intruded(), _:
            return found
        case int(), "kicked":
            return Blocked(ChatId(found))
        case int(), "member":
            return Returned(ChatId(found))
        case _:
            return None


def _private(source: Raw) -> ChatId | Intruded | None:
    """The chat, if it is a person's own and that person acts in it. Otherwise what to make of it."""
    match source.get("chat"):
        case {"id": int(number), "type": str(kind)} if 0 < abs(number) < _NUMBER_MAX:
            chat_id = ChatId(int(number))
        case _:
            return None
    if kind in _NOT_ALONE:
        return Intruded(chat_id)
    if kind != "private":
        return None
    match source.get("from"):
        case None:
            return chat_id
        case {"is_bot": True}:
            return Intruded(chat_id)
        case {"id": number} if number == chat_id:
            return chat_id
        case _:
            return None


def _language(message: Raw) -> str:
    match message.get("from"):
        case {"language_code": str(tag)} if _LANGUAGE.fullmatch(tag):
            return tag
        case _:
            return ""


def _number(value: object) -> int | None:
    """A message's number, if it is one."""
    return value if isinstance(value, int) and 0 < value < _NUMBER_MAX else None


def _numbered(result: object) -> list[tuple[int, dict[str, Any]]] | None:
    """None if this is no list of updates: a number is what we confirm by, so none may be missing."""
    if not isinstance(result, list):
        return None
    numbered = []
    for update in result:
        match update:
            case {"update_id": int(number)}:
                numbered.append((number, update))
            case _:
                return None
    return sorted(numbered, key=lambda pair: pair[0])
