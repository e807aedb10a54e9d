"""The check-in: a cover, a page for each prompt, perhaps one gentle follow-up, a line of one's
own, and thanks. All of it on one card that turns its pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, assert_never

from bot.core.effects import (
    Ask,
    Close,
    Effect,
    Hint,
    Keep,
    Record,
    Revise,
    Say,
    Turn,
    WaitUntil,
    Withdraw,
)  # fmt: skip
from bot.core.events import (
    Commanded,
    Edited,
    NotDelivered,
    Rested,
    Returned,
    SentOther,
    Tapped,
    Wait,
    WaitedLong,
    WasAway,
    Wrote,
)  # fmt: skip
from bot.core.model import (
    DONT_KNOW,
    HELPS,
    RAISES,
    SKIP,
    Band,
    CheckInId,
    CheckInState,
    Kind,
    PromptSet,
)  # fmt: skip
from bot.core.schedule import late

OPEN, BACK, NOTHING = "-open", "-back", "-nothing"


class Page(StrEnum):
    COVER = "cover"
    QUESTION = "question"
    HELP = "help"
    RAISE = "raise"
    NOTE = "note"
    DONE = "done"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class About:
    """What a check-in's words may mention; fixed when it begins, so that it never changes within."""

    language: str
    band: Band
    therapist: str
    client: str
    clinic: str
    last_session: datetime | None  # with its zone, so that its day can be said
    next_session: datetime | None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """``position`` counts the pages shown. Buttons carry it, so an old button is known to be old."""

    id: CheckInId
    about: About
    prompt_set: str
    version: int
    plan: tuple[str, ...]
    expires_at: datetime
    remind_at: datetime | None = None
    page: Page = Page.COVER
    index: int = 0
    position: int = 0
    followed_up: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["check_in"] = "check_in"

    @property
    def open(self) -> bool:
        return self.page not in (Page.DONE, Page.CLOSED)


Heard = (
    Tapped | Wrote | Edited | SentOther | Commanded
    | Returned | WaitedLong | Rested | WasAway | NotDelivered
)  # fmt: skip


def begin(dialogue: CheckIn, prompted: bool) -> Turn[CheckIn]:
    """The first turn. ``prompted`` by the schedule it shows a neutral cover; asked for by the
    client, it opens at once."""
    waits = [WaitUntil(Wait.EXPIRY, dialogue.expires_at)]
    if dialogue.remind_at is not None:
        waits.append(WaitUntil(Wait.REMINDER, dialogue.remind_at))
    if prompted:
        return Turn(dialogue, (Ask(Kind.CHECK_IN, new=True), *waits))
    return Turn(replace(dialogue, page=Page.QUESTION), (Ask(Kind.REPLY, new=True), *waits))


def advance(script: PromptSet, dialogue: CheckIn, event: Heard, now: datetime) -> Turn[CheckIn]:
    """Decide what one event means for one check-in.

    A stale event (an old button, a second press, a timer that no longer matters) is normal:
    the check-in comes back as it was, with at most a kind word.
    """
    if not dialogue.open:
        return Turn(dialogue, (Hint("bot/hint/closed"),) if isinstance(event, Tapped) else ())
    if script.version != dialogue.version:  # the questions changed under an open check-in
        return _close(dialogue, "changed")
    match event:
        case Tapped(position=position) if position != dialogue.position:
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped(choice=choice):
            return _tapped(script, dialogue, choice)
        case Wrote(text=words, message_id=message_id):
            return _wrote(script, dialogue, words, message_id)
        case Edited(text=words, message_id=message_id):
            return Turn(dialogue, (Revise(words, message_id),))
        case SentOther():
            return Turn(dialogue, (Say("bot/check_in/only_buttons"),))
        case Commanded():
            return Turn(_moved(dialogue), (Ask(Kind.REPLY, new=True),))
        case Returned():
            return Turn(dialogue, (Ask(),))  # pages that were turned meanwhile did not arrive
        case WasAway():
            return Turn(dialogue, (Ask(away=True),))
        case WaitedLong(wait=Wait.REMINDER, due_at=due_at):
            return Turn(dialogue) if late(due_at, now) else _remind(dialogue)
        case WaitedLong():
            return _close(dialogue, "unanswered")
        case Rested(reason=reason):
            return _close(dialogue, reason)
        case NotDelivered(kind=Kind.REMINDER):
            return Turn(dialogue, (Ask(),))  # the earlier card learns the new position
        case NotDelivered(reason=reason):
            closed = replace(_moved(dialogue), page=Page.CLOSED)
            return Turn(closed, (Close(CheckInState.SKIPPED, reason),))
        case _:
            assert_never(event)


def _tapped(script: PromptSet, dialogue: CheckIn, choice: str) -> Turn[CheckIn]:
    match dialogue.page, choice:
        case Page.COVER, "-open":
            return _resume(script, dialogue)
        case _, "-back":
            return _back(dialogue)
        case Page.QUESTION, _ if _known(script, dialogue, choice):
            return _answer(script, dialogue, choice)
        case Page.HELP, _ if choice in HELPS:
            return _answer_help(script, dialogue, choice)
        case Page.RAISE, _ if choice in RAISES:
            turn = _next(script, dialogue)
            return replace(turn, effects=(Record(f"{_prompt(dialogue)}.raise", choice), *turn.effects))
        case Page.NOTE, "-nothing":
            return _finish(dialogue)
        case _:
            return Turn(dialogue, (Hint("bot/hint/answered"),))


def _resume(script: PromptSet, dialogue: CheckIn) -> Turn[CheckIn]:
    """Open at the first prompt without an answer: after a reminder nobody starts all over."""
    for index, prompt in enumerate(dialogue.plan):
        if prompt not in dialogue.answers:
            return _turn_to(dialogue, Page.QUESTION, index)
    return _next(script, replace(dialogue, index=len(dialogue.plan) - 1))


def _known(script: PromptSet, dialogue: CheckIn, choice: str) -> bool:
    return choice in (SKIP, DONT_KNOW) or script.scale(dialogue.about.band).option(choice) is not None


def _answer(script: PromptSet, dialogue: CheckIn, choice: str) -> Turn[CheckIn]:
    prompt = _prompt(dialogue)
    effects: list[Effect] = [Record(prompt, choice)]
    answered = replace(dialogue, answers={**dialogue.answers, prompt: choice})
    low = choice in script.scale(dialogue.about.band).low
    if dialogue.followed_up == prompt and not low:  # the answer was changed; its follow-up falls away
        effects += [Withdraw(f"{prompt}.help"), Withdraw(f"{prompt}.raise")]
        left = {key: given for key, given in answered.answers.items() if key != f"{prompt}.help"}
        answered = replace(answered, followed_up="", answers=left)
    core = script.prompt(prompt).core
    ask_more = low and core and script.bands[dialogue.about.band].follow_up
    if ask_more and answered.followed_up in ("", prompt):
        turn = _turn_to(replace(answered, followed_up=prompt), Page.HELP, dialogue.index)
    else:
        turn = _next(script, answered)
    return replace(turn, effects=(*effects, *turn.effects))


def _answer_help(script: PromptSet, dialogue: CheckIn, choice: str) -> Turn[CheckIn]:
    prompt = _prompt(dialogue)
    chosen = replace(dialogue, answers={**dialogue.answers, f"{prompt}.help": choice})
    if choice == "rather_not":
        turn = _next(script, chosen)
        gone: tuple[Effect, ...] = (Withdraw(f"{prompt}.raise"),)
    else:
        turn, gone = _turn_to(chosen, Page.RAISE, dialogue.index), ()
    return replace(turn, effects=(Record(f"{prompt}.help", choice), *gone, *turn.effects))


def _next(script: PromptSet, dialogue: CheckIn) -> Turn[CheckIn]:
    if dialogue.index + 1 < len(dialogue.plan):
        return _turn_to(dialogue, Page.QUESTION, dialogue.index + 1)
    if script.bands[dialogue.about.band].free_words:
        return _turn_to(dialogue, Page.NOTE, dialogue.index)
    return _finish(dialogue)


def _back(dialogue: CheckIn) -> Turn[CheckIn]:
    """One page back; the answer there stays until another is chosen."""
    match dialogue.page:
        case Page.QUESTION if dialogue.index > 0:
            return _turn_to(dialogue, Page.QUESTION, dialogue.index - 1)
        case Page.HELP | Page.NOTE:
            return _turn_to(dialogue, Page.QUESTION, dialogue.index)
        case Page.RAISE:
            return _turn_to(dialogue, Page.HELP, dialogue.index)
        case _:
            return Turn(dialogue)


def _wrote(script: PromptSet, dialogue: CheckIn, words: str, message_id: int) -> Turn[CheckIn]:
    if not script.bands[dialogue.about.band].free_words:
        return Turn(dialogue, (Say("bot/check_in/only_buttons"),))
    if dialogue.page is Page.NOTE:
        turn = _finish(dialogue)
        kept = Keep(words, message_id, None)
        return replace(turn, effects=(kept, Say("bot/check_in/note_kept"), *turn.effects))
    prompt = None if dialogue.page is Page.COVER else _prompt(dialogue)
    return Turn(dialogue, (Keep(words, message_id, prompt), Say("bot/check_in/note_kept")))


def _remind(dialogue: CheckIn) -> Turn[CheckIn]:
    """A fresh neutral cover takes the old card's place: still one message per check-in."""
    covered = replace(_moved(dialogue), page=Page.COVER, index=0)
    return Turn(covered, (Ask(Kind.REMINDER, new=True),))


def _finish(dialogue: CheckIn) -> Turn[CheckIn]:
    done = replace(_moved(dialogue), page=Page.DONE)
    return Turn(done, (Close(CheckInState.FINISHED), Ask()))


def _close(dialogue: CheckIn, reason: str) -> Turn[CheckIn]:
    """Time is up. Who answered everything and only left the last page open has finished."""
    if all(prompt in dialogue.answers for prompt in dialogue.plan):
        return _finish(dialogue)
    closed = replace(_moved(dialogue), page=Page.CLOSED)
    state = CheckInState.PARTLY if dialogue.answers else CheckInState.EXPIRED
    return Turn(closed, (Close(state, reason), Ask()))


def _turn_to(dialogue: CheckIn, page: Page, index: int) -> Turn[CheckIn]:
    return Turn(replace(_moved(dialogue), page=page, index=index), (Ask(),))


def _moved(dialogue: CheckIn) -> CheckIn:
    return replace(dialogue, position=dialogue.position + 1)


def _prompt(dialogue: CheckIn) -> str:
    return dialogue.plan[dialogue.index]
