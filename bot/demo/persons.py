"""The simulated people: who they are, and how each of them lives with the bot. All of them are invented.

A life is a generator: it acts on its own phone and yields how long nothing more happens. It knows
nothing of the bot but what the phone shows, and its chances come from the seed alone.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.checkin import BACK, NOTHING, OPEN
from bot.core.model import DONT_KNOW, HELPS, RAISES, SKIP, Band
from bot.demo import phrases
from bot.demo.phones import Phone
from bot.demo.server import Message
from bot.demo.server.things import Kind

LONG: Final = 70  # so often a long note says the same

PAGES_MOST: Final = 40
MOST_LEFT: Final = timedelta(days=2)  # after this a check-in is closed
OTHER: Final[tuple[Kind, ...]] = ("photo", "sticker", "voice", "location")


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing more for so long; with ``ring`` only until the phone rings."""

    time: timedelta
    ring: bool = False


# What is sent in is whether the phone has rung.
Life = Generator[Wait, bool, None]


class Mood(StrEnum):
    """What somebody does when a check-in comes."""

    AT_ONCE = "at once"
    LATER = "hours later"
    REMINDED = "after the reminder"
    NEVER = "not at all"
    HALF = "half"
    IN_THE_END = "shortly before the session, after the summary"


@dataclass
class Therapist:
    chat_id: int
    name: str
    language: str
    zone: str
    phone: Phone
    dice: Random

    def life(self) -> Life:
        dice = self.dice
        while True:
            yield Wait(timedelta(hours=dice.uniform(20, 120)))
            match dice.choice(("summary", "summary", "summary", "help", "words", "old")):
                case "summary":
                    self.phone.write("/summary")
                    yield _moment(dice)
                    if choices := self.phone.choices():
                        self.phone.tap(dice.choice(choices), times=dice.choice((1, 1, 1, 2)))
                case "help":
                    self.phone.write("/help")
                case "old":
                    self.phone.tap_old(dice.randrange(9))
                case _:
                    self.phone.write(dice.choice(phrases.words(self.language)))


@dataclass
class Client:
    """``session`` is on the therapist's clock, ``check_in`` on the client's own; Monday is 0.

    ``linked_at`` is when the therapist said that it was the right person.
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
    linked_at: datetime | None = None
    notes: list[Message] = field(default_factory=list)

    def life(self) -> Life:
        while True:
            rang = yield Wait(timedelta(hours=self.dice.expovariate(1 / 100)), ring=True)
            if not rang:
                yield from self._whim()
            elif OPEN in self.phone.choices():
                yield from self._check_in()

    def _check_in(self) -> Life:
        """A check-in has come, or its reminder."""
        match self.dice.choices(tuple(Mood), (26, 25, 13, 10, 14, 12))[0]:
            case Mood.AT_ONCE:
                yield Wait(timedelta(seconds=self.dice.uniform(3, 300)))
                yield from self._answer(PAGES_MOST)
            case Mood.LATER:
                yield Wait(timedelta(hours=self.dice.uniform(0.3, 16)))
                yield from self._answer(PAGES_MOST)
            case Mood.NEVER:
                yield Wait(timedelta(hours=30))  # over the reminder
            case Mood.HALF:
                yield Wait(timedelta(minutes=self.dice.uniform(1, 600)))
                yield from self._answer(self.dice.randint(1, 3))
            case Mood.IN_THE_END if (left := self._until_session()) < MOST_LEFT:
                yield Wait(max(left - timedelta(minutes=self.dice.uniform(5, 110)), timedelta()))
                yield from self._answer(PAGES_MOST)
            case Mood.REMINDED | Mood.IN_THE_END:
                pass

    def _until_session(self) -> timedelta:
        weekday, at = self.session
        now = self.phone.now().astimezone(ZoneInfo(self.therapist.zone))
        start = datetime.combine(now.date() + timedelta(days=(weekday - now.weekday()) % 7), at, now.tzinfo)
        return start.astimezone(UTC) - now.astimezone(UTC)

    def _answer(self, most: int) -> Life:
        """Go on from whatever page is there; stop after so many."""
        for _ in range(most):
            choices = self.phone.choices()
            if not choices:
                break
            self._page(choices)
            yield _moment(self.dice)
        if self.notes and self.dice.random() < 0.3:
            yield Wait(timedelta(seconds=self.dice.uniform(20, 200)))
            self._edit()

    def _page(self, choices: Sequence[str]) -> None:
        """One thing with the page that shows: mostly a tap, sometimes something odd."""
        dice = self.dice
        match dice.random():
            case chance if chance < 0.03:
                self.phone.send(dice.choice(OTHER))
            case chance if chance < 0.09 or (NOTHING in choices and chance < 0.5):
                self._write()
            case chance if chance < 0.12:
                self.phone.tap_old(dice.randrange(20))
            case chance if chance < 0.14:
                self.phone.tap(self._choose(choices))
                self.phone.tap(self._choose(choices))  # two fingers, two buttons
            case chance if chance < 0.18:
                self.phone.tap(self._choose(choices), times=2)
            case chance if chance < 0.20:
                self.phone.tap(self._choose(choices))
                self.phone.repeat_press()
            case _:
                self.phone.tap(self._choose(choices))

    def _choose(self, choices: Sequence[str]) -> str:
        """What the button means; the first of a scale is the lowest."""
        dice = self.dice
        steps = [choice for choice in choices if choice not in (BACK, SKIP, DONT_KNOW)]
        match dice.random():
            case chance if chance < (0.25 if _asked_more(choices) else 0.06) and BACK in choices:
                return BACK
            case chance if chance < 0.14 and SKIP in choices:
                return SKIP
            case chance if chance < 0.22 and DONT_KNOW in choices:
                return DONT_KNOW
            case chance if chance < 0.45:
                return steps[0]
            case _:
                return dice.choice(steps)

    def _write(self) -> None:
        text = self.dice.choice(phrases.words(self.language))
        if self.dice.random() < 0.05:
            text = " ".join([text] * LONG)[:4000]
        self.notes.append(self.phone.write(text))

    def _edit(self) -> None:
        note = self.notes[-1]
        self.phone.edit(note, phrases.afterthought(self.language) + note.text[:3000])

    def _whim(self) -> Life:
        """Something that nobody asked for."""
        dice = self.dice
        whims = {"check-in": 5, "words": 2, "picture": 1, "help": 1, "old": 2, "edit": 1, "away": 1}
        match dice.choices(tuple(whims), tuple(whims.values()))[0]:
            case "check-in":
                self.phone.write("/checkin")
                yield _moment(dice)
                yield from self._answer(dice.choice((1, 2, PAGES_MOST, PAGES_MOST, PAGES_MOST)))
            case "words":
                self._write()
            case "picture":
                self.phone.send(dice.choice(OTHER))
            case "help":
                self.phone.write(dice.choice(("/help", "/privacy", "/start", "/what")))
            case "old":
                self.phone.tap_old(dice.randrange(60))
            case "edit" if self.notes:
                self._edit()
            case "away":
                self.phone.block()
                yield Wait(timedelta(hours=dice.choice((1, 20, 40, 90, 200)) * dice.uniform(0.5, 1.5)))
                self.phone.unblock()
                yield _moment(dice)
                if dice.random() < 0.5:
                    yield from self._answer(PAGES_MOST)
            case _:
                pass


Person = Therapist | Client


def _asked_more(choices: Sequence[str]) -> bool:
    """Whether it is about a low answer, which some then take back."""
    return HELPS[0] in choices or RAISES[-1] in choices


def _moment(dice: Random) -> Wait:
    """Long enough to read and decide."""
    return Wait(timedelta(seconds=dice.uniform(2, 40)))
