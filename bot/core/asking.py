"""The questions of a check-in: each answered, skipped or changed, perhaps with one gentle follow-up."""

from dataclasses import replace
from typing import Final

from bot.core.checkin_state import CheckIn, Page, turn_to
from bot.core.effects import Ask, Conceal, Effect, HoldBack, Record, Turn, Withdraw
from bot.core.events import Typed
from bot.core.goals import goal_of
from bot.core.model import DONT_KNOW, SKIP, Kind, PromptSet

HERE, UNDO = "-here", "-undo"

# What may follow a low answer: the end of its name, and the page that asks for it.
FOLLOW_UPS: Final = {"help": Page.HELP, "raise": Page.RAISE}

# After typed words the card comes again, below them.
BELOW: Final = Ask(Kind.REPLY, new=True)


def resume(script: PromptSet, dialogue: CheckIn) -> Turn[CheckIn]:
    """Open at the first that has no answer yet: after a reminder, or when the phone comes back, nobody starts
    all over, and nothing that was answered shows."""
    for index, prompt in enumerate(dialogue.plan):
        if prompt not in dialogue.answers:
            return turn_to(dialogue, Page.QUESTION, index)
        left = follow_up(dialogue, prompt)
        if left is not None:
            return turn_to(dialogue, left, index)
    return turn_to(dialogue, Page.SHARE) if dialogue.reviewing else after_questions(script, dialogue)


def after_questions(script: PromptSet, dialogue: CheckIn) -> Turn[CheckIn]:
    last = len(dialogue.plan) - 1
    if script.bands[dialogue.about.band].free_words:
        return turn_to(dialogue, Page.NOTE, last)
    return turn_to(replace(dialogue, reviewing=True), Page.SHARE, last)


def follow_up(dialogue: CheckIn, prompt: str) -> Page | None:
    """What follows a low answer to it and has not been answered yet."""
    if dialogue.followed_up != prompt:
        return None
    help_ = dialogue.answers.get(f"{prompt}.help")
    if help_ is None:
        return Page.HELP
    return Page.RAISE if help_ != "rather_not" and f"{prompt}.raise" not in dialogue.answers else None


def known(script: PromptSet, dialogue: CheckIn, choice: str) -> bool:
    return choice in (SKIP, DONT_KNOW) or script.scale(dialogue.about.band).option(choice) is not None


def answer(script: PromptSet, dialogue: CheckIn, choice: str) -> Turn[CheckIn]:
    prompt = dialogue.prompt
    effects: list[Effect] = [Record(prompt, choice)]
    answered = _given(dialogue, prompt, choice)
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
    chosen = _given(dialogue, f"{prompt}.help", choice)
    effects: list[Effect] = [Record(f"{prompt}.help", choice)]
    if choice == "rather_not":
        turn = _next(script, replace(chosen, answers=_without(chosen, "raise")))
        effects.append(Withdraw(f"{prompt}.raise"))
    else:
        turn = turn_to(chosen, Page.RAISE)
    return replace(turn, effects=(*effects, *_still_held(dialogue), *turn.effects))


def answer_raise(script: PromptSet, dialogue: CheckIn, choice: str) -> Turn[CheckIn]:
    raised = f"{dialogue.prompt}.raise"
    turn = _next(script, _given(dialogue, raised, choice))
    return replace(turn, effects=(Record(raised, choice), *_still_held(dialogue), *turn.effects))


def typed(script: PromptSet, dialogue: CheckIn, event: Typed) -> Turn[CheckIn]:
    """As if it had been tapped; the card says what was understood, and takes it back if that was wrong."""
    if dialogue.page not in (Page.QUESTION, Page.HELP, Page.RAISE):
        return Turn(dialogue)
    turn = choose(script, dialogue, event.choice)
    effects = tuple(BELOW if isinstance(effect, Ask) else effect for effect in turn.effects)
    gone = (Conceal(event.message_id),) if dialogue.about.guardian else ()
    ends = {page: f".{end}" for end, page in FOLLOW_UPS.items()}
    key = f"{dialogue.prompt}{ends.get(dialogue.page, '')}"
    taken = replace(turn.dialogue, took=key, typed={**turn.dialogue.typed, event.message_id: key})
    return Turn(taken, (*effects, *gone))


def asked(dialogue: CheckIn, key: str) -> CheckIn:
    """The check-in at the page on which this was asked: a question, or what follows a low answer."""
    prompt = prompt_of(key)
    page = FOLLOW_UPS.get(key.removeprefix(f"{prompt}."), Page.QUESTION)
    return replace(dialogue, page=page, index=dialogue.plan.index(prompt))


def prompt_of(key: str) -> str:
    """The prompt that an answer belongs to, its own or one that follows it."""
    prompt, _, end = key.rpartition(".")
    return prompt if end in FOLLOW_UPS else key


def ask_again(dialogue: CheckIn, key: str) -> Turn[CheckIn]:
    """What was typed was not meant so: the same is asked again, without an answer."""
    prompt, before = prompt_of(key), asked(dialogue, key)
    gone: tuple[str, ...] = (key,) if key.endswith(".raise") else (f"{prompt}.help", f"{prompt}.raise")
    if before.page is Page.QUESTION:
        gone = (prompt, *gone)
        followed_up = "" if dialogue.followed_up == prompt else dialogue.followed_up
        held = tuple(one for one in dialogue.held if one != prompt)
        before = replace(before, held=held, followed_up=followed_up)
    left = {one: given for one, given in dialogue.answers.items() if one not in gone}
    turn = turn_to(replace(before, answers=left), before.page)
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


def choose(script: PromptSet, dialogue: CheckIn, choice: str) -> Turn[CheckIn]:
    """Answer what the page asks."""
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


def _given(dialogue: CheckIn, key: str, choice: str) -> CheckIn:
    """With this answer, which is no longer what some message said."""
    typed = {message: one for message, one in dialogue.typed.items() if one != key}
    return replace(dialogue, answers={**dialogue.answers, key: choice}, typed=typed)


def _still_held(dialogue: CheckIn) -> tuple[Effect, ...]:
    """What is said after an answer that is kept back is kept back with it."""
    return (HoldBack(dialogue.prompt, True),) if dialogue.prompt in dialogue.held else ()


def _without(dialogue: CheckIn, *more: str) -> dict[str, str]:
    """The answers without what followed this prompt's."""
    gone = {f"{dialogue.prompt}.{one}" for one in more}
    return {key: given for key, given in dialogue.answers.items() if key not in gone}
