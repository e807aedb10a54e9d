"""Before it is shared the client sees exactly what the therapist will see, and decides: each answer can be
changed or kept back, a line added or taken back, and a wish named to talk about."""

from dataclasses import replace
from datetime import datetime

from bot.core.checkin_state import CheckIn, Page, moved, turn_to
from bot.core.effects import Ask, Close, Conceal, Effect, Hint, HoldBack, Keep, Say, TakeBack, Turn, WaitUntil
from bot.core.events import Wait, Wrote
from bot.core.model import CheckInState, PromptSet, Voice

ADD, TOPIC, DONE, AGAIN, CHANGE, HOLD = "-add", "-topic", "-done", "-again", "-change", "-hold"
NOTHING = "-nothing"
GIVEN, GONE = "give_", "gone_"  # before a prompt's place in the plan, and before a note's number


def tapped(script: PromptSet, dialogue: CheckIn, choice: str, now: datetime) -> Turn[CheckIn]:
    match dialogue.page, choice:
        case Page.NOTE | Page.TOPIC, "-nothing" | "-back" if dialogue.reviewing:
            return turn_to(dialogue, Page.SHARE)
        case Page.NOTE, "-nothing":
            return turn_to(replace(dialogue, reviewing=True), Page.SHARE)
        case Page.NOTE, "-back":
            return turn_to(dialogue, Page.QUESTION)
        case Page.SHARE, "-done":
            return finish(dialogue, now)
        case Page.SHARE, "-back" if not _open_answers(dialogue):
            last = replace(dialogue, reviewing=False)
            return turn_to(last, Page.QUESTION, len(dialogue.plan) - 1)
        case Page.SHARE, "-add" | "-topic" if script.bands[dialogue.about.band].free_words:
            return turn_to(dialogue, Page.NOTE if choice == ADD else Page.TOPIC)
        case Page.SHARE, _ if choice.startswith(GONE):
            turn = turn_to(dialogue, Page.SHARE)
            return replace(turn, effects=(TakeBack(_number(choice)), *turn.effects))
        case Page.SHARE, _ if choice.startswith(GIVEN) and _number(choice) < len(dialogue.plan):
            chosen = replace(dialogue, index=_number(choice))
            return turn_to(chosen, Page.ANSWER) if _open_answers(dialogue) else _hold(chosen)
        case Page.ANSWER, "-hold":
            return _hold(dialogue)
        case Page.ANSWER, "-change":
            return turn_to(dialogue, Page.QUESTION)
        case Page.ANSWER, "-back":
            return turn_to(dialogue, Page.SHARE)
        case _:
            return Turn(dialogue, (Hint("bot/hint/answered"),))


def wrote(script: PromptSet, dialogue: CheckIn, event: Wrote) -> Turn[CheckIn]:
    """Free words: kept with the question that is open. Where they are off, and on the pages that a guardian
    sees, nothing is kept, and that is said."""
    gone = (Conceal(event.message_id),) if dialogue.about.guardian else ()
    if not script.bands[dialogue.about.band].free_words:
        return Turn(dialogue, (Say("bot/check_in/only_buttons", receipt=True), *gone))
    prompt: str | None = None
    match dialogue.page:
        case Page.HANDOVER | Page.COVER | Page.LATER | Page.WHY | Page.SNOOZED if dialogue.about.guardian:
            return Turn(dialogue, (Say("bot/check_in/open_first", receipt=True), *gone))
        case Page.QUESTION | Page.HELP | Page.RAISE | Page.ANSWER:
            prompt, turn = dialogue.prompt, Turn(dialogue)
        case Page.NOTE | Page.TOPIC | Page.SHARE:
            turn = turn_to(replace(dialogue, reviewing=True), Page.SHARE, below=True)
        case _:
            turn = Turn(dialogue)
    kept = Keep(event.text, event.message_id, prompt, dialogue.page is Page.TOPIC)
    return replace(turn, effects=(kept, Say("bot/check_in/note_kept", receipt=True), *gone, *turn.effects))


def finish(dialogue: CheckIn, now: datetime, reason: str = "") -> Turn[CheckIn]:
    done = replace(closed(dialogue, now), page=Page.DONE, reviewing=True)
    return Turn(done, (Close(CheckInState.FINISHED, reason), Ask()))


def closed(dialogue: CheckIn, now: datetime) -> CheckIn:
    """As it is closed: when it is too late for a second look, none is offered."""
    until = dialogue.changes_until if may_look_again(dialogue, now) else None
    return replace(moved(dialogue), page=Page.CLOSED, changes_until=until)


def may_look_again(dialogue: CheckIn, now: datetime) -> bool:
    """Whether answers can still be changed: until the summary is made, and not on a guardian's phone."""
    until = dialogue.changes_until
    return bool(dialogue.answers) and not dialogue.about.guardian and until is not None and now < until


def look_again(dialogue: CheckIn, now: datetime, *, below: bool = False) -> Turn[CheckIn]:
    """Open what was closed already."""
    if not may_look_again(dialogue, now) or dialogue.changes_until is None:
        return Turn(dialogue, (Hint("bot/hint/told"),))
    turn = turn_to(replace(dialogue, reviewing=True, again=True), Page.SHARE, below=below)
    return replace(turn, effects=(*turn.effects, WaitUntil(Wait.EXPIRY, dialogue.changes_until)))


def told(dialogue: CheckIn, now: datetime) -> Turn[CheckIn]:
    """The summary is made: a card that offers a second look offers it no more."""
    until = dialogue.changes_until
    if dialogue.open or until is None or now < until:
        return Turn(dialogue)
    return Turn(replace(dialogue, changes_until=None), (Ask(),))


def _open_answers(dialogue: CheckIn) -> bool:
    """Younger children decide with one tap; others open an answer first, and may change it there."""
    return dialogue.about.band.voice is not Voice.CHILD


def _hold(dialogue: CheckIn) -> Turn[CheckIn]:
    prompt = dialogue.prompt
    held = prompt in dialogue.held
    others = tuple(one for one in dialogue.held if one != prompt)
    turn = turn_to(replace(dialogue, held=others if held else (*others, prompt)), Page.SHARE)
    effects: tuple[Effect, ...] = (HoldBack(prompt, not held), *turn.effects)
    return replace(turn, effects=effects)


def _number(choice: str) -> int:
    digits = choice.partition("_")[2]
    return int(digits) if digits.isdecimal() else 1 << 60
