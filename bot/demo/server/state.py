"""The persons' side: all that people can do with their phones, and what tests may slip in."""

import re
from typing import Final, assert_never

from bot.demo.server.limits import START_MAX, Clock, clean, message_text
from bot.demo.server.memory import Memory, picture_size
from bot.demo.server.things import Group, Impossible, Json, Kind, Message, Person, Press, Refusal
from bot.demo.server.webhook import Webhook

__all__ = ["Clock", "State"]

_START: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{START_MAX}}}", re.ASCII)
_POSITION: Final = {"latitude": 47.5, "longitude": 8.5}


class State(Memory):
    """One bot's whole Telegram. Each act returns what was made by it."""

    def __init__(self, clock: Clock, **identity: str) -> None:
        super().__init__(clock, **identity)
        self.webhook = Webhook(self)

    def person(
        self, chat_id: int, first_name: str = "Kim", language_code: str = "en", *, started: bool = False
    ) -> Person:
        """A new person, or a known one changed. A bot may write only to one who has ``started`` it,
        which the first message or tap does too."""
        known = self.people.get(chat_id)
        if known is None:
            known = self.people[chat_id] = Person(chat_id, first_name, language_code)
        known.first_name, known.language_code = first_name, language_code
        known.started |= started
        self.touch()
        return known

    def write(self, chat_id: int, text: str, *, forwarded: bool = False) -> Message:
        """Write to the bot. A command is only text with a slash."""
        author = self._acting(chat_id)
        message = self.post(author, author.as_user(), _words(text), forwarded=forwarded)
        self._tell(message)
        return message

    def start(self, chat_id: int, parameter: str = "") -> Message:
        """Open the bot, or a deep link with this parameter, and press Start. It unblocks."""
        if parameter and not _START.fullmatch(parameter):
            raise Impossible("a start parameter is 1 to 64 of A-Z a-z 0-9 _ -")
        if self.somebody(chat_id).blocked:
            self.unblock(chat_id)
        return self.write(chat_id, f"/start {parameter}".rstrip())

    def tap(self, chat_id: int, message_id: int, which: str | int, *, forged: bool = False) -> Press:
        """Press a button, by its data or by its place counted from 0.

        A forged press may carry any data and be about a deleted message, or one that never was.
        """
        presser = self._acting(chat_id)
        message = self.messages.get(chat_id, {}).get(message_id)
        if forged:
            data = str(which)
            message = message or Message(chat_id, message_id, True, self.me, presser.as_chat(), [])
        else:
            data, message = self._button(self.message(chat_id, message_id), which)
        press = self.press(message, data)
        shown = message.as_json() if message.versions and message.deleted_at is None else None
        press.update_id = self.updates.add(
            "callback_query",
            {
                "id": press.id,
                "from": presser.as_user(),
                "message": shown or {"chat": message.chat, "message_id": message_id, "date": 0},
                "chat_instance": str(-chat_id),
                "data": data,
            },
            f"press {chat_id}",
            self.now(),
        )
        return press

    def send(
        self, chat_id: int, kind: Kind, content: bytes = b"", caption: str = "", name: str = ""
    ) -> Message:
        """Send something else than words."""
        author = self._acting(chat_id)
        carried, file_id = self._carried(kind, content, name)
        message = self.post(author, author.as_user(), clean(caption), content=carried, file_id=file_id)
        self._tell(message)
        return message

    def edit(self, chat_id: int, message_id: int, text: str) -> Message:
        """Change one's own message."""
        self._acting(chat_id)
        message = self.message(chat_id, message_id)
        if message.by_bot or message.deleted_at is not None:
            raise Impossible("only one's own messages can be edited")
        self.change(message, clean(text) if message.content else _words(text), None)
        message.update_id = self.updates.add(
            "edited_message", message.as_json(), f"chat {chat_id}", self.now()
        )
        return message

    def block(self, chat_id: int) -> None:
        self._set_blocked(self.somebody(chat_id), blocked=True)

    def unblock(self, chat_id: int) -> None:
        self._set_blocked(self.somebody(chat_id), blocked=False)

    def deactivate(self, chat_id: int) -> None:
        """Delete the account. The bot is not told."""
        self.somebody(chat_id).deactivated = True

    def group(self, group_id: int, title: str = "Family", *, by: int) -> Group:
        """Add the bot to a group; ``group_id`` is negative."""
        group = self.groups.setdefault(group_id, Group(group_id, title))
        change = self._membership("left", "member") | {
            "chat": group.as_chat(),
            "from": self.somebody(by).as_user(),
        }
        self.updates.add("my_chat_member", change, f"member {by}", self.now())
        return group

    def write_in_group(self, group_id: int, author_id: int, text: str) -> Message:
        if group_id not in self.groups:
            raise Impossible(f"there is no group {group_id}")
        author = self.somebody(author_id)
        message = self.post(self.groups[group_id], author.as_user(), _words(text))
        self._tell(message)
        return message

    def inject(self, update: Json) -> int:
        """Deliver any JSON as an update; returns its number, which is set by us."""
        return self.updates.inject(update, self.now())

    def repeat(self, update_id: int, *, fresh: bool = False) -> int:
        """Deliver an update once more, confirmed or not, perhaps under a fresh number."""
        try:
            return self.updates.repeat(update_id, fresh=fresh)
        except KeyError:
            raise Impossible(f"there was no update {update_id}") from None

    def _acting(self, chat_id: int) -> Person:
        person = self.somebody(chat_id)
        if person.blocked or person.deactivated:
            raise Impossible("one who has blocked the bot, or is gone, cannot write to it")
        person.started = True
        return person

    def _tell(self, message: Message) -> None:
        message.update_id = self.updates.add(
            "message", message.as_json(), f"chat {message.chat_id}", self.now()
        )

    def _button(self, message: Message, which: str | int) -> tuple[str, Message]:
        if message.deleted_at is not None:
            raise Impossible("the message is deleted")
        offered = [str(button["callback_data"]) for button in message.buttons() if "callback_data" in button]
        if isinstance(which, int) and 0 <= which < len(offered):
            return offered[which], message
        if which in offered:
            return str(which), message
        raise Impossible(f"there is no button {which!r} under message {message.message_id}")

    def _set_blocked(self, person: Person, *, blocked: bool) -> None:
        if person.blocked == blocked:
            return
        person.blocked = blocked
        self.touch()
        change = self._membership(*("member", "kicked") if blocked else ("kicked", "member"))
        change |= {"chat": person.as_chat(), "from": person.as_user()}
        self.updates.add("my_chat_member", change, f"member {person.id}", self.now())

    def _membership(self, before: str, after: str) -> Json:
        def standing(status: str) -> Json:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self.me, "status": status} | until

        return {
            "date": int(self.now().timestamp()),
            "old_chat_member": standing(before),
            "new_chat_member": standing(after),
        }

    def _carried(self, kind: Kind, content: bytes, name: str) -> tuple[Json, str]:
        """What such a message carries, and the number of its file."""
        match kind:
            case "photo":
                width, height = picture_size(content) or (320, 240)
                file = self.keep_file("Photo", content, name or "photo.jpg")
                return {"photo": [file.as_json() | {"width": width, "height": height}]}, file.file_id
            case "voice":
                file = self.keep_file("Voice", content, name or "voice.oga")
                return {"voice": file.as_json() | {"duration": 3, "mime_type": "audio/ogg"}}, file.file_id
            case "sticker":
                file = self.keep_file("Sticker", content, name or "sticker.webp")
                shape = {"type": "regular", "width": 512, "height": 512, "emoji": "👋"}
                looks = {"is_animated": False, "is_video": False}
                return {"sticker": file.as_json() | shape | looks}, file.file_id
            case "document":
                file = self.keep_file("Document", content, name or "notes.txt")
                return {"document": file.as_document()}, file.file_id
            case "contact":
                return {"contact": {"phone_number": "+0000000000", "first_name": "Sam"}}, ""
            case "location":
                return {"location": _POSITION}, ""
            case "poll":
                return {"poll": _poll(len(self.journal))}, ""
            case _:
                assert_never(kind)


def _words(text: str) -> str:
    """What a person's app would send: it never sends nothing, and cuts what is too long."""
    try:
        return message_text(text)
    except (Refusal, UnicodeEncodeError) as error:
        raise Impossible(f"no app would send this: {type(error).__name__} {error}") from None


def _poll(number: int) -> Json:
    options = [{"persistent_id": word.lower(), "text": word, "voter_count": 0} for word in ("Yes", "No")]
    return {
        "id": str(number),
        "question": "Shall we?",
        "options": options,
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
