"""The client's menu as it stands: what is known about the client, and which page is shown."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal

from bot.core.checkin_state import Why
from bot.core.effects import Ask, Effect, Turn
from bot.core.model import Address, Band, Gender, GoalId, Kind
from bot.core.schedule import Weekly


class Page(StrEnum):
    MENU = "menu"
    WHEN = "when"
    DAY = "day"
    HOUR = "hour"
    QUIET_FROM = "quiet_from"
    QUIET_TO = "quiet_to"
    PAUSE = "pause"
    MONTH = "month"
    DATE = "date"
    WHY = "why"
    LANGUAGE = "language"
    FORMS = "forms"
    HANDOVER = "handover"
    GOALS = "goals"
    GOAL = "goal"
    GOAL_NEW = "goal_new"
    THERAPIST = "therapist"
    DATA = "data"
    ERASE = "erase"
    ERASE_SURE = "erase_sure"
    STOP = "stop"
    STOPPED = "stopped"
    CLOSED = "closed"


# The client's own words stand on these. On a guardian's phone they are the child's, and in a child's words.
OWN = (Page.GOALS, Page.GOAL, Page.GOAL_NEW)

# To which page each of the client's commands opens the menu.
COMMANDS = {
    "menu": Page.MENU,
    "time": Page.DAY,
    "quiet": Page.QUIET_FROM,
    "pause": Page.PAUSE,
    "why": Page.WHY,
    "language": Page.LANGUAGE,
    "goals": Page.GOALS,
    "therapist": Page.THERAPIST,
    "data": Page.DATA,
    "erase": Page.ERASE,
    "stop": Page.STOP,
}


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal that is open. ``agreed``: the therapist has said yes."""

    id: GoalId
    words: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What the pages show and decide by; looked up anew whenever something happens.

    ``today`` and all moments are on the client's clock. ``next_at`` is when the next check-in comes by the
    schedule, pauses aside. ``answered``: there are answers that can still be looked at and changed;
    ``waits``: there is a check-in that can be put off.
    """

    language: str
    band: Band
    client: str
    therapists: tuple[str, ...]
    clinic: str
    phone: str
    guardian: bool
    today: date
    zone: str
    languages: tuple[str, ...]
    addresses: tuple[Address, ...]
    genders: tuple[Gender, ...]
    address: Address
    gender: Gender
    rule: Weekly | None
    next_at: datetime | None
    session_at: datetime | None
    quiet: tuple[time, time]
    paused_until: date | None
    stopped: bool
    goals: tuple[Goal, ...]
    may_write: bool
    answered: bool
    why: Why | None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """``day``, ``hour`` and ``month`` are what was chosen on the way; ``goal`` the one looked at; ``told``
    says what has just been done, and ``behind`` which page is covered. ``quiet`` are new quiet hours in which
    the check-in would come: they wait for another hour, and are kept with it or not at all."""

    known: Known
    page: Page = Page.MENU
    position: int = 0
    day: int = 0
    hour: time = time(0)
    month: tuple[int, int] = (0, 0)
    quiet: tuple[time, time] | None = None
    goal: GoalId | None = None
    told: str = ""
    behind: Page = Page.GOALS
    kind: Literal["menu"] = "menu"

    @property
    def open(self) -> bool:
        return self.page not in (Page.STOPPED, Page.CLOSED)

    @property
    def listens(self) -> bool:
        """Whether words that are typed now are for this page, to be kept or refused."""
        return self.page in (Page.HOUR, Page.GOALS, Page.GOAL_NEW, Page.HANDOVER)


def show(menu: Menu, page: Page, *effects: Effect, told: str = "", below: bool = False) -> Turn[Menu]:
    """Do this, then turn to that page. What waits for an hour is let go with the pages that ask for it."""
    quiet = menu.quiet if page in (Page.DAY, Page.HOUR) else None
    turned = replace(menu, page=page, position=menu.position + 1, told=told, quiet=quiet, behind=Page.GOALS)
    return Turn(turned, (*effects, Ask(Kind.REPLY, new=True) if below else Ask()))


def covered(menu: Menu) -> Menu:
    """On a guardian's phone nobody comes to a child's page but by saying that they are the child."""
    return replace(show(menu, Page.HANDOVER).dialogue, behind=menu.page)
