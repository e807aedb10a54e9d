"""A phone in a journey: what its owner can do with it, what is new on it, and the laws for all it shows."""

import re
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.safety import HELP
from bot.demo.server import Message
from bot.demo.stage import Stage

GROUP = -500
WRONG_LINK = "A-link-that-was-never-made"
MARKS = re.compile("[\u2066-\u2069\u200f]")
HELP_CARD = re.compile(r":(-hide|[A-Z]{2})$")  # what only its buttons mean
LINK = re.compile(r"start=([A-Za-z0-9_-]+)")


class Unlike(Exception):
    """The phone shows something else than the story tells."""


@dataclass
class Phone:
    """``unread`` and ``hints`` are what came since the last act and has not been told."""

    stage: Stage
    chat_id: int
    name: str
    language: str
    zone: ZoneInfo
    links: list[str]  # all that were made in this story, by whomever
    also: str = ""  # another language that its owner changes to
    clinician: bool = False
    discreet: bool = False
    may_name: frozenset[str] = frozenset()  # who is handed this phone of somebody else's
    unread: list[Message] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    last_update: int | None = None
    _known: dict[int, int] = field(default_factory=dict)  # how many versions of each message were seen
    _faded: set[int] = field(default_factory=set)  # those that by themselves have only lost their buttons
    _pressed: dict[str, tuple[int, str]] = field(default_factory=dict)
    _wrote: dict[str, int] = field(default_factory=dict)

    def act(self, verb: str, what: Any) -> None:
        """What a person does; the bot has not reacted yet."""
        state, chat, done = self.stage.state, self.chat_id, None
        match verb, what:
            case "taps", _:
                self._pressed[what] = self._button(what)
                done = state.tap(chat, *self._pressed[what])
            case "taps_twice", _:
                self._pressed[what] = self._button(what)
                state.tap(chat, *self._pressed[what])
                done = state.tap(chat, *self._pressed[what])
            case "taps_again", _:
                done = state.tap(chat, *self._pressed[what], forged=True)
            case "writes", _:
                done = state.write(chat, what)
                self._wrote[what] = done.message_id
            case "edits", [before, after]:
                done = state.edit(chat, self._wrote[before], after)
            case "sends", _:
                done = state.send(chat, what)
            case "opens", _:
                made = {"the link": self.links[-1:], "the first link": self.links[:1]}
                done = state.start(chat, made[what][0] if what in made else WRONG_LINK)
            case "does", ("block" | "unblock" | "start" | "deactivate"):
                getattr(state, what)(chat)
            case "writes_in_group", _:
                state.group(GROUP, by=chat)
                done = state.write_in_group(GROUP, chat, what)
            case _:
                raise Unlike(f"Nobody can do that: {verb} {what!r}")
        self.last_update = None if done is None else done.update_id

    def check(self, verb: str, what: Any, step: dict[str, Any]) -> None:
        match verb:
            case "sees":
                found = next((one for one in self.unread if self._fits(one, what, step)), None)
                if found is None:
                    raise Unlike(f"No new message is like that.\n{self.news()}")
                self.unread.remove(found)
            case "hears":
                heard = next((hint for hint in self.hints if what in plain(hint)), None)
                if heard is None:
                    raise Unlike(f"Nothing like that was heard.\n{self.news()}")
                self.hints.remove(heard)
            case "sees_nothing_new":
                if self.untold or self.hints:
                    raise Unlike(f"There is something.\n{self.news()}")
            case "sees_more":
                if not self.unread:
                    raise Unlike("There is no more.")
                self.unread.clear()
            case "words_are_gone":
                if what not in self._wrote:
                    raise Unlike("That was never written.")
                if self.stage.state.message(self.chat_id, self._wrote[what]).deleted_at is None:
                    raise Unlike("It still stands in the chat.")
            case "no_longer_sees":
                if any(what in look(one) for one in self._shown()):
                    raise Unlike(f"It is still there.\n{self._screen()}")
            case _:
                raise Unlike(f"A story has no words for {verb!r}.")

    def notice(self, toasts: list[str], private: list[str], *, rang: bool) -> None:
        """What is new. It obeys the laws; if it ``rang`` by itself it has none of the ``private`` words."""
        shown = self._shown()
        news = [one for one in shown if self._known.get(one.message_id, 0) < len(one.versions)]
        for message in news:
            self._obey(message)
            before = message.versions[: self._known.get(message.message_id, 0)][-1:]
            if rang and not _rows(message) and any(one.text.startswith(message.text) for one in before):
                self._faded.add(message.message_id)
            else:
                self._faded.discard(message.message_id)
            audible = rang and not message.silent
            fresh = audible and self.discreet and message.message_id not in self._known
            for word in private if fresh else ():
                if word not in self.may_name and word in f"{message.versions[0].text} {_file_name(message)}":
                    raise Unlike(f"A locked screen would show “{word}”:\n{look(message)}")
            if "photo" in message.content:
                self.links += LINK.findall(message.text)
        self._known.update((one.message_id, len(one.versions)) for one in shown)
        self.unread = [one for one in self.unread if one in shown and one not in news] + news
        self.hints += toasts

    @property
    def untold(self) -> list[Message]:
        """What is new and has to be told."""
        return [one for one in self.unread if one.message_id not in self._faded]

    def news(self) -> str:
        """Everything new, as it can be read; all that is on the screen if there is nothing new."""
        news = [*map(look, self.unread), *(f"a hint: {hint}" for hint in self.hints)]
        if not news:
            return self._screen()
        return "\n---\n".join([f"New on the phone of {self.name}:", *news])

    def _screen(self) -> str:
        shown = map(look, self._shown()[-3:])
        return "\n---\n".join([f"Nothing is new. The phone of {self.name} shows:", *shown])

    def _shown(self) -> list[Message]:
        return [message for message in self.stage.shown(self.chat_id) if message.by_bot]

    def _button(self, label: str) -> tuple[int, str]:
        """The newest button with this label, whether it is marked as chosen or not."""
        for message in reversed(self._shown()):
            for button in message.buttons():
                if label in (shown := plain(button["text"]), shown.removeprefix("✓ ")):
                    return message.message_id, str(button["callback_data"])
        raise Unlike(f"There is no button {label!r}.\n{self._screen()}")

    def _fits(self, message: Message, what: str | list[str], step: dict[str, Any]) -> bool:
        parts = [what] if isinstance(what, str) else what
        text, at = _as_told(message.text, parts), 0
        for part in parts:
            place = text.find(part, at)
            if place < 0:
                return False
            at = place + len(part)
        rows = [" | ".join(button["text"] for button in row) for row in _rows(message)]
        came = message.versions[-1].at.astimezone(self.zone)
        there = {
            "buttons": [_as_told(row, step.get("buttons", [])) for row in rows],
            "at": [f"{came:{form}}" for form in ("%H:%M", "%A %H:%M", "%Y-%m-%d %H:%M")],
            "progress": plain(message.text).partition("\n")[0],
            "file": _file_name(message),
        }
        if "holds" in step and not self._holds(message, step["holds"]):
            return False
        return (
            step.get("buttons", there["buttons"]) == there["buttons"]
            and step.get("at", there["at"][0]) in there["at"]
            and step.get("progress", there["progress"]) == there["progress"]
            and step.get("file", there["file"]) == there["file"]
        )

    def _offers_help(self, message: Message) -> None:
        """It is the last on every card of a client's, but on the help card itself; the clinic has none."""
        data = [str(button["callback_data"]) for button in message.buttons()]
        if not data:
            return
        without = self.clinician or any(HELP_CARD.search(one) for one in data)
        last = not self.clinician and data[-1] == HELP and not any(one.endswith(":-hide") for one in data)
        if data.count(HELP) > 1 or not (last or (without and HELP not in data)):
            raise Unlike(f"The last button is not the one for help, or ought not to be:\n{look(message)}")

    def _holds(self, message: Message, parts: list[str]) -> bool:
        """Whether the message's file has all of these in it, in whatever order."""
        file = self.stage.state.files.get(message.file_id)
        return file is not None and all(part in plain(file.content.decode()) for part in parts)

    def _obey(self, message: Message) -> None:
        """The law of the button for help; and those of writing direction, for every line of a message and
        every button."""
        self._offers_help(message)
        lines = message.text.split("\n")
        for line in [*lines, *(str(button["text"]) for button in message.buttons())]:
            if len(re.findall("[\u2066-\u2068]", line)) != line.count("\u2069"):
                raise Unlike(f"An isolate is not closed in its line: {line!r}")
            if re.search("[\u202a-\u202e]", line):
                raise Unlike(f"A mark turns all that follows: {line!r}")
        if "ar" not in (self.language, self.also):
            return
        begun = [line.strip(" ").startswith("\u200f") for line in lines if line]
        if not all(begun) and (not self.also or any(begun)):
            raise Unlike(f"A line does not begin at the right: {message.text!r}")


def plain(text: str) -> str:
    """Without the marks that only say in which direction to read."""
    return MARKS.sub("", text)


def look(message: Message) -> str:
    """A message as it can be read, its file above and its buttons below."""
    file = [f"[file: {_file_name(message)}]"] if _file_name(message) else []
    rows = [" | ".join(f"[{button['text']}]" for button in row) for row in _rows(message)]
    return plain("\n".join([*file, message.text, *rows]))


def _as_told(text: str, story: list[str]) -> str:
    """The text with its marks if the story writes some, else without."""
    return text if MARKS.search("".join(story)) else plain(text)


def _file_name(message: Message) -> str:
    return str(message.content.get("document", {}).get("file_name", ""))


def _rows(message: Message) -> list[list[dict[str, Any]]]:
    """Without the one for help, of which a story need not tell."""
    rows: list[list[dict[str, Any]]] = (message.markup or {}).get("inline_keyboard", [])
    return [row for row in rows if [button["callback_data"] for button in row] != [HELP]]
