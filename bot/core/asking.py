"""The questions of a check-in: each answered, skipped or changed, perhaps with one gentle follow-up."""

from dataclasses import replace

from bot.core.checkin_state import CheckIn, Page, turn_to
from bot.core.effects import Ask, Conceal, Effect, HoldBack, Record, Turn, Withdraw
from bot.core.events import Typed
from bot.core.goals import goal_of
from bot.core.model import DONT_KNOW, SKIP, Kind, PromptSet

HERE, UNDO = "-here", "-undo"

# After typed words the card comes again, below them.
_BELOW = Ask(Kind.REPLY, new=True)


def resume(script: PromptSet, dialogue: CheckIn) -> Turn[CheckIn]:
    """Open at the first prompt without an answer: after a reminder nobody starts all over."""
    for index, prompt in enumerate(dialogue.plan):
        if prompt not in dialogue.answers:
            return turn_to(dialogue, Page.QUESTION, index)
    return turn_to(dialogue, Page.SHARE) if dialogue.reviewing else after_questions(script, dialogue)


def after_questions(script: PromptSet, dialogue: CheckIn) -> Turn[CheckIn]:
    last = len(dialogue.plan) - 1
    if script.bands[dialogue.about.band].free_words:
        return turn_to(dialogue, Page.NOTE, last)
    return turn_to(replace(dialogue, reviewing=True), Page.SHARE, last)


def known(script: PromptSet, dialogue: CheckIn, choice: str) -> bool:
    return choice in (SKIP, DONT_KNOW) or script.scale(dialogue.about.band).option(choice) is not None


def answer(script: PromptSet, dialogue: CheckIn, choice: str) -> Turn[CheckIn]:
    prompt = dialogue.prompt
    effects: list[Effect] = [Record(prompt, choice)]
    answered = replace(dialogue, answers={**dialogue.answers, prompt: choice})
    low = choice in script.scale(dialogue.about.band).low
    if dialogue.followed_up == prompt and not low:  # the answer was changed; its follow-up falls away
        effects += [Withdraw(f"{prompt}.help"), Withdraw(f"{prompt}.raise")]
        answered = replace(answered, followed_up="", answers=_without(answered, "help", "raise"))
    core = goal_of(prompt) is None and script.prompt(prompt).core
    ask_more = low and core and script.bands[dialogue.about.band].follow_up
    if ask_more and answered.followed_up in ("", prompt):
        turn = turn_to(replace(answered, followed_up=prompt), Page.HELP)
    else:
        turn = _next(script, answered)
    return replace(turn, effects=(*effects, *turn.effects))


def answer_help(script: PromptSet, dialogue: CheckIn, choice: str) -> Turn[CheckIn]:
    prompt = dialogue.prompt
    chosen = replace(dialogue, answers={**dialogue.answers, f"{prompt}.help": choice})
    effects: list[Effect] = [Record(f"{prompt}.help", choice)]
    if choice == "rather_not":
        turn = _next(script, replace(chosen, answers=_without(chosen, "raise")))
        effects.append(Withdraw(f"{prompt}.raise"))
    else:
        turn = turn_to(chosen, Page.RAISE)
    return replace(turn, effects=(*effects, *_still_held(dialogue), *turn.effects))


def answer_raise(script: PromptSet, dialogue: CheckIn, choice: str) -> Turn[CheckIn]:
    raised = f"{dialogue.prompt}.raise"
    turn = _next(script, replace(dialogue, answers={**dialogue.answers, raised: choice}))
    return replace(turn, effects=(Record(raised, choice), *_still_held(dialogue), *turn.effects))


def typed(script: PromptSet, dialogue: CheckIn, event: Typed) -> Turn[CheckIn]:
    """As if it had been tapped; the card says what was understood, and takes it back if that was wrong."""
    if dialogue.page not in (Page.QUESTION, Page.HELP, Page.RAISE):
        return Turn(dialogue)
    turn = _choose(script, dialogue, event.choice)
    effects = tuple(_BELOW if isinstance(effect, Ask) else effect for effect in turn.effects)
    gone = (Conceal(event.message_id),) if dialogue.about.guardian else ()
    took = dialogue.prompt if dialogue.page is Page.QUESTION else ""
    return Turn(replace(turn.dialogue, took=took), (*effects, *gone))


def undo(dialogue: CheckIn) -> Turn[CheckIn]:
    """What was typed was not meant so: the question is asked again, without an answer."""
    prompt = dialogue.took
    gone = (prompt, f"{prompt}.help", f"{prompt}.raise")
    left = {key: given for key, given in dialogue.answers.items() if key not in gone}
    held = tuple(one for one in dialogue.held if one != prompt)
    followed_up = "" if dialogue.followed_up == prompt else dialogue.followed_up
    before = replace(dialogue, answers=left, held=held, followed_up=followed_up)
    turn = turn_to(before, Page.QUESTION, dialogue.plan.index(prompt))
    return replace(turn, effects=(*map(Withdraw, gone), *turn.effects))


def back(dialogue: CheckIn) -> Turn[CheckIn]:
    """One page back; the answer there stays until another is chosen."""
    match dialogue.page:
        case Page.QUESTION if dialogue.reviewing:
            # What was taken back is answered anew first, for the page tells what is there.
            answered = dialogue.prompt in dialogue.answers
            return turn_to(dialogue, Page.SHARE) if answered else Turn(dialogue)
        case Page.QUESTION if dialogue.index > 0:
            return turn_to(dialogue, Page.QUESTION, dialogue.index - 1)
        case Page.HELP:
            return turn_to(dialogue, Page.QUESTION)
        case Page.RAISE:
            return turn_to(dialogue, Page.HELP)
        case _:
            return Turn(dialogue)


def _choose(script: PromptSet, dialogue: CheckIn, choice: str) -> Turn[CheckIn]:
    match dialogue.page:
        case Page.HELP:
            return answer_help(script, dialogue, choice)
        case Page.RAISE:
            return answer_raise(script, dialogue, choice)
        case _:
            return answer(script, dialogue, choice)


def _next(script: PromptSet, dialogue: CheckIn) -> Turn[CheckIn]:
    if dialogue.reviewing:
        return turn_to(dialogue, Page.SHARE)
    if dialogue.index + 1 < len(dialogue.plan):
        return turn_to(dialogue, Page.QUESTION, dialogue.index + 1)
    return after_questions(script, dialogue)


def _still_held(dialogue: CheckIn) -> tuple[Effect, ...]:
    """What is said after an answer that is kept back is kept back with it."""
    return (HoldBack(dialogue.prompt, True),) if dialogue.prompt in dialogue.held else ()


def _without(dialogue: CheckIn, *more: str) -> dict[str, str]:
    """The answers without what followed this prompt's."""
    gone = {f"{dialogue.prompt}.{one}" for one in more}
    return {key: given for key, given in dialogue.answers.items() if key not in gone}
