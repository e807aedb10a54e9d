"""A message that was taken as an answer is edited: the answer changes with it, or the words become a note."""

from dataclasses import replace
from datetime import datetime

from bot.core.asking import BELOW, FOLLOW_UPS, ask_again, asked, choose, follow_up, prompt_of, resume
from bot.core.checkin_state import OUTSIDE, CheckIn, Page, turn_to
from bot.core.effects import Ask, Effect, Keep, Say, Turn
from bot.core.events import Retyped
from bot.core.model import PromptSet
from bot.core.sharing import look_again, may_look_again


def answer_of(dialogue: CheckIn, message_id: int) -> str | None:
    """Which answer this message still is, if it is one."""
    key = dialogue.typed.get(message_id)
    return key if key in dialogue.answers else None


def retyped(script: PromptSet, dialogue: CheckIn, event: Retyped, now: datetime) -> Turn[CheckIn]:
    """Until the summary is made. What was closed is opened again for it, so that the client sees what the
    therapist will see now."""
    key = answer_of(dialogue, event.message_id)
    too_late = dialogue.told(now) if dialogue.open else not may_look_again(dialogue, now)
    too_late = too_late or dialogue.about.guardian  # there the chat keeps nothing that was typed
    if key is None or too_late or event.choice == dialogue.answers[key]:
        return Turn(dialogue)
    opened = Turn(dialogue) if dialogue.open else look_again(dialogue, now)
    turn = _noted(script, opened.dialogue, key, event)
    if event.choice is not None:
        turn = _changed(script, opened.dialogue, key, event.message_id, event.choice)
    return replace(turn, effects=(*_but_shown(turn), *_but_shown(opened), turn.effects[-1]))


def _changed(script: PromptSet, dialogue: CheckIn, key: str, message_id: int, choice: str) -> Turn[CheckIn]:
    """The other answer; then what it makes necessary to ask, or the page that was there."""
    prompt, before = prompt_of(key), asked(dialogue, key)
    turn = choose(script, before, choice)
    answered = turn.dialogue
    same = dialogue.index == before.index and dialogue.page in (Page.QUESTION, *FOLLOW_UPS.values())
    more = follow_up(answered, prompt)
    if more is not None:
        shown = turn_to(answered, more, before.index)
    elif dialogue.reviewing:
        shown = turn_to(answered, Page.SHARE)
    elif same or dialogue.page in OUTSIDE:
        shown = resume(script, answered)
    else:
        shown = turn_to(answered, dialogue.page, dialogue.index)
    taken = replace(shown.dialogue, took=key, typed={**answered.typed, message_id: key})
    return Turn(taken, (*_but_shown(turn), *shown.effects))


def _noted(script: PromptSet, dialogue: CheckIn, key: str, event: Retyped) -> Turn[CheckIn]:
    """It no longer says an answer: the words are kept, where they may be, and the same is asked again."""
    turn = ask_again(dialogue, key)
    if script.bands[dialogue.about.band].free_words:
        kept: tuple[Effect, ...] = (
            Keep(event.text, event.message_id, prompt_of(key)),
            Say("bot/check_in/note_kept", receipt=True),
        )
    else:
        kept = (Say("bot/check_in/only_buttons", receipt=True),)
    return Turn(turn.dialogue, (*_but_shown(turn), *kept, BELOW))


def _but_shown(turn: Turn[CheckIn]) -> tuple[Effect, ...]:
    """What is to be done, but for showing the page."""
    return tuple(effect for effect in turn.effects if not isinstance(effect, Ask))
