"""An alert, as the clinic sees it: it goes to one after the other until somebody says that they have it.

No words of the client's are in it: a code, what kind of danger, and when.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from bot.core.alarms import Acknowledge, Release
from bot.core.danger import Category
from bot.core.effects import Ask, Effect, Hint, Say, Turn
from bot.core.events import Acknowledged, Commanded, Edited, Released, SentOther, Tapped, WasAway, Wrote
from bot.core.hours import WeekHours
from bot.core.model import AlertId, Kind


class Step(IntEnum):
    """How far an alert has gone. From the last on all of them are called again."""

    FIRST = 0  # the client's therapists, and who is on call
    DEPUTY = 1
    ADMINS = 2

    @property
    def next(self) -> "Step":
        return Step(min(self + 1, Step.ADMINS))


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers alerts, and how soon. ``within_outside``: outside the monitored hours; None: nobody
    further is called before they begin."""

    monitored: WeekHours
    zone: str
    on_call: str
    deputy: str
    within: timedelta
    within_outside: timedelta | None = None
    email: tuple[str, ...] = ()

    def promised_by(self, now: datetime) -> datetime | None:
        """Until when somebody has an alert that goes out now; None if nobody ever reads them."""
        if self.monitored.hold_at(now.astimezone(ZoneInfo(self.zone))):
            return now + self.within
        opens = self.opens(now)
        waking = None if self.within_outside is None else now + self.within_outside
        return min((one for one in (waking, opens and opens + self.within) if one), default=None)

    def opens(self, now: datetime) -> datetime | None:
        """When somebody reads again; ``now`` if they do."""
        return self.monitored.next_open(now.astimezone(ZoneInfo(self.zone)), self.zone)


class Page(StrEnum):
    RAISED = "raised"
    HAVE = "have"  # whoever reads the card has it
    TAKEN = "taken"  # somebody else has it
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Alerting:
    """One person's card of an alert. ``codes`` are the clients it may be about, none for a drill. ``by`` is
    who else has brought it to this page, and ``at`` when. ``clinician``: may let prompts begin again."""

    alert_id: AlertId
    language: str
    zone: str
    codes: tuple[str, ...]
    category: Category | None
    raised_at: datetime
    clinician: bool
    page: Page = Page.RAISED
    by: str = ""
    at: datetime | None = None
    position: int = 0
    kind: Literal["alerting"] = "alerting"

    @property
    def drill(self) -> bool:
        return self.category is None

    @property
    def open(self) -> bool:
        """Also when it is acknowledged, as long as there is something to release."""
        return self.page is Page.RAISED or (
            self.clinician and not self.drill and self.page is not Page.RELEASED
        )


Heard = Tapped | Wrote | Edited | SentOther | Commanded | WasAway | Acknowledged | Released


def begin(dialogue: Alerting) -> Turn[Alerting]:
    return Turn(dialogue, (Ask(Kind.ALERT, new=True),))


def again(dialogue: Alerting) -> Turn[Alerting]:
    """Nobody has it yet: the card comes once more, and rings."""
    return Turn(replace(dialogue, position=dialogue.position + 1), (Ask(Kind.ALERT, new=True),))


def advance(dialogue: Alerting, event: Heard, now: datetime) -> Turn[Alerting]:
    match event:
        case Tapped(position=position) if position != dialogue.position or not dialogue.open:
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped(choice="-have") if dialogue.page is Page.RAISED:
            return _to(replace(dialogue, at=now), Page.HAVE, Acknowledge(dialogue.alert_id))
        case Tapped(choice="-release") if dialogue.page is not Page.RAISED and dialogue.clinician:
            own = replace(dialogue, by="", at=now)
            return _to(own, Page.RELEASED, Release(dialogue.alert_id))
        case Tapped():
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Acknowledged(by=by) if dialogue.page is Page.RAISED:
            return _to(replace(dialogue, by=by, at=now), Page.TAKEN)
        case Released(by=by) if dialogue.page is not Page.RELEASED:
            return _to(replace(dialogue, by=by, at=now), Page.RELEASED)
        case WasAway():
            return Turn(dialogue, (Ask(away=True),))
        case Wrote() | SentOther():
            return Turn(dialogue, (Say("bot/therapist/use_commands"),))
        case Edited() | Commanded() | Acknowledged() | Released():
            return Turn(dialogue)
        case _:
            assert_never(event)


def _to(dialogue: Alerting, page: Page, *effects: Effect) -> Turn[Alerting]:
    return Turn(replace(dialogue, page=page, position=dialogue.position + 1), (*effects, Ask()))
