"""Whose turn is it? One account may hold several children, and each has a menu and check-ins of their own."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from bot.core.effects import Ask, Begin, Hint, Say, Turn
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.model import ClientId, Kind

Wanted = Literal["check_in", "later", "menu", "welcome", "answers"]


@dataclass(frozen=True, slots=True)
class Family:
    """``children`` are (client, alias) in the order shown; ``what`` and ``page`` is what was asked for."""

    language: str
    children: tuple[tuple[ClientId, str], ...]
    what: Wanted
    page: str = ""
    position: int = 0
    chosen: str = ""
    kind: Literal["family"] = "family"

    @property
    def open(self) -> bool:
        return not self.chosen


Heard = Tapped | Wrote | Edited | SentOther | Commanded | WasAway


def begin(dialogue: Family) -> Turn[Family]:
    return Turn(dialogue, (Ask(Kind.REPLY, new=True),))


def advance(dialogue: Family, event: Heard, now: datetime) -> Turn[Family]:
    match event:
        case Tapped(position=position, choice=choice) if position == dialogue.position and dialogue.open:
            for client_id, alias in dialogue.children:
                if str(client_id) == choice:
                    chosen = replace(dialogue, chosen=alias, position=position + 1)
                    return Turn(chosen, (Ask(), Begin(dialogue.what, dialogue.page, client_id)))
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped():
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case WasAway():
            return Turn(dialogue, (Ask(away=True),))
        case Wrote() | SentOther():
            return Turn(dialogue, (Say("bot/menu/only_buttons", receipt=True),))
        case Edited() | Commanded():
            return Turn(dialogue)
        case _:
            assert_never(event)
