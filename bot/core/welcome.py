"""The client's welcome: who is speaking, who will see what, and whether that is agreed."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, assert_never

from bot.core.effects import Agree, Ask, Decline, Hint, Say, Turn
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.model import Band, Kind, PairingId

CONSENT_VERSION = "1"  # raise it when the words of bot/welcome/promise change their meaning


class Page(StrEnum):
    HELLO = "hello"
    PROMISE = "promise"
    AGREED = "agreed"
    DECLINED = "declined"
    LINKED = "linked"
    NOT_LINKED = "not_linked"


@dataclass(frozen=True, slots=True)
class Welcome:
    """``linked`` and ``not_linked`` are reached when the therapist has said who it was. From the yes
    on the card goes on showing what was agreed to."""

    pairing_id: PairingId
    language: str
    band: Band
    therapist: str
    client: str
    clinic: str
    page: Page = Page.HELLO
    position: int = 0
    kind: Literal["welcome"] = "welcome"

    @property
    def open(self) -> bool:
        return self.page in (Page.HELLO, Page.PROMISE, Page.AGREED)


Heard = Tapped | Wrote | Edited | SentOther | Commanded | WasAway


def begin(dialogue: Welcome) -> Turn[Welcome]:
    return Turn(dialogue, (Ask(Kind.CONSENT, new=True),))


def advance(dialogue: Welcome, event: Heard, now: datetime) -> Turn[Welcome]:
    """Two pages to read, one question to answer; nothing is sent before it is answered yes."""
    match event:
        case Tapped(position=position) if position != dialogue.position or not dialogue.open:
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped(choice=choice):
            return _tapped(dialogue, choice)
        case WasAway():
            return Turn(dialogue, (Ask(away=True),))
        case Commanded():
            return Turn(_to(dialogue, dialogue.page), (Ask(Kind.CONSENT, new=True),))
        case Wrote() | SentOther() if dialogue.page is Page.AGREED:  # it has no buttons
            return Turn(dialogue, (Say("bot/client/not_linked"),))
        case Wrote() | SentOther():
            return Turn(dialogue, (Say("bot/welcome/only_buttons"),))
        case Edited():
            return Turn(dialogue)
        case _:
            assert_never(event)


def _tapped(dialogue: Welcome, choice: str) -> Turn[Welcome]:
    match dialogue.page, choice:
        case Page.HELLO, "-next":
            return Turn(_to(dialogue, Page.PROMISE), (Ask(),))
        case Page.PROMISE, "-back":
            return Turn(_to(dialogue, Page.HELLO), (Ask(),))
        case Page.PROMISE, "yes":
            agreed = Say("bot/welcome/agreed", {"therapist": dialogue.therapist})
            return Turn(_to(dialogue, Page.AGREED), (Agree(CONSENT_VERSION), Ask(), agreed))
        case Page.PROMISE, "no":
            return Turn(_to(dialogue, Page.DECLINED), (Decline(), Ask()))
        case _:
            return Turn(dialogue, (Hint("bot/hint/answered"),))


def _to(dialogue: Welcome, page: Page) -> Welcome:
    return replace(dialogue, page=page, position=dialogue.position + 1)
