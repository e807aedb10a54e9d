"""The therapist's half of linking: was it the right person who opened the link?"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, assert_never

from bot.core.effects import Ask, Hint, Pair, Say, Turn, Unpair
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.model import DialogueId, Kind, PairingId


class Page(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Pairing:
    """``moving`` is the welcome on a new account, if they were linked before: a no then changes nothing."""

    pairing_id: PairingId
    language: str
    client: str
    page: Page = Page.ASKED
    position: int = 0
    moving: DialogueId | None = None
    kind: Literal["pairing"] = "pairing"

    @property
    def open(self) -> bool:
        return self.page is Page.ASKED


Heard = Tapped | Wrote | Edited | SentOther | Commanded | WasAway


def begin(dialogue: Pairing) -> Turn[Pairing]:
    return Turn(dialogue, (Ask(Kind.CONSENT, new=True),))


def advance(dialogue: Pairing, event: Heard, now: datetime) -> Turn[Pairing]:
    match event:
        case Tapped(position=position) if position != dialogue.position or not dialogue.open:
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped(choice="yes"):
            confirmed = replace(dialogue, page=Page.CONFIRMED, position=dialogue.position + 1)
            return Turn(confirmed, (Pair(dialogue.pairing_id, dialogue.moving), Ask()))
        case Tapped(choice="no"):
            refused = replace(dialogue, page=Page.REFUSED, position=dialogue.position + 1)
            return Turn(refused, (Unpair(dialogue.pairing_id, dialogue.moving), Ask()))
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
