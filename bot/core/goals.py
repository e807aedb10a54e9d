"""Goals in the client's own words: how many, how they stand, and whose turn it is to be asked about."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from bot.core.model import GoalId

GOALS_MAX: Final = 3
WORDS_MAX: Final = 120

# In every second check-in at most, so that in sets where others take their turn every second time, too,
# the goal stands in between and the check-in stays short.
EVERY: Final = 2

_STEM: Final = "goal."


class GoalState(StrEnum):
    """How a goal stands. Both may say no: the therapist wants to talk first, the client lets it go."""

    PROPOSED = "proposed"
    TALK_FIRST = "talk_first"
    AGREED = "agreed"
    REACHED = "reached"
    LET_GO = "let_go"


OPEN: Final = (GoalState.PROPOSED, GoalState.TALK_FIRST, GoalState.AGREED)


def goal_words(text: str) -> str | None:
    """What somebody typed, as a goal's words in one line; None if there is nothing, or too much."""
    words = " ".join(text.split())
    return words if 0 < len(words) <= WORDS_MAX else None


def prompt_id(goal_id: GoalId) -> str:
    """Under this name answers about the goal stand among all other answers."""
    return f"{_STEM}{goal_id}"


def goal_of(prompt: str) -> GoalId | None:
    """The goal that a prompt asks about, if it asks about one."""
    number = prompt.removeprefix(_STEM)
    return GoalId(int(number)) if prompt.startswith(_STEM) and number.isdecimal() else None


def whose_turn(agreed: Sequence[GoalId], ordinal: int, every: int = EVERY) -> GoalId | None:
    """The goal that a client's ``ordinal``-th check-in, counted from 0, asks about, if it asks about one.

    Turns depend on nothing but the count, so that every goal comes round.
    """
    if not agreed or ordinal % every != 0:
        return None
    return sorted(agreed)[ordinal // every % len(agreed)]
