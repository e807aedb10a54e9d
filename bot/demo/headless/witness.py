"""What a phone saw of check-ins, put together: each as it was shown, and what counted of it (counting.py).

Only what the stand-in for Telegram knows goes in: messages with all their versions, and presses.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.core.model import CheckInState
from bot.demo.headless.dates import NEVER, Occasion
from bot.demo.headless.persons import Client
from bot.demo.headless.phones import keys
from bot.demo.headless.reading import CheckInReader, Page, PageKind
from bot.demo.server import Message, Press, State

FOLLOW_UPS: Final = (".help", ".raise")

# Whoever reads what a client is shown in this language.
Readers = Callable[[Client, str], CheckInReader]


@dataclass(frozen=True, slots=True)
class Shown:
    """One version of a check-in's card, and the labels of its buttons by their data."""

    at: datetime
    message: Message
    version: int
    page: Page
    labels: dict[str, str]


@dataclass
class Written:
    """A note: to which prompt, whether it says what to talk about, and when it was taken back."""

    prompt: str | None
    topic: bool
    gone_at: datetime = NEVER


@dataclass
class Seen:
    """One check-in. ``number`` is its dialogue's, which its buttons carry. ``occasion`` is what it was
    sent for; those that nobody was due to get, and those that the client began, have none.

    ``choices`` are in order: the moment, the prompt, and what was chosen, or None where an answer no
    longer stands; so is what was ``held`` back or shown again. ``notes`` are by message. It is open in
    ``spans``, the first of which ends at ``over_at``; until ``told_at`` it may be opened again.
    ``asked_again`` are the prompts to which something typed was taken back, in order: it is asked anew.
    ``calls`` are when a fresh card was called for, ``put_off`` when it was put off and until when,
    ``unturned`` presses that counted and turned no page.
    """

    number: int
    owner: Client
    language: str
    shown: list[Shown]
    occasion: Occasion | None = None
    over_at: datetime = NEVER
    told_at: datetime = NEVER
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    choices: list[tuple[datetime, str, str | None]] = field(default_factory=list)
    held: list[tuple[datetime, str, bool]] = field(default_factory=list)
    notes: dict[int, Written] = field(default_factory=dict)
    put_off: list[tuple[datetime, datetime]] = field(default_factory=list)
    finished: list[datetime] = field(default_factory=list)
    went_back: list[datetime] = field(default_factory=list)
    asked_again: list[tuple[datetime, str]] = field(default_factory=list)
    calls: list[datetime] = field(default_factory=list)
    unturned: list[Press] = field(default_factory=list)
    typed: int = 0

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
        """Whether it could be answered at that moment."""
        return any(since <= at < until for since, until in self.spans)

    def reviewed(self, at: datetime) -> bool:
        """Whether all was answered by then and only to be shared: nobody is reminded of that."""
        shared = [one.at for one in self.shown if one.page.kind is PageKind.SHARE and one.at <= at]
        return bool(shared) and not any(shared[-1] < back <= at for back in self.went_back)

    def answers(self, before: datetime) -> dict[str, tuple[str, datetime]]:
        """What stood at that moment, by prompt: the choice, and when it was made."""
        standing: dict[str, tuple[str, datetime]] = {}
        for at, prompt, choice in self.choices:
            if at < before:
                standing.pop(prompt, None)
                if choice is not None:
                    standing[prompt] = choice, at
        return standing

    def held_back(self, before: datetime) -> set[str]:
        """The prompts whose answers were for the client alone at that moment."""
        latest = {prompt: held for at, prompt, held in self.held if at < before}
        return {prompt for prompt, held in latest.items() if held}

    def complete(self, before: datetime) -> bool:
        """Whether all its questions had an answer by then, as many as the dots over them."""
        asked = max((one.page.prompts for one in self.shown), default=0)
        answered = sum(not prompt.endswith(FOLLOW_UPS) for prompt in self.answers(before))
        return 0 < asked == answered

    def state(self, at: datetime) -> CheckInState:
        """How it stood then. Once it has ended it stays so, though it be opened again."""
        ended = min(self.spans[0][1], at)
        if self.finished and self.finished[0] <= ended:
            return CheckInState.FINISHED
        if at < self.spans[0][1]:
            return CheckInState.OPEN
        if self.complete(ended):
            return CheckInState.FINISHED
        answered = any(not prompt.endswith(FOLLOW_UPS) for prompt in self.answers(ended))
        return CheckInState.PARTLY if answered else CheckInState.EXPIRED

    def ends(self, now: datetime) -> list[datetime]:
        """When it was finished, by the client or because everything was answered when time was up."""
        by_time = (until for _, until in self.spans if until <= now and until not in self.finished)
        return sorted([*self.finished, *(until for until in by_time if self.complete(until))])


@dataclass
class Talk:
    """One chat since the link. ``unreadable`` are cards whose pages are none that we know, ``private``
    what was typed into a check-in on a phone that is passed on."""

    clients: Sequence[Client]
    check_ins: list[Seen] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    heard: list[Message] = field(default_factory=list)
    unreadable: list[Message] = field(default_factory=list)
    private: list[Message] = field(default_factory=list)

    def of(self, client: Client) -> list[Seen]:
        return [seen for seen in self.check_ins if seen.owner is client]


def is_command(message: Message) -> bool:
    return message.versions[0].text.startswith("/")


def listen(state: State, clients: Sequence[Client], readers: Readers, since: datetime) -> Talk:
    """All of a chat after ``since``, before anything is counted."""
    chat_id, talk = clients[0].chat_id, Talk(clients)
    talk.presses = [
        press for press in state.presses.values() if press.chat_id == chat_id and press.at > since
    ]
    cards: dict[int, list[Message]] = {}
    for message in state.chat(chat_id):
        if message.sent_at <= since:
            continue
        if not message.by_bot:
            talk.sent.append(message)
            continue
        talk.heard.append(message)
        if message.message_id in clients[0].phone.aside:
            continue
        versions = range(len(message.versions))
        numbers = {data.partition(":")[0] for version in versions for data in _labels(message, version)}
        if len(numbers) == 1:
            cards.setdefault(int(numbers.pop()), []).append(message)
        elif numbers:
            talk.unreadable.append(message)
    for number, messages in cards.items():
        found = _check_in(number, messages, clients, readers)
        if found is None:
            talk.unreadable += messages
        else:
            talk.check_ins.append(found)
            talk.unreadable += _unread(found, messages)
    talk.check_ins.sort(key=lambda seen: seen.began)
    return talk


def _check_in(
    number: int, messages: Sequence[Message], clients: Sequence[Client], readers: Readers
) -> Seen | None:
    """As whoever reads the first card reads the others; which of several children it is for, it says."""
    first = messages[0].versions[0].text
    for client in clients:
        for language in client.wishes.language.all():
            reader = readers(client, language)
            page = reader.page(first)
            if page is not None and page.client in ("", client.alias):
                shown = [one for message in messages for one in _shown(message, reader)]
                shown.sort(key=lambda one: (one.at, one.message.message_id, one.version))
                return Seen(number, client, language, shown)
    return None


def _shown(message: Message, reader: CheckInReader) -> Iterator[Shown]:
    """Those versions of a message that are pages of a check-in."""
    for number, version in enumerate(message.versions):
        page = reader.page(version.text)
        if page is not None:
            yield Shown(version.at, message, number, page, _labels(message, number))


def _unread(seen: Seen, messages: Sequence[Message]) -> list[Message]:
    read = [one.message.message_id for one in seen.shown]
    return [one for one in messages if read.count(one.message_id) < len(one.versions)]


def _labels(message: Message, version: int) -> dict[str, str]:
    return {str(one["callback_data"]): str(one["text"]) for one in keys(message.versions[version])}
