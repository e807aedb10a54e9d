"""Tries every list of danger phrases on its own sentences, and on the same sentences typed badly."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.content.danger import DangerFile
from bot.content.problems import Problem, Rule, warning
from bot.content.toml_files import dotted
from bot.core.danger import Category, DangerList, screen
from bot.core.folding import folded

_LEET: Final = str.maketrans("aeio", "4310")


@dataclass(slots=True)
class Tally:
    """What stands in a list for one kind of danger: its patterns, their sentences, and how many it finds."""

    patterns: int = 0
    sentences: int = 0
    matched: int = 0


@dataclass(slots=True)
class Figures:
    """How one language's list did: on sentences as they stand, typed badly, and on harmless ones."""

    language: str
    kinds: dict[Category, Tally] = field(default_factory=lambda: {kind: Tally() for kind in Category})
    matched: int = 0
    missed: int = 0
    matched_badly_typed: int = 0
    missed_badly_typed: list[tuple[str, str]] = field(default_factory=list)
    harmless: int = 0
    false_alarms: list[tuple[str, str]] = field(default_factory=list)


def try_out(lists: Sequence[DangerFile]) -> tuple[list[Figures], list[Problem]]:
    """Figures for each language. A sentence that its own pattern misses, or finds though it must not, is a
    reported; and so is an ordinary sentence in which any language's list finds anything."""
    every = [one.listed for one in lists]
    tried = [_try_one(one, every) for one in lists]
    return [figures for figures, _ in tried], [problem for _, problems in tried for problem in problems]


def _try_one(tried: DangerFile, every: Sequence[DangerList]) -> tuple[Figures, list[Problem]]:
    figures, problems = Figures(tried.listed.language), []
    kind_of = {pattern.id: pattern.category for pattern in tried.fields.pattern}
    for kind in kind_of.values():
        figures.kinds[kind].patterns += 1
    for pattern, place, sentence, wanted in tried.examples():
        own = f"{tried.listed.language}/{pattern}"
        found = any(match.pattern == own for match in screen([tried.listed], sentence))
        if found is not wanted:
            message = f"“{pattern}” {'does not match' if wanted else 'matches'} “{sentence}”"
            cure = "Change its phrases, or the sentence"
            problems.append(_problem(tried, place, message, cure))
        if wanted:
            figures.matched += found
            figures.missed += not found
            figures.kinds[kind_of[pattern]].sentences += 1
            figures.kinds[kind_of[pattern]].matched += found
            _badly_typed(figures, tried, sentence)
    for at, sentence in enumerate(tried.fields.ordinary):
        figures.harmless += 1
        if matches := screen(every, sentence):
            names = ", ".join(match.pattern for match in matches)
            figures.false_alarms.append((sentence, names))
            message = f"“{sentence}” is ordinary, and is found by {names}"
            problems.append(_problem(tried, ("ordinary", at), message, "Change its phrases"))
    return figures, problems


def _problem(tried: DangerFile, place: tuple[str | int, ...], message: str, cure: str) -> Problem:
    line = tried.file.line(*place)
    return warning(tried.file.name, line, dotted(place), Rule.EXAMPLE, message, cure)


def _badly_typed(figures: Figures, tried: DangerFile, sentence: str) -> None:
    for how, typed in badly_typed(sentence, tried):
        if screen([tried.listed], typed):
            figures.matched_badly_typed += 1
        else:
            figures.missed_badly_typed.append((how, typed))


def badly_typed(sentence: str, tried: DangerFile) -> Iterator[tuple[str, str]]:
    """The sentence as it might be typed in a hurry or in hiding: how, and what."""
    words = sentence.split()
    yield "capitals", sentence.upper()
    yield "marks", "... ".join(words) + " 😭😭!!!"
    yield "emoji", "🙂".join(words)
    yield "stretched", sentence + sentence[-1:] * 3
    if not tried.listed.spaced:
        yield "spaces", " ".join(sentence)
        return
    yield "spaces", "   ".join(words)
    middle = len(words) // 2
    if middle and words[middle - 1][-1].isalnum():
        yield (
            "no space",
            " ".join([*words[: middle - 1], words[middle - 1] + words[middle], *words[middle + 1 :]]),
        )
    long = max(words, key=len)
    place = len(long) // 2
    if len(folded(long)) >= tried.fields.long + 1:
        for typo in (
            long[:place] + long[place + 1] + long[place] + long[place + 2 :],
            long[:place] + long[place + 1 :],
        ):
            yield "typing error", sentence.replace(long, typo, 1)
    if sentence.isascii():
        yield "digits for letters", sentence.translate(_LEET)
