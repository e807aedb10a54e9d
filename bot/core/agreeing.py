"""The therapist's half of a goal: is this what we work on, or do we talk about it first?"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, assert_never

from bot.core.effects import Ask, Hint, Say, Settle, Turn
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.model import GoalId, Kind, PairingId


class Page(StrEnum):
    ASKED = "asked"
    TALK_FIRST = "talk_first"
    AGREED = "agreed"
    GONE = "gone"  # settled elsewhere, or no longer the client's


@dataclass(frozen=True, slots=True)
class Agreeing:
    pairing_id: PairingId
    goal_id: GoalId
    language: str
    client: str
    words: str
    page: Page = Page.ASKED
    position: int = 0
    kind: Literal["agreeing"] = "agreeing"

    @property
    def open(self) -> bool:
        return self.page in (Page.ASKED, Page.TALK_FIRST)


Heard = Tapped | Wrote | Edited | SentOther | Commanded | WasAway


def begin(dialogue: Agreeing) -> Turn[Agreeing]:
    return Turn(dialogue, (Ask(Kind.NEWS, new=True),))


def advance(dialogue: Agreeing, event: Heard, now: datetime) -> Turn[Agreeing]:
    """Who wanted to talk first can agree on the same card afterwards."""
    match event:
        case Tapped(position=position) if position != dialogue.position or not dialogue.open:
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped(choice="yes"):
            agreed = _turned(dialogue, Page.AGREED)
            return Turn(agreed, (Settle(dialogue.goal_id, agreed=True), Ask()))
        case Tapped(choice="talk") if dialogue.page is Page.ASKED:
            first = _turned(dialogue, Page.TALK_FIRST)
            return Turn(first, (Settle(dialogue.goal_id, agreed=False), Ask()))
        case WasAway():
            return Turn(dialogue, (Ask(away=True),))
        case Wrote() | SentOther():
            return Turn(dialogue, (Say("bot/therapist/use_commands"),))
        case Tapped():
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Edited() | Commanded():
            return Turn(dialogue)
        case _:
            assert_never(event)


def gone(dialogue: Agreeing) -> Agreeing:
    """There is nothing left to settle on this card."""
    return _turned(dialogue, Page.GONE)


def _turned(dialogue: Agreeing, page: Page) -> Agreeing:
    return replace(dialogue, page=page, position=dialogue.position + 1)
