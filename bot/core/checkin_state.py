"""A check-in as it stands: what it is about, which page is shown, and what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from enum import StrEnum
from typing import Final, Literal

from bot.core.effects import Ask, Turn
from bot.core.model import Address, Band, CheckInId, Gender, Kind


class Page(StrEnum):
    COVER = "cover"
    LATER = "later"
    WHY = "why"
    SNOOZED = "snoozed"
    HANDOVER = "handover"
    QUESTION = "question"
    HELP = "help"
    RAISE = "raise"
    NOTE = "note"
    SHARE = "share"
    ANSWER = "answer"
    TOPIC = "topic"
    DONE = "done"
    CLOSED = "closed"


TIME_UP: Final = "time_up"  # why it is finished, if only the last tap was missing

# Nothing on these is private, and on a guardian's phone it is the guardian who reads them.
OUTSIDE = (Page.COVER, Page.LATER, Page.WHY, Page.SNOOZED, Page.HANDOVER, Page.CLOSED)


@dataclass(frozen=True, slots=True)
class About:
    """What a check-in's words may mention; fixed when it begins, so that it never changes within.

    Moments carry the client's zone, so that their day can be said. ``guardian``: the phone is passed on.
    ``plainly``: it is time to say once more what this is, and that words can be missed.
    """

    language: str
    band: Band
    therapist: str
    client: str
    clinic: str
    last_session: datetime | None
    next_session: datetime | None
    guardian: bool = False
    address: Address = Address.USUAL
    gender: Gender = Gender.OPEN
    zone: str = "UTC"
    quiet: tuple[time, time] = (time(0), time(0))
    why: "Why | None" = None
    plainly: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """Why a check-in came when it did: on which rule, who chose it when, and when the next one comes."""

    due: datetime
    chosen_by: str
    chosen_at: datetime | None
    following: datetime


@dataclass(frozen=True, slots=True)
class CheckIn:
    """``position`` counts the pages shown. Buttons carry it, so an old button is known to be old.

    ``held`` are the answers that the client keeps back. ``typed`` are those that were typed and not tapped,
    by their messages, and ``took`` the one that the page says it has understood. ``changes_until`` is the
    moment at which the therapist's summary is made, None if nothing can be changed any more, and ``again``
    says that it was closed before and opened for a second look: the summary tells what is closed, and
    nothing else. ``rested``: it was closed because the client stopped, or moved to another phone.
    """

    id: CheckInId
    about: About
    prompt_set: str
    version: int
    plan: tuple[str, ...]
    expires_at: datetime
    remind_at: datetime | None = None
    changes_until: datetime | None = None
    page: Page = Page.COVER
    index: int = 0
    position: int = 0
    followed_up: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    typed: Mapping[int, str] = field(default_factory=dict)
    took: str = ""
    reviewing: bool = False
    again: bool = False
    offered: tuple[tuple[str, datetime], ...] = ()
    snoozed_until: datetime | None = None
    rested: bool = False
    kind: Literal["check_in"] = "check_in"

    @property
    def open(self) -> bool:
        return self.page not in (Page.DONE, Page.CLOSED)

    @property
    def waits(self) -> bool:
        """Whether it can be put off: there is still something to answer."""
        return self.open and not self.reviewing

    @property
    def prompt(self) -> str:
        """The prompt of the page."""
        return self.plan[self.index]

    def may_be_told(self, now: datetime) -> bool:
        """Whether its summary is due, and the client has seen all that it will say."""
        due = self.changes_until is not None and now >= self.changes_until
        return due and self.open and self.reviewing and self.whole

    def told(self, now: datetime) -> bool:
        """Whether the therapist knows already what is answered here."""
        return self.again and self.changes_until is not None and now >= self.changes_until

    @property
    def whole(self) -> bool:
        """Whether every prompt has its answer."""
        return all(prompt in self.answers for prompt in self.plan)


def turn_to(dialogue: CheckIn, page: Page, index: int | None = None, *, below: bool = False) -> Turn[CheckIn]:
    """Another page on the card; ``below`` what was typed the card is a fresh one."""
    index = dialogue.index if index is None else index
    shown = Ask(Kind.REPLY, new=True) if below else Ask()
    return Turn(replace(moved(dialogue), page=page, index=index), (shown,))


def covered(dialogue: CheckIn) -> CheckIn:
    """On a guardian's phone nobody comes to a child's page but by saying that they are the child."""
    return replace(moved(dialogue), page=Page.HANDOVER)


def moved(dialogue: CheckIn) -> CheckIn:
    return replace(dialogue, position=dialogue.position + 1, took="")
