"""What a therapist is told about a client's goals: how each stands, and how near it last felt.

Steps are compared on the same scale in the same age band only, and under nine not at all. "Skip" and
"I don't know" are no steps. There is no average: the latest step stands beside the one before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.core.goals import GoalState
from bot.core.model import DONT_KNOW, SKIP, Band, GoalId


@dataclass(frozen=True, slots=True)
class GoalAnswer:
    """How near a goal felt. ``value`` is the option's; None if its scale no longer has it."""

    goal_id: GoalId
    scale_id: str
    band: Band
    choice: str
    value: int | None
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class GoalLine:
    """``latest`` is the latest step of the period, ``before`` the one before it if they can be compared;
    ``points`` are all steps there ever were that can be drawn in one line with the newest."""

    goal_id: GoalId
    words: str
    state: GoalState
    latest: GoalAnswer | None
    before: GoalAnswer | None
    points: tuple[tuple[datetime, int], ...]


def goal_line(
    goal_id: GoalId,
    words: str,
    state: GoalState,
    period: Iterable[GoalAnswer],
    earlier: Iterable[GoalAnswer],
) -> GoalLine:
    """``earlier`` answers only say what there was before the period. Those about other goals do not count,
    and the order of arrival does not matter."""
    told, past = _steps(goal_id, period), _steps(goal_id, earlier)
    known = sorted((*told, *past), key=_when)
    latest = told[-1] if told else None
    alike = [one for one in known if _alike(one, known[-1])]
    before = None
    if latest is not None and latest.band is not Band.B06:
        sooner = [one for one in known[: known.index(latest)] if _alike(one, latest)]
        before = sooner[-1] if sooner else None
    points = tuple((one.answered_at, one.value) for one in alike if one.value is not None)
    return GoalLine(goal_id, words, state, latest, before, points)


def _steps(goal_id: GoalId, answers: Iterable[GoalAnswer]) -> list[GoalAnswer]:
    """The steps of the scale that were chosen, the oldest first."""
    chosen = [one for one in answers if one.goal_id == goal_id and one.choice not in (SKIP, DONT_KNOW)]
    return sorted(chosen, key=_when)


def _when(answer: GoalAnswer) -> tuple[datetime, str]:
    return answer.answered_at, answer.choice


def _alike(one: GoalAnswer, other: GoalAnswer) -> bool:
    return (one.scale_id, one.band) == (other.scale_id, other.band)
