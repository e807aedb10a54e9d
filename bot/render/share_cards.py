"""What the therapist will see, shown to the client first: each answer, each line, to keep or to change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.core import checkin, sharing
from bot.core.asking import prompt_of
from bot.core.checkin import CheckIn, Page
from bot.core.goals import goal_of
from bot.core.model import PromptSet, Voice
from bot.render.bodies import Body, Button
from bot.render.buttons import Press
from bot.render.goals import goal_question
from bot.render.words import Words

WORDS_SHOWN = 300  # of a note; the page has to fit
WORDS_ON_BUTTON = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A note: the message it was made from, its words, the prompt it stands at, if it stands at one, and
    whether it says what to talk about."""

    message_id: int
    words: str
    prompt: str | None
    topic: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The client's own words that a page shows; they are kept elsewhere, not in the dialogue."""

    notes: Sequence[Line] = ()
    goals: Mapping[int, str] = field(default_factory=dict)


def share_page(words: Words, script: PromptSet, press: Press, dialogue: CheckIn, shown: Shown) -> Body:
    back = press(words("bot/button/back"), checkin.BACK)
    band, values = f"{script.id}/band/{dialogue.about.band}", values_of(words, dialogue)
    match dialogue.page:
        case Page.NOTE | Page.TOPIC:
            asked = (
                words(f"{band}/note", **values)
                if dialogue.page is Page.NOTE
                else words("bot/share/topic_ask")
            )
            text = f"{asked}\n\n{words('bot/check_in/note_promise', **values)}"
            return {"text": text, "buttons": [[press(words("bot/button/nothing"), sharing.NOTHING)], [back]]}
        case Page.ANSWER:
            return _answer(words, script, press, dialogue, shown, back)
        case _:
            return _share(words, script, press, dialogue, shown, back)


def question_text(words: Words, script: PromptSet, dialogue: CheckIn, shown: Shown) -> str:
    band, goal = dialogue.about.band, goal_of(dialogue.prompt)
    if goal is not None:
        return goal_question(words, script, band, shown.goals.get(goal, ""))
    return words(f"{script.id}/{dialogue.prompt}/{band}/question", **values_of(words, dialogue))


def answer_text(words: Words, script: PromptSet, dialogue: CheckIn, key: str) -> str:
    """The chosen step in words, behind its face if it has one; or what was chosen after a low answer."""
    choice, scale = dialogue.answers[key], script.scale(dialogue.about.band)
    if key != prompt_of(key):
        return words(f"{script.id}/band/{dialogue.about.band}/{key.rpartition('.')[2]}s/{choice}")
    option = scale.option(choice)
    if option is None:
        return words(f"bot/share/{choice}")
    return f"{option.face} {words(f'{script.id}/scale/{scale.id}/{option.id}')}".strip()


def values_of(words: Words, dialogue: CheckIn) -> dict[str, str]:
    about = dialogue.about
    values = {"therapist": about.therapist, "client": about.client, "clinic": about.clinic}
    if about.last_session is not None:
        values |= {"day": words.day(about.last_session), "time": words.time(about.last_session.time())}
    return values


def _share(
    words: Words, script: PromptSet, press: Press, dialogue: CheckIn, shown: Shown, back: Button
) -> Body:
    therapist, child = dialogue.about.therapist, dialogue.about.band.voice is Voice.CHILD
    seen, held = _lines(words, script, dialogue, shown)
    parts = [
        words("bot/share/head", therapist=therapist),
        *filter(None, (seen, held)),
        words("bot/share/ask"),
    ]
    rows: list[list[Button]] = []
    for place, prompt in enumerate(dialogue.plan):
        if prompt in dialogue.answers:
            about = _about(words, script, prompt, shown)
            if child:
                name = "show" if prompt in dialogue.held else "hold"
                label = words(f"bot/share/button/{name}", about=about)
            else:
                answer = answer_text(words, script, dialogue, prompt)
                label = words("bot/share/button/answer", about=about, answer=answer)
            rows.append([press(label, f"{sharing.GIVEN}{place}")])
    for note in shown.notes:
        in_one_line = " ".join(note.words.split())
        label = words("bot/share/button/take_back", words=_cut(in_one_line, WORDS_ON_BUTTON))
        rows.append([press(label, f"{sharing.GONE}{note.message_id}")])
    if script.bands[dialogue.about.band].free_words:
        rows.append([press(words("bot/share/button/add"), sharing.ADD)])
        if not child:
            rows.append([press(words("bot/share/button/topic"), sharing.TOPIC)])
    rows.append([press(words("bot/share/button/done"), sharing.DONE)])
    if child:
        rows.append([back])
    return {"text": "\n\n".join(parts), "buttons": rows}


def _lines(words: Words, script: PromptSet, dialogue: CheckIn, shown: Shown) -> tuple[str, str]:
    """What the therapist will see, and what is for the client alone."""
    therapist = dialogue.about.therapist
    seen, held = [], []
    for prompt in dialogue.plan:
        if prompt not in dialogue.answers:
            continue
        about, answer = _about(words, script, prompt, shown), answer_text(words, script, dialogue, prompt)
        if prompt in dialogue.held:
            held.append(words("bot/share/held", about=about, answer=answer))
            continue
        seen.append(words("bot/share/seen", about=about, answer=answer))
        for more in ("help", "raise"):
            if (key := f"{prompt}.{more}") in dialogue.answers:
                choice = answer_text(words, script, dialogue, key)
                seen.append(words(f"bot/share/{more}", therapist=therapist, choice=choice))
    seen += [_note(words, script, dialogue, shown, note) for note in shown.notes]
    if held:  # that much the therapist is told
        held.append(words("bot/share/kept_back", therapist=therapist))
    return "\n".join(seen) or words("bot/share/nothing"), "\n".join(held)


def _note(words: Words, script: PromptSet, dialogue: CheckIn, shown: Shown, note: Line) -> str:
    said = _cut(note.words, WORDS_SHOWN)
    if note.topic:
        return words("bot/share/topic", words=said)
    if note.prompt in dialogue.plan:
        return words("bot/share/note_to", about=_about(words, script, note.prompt, shown), words=said)
    return words("bot/share/note", words=said)


def _answer(
    words: Words, script: PromptSet, press: Press, dialogue: CheckIn, shown: Shown, back: Button
) -> Body:
    held = dialogue.prompt in dialogue.held
    given = answer_text(words, script, dialogue, dialogue.prompt)
    about = _about(words, script, dialogue.prompt, shown)
    said = words("bot/share/held" if held else "bot/share/seen", about=about, answer=given)
    rows = [
        [press(words("bot/share/button/change"), sharing.CHANGE)],
        [
            press(
                words("bot/share/button/show" if held else "bot/share/button/hold", about=about), sharing.HOLD
            )
        ],
        [back],
    ]
    return {"text": f"{question_text(words, script, dialogue, shown)}\n\n{said}", "buttons": rows}


def _about(words: Words, script: PromptSet, prompt: str, shown: Shown) -> str:
    goal = goal_of(prompt)
    if goal is not None:
        return _cut(shown.goals.get(goal, ""), WORDS_ON_BUTTON * 2)
    return words(f"bot/share/element/{script.prompt(prompt).element}")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
