"""The therapist writes down what a client wants to work on, in the client's words. For children who do
not write, and for whatever was agreed face to face."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, assert_never

from bot.core.effects import Ask, Hint, Propose, Say, Turn
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.goals import goal_words
from bot.core.model import Kind, PairingId


class Page(StrEnum):
    WORDS = "words"
    REVIEW = "review"
    KEPT = "kept"
    FULL = "full"  # there are as many goals as there may be
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Phrasing:
    pairing_id: PairingId
    language: str
    client: str
    words: str = ""
    page: Page = Page.WORDS
    position: int = 0
    kind: Literal["phrasing"] = "phrasing"

    @property
    def open(self) -> bool:
        return self.page in (Page.WORDS, Page.REVIEW)


Heard = Tapped | Wrote | Edited | SentOther | Commanded | WasAway


def begin(dialogue: Phrasing) -> Turn[Phrasing]:
    return Turn(dialogue, (Ask(Kind.REPLY, new=True),))


def advance(dialogue: Phrasing, event: Heard, now: datetime) -> Turn[Phrasing]:
    """What is typed is shown once more before it is kept; typing again puts it right."""
    if not dialogue.open:
        return Turn(dialogue, (Hint("bot/hint/answered"),) if isinstance(event, Tapped) else ())
    match event:
        case Tapped(position=position) if position != dialogue.position:
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped(choice="-cancel"):
            return Turn(closed(dialogue, Page.CANCELLED), (Ask(),))
        case Tapped(choice="-back") if dialogue.page is Page.REVIEW:
            again = replace(dialogue, words="", page=Page.WORDS, position=dialogue.position + 1)
            return Turn(again, (Ask(),))
        case Tapped(choice="-keep") if dialogue.page is Page.REVIEW:
            kept = Propose(dialogue.words, dialogue.pairing_id)
            return Turn(closed(dialogue, Page.KEPT), (kept, Ask()))
        case Wrote(text=text):
            words = goal_words(text)
            if words is None:
                return Turn(dialogue, (Say("bot/goal/write/unclear"),))
            review = replace(dialogue, words=words, page=Page.REVIEW, position=dialogue.position + 1)
            return Turn(review, (Ask(Kind.REPLY, new=True),))
        case SentOther():
            return Turn(dialogue, (Say("bot/goal/write/unclear"),))
        case WasAway():
            return Turn(dialogue, (Ask(away=True),))
        case Commanded():
            fresh = replace(dialogue, position=dialogue.position + 1)
            return Turn(fresh, (Ask(Kind.REPLY, new=True),))
        case Tapped():
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Edited():
            return Turn(dialogue)
        case _:
            assert_never(event)


def closed(dialogue: Phrasing, page: Page) -> Phrasing:
    """It is over, and this is why."""
    return replace(dialogue, page=page, position=dialogue.position + 1)
