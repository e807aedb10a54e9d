"""One letter to Telegram. Telegram's errors stop here and become outcomes."""

import base64
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol, assert_never

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, TelegramError

from bot.core.model import ChatId
from bot.render.bodies import Action, Body
from bot.transport.connection import TelegramBot
from bot.transport.errors import NotSent, TooFast
from bot.transport.errors import WrongToken as WrongToken
from bot.transport.request import Upload

HINT_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter as it travels. ``message_id`` is what an edit or deletion is about; ``again`` says
    that it may have arrived before."""

    action: Action
    chat_id: ChatId
    message_id: int | None
    body: Body
    again: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived. ``message_id`` is the new or changed message; a deletion leaves none."""

    message_id: int | None


@dataclass(frozen=True, slots=True)
class Slower:
    """Not sent: Telegram asks everyone to wait."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class NotSentYet:
    """Provably nothing left us; the next try cannot double it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may or may not have arrived, and nobody can tell."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The person blocked the bot, or is gone."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What was to be edited or deleted is not there any more, or too old for it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram will never take this: our mistake. ``reason`` is Telegram's, never our words."""

    reason: str


Outcome = Sent | Slower | NotSentYet | Unclear | Unreachable | Gone | Refused

_NOT_THERE = (
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message can't be deleted",
    "message_id_invalid",
)
_NOBODY = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")


class Sender(Protocol):
    async def send(self, letter: Parcel) -> Outcome: ...


class TelegramSender:
    def __init__(self, bot: TelegramBot) -> None:
        self._bot = bot

    async def send(self, letter: Parcel) -> Outcome:
        """Try once. Only a token that Telegram does not know is an error: WrongToken."""
        try:
            return await self._send(letter)
        except TelegramError as error:
            return _outcome(letter, error)

    async def answer(self, press_id: str, text: str | None, alert: bool = False) -> None:
        """End a button's spinner, perhaps with a hint. Best effort: a late one is an error to
        Telegram and nothing to us."""
        parameters: dict[str, object] = {"callback_query_id": press_id}
        if text:
            parameters |= {"text": text[:HINT_MAX], "show_alert": alert}
        with suppress(TelegramError):
            await self._bot.call("answerCallbackQuery", parameters)

    async def _send(self, letter: Parcel) -> Outcome:
        body, target = letter.body, letter.message_id
        words: dict[str, object]
        which = {"chat_id": letter.chat_id, "message_id": target}
        match letter.action:
            case "send":
                words = {"text": _text(letter), "link_preview_options": {"is_disabled": True}}
                return _arrived(await self._bot.call("sendMessage", words | _manner(letter) | _buttons(body)))
            case "photo":
                picture = _content(body.get("photo"))
                if picture is None:
                    return Refused("the letter holds no picture")
                upload = Upload("photo", "picture.png", picture, "image/png")
                words = {"caption": _text(letter)} | _manner(letter) | _buttons(body)
                return _arrived(await self._bot.call("sendPhoto", words, upload=upload))
            case "file":
                content, name = _content(body.get("file")), body.get("file_name", "")
                if content is None or not _is_name(name):
                    return Refused("the letter holds no file, or none with a name")
                words = {"caption": _text(letter)} | _manner(letter) | _buttons(body)
                upload = Upload("document", name, content)
                return _arrived(await self._bot.call("sendDocument", words, upload=upload))
            case "edit":
                words = {"text": _text(letter), "link_preview_options": {"is_disabled": True}}
                answer = await self._bot.call("editMessageText", words | which | _buttons(body))
                return Sent(target) if answer is True or isinstance(answer, dict) else Unclear()
            case "delete":
                answer = await self._bot.call("deleteMessage", which)
                return Sent(None) if answer is True else Unclear()
            case "menu":
                scope = {"type": "chat", "chat_id": letter.chat_id}
                commands = {"commands": body.get("menu", []), "scope": scope}
                answer = await self._bot.call("setMyCommands", commands)
                return Sent(None) if answer is True else Unclear()
            case _:
                assert_never(letter.action)


def _text(letter: Parcel) -> str:
    text, repeat = letter.body["text"], letter.body.get("repeat")
    return f"{repeat}\n\n{text}" if letter.again and repeat else text


def _manner(letter: Parcel) -> dict[str, object]:
    """To whom, and how loudly. An edit cannot change the latter."""
    manner: dict[str, object] = {"chat_id": letter.chat_id}
    if letter.body.get("silent"):
        manner["disable_notification"] = True
    if letter.body.get("protect"):
        manner["protect_content"] = True
    return manner


def _buttons(body: Body) -> dict[str, object]:
    """An edit without any takes the old ones away."""
    rows = body.get("buttons")
    if not rows:
        return {}
    keyboard = [[{"text": one["text"], "callback_data": one["data"]} for one in row] for row in rows]
    return {"reply_markup": {"inline_keyboard": keyboard}}


def _content(encoded: str | None) -> bytes | None:
    """The bytes of a picture or file; None if there are none."""
    try:
        return base64.b64decode(encoded or "", validate=True) or None
    except ValueError:
        return None


def _is_name(name: str) -> bool:
    """Whether it can be a file's name on its way: Telegram ends a name at a semicolon or a quote."""
    return name.isprintable() and bool(name.strip()) and not set(name) & set('";\\/')


def _arrived(answer: object) -> Outcome:
    match answer:
        case {"message_id": int(message_id)}:
            return Sent(message_id)
        case _:
            return Unclear()


def _outcome(letter: Parcel, error: TelegramError) -> Outcome:
    """Raises WrongToken again: no letter can go out any more."""
    match error:
        case WrongToken():
            raise error
        case TooFast(wait=wait):
            return Slower(wait)
        case NotSent(message=reason):
            return NotSentYet(reason)
        case Forbidden():
            return Unreachable()
        case ChatMigrated() | Conflict():  # a group, or our own confusion: neither gets letters
            return Refused(error.message)
        case BadRequest(message=reason):  # a NetworkError to python-telegram-bot, but it is an answer
            return _refused(letter, reason)
        case _:
            return Unclear()


def _refused(letter: Parcel, reason: str) -> Outcome:
    said = reason.lower()
    changes = letter.action in ("edit", "delete")
    if letter.action == "edit" and "message is not modified" in said:
        return Sent(letter.message_id)
    if changes and any(phrase in said for phrase in _NOT_THERE):
        return Gone()
    if any(phrase in said for phrase in _NOBODY):
        return Unreachable()
    return Refused(reason)
