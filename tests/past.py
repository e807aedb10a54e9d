"""Check-ins of the past, made up in one line each, and what is told about them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.model import Band, CheckInId, CheckInState, Element, Prompt
from bot.core.summary import Change, ElementLine, GivenAnswer, Note, PastCheckIn, Summary, summarise

UNTIL = datetime(2026, 3, 5, 14, tzinfo=UTC)
SINCE = UNTIL - timedelta(weeks=1)
HEARD = Prompt("heard", Element.HEARD)
SAFE = Prompt("safe", Element.SAFE)
TRUST = Prompt("trust", Element.TRUST)


def answer(prompt: Prompt, choice: int | str, at: datetime, **changed) -> GivenAnswer:
    value = choice if isinstance(choice, int) else None
    option = f"step{choice}" if isinstance(choice, int) else choice
    low = value is not None and value <= 2
    given = GivenAnswer(prompt.id, prompt.element, "five", Band.B18, option, value, at, low)
    return replace(given, **changed)


def check_in(
    number: int,
    choices: dict[Prompt, int | str] | None = None,
    *,
    state: CheckInState = CheckInState.FINISHED,
    reason: str = "",
    asked: tuple[Prompt, ...] = (),
    helps: dict[str, tuple[str, str | None]] | None = None,
    **changed,
) -> PastCheckIn:
    """Number 10 is in the period; each number before or after is a day earlier or later."""
    due_at = UNTIL + timedelta(days=number - 13)
    answers = [
        answer(prompt, choice, due_at + timedelta(minutes=minute), **changed)
        for minute, (prompt, choice) in enumerate((choices or {}).items())
    ]
    prompts = asked or tuple(choices or ())
    return PastCheckIn(CheckInId(number), due_at, state, reason, prompts, tuple(answers), helps or {})


def tell(
    *period: PastCheckIn, earlier: tuple[PastCheckIn, ...] = (), notes: tuple[Note, ...] = ()
) -> Summary:
    return summarise(period, earlier, notes, SINCE, UNTIL)


def line(told: Summary, element: Element) -> ElementLine:
    (found,) = (line for line in told.lines if line.element is element)
    return found


def change(*values: int | str, **changed) -> Change | None:
    """What is said of the last of these answers, given one a day."""
    *earlier, last = (check_in(10 - number, {HEARD: value}, **changed) for number, value in _back(values))
    return line(tell(last, earlier=tuple(earlier)), Element.HEARD).change


def _back(values: tuple[int | str, ...]) -> list[tuple[int, int | str]]:
    return [(len(values) - 1 - place, value) for place, value in enumerate(values)]
