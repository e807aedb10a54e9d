"""The simulated people: who they are, and what they remember. All of them are invented."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.core.model import Band
from bot.demo.headless.phones import Phone
from bot.demo.headless.wishes import Timeline, Wishes
from bot.demo.server import Message


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing more for so long; with ``ring`` only until the phone rings."""

    time: timedelta
    ring: bool = False


# A life acts on a phone and yields how long nothing more happens. What is sent in is whether it has rung.
Life = Generator[Wait, bool, None]


@dataclass(frozen=True, slots=True)
class Answer:
    """A therapist said that a summary was read, or answered it: with a reviewed sentence, by its name, or
    with ``words`` of their own. ``letter`` is the summary's last."""

    at: datetime
    letter: Message
    name: str = ""
    words: str = ""

    @property
    def reads(self) -> bool:
        """Whether it says no more than that the summary was read."""
        return not self.name and not self.words


@dataclass
class Therapist:
    chat_id: int
    name: str
    language: str
    zone: str
    phone: Phone
    dice: Random
    answers: list[Answer] = field(default_factory=list)


@dataclass
class Client:
    """``session`` is on the therapist's clock, ``check_in`` on the client's own as both were agreed; Monday
    is 0. ``guardian``: the phone is a guardian's, and passed on.

    ``family`` are all whose phone it is; the first of them acts for all.

    ``linked_at`` is when the therapist said that it was the right person. ``notes`` are the messages that
    were meant to be kept. ``undone``: an answer was taken back and another is still to be given.
    ``asked`` is when a family said that a check-in was for this one, ``cards`` the check-ins that were.
    """

    chat_id: int
    alias: str
    band: Band
    language: str
    zone: str
    therapist: Therapist
    session: tuple[int, time]
    check_in: tuple[int, time]
    phone: Phone
    dice: Random
    guardian: bool = False
    linked_at: datetime | None = None
    notes: list[Message] = field(default_factory=list)
    written: int = 0
    undone: bool = False
    asked: list[datetime] = field(default_factory=list)
    cards: set[str] = field(default_factory=set)
    family: "list[Client]" = field(default_factory=list, compare=False, repr=False)
    wishes: Wishes = field(init=False)

    def __post_init__(self) -> None:
        self.wishes = Wishes(self.zone, Timeline(self.check_in), Timeline(self.language))
        self.family.append(self)

    def speaks(self) -> str:
        """The language that was chosen last."""
        return self.wishes.language.at(self.phone.now())

    def knows_us(self, at: datetime) -> bool:
        """Whether they were not erased yet."""
        return self.wishes.erased_at is None or at < self.wishes.erased_at

    def until_session(self) -> timedelta:
        weekday, at = self.session
        now = self.phone.now().astimezone(ZoneInfo(self.therapist.zone))
        start = datetime.combine(now.date() + timedelta(days=(weekday - now.weekday()) % 7), at, now.tzinfo)
        return start.astimezone(UTC) - now.astimezone(UTC)


Person = Therapist | Client


def moment(dice: Random) -> Wait:
    """Long enough to read and decide."""
    return Wait(timedelta(seconds=dice.uniform(2, 40)))
