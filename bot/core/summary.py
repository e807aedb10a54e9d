"""What a therapist is told about one client since the last session. Numbers and facts; words come later.

Everything is sorted here by when it happened, so the order in which rows arrive does not matter.
"Skip" and "I don't know" are counted, and are neither values nor low.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import chain, takewhile
from statistics import median
from typing import Final

from bot.core.events import RESTED
from bot.core.goal_lines import GoalLine
from bot.core.model import DONT_KNOW, SKIP, Band, CheckInId, CheckInState, Element, Prompt

# A change is told against this many of the client's own latest earlier answers, and never fewer.
RECENT: Final = 6
ENOUGH: Final = 3

# Why nothing was sent to somebody of whom the therapist has been told once that they are not there.
SILENT: Final = ("stopped", "unreachable")

# The values of neighbouring options differ by one. A smaller difference is not called a change.
STEP: Final = 1


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """``choice`` is an option's id, "skip" or "dont_know"; ``value`` is the option's, else None. ``low``: one
    of the lowest steps, after which a client is asked what would help."""

    prompt_id: str
    element: Element
    scale_id: str
    band: Band
    choice: str
    value: int | None
    answered_at: datetime
    low: bool = False

    @property
    def told(self) -> bool:
        """Whether the client chose a step of the scale."""
        return self.choice not in (SKIP, DONT_KNOW)


@dataclass(frozen=True, slots=True)
class PastCheckIn:
    """One occurrence and all that came of it.

    ``helps`` has, by prompt, what the client chose after a low answer: what would help, and
    whether the therapist shall bring it up (None if that was not answered). ``held`` are the prompts
    whose answers the client keeps back: they stand nowhere else here.
    """

    id: CheckInId
    due_at: datetime
    state: CheckInState
    reason: str
    asked: tuple[Prompt, ...]
    answers: tuple[GivenAnswer, ...]
    helps: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    held: frozenset[str] = frozenset()

    @property
    def answered(self) -> set[str]:
        """The prompts that the client has answered, whoever may read it."""
        return {answer.prompt_id for answer in self.answers} | self.held


@dataclass(frozen=True, slots=True)
class Note:
    """Free words, to one prompt or (None) to the whole check-in; ``topic``: what to talk about."""

    words: str
    language: str
    written_at: datetime
    prompt_id: str | None
    topic: bool = False


class Direction(StrEnum):
    LOWER = "lower"
    HIGHER = "higher"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """The latest answer beside ``usual``, the median of ``basis`` earlier ones."""

    direction: Direction
    usual: float
    basis: int


@dataclass(frozen=True, slots=True)
class ElementLine:
    """One element that was asked about. ``latest`` is the latest step chosen, if any was.

    ``missed`` counts the questions that were left open when their check-in closed. ``low_twice``: the two
    latest answers were low ones, whenever they were given, and that is worth asking about.
    """

    element: Element
    latest: GivenAnswer | None
    answered: int
    skipped: int
    dont_know: int
    missed: int
    change: Change | None
    help: str | None
    raise_: str | None
    low_twice: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """Each check-in that was due counts once: answered, partly, unanswered, ``rested`` (it closed without an
    answer when the client paused, stopped or moved), still open, or not sent for a reason. Of one that is
    still open nothing else is told: the client has not seen yet what the therapist will see. ``raised`` are
    the elements that the therapist shall bring up. ``held_back`` says that the client kept something private
    in this time, never what. ``unscreened`` are languages of notes whose phrases of danger nobody has
    reviewed yet."""

    since: datetime | None
    until: datetime
    due: int
    answered: int
    partly: int
    unanswered: int
    not_sent: Mapping[str, int]
    lines: tuple[ElementLine, ...]
    raised: tuple[Element, ...]
    notes: tuple[Note, ...]
    still_open: int = 0
    held_back: bool = False
    goals: tuple[GoalLine, ...] = ()
    rested: Mapping[str, int] = field(default_factory=dict)
    unscreened: tuple[str, ...] = ()

    @property
    def news(self) -> bool:
        """Whether it says more than that the client was not there to be asked."""
        return self.given or self.due > sum(self.not_sent.get(reason, 0) for reason in SILENT)

    @property
    def given(self) -> bool:
        """Whether the client gave anything: an answer, though it be "skip", or words."""
        about_goals = any(goal.latest is not None for goal in self.goals)
        answered = any(line.answered + line.skipped + line.dont_know for line in self.lines)
        return bool(self.notes) or about_goals or answered


def summarise(
    period: Iterable[PastCheckIn],
    earlier: Iterable[PastCheckIn],
    notes: Iterable[Note],
    since: datetime | None,
    until: datetime,
    goals: Iterable[GoalLine] = (),
) -> Summary:
    """Tell the check-ins of ``period``; ``earlier`` ones only say what is usual for this client.

    A check-in that stands in both belongs to the period.
    """
    due = sorted(period, key=lambda check_in: (check_in.due_at, check_in.id))
    ids = {check_in.id for check_in in due}
    told = [check_in for check_in in due if check_in.state is not CheckInState.OPEN]
    before = [
        check_in for check_in in earlier if check_in.id not in ids and check_in.state is not CheckInState.OPEN
    ]
    lines = tuple(line for element in Element if (line := _line(element, told, before)) is not None)
    states = Counter(check_in.state for check_in in due)
    reasons = Counter(check_in.reason for check_in in told if check_in.state is CheckInState.SKIPPED)
    expired = (check_in.reason for check_in in told if check_in.state is CheckInState.EXPIRED)
    rested = Counter(reason for reason in expired if reason in RESTED)
    return Summary(
        since=since,
        until=until,
        due=len(due),
        answered=states[CheckInState.FINISHED],
        partly=states[CheckInState.PARTLY],
        unanswered=states[CheckInState.EXPIRED] - rested.total(),
        not_sent=dict(sorted(reasons.items())),
        lines=lines,
        raised=tuple(line.element for line in lines if line.raise_ == "yes"),
        notes=tuple(sorted(notes, key=lambda note: (note.written_at, note.prompt_id or "", note.words))),
        still_open=states[CheckInState.OPEN],
        held_back=any(check_in.held for check_in in told),
        goals=tuple(sorted(goals, key=lambda line: line.goal_id)),
        rested=dict(sorted(rested.items())),
    )


def _line(element: Element, told: list[PastCheckIn], before: list[PastCheckIn]) -> ElementLine | None:
    """What the period says about one element; None if it was not asked about."""
    answers = _answers(element, told)
    missed = sum(_missed(element, check_in) for check_in in told)
    if not answers and not missed:
        return None
    steps = [answer for answer in answers if answer.told]
    latest = steps[-1] if steps else None
    help_, raise_ = _wish(element, told)
    running = [answer for answer in _answers(element, chain(before, told)) if answer.told][-2:]
    return ElementLine(
        element=element,
        latest=latest,
        answered=len(steps),
        skipped=sum(answer.choice == SKIP for answer in answers),
        dont_know=sum(answer.choice == DONT_KNOW for answer in answers),
        missed=missed,
        change=_change(latest, _answers(element, chain(before, told))) if latest else None,
        help=help_,
        raise_=raise_,
        low_twice=latest is not None and len(running) == 2 and all(answer.low for answer in running),
    )


def _answers(element: Element, check_ins: Iterable[PastCheckIn]) -> list[GivenAnswer]:
    """The oldest first; of two given at the same moment, that of the earlier check-in and prompt."""
    found = [
        (answer.answered_at, check_in.id, answer.prompt_id, answer)
        for check_in in check_ins
        for answer in check_in.answers
        if answer.element is element
    ]
    return [answer for *_, answer in sorted(found, key=lambda place: place[:3])]


def _missed(element: Element, check_in: PastCheckIn) -> int:
    """Only a check-in that closed too early misses answers; in a finished one they are kept back."""
    if check_in.state not in (CheckInState.PARTLY, CheckInState.EXPIRED):
        return 0
    answered = check_in.answered
    return sum(prompt.element is element and prompt.id not in answered for prompt in check_in.asked)


def _wish(element: Element, told: list[PastCheckIn]) -> tuple[str | None, str | None]:
    """The latest word on each: what would help, and who brings it up."""
    help_: str | None = None
    raise_: str | None = None
    for check_in in told:
        for prompt in check_in.asked:
            if prompt.element is element and prompt.id in check_in.helps:
                help_, raised = check_in.helps[prompt.id]
                raise_ = raised or raise_
    return help_, raise_


def _change(latest: GivenAnswer, answers: list[GivenAnswer]) -> Change | None:
    """Against this client's own recent answers on the same scale in the same band.

    The median of an even number can lie between two steps; half a step away is still the same.
    Under nine an answer is a conversation starter: nothing is compared.
    """
    if latest.band is Band.B06 or latest.value is None:
        return None
    values = [
        answer.value
        for answer in takewhile(lambda answer: answer is not latest, answers)
        if answer.value is not None
        and answer.told
        and (answer.scale_id, answer.band) == (latest.scale_id, latest.band)
    ][-RECENT:]
    if len(values) < ENOUGH:
        return None
    usual = float(median(values))
    if latest.value <= usual - STEP:
        return Change(Direction.LOWER, usual, len(values))
    if latest.value >= usual + STEP:
        return Change(Direction.HIGHER, usual, len(values))
    return Change(Direction.SAME, usual, len(values))
