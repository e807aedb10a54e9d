"""The nouns of the stand-in for Telegram, and how each looks as JSON on the wire."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

Json = dict[str, Any]  # whatever the Bot API sends or takes: its types are Telegram's, not ours

Kind = Literal["photo", "voice", "sticker", "document", "contact", "location", "poll"]

_COMMAND: Final = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w{3,32})?")
_LINK: Final = re.compile(r"https?://[^\s<>\"]+")


class Refusal(Exception):
    """Telegram's ``ok: false``, in its own words."""

    def __init__(self, code: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def body(self) -> Json:
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


def bad(reason: str) -> Refusal:
    return Refusal(400, f"Bad Request: {reason}")


def too_many(seconds: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", seconds)


class Impossible(Exception):
    """What no person could do with Telegram's apps, such as tapping a button that is not there."""


@dataclass(slots=True)
class Person:
    """Someone with a phone; their number is also that of the private chat with the bot."""

    id: int
    first_name: str
    language_code: str
    started: bool = False  # a bot cannot write first
    blocked: bool = False
    deactivated: bool = False

    def as_user(self) -> Json:
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return user | {"language_code": self.language_code} if self.language_code else user

    def as_chat(self) -> Json:
        return {"id": self.id, "first_name": self.first_name, "type": "private"}


@dataclass(slots=True)
class Group:
    id: int
    title: str

    def as_chat(self) -> Json:
        return {"id": self.id, "title": self.title, "type": "supergroup"}


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said from ``at`` on. ``markup`` is its buttons."""

    at: datetime
    text: str
    markup: Json | None


@dataclass(slots=True)
class Message:
    """``content`` is what it carries besides words, as on the wire; then the words are a caption.

    ``versions`` begins with the original; the last one is what can be read now. ``update_id`` is the
    number of the update that told the bot of it, if it was told.
    """

    chat_id: int
    message_id: int
    by_bot: bool
    sender: Json
    chat: Json
    versions: list[Version]
    content: Json = field(default_factory=dict)
    file_id: str = ""
    silent: bool = False
    protected: bool = False
    reply_to: "Message | None" = None
    forwarded: bool = False
    deleted_at: datetime | None = None
    update_id: int | None = None

    @property
    def text(self) -> str:
        return self.versions[-1].text

    @property
    def markup(self) -> Json | None:
        return self.versions[-1].markup

    @property
    def sent_at(self) -> datetime:
        return self.versions[0].at

    def buttons(self) -> list[Json]:
        """All of them, row by row."""
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    def as_json(self) -> Json:
        date = int(self.sent_at.timestamp())
        body: Json = {"message_id": self.message_id, "from": self.sender, "chat": self.chat, "date": date}
        if self.forwarded:
            origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": date}
            body["forward_origin"] = origin
        if self.reply_to is not None:
            body["reply_to_message"] = {
                name: value for name, value in self.reply_to.as_json().items() if name != "reply_to_message"
            }
        if len(self.versions) > 1:
            body["edit_date"] = int(self.versions[-1].at.timestamp())
        body |= self.content
        words = "caption" if self.content else "text"
        if self.text:
            body[words] = self.text
            if entities := _entities(self.text):
                body["caption_entities" if self.content else "entities"] = entities
        if self.markup is not None and "inline_keyboard" in self.markup:
            body["reply_markup"] = self.markup
        if self.protected:
            body["has_protected_content"] = True
        return body


@dataclass(slots=True)
class Press:
    """A button that was tapped. ``answered_at`` is when the bot ended its spinner."""

    id: str
    chat_id: int
    message_id: int
    data: str
    at: datetime
    answered_at: datetime | None = None
    update_id: int | None = None


@dataclass(frozen=True, slots=True)
class Toast:
    """What a person saw after a tap; ``text`` is empty if only the spinner ended."""

    at: datetime
    press_id: str
    chat_id: int
    message_id: int
    data: str
    text: str
    alert: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One accepted call of the bot that changed something."""

    at: datetime
    method: str
    chat_id: int | None = None
    message_id: int | None = None
    text: str = ""
    disable_notification: bool = False
    protect_content: bool = False


def utf16(text: str) -> int:
    """Telegram counts lengths and offsets in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _entities(text: str) -> list[Json]:
    if "/" not in text:
        return []
    found = [("bot_command", match) for match in _COMMAND.finditer(text)]
    found += [("url", match) for match in _LINK.finditer(text)]
    return [
        {"type": kind, "offset": utf16(text[: match.start()]), "length": utf16(match[0])}
        for kind, match in sorted(found, key=lambda pair: pair[1].start())
    ]
