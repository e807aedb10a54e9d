"""A summary in the therapist's language: the numbers first, each element, free words last."""

from collections.abc import Iterator
from datetime import date, datetime

from bot.core.goal_lines import GoalAnswer, GoalLine
from bot.core.goals import GoalState
from bot.core.model import Element, PromptSet
from bot.core.summary import Change, ElementLine, GivenAnswer, Summary
from bot.render.words import Ltr, Words, local

LETTER_MAX = 3400  # Telegram takes 4096; the rest is for what a reading says below, and a repeat above
NOTE_MAX = 1500


Span = tuple[datetime, datetime]


def tell(
    words: Words,
    script: PromptSet,
    client: str,
    summary: Summary,
    zone: str,
    away: Span | None = None,
    pause: date | None = None,
) -> list[str]:
    """The letters of one summary, each short enough for Telegram. ``away`` is when the bot heard nothing, and
    ``pause`` the day until which the client has a break."""
    blocks = [
        _head(words, client, summary, zone, pause),
        *_away(words, away, zone),
        *(_element(words, script, line) for line in summary.lines if not _left_open(line)),
        *_all_left_open(words, summary),
        *_goals(words, script, summary.goals),
        *_held_back(words, summary),
        *_own_words(words, script, summary, zone),
        words("bot/summary/footer"),
    ]
    return list(_letters(blocks))


def tell_more(words: Words, script: PromptSet, client: str, summary: Summary, zone: str) -> list[str]:
    """What was answered after the summary and still before the session; the same, without the counts."""
    blocks = [
        words("bot/summary/head_more", client=client),
        *_raised(words, summary),
        *(_element(words, script, line) for line in summary.lines if not _left_open(line)),
        *_goals(words, script, tuple(goal for goal in summary.goals if goal.latest is not None)),
        *_held_back(words, summary),
        *_own_words(words, script, summary, zone),
    ]
    return list(_letters(blocks))


def _head(words: Words, client: str, summary: Summary, zone: str, pause: date | None) -> str:
    if summary.since is None:
        lines = [words("bot/summary/head_first", client=client)]
    else:
        lines = [words("bot/summary/head", client=client, day=words.day(local(summary.since, zone)))]
    rests = [] if pause is None else [words("bot/summary/paused", day=words.day(pause))]
    if not summary.due:
        return "\n".join([*lines, words("bot/summary/nothing_due"), *rests])
    lines.append(words("bot/summary/answered", count=_number(summary.answered), due=_number(summary.due)))
    for name, count in (
        ("partly", summary.partly),
        ("unanswered", summary.unanswered),
        ("still_open", summary.still_open),
    ):
        if count:
            lines.append(words(f"bot/summary/{name}", count=_number(count)))
    for message, reasons in (("rested", summary.rested), ("not_sent", summary.not_sent)):
        for reason, count in reasons.items():
            why = words(f"bot/summary/reason/{reason}")
            lines.append(words(f"bot/summary/{message}", count=_number(count), reason=why))
    return "\n".join([*lines, *rests, *_raised(words, summary)])


def _raised(words: Words, summary: Summary) -> Iterator[str]:
    if summary.raised:
        names = words.listed([words(f"bot/element/{element}") for element in summary.raised])
        yield words("bot/summary/raised", elements=names)


def _held_back(words: Words, summary: Summary) -> Iterator[str]:
    if summary.held_back:
        yield words("bot/summary/held_back")


def _away(words: Words, away: Span | None, zone: str) -> Iterator[str]:
    if away is not None:
        since, until = (local(moment, zone) for moment in away)
        times = {"since": words.short_moment(since), "until": words.short_moment(until)}
        yield words("bot/summary/away", **times)


def _element(words: Words, script: PromptSet, line: ElementLine) -> str:
    element = words(f"bot/element/{line.element}")
    if line.latest is None:
        lines = [words("bot/summary/no_answer", element=element)]
    else:
        lines = [words("bot/summary/element", element=element, answer=_label(words, script, line.latest))]
        if line.change is not None:
            lines.append(_change(words, script, line.latest, line.change))
    for name, count in (("skipped", line.skipped), ("dont_know", line.dont_know), ("missed", line.missed)):
        if count:
            lines.append(words(f"bot/summary/{name}", count=_number(count)))
    if line.element is Element.SAFE and line.low_twice:
        lines.append(words("bot/summary/low_twice"))
    if line.help is not None and line.latest is not None:
        band = f"{script.id}/band/{line.latest.band}"
        lines.append(words("bot/summary/help", choice=words(f"{band}/helps/{line.help}")))
    if line.raise_ is not None:
        lines.append(words(f"bot/summary/raise/{line.raise_}"))
    return "\n".join([lines[0], *(f"   {more}" for more in lines[1:])])


def _left_open(line: ElementLine) -> bool:
    """Nothing was said about it, not even "skip"."""
    return line.answered + line.skipped + line.dont_know == 0


def _all_left_open(words: Words, summary: Summary) -> Iterator[str]:
    """In one line what would say the same in many."""
    names = [words(f"bot/element/{line.element}") for line in summary.lines if _left_open(line)]
    if names:
        yield words("bot/summary/left_open", elements=words.listed(names))


def _goals(words: Words, script: PromptSet, goals: tuple[GoalLine, ...]) -> Iterator[str]:
    """In one block, a line for each: how it stands and, while it is worked on, how near it feels."""
    lines = []
    for goal in goals:
        near = goal.latest if goal.state is GoalState.AGREED else None
        if near is None:
            lines.append(words(f"bot/summary/goal/{goal.state}", words=goal.words))
        elif goal.before is None:
            lines.append(words("bot/summary/goal_near", words=goal.words, answer=_label(words, script, near)))
        else:
            values = {"answer": _label(words, script, near), "before": _label(words, script, goal.before)}
            lines.append(words("bot/summary/goal_before", words=goal.words, **values))
    if lines:
        yield "\n".join(lines)


def _change(words: Words, script: PromptSet, latest: GivenAnswer, change: Change) -> str:
    options = script.scales[latest.scale_id].options
    around = [option for option in options if abs(option.value - change.usual) < 1]
    labels = [words(f"{script.id}/scale/{latest.scale_id}/{option.id}") for option in around]
    usual = labels[0] if len(labels) == 1 else words("bot/summary/between", low=labels[0], high=labels[-1])
    return words(f"bot/summary/{change.direction}", usual=usual, count=_number(change.basis))


def _label(words: Words, script: PromptSet, answer: GivenAnswer | GoalAnswer) -> str:
    return words(f"{script.id}/scale/{answer.scale_id}/{answer.choice}")


def _own_words(words: Words, script: PromptSet, summary: Summary, zone: str) -> Iterator[str]:
    if summary.notes:
        yield words("bot/summary/own_words")
    for note in summary.notes:
        values = {
            "day": words.short_day(local(note.written_at, zone)),
            "language": _language(words, note.language),
        }
        message = "bot/summary/topic" if note.topic else "bot/summary/note"
        about = next((prompt for prompt in script.prompts if prompt.id == note.prompt_id), None)
        if about is not None:
            message = "bot/summary/note_to"
            values["element"] = words(f"bot/element/{about.element}")
        for at in range(0, len(note.words), NOTE_MAX):
            yield words(message, **values, words=note.words[at : at + NOTE_MAX])
    if summary.unscreened:
        languages = words.listed([_language(words, one) for one in summary.unscreened])
        yield words("bot/summary/unscreened", languages=languages)


def _language(words: Words, language: str) -> str:
    return str(words.locale.languages.get(language.replace("-", "_"), language))


def _number(count: int) -> str:
    return Ltr(count)


def _letters(blocks: list[str]) -> Iterator[str]:
    letter = ""
    for block in blocks:
        if letter and len(letter) + len(block) + 2 > LETTER_MAX:
            yield letter
            letter = ""
        letter = f"{letter}\n\n{block}" if letter else block
    yield letter
