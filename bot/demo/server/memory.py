"""What the stand-in knows: people, groups, messages, files, and everything that the bot did."""

import asyncio
import struct
from contextlib import suppress
from datetime import datetime
from typing import Final

from bot.demo.server.faults import Faults
from bot.demo.server.files import File, FileKind, received
from bot.demo.server.limits import Clock, Rates
from bot.demo.server.things import Call, Group, Impossible, Json, Message, Person, Press, Toast, Version
from bot.demo.server.waiting import UpdateQueue

TOKEN: Final = "1000000001:a-token-for-the-demo-and-for-tests"  # noqa: S105  # it opens nothing but this
USERNAME: Final = "attune_demo_bot"

_FIRST_UPDATE: Final = 700_000_001
_FIRST_PRESS: Final = 4_000_000_000_000_001

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"


class Memory:
    """Everything in it may be read. To change it, take the methods of State or the Bot API."""

    def __init__(self, clock: Clock, *, token: str = TOKEN, username: str = USERNAME) -> None:
        self.clock = clock
        self.token = token
        self.me: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Attune",
            "username": username,
        }
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.messages: dict[int, dict[int, Message]] = {}  # by chat, then by number, in order
        self.files: dict[str, File] = {}
        self.presses: dict[str, Press] = {}
        self.journal: list[Call] = []
        self.toasts: list[Toast] = []
        self.profile: dict[tuple[str, str], object] = {}  # by what it is and the language's code
        self.updates = UpdateQueue(_FIRST_UPDATE)
        self.rates = Rates(clock)
        self.faults = Faults()
        self.version = 0  # grows with everything that a phone would show
        self._changed: asyncio.Event | None = None
        self._last_message_id = 0

    def now(self) -> datetime:
        return self.clock.now()

    def real(self, seconds: float) -> float:
        """How long ``seconds`` of the clock take in truth."""
        return seconds / self.clock.speed if self.clock.speed > 0 else seconds

    def somebody(self, chat_id: int) -> Person:
        """Impossible if there is no such person."""
        if chat_id not in self.people:
            raise Impossible(f"nobody has the number {chat_id}")
        return self.people[chat_id]

    def chat(self, chat_id: int) -> list[Message]:
        """All that was said there, in order, deleted messages too."""
        return list(self.messages.get(chat_id, {}).values())

    def message(self, chat_id: int, message_id: int) -> Message:
        """Impossible if there is no such message."""
        found = self.messages.get(chat_id, {}).get(message_id)
        if found is None:
            raise Impossible(f"there is no message {message_id} in chat {chat_id}")
        return found

    def post(
        self,
        place: Person | Group,
        sender: Json,
        text: str,
        *,
        markup: Json | None = None,
        content: Json | None = None,
        file_id: str = "",
        silent: bool = False,
        protected: bool = False,
        forwarded: bool = False,
        reply_to: Message | None = None,
    ) -> Message:
        """Put a message into a chat. No rule is asked."""
        self._last_message_id += 1
        message = Message(
            chat_id=place.id,
            message_id=self._last_message_id,
            by_bot=sender is self.me,
            sender=sender,
            chat=place.as_chat(),
            versions=[Version(self.now(), text, markup)],
            content=content or {},
            file_id=file_id,
            silent=silent,
            protected=protected,
            reply_to=reply_to,
            forwarded=forwarded,
        )
        self.messages.setdefault(place.id, {})[message.message_id] = message
        self.touch()
        return message

    def change(self, message: Message, text: str, markup: Json | None) -> None:
        message.versions.append(Version(self.now(), text, markup))
        self.touch()

    def delete(self, message: Message) -> None:
        message.deleted_at = self.now()
        self.touch()

    def keep_file(self, kind: FileKind, content: bytes, name: str) -> File:
        file = received(len(self.files) + 1, kind, content, name)
        self.files[file.file_id] = file
        return file

    def press(self, message: Message, data: str) -> Press:
        press = Press(
            str(_FIRST_PRESS + len(self.presses)), message.chat_id, message.message_id, data, self.now()
        )
        self.presses[press.id] = press
        return press

    def record(self, method: str, message: Message | None = None, text: str = "") -> None:
        """Write down an accepted call of the bot."""
        if message is None:
            self.journal.append(Call(self.now(), method, text=text))
        else:
            self.journal.append(
                Call(
                    self.now(),
                    method,
                    message.chat_id,
                    message.message_id,
                    text,
                    message.silent,
                    message.protected,
                )
            )

    def touch(self) -> None:
        self.version += 1
        if self._changed is not None:
            self._changed.set()
            self._changed = None

    async def changed(self, since: int, real_seconds: float = 30) -> int:
        """Wait until ``version`` is above ``since``, at most so long; the version then."""
        if self.version <= since:
            event = self._changed = self._changed or asyncio.Event()
            with suppress(TimeoutError):
                async with asyncio.timeout(real_seconds):
                    await event.wait()
        return self.version


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG; None if it is neither."""
    if content.startswith(_PNG) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(_JPEG):
        return _jpeg_size(content)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
