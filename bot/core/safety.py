"""What a client sees who asks for help, or whose words may speak of danger: whom they can call, now.

The card asks nothing, promises nothing and does not judge. It says that the clinic was told only when that
is so.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, assert_never

from bot.core.alarms import Alarm, Stay, TakeAway
from bot.core.danger import Category
from bot.core.effects import Ask, Effect, Hint, StayOpen, Turn
from bot.core.events import (
    Acknowledged,
    Commanded,
    Delivered,
    Edited,
    PutDown,
    SentOther,
    Tapped,
    WasAway,
    Wrote,
)  # fmt: skip
from bot.core.model import Address, Band, Gender, Kind

# What the button for help carries: on every card the same, so that it is never too old.
HELP: Final = "help"
OTHER_COUNTRY: Final = "-other"
# On a phone that a guardian holds again soon, nobody shall read what a child was shown.
COVERED_AFTER: Final = timedelta(minutes=15)


class Page(StrEnum):
    CARD = "card"
    COUNTRY = "country"
    GONE = "gone"


class Told(StrEnum):
    """How far the clinic has been told. What we cannot prove is not said."""

    NOT = "not"
    TRYING = "trying"
    DELIVERED = "delivered"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Safety:
    """``category`` is what the words may speak of; None: help was asked for. ``country`` is where the client
    is, empty if its numbers are not known. ``countries`` are those that can be chosen."""

    language: str
    band: Band
    address: Address
    gender: Gender
    country: str
    countries: tuple[str, ...]
    guardian: bool
    category: Category | None = None
    told: Told = Told.NOT
    seen_at: datetime | None = None
    page: Page = Page.CARD
    position: int = 0
    kind: Literal["safety"] = "safety"

    @property
    def open(self) -> bool:
        return self.page is not Page.GONE


Heard = Tapped | Wrote | Edited | SentOther | Commanded | PutDown | WasAway | Delivered | Acknowledged


def begin(dialogue: Safety, now: datetime) -> Turn[Safety]:
    """A fresh card, at the end of the chat."""
    covered = (StayOpen(now + COVERED_AFTER),) if dialogue.guardian else ()
    return Turn(dialogue, (Ask(Kind.HELP, new=True), *covered))


def advance(dialogue: Safety, event: Heard, now: datetime) -> Turn[Safety]:
    match event:
        case Tapped(position=position) if position != dialogue.position or not dialogue.open:
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped(choice=choice):
            return _tapped(dialogue, choice)
        case PutDown() if dialogue.open:
            return _gone(dialogue)
        case Delivered() if dialogue.told is Told.TRYING:
            return _shown(replace(dialogue, told=Told.DELIVERED))
        case Acknowledged() if dialogue.told in (Told.TRYING, Told.DELIVERED):
            return _shown(replace(dialogue, told=Told.SEEN, seen_at=now))
        case WasAway():
            return Turn(dialogue, (Ask(away=True),))
        case PutDown() | Delivered() | Acknowledged() | Wrote() | Edited() | SentOther() | Commanded():
            return Turn(dialogue)
        case _:
            assert_never(event)


def _tapped(dialogue: Safety, choice: str) -> Turn[Safety]:
    match dialogue.page, choice:
        case Page.CARD, "-tell" if dialogue.told is Told.NOT:
            return _to(replace(dialogue, told=Told.TRYING), Page.CARD, Alarm(Category.ASKING_FOR_HELP))
        case Page.CARD, "-country":
            return _to(dialogue, Page.COUNTRY)
        case Page.CARD, "-hide":
            return _gone(dialogue)
        case Page.COUNTRY, "-back":
            return _to(dialogue, Page.CARD)
        case Page.COUNTRY, _ if choice == OTHER_COUNTRY or choice in dialogue.countries:
            country = "" if choice == OTHER_COUNTRY else choice
            return _to(replace(dialogue, country=country), Page.CARD, Stay(country))
        case _:
            return Turn(dialogue, (Hint("bot/hint/answered"),))


def _shown(dialogue: Safety) -> Turn[Safety]:
    """The card says it, if it is still there."""
    return Turn(dialogue, (Ask(),) if dialogue.open else ())


def _gone(dialogue: Safety) -> Turn[Safety]:
    """Emptied first, for what is older than two days cannot be taken out."""
    gone = replace(dialogue, page=Page.GONE, position=dialogue.position + 1)
    return Turn(gone, (Ask(), TakeAway()))


def _to(dialogue: Safety, page: Page, *effects: Effect) -> Turn[Safety]:
    return Turn(replace(dialogue, page=page, position=dialogue.position + 1), (*effects, Ask()))
