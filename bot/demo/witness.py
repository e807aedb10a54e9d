"""What a client's phone saw, put together: each check-in as it was shown and as it was answered.

Only what the stand-in for Telegram knows goes in: messages with all their versions, and presses.
People never act in the very instant in which something arrives (the play sees to that), so what
bears the moment of an act came after it. What counts, in full:

- A press counts if its button stood on what the phone showed last of this check-in, nobody had
  pressed a button of that page before, and the check-in was not yet over.
- Written words count as a note if a check-in was open on the phone and not yet over, and its band
  may write. They belong to the question that was shown last; on a cover and on the last page to none.
- What a button means is what its label says, in the language of the phone.
"""

from dataclasses import dataclass, field
from datetime import datetime

from bot.core.model import Band, PromptSet
from bot.demo.dates import NEVER, SOON, Occasion
from bot.demo.reading import CheckInReader, Page, PageKind
from bot.demo.server import Message, Press, State

OPEN, BACK, NOTHING = "-open", "-back", "-nothing"


@dataclass(frozen=True, slots=True)
class Shown:
    """One version of a check-in's card, and the labels of its buttons by their data."""

    at: datetime
    message: Message
    version: int
    page: Page
    labels: dict[str, str]


@dataclass
class Seen:
    """One check-in. ``number`` is its dialogue's, which its buttons carry. ``occasion`` is what it was
    sent for; those that nobody was due to get, and those that the client began, have none.

    ``choices`` are in order: the moment, the prompt, and what was chosen, or None where an answer no
    longer stands. ``notes`` are by message, each with its prompt. ``unturned`` are presses that
    counted and turned no page.
    """

    number: int
    shown: list[Shown]
    occasion: Occasion | None = None
    over_at: datetime = NEVER
    choices: list[tuple[datetime, str, str | None]] = field(default_factory=list)
    notes: dict[int, str | None] = field(default_factory=dict)
    unturned: list[Press] = field(default_factory=list)

    @property
    def began(self) -> datetime:
        return self.shown[0].at

    @property
    def prompted(self) -> bool:
        """Whether it began with a cover, as those of a schedule do."""
        return self.shown[0].page.kind is PageKind.COVER

    @property
    def fresh(self) -> list[Shown]:
        """Where it came as a message of its own."""
        return [one for one in self.shown if one.version == 0]

    def last(self, before: datetime) -> Shown | None:
        """What was shown last before that moment."""
        return next((one for one in reversed(self.shown) if one.at < before), None)

    def open(self, at: datetime) -> bool:
        """Whether it could be answered at that moment, as far as the phone shows."""
        last = self.last(at)
        return last is not None and last.page.kind.open and at < self.over_at

    def answers(self, before: datetime) -> dict[str, tuple[str, datetime]]:
        """What stood at that moment, by prompt: the choice, and when it was made."""
        standing: dict[str, tuple[str, datetime]] = {}
        for at, prompt, choice in self.choices:
            if at < before:
                standing.pop(prompt, None)
                if choice is not None:
                    standing[prompt] = choice, at
        return standing

    @property
    def thanked(self) -> bool:
        return any(one.page.kind is PageKind.DONE for one in self.shown)

    def complete(self, before: datetime) -> bool:
        """Whether all its questions had an answer by then, as many as the dots over them."""
        asked = max((one.page.prompts for one in self.shown), default=0)
        answered = sum("." not in prompt for prompt in self.answers(before))
        return 0 < asked == answered


@dataclass
class Talk:
    """One client's chat since the link. ``unreadable`` are cards whose pages are none that we know."""

    script: PromptSet
    band: Band
    check_ins: list[Seen] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    heard: list[Message] = field(default_factory=list)
    unreadable: list[Message] = field(default_factory=list)

    def fold(self) -> None:
        """Let all that was pressed and written count, in its order. ``over_at`` must be known by then."""
        used: set[tuple[int, str]] = set()
        acts: list[tuple[datetime, Press | Message]] = [(press.at, press) for press in self.presses]
        acts += [(message.sent_at, message) for message in self.sent]
        for at, act in sorted(acts, key=lambda pair: pair[0]):
            if isinstance(act, Message):
                self._write(act, at)
            else:
                self._press(act, at, used)

    def of(self, occasion: Occasion) -> Seen | None:
        return next((seen for seen in self.check_ins if seen.occasion == occasion), None)

    def open_at(self, at: datetime) -> Seen | None:
        return next((seen for seen in reversed(self.check_ins) if seen.open(at)), None)

    def _press(self, press: Press, at: datetime, used: set[tuple[int, str]]) -> None:
        number, position, _ = press.data.split(":", 2)
        seen = next((one for one in self.check_ins if str(one.number) == number), None)
        if seen is None or not seen.open(at) or (seen.number, position) in used:
            return
        last = seen.last(at)
        if last is None or last.message.message_id != press.message_id or press.data not in last.labels:
            return
        if last.message.deleted_at is not None and last.message.deleted_at < at:
            return
        used.add((seen.number, position))
        if not any(at <= one.at <= at + SOON for one in seen.shown):
            seen.unturned.append(press)
        meaning = last.page.meaning(last.labels[press.data])
        self._answer(seen, last.page, meaning or f"unreadable: {last.labels[press.data]}", at)

    def _answer(self, seen: Seen, page: Page, choice: str, at: datetime) -> None:
        if choice in (OPEN, BACK, NOTHING):
            return
        prompt = page.prompt or _question(seen, at)
        fallen: tuple[str, ...] = ()
        match page.kind:
            case PageKind.QUESTION if choice not in self.script.scale(self.band).low:
                fallen = f"{prompt}.help", f"{prompt}.raise"
            case PageKind.HELP:
                fallen = (f"{prompt}.raise",) if choice == "rather_not" else ()
                prompt = f"{prompt}.help"
            case PageKind.RAISE:
                prompt = f"{prompt}.raise"
            case _:
                pass
        seen.choices += [(at, prompt, choice), *((at, gone, None) for gone in fallen)]

    def _write(self, message: Message, at: datetime) -> None:
        seen = self.open_at(at)
        if seen is None or not self.script.bands[self.band].free_words:
            return
        if message.content or is_command(message):
            return
        last = seen.last(at)
        whole = last is None or last.page.kind in (PageKind.COVER, PageKind.NOTE)
        seen.notes[message.message_id] = None if whole else _question(seen, at)


def is_command(message: Message) -> bool:
    return message.versions[0].text.startswith("/")


def listen(
    state: State, chat_id: int, reader: CheckInReader, script: PromptSet, band: Band, since: datetime
) -> Talk:
    """All of a client's chat after ``since``, before anything is counted."""
    talk = Talk(script, band)
    talk.presses = [
        press for press in state.presses.values() if press.chat_id == chat_id and press.at > since
    ]
    found: dict[int, list[Shown]] = {}
    for message in state.chat(chat_id):
        if message.sent_at <= since:
            continue
        if not message.by_bot:
            talk.sent.append(message)
            continue
        talk.heard.append(message)
        shown = _shown(message, reader)
        numbers = {data.partition(":")[0] for one in shown for data in one.labels}
        if len(numbers) == 1 and len(shown) == len(message.versions):
            found.setdefault(int(numbers.pop()), []).extend(shown)
        elif any(version.markup for version in message.versions):
            talk.unreadable.append(message)
    for number, shown in found.items():
        shown.sort(key=lambda one: (one.at, one.message.message_id, one.version))
        talk.check_ins.append(Seen(number, shown))
    talk.check_ins.sort(key=lambda seen: seen.began)
    return talk


def _shown(message: Message, reader: CheckInReader) -> list[Shown]:
    """Those versions of a message that are pages of a check-in."""
    found = []
    for number, version in enumerate(message.versions):
        page = reader.page(version.text)
        if page is not None:
            rows = (version.markup or {}).get("inline_keyboard", [])
            labels = {str(button["callback_data"]): str(button["text"]) for row in rows for button in row}
            found.append(Shown(version.at, message, number, page, labels))
    return found


def _question(seen: Seen, at: datetime) -> str:
    """The prompt that was asked last before that moment."""
    asked = (one.page.prompt for one in reversed(seen.shown) if one.at < at and one.page.prompt)
    return next(asked, "")
