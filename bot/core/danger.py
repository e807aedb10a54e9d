"""Whether what somebody wrote may speak of danger, by lists of phrases that people wrote and reviewed.

A match brings the help card and an alert at once. No match means nothing at all, and nobody is told that it
does. Every language's list looks at every text, for people change languages when it is hard to speak;
"not" in front of a phrase does not make it harmless.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Self

from bot.core.folding import readings
from bot.core.near import Near


class Category(StrEnum):
    """What kind of danger, the gravest first."""

    SUICIDE = "suicide"
    SELF_HARM = "self_harm"
    ABUSE = "abuse"
    THREAT_AT_HOME = "threat_at_home"
    HARM_TO_OTHERS = "harm_to_others"
    MEDICAL_EMERGENCY = "medical_emergency"
    ASKING_FOR_HELP = "asking_for_help"


@dataclass(frozen=True, slots=True)
class Phrase:
    """``source`` is an expression for folded texts. No text matches that has none of the words of ``gate``
    in it, whole or in part."""

    source: str
    gate: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Where one of ``harmless`` overlaps with what was found, it is something else."""

    id: str
    category: Category
    phrases: tuple[Phrase, ...]
    harmless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DangerList:
    """One language's phrases. ``swaps`` are other ways of typing its letters ("ae" for "ä"); ``near`` mends
    a typing error in a long word; ``spaced`` is false where words are written without spaces. ``gates`` says
    by the words in a text which phrases are worth looking for. ``reviewed``: by a person who speaks it."""

    language: str
    patterns: tuple[Pattern, ...] = field(repr=False)  # whoever prints a list would wait for gigabytes
    near: Near = field(repr=False)
    swaps: Mapping[str, str] = field(repr=False)
    spaced: bool
    gates: Mapping[str, tuple[tuple[Pattern, str], ...]] = field(repr=False)
    reviewed: bool = False

    @classmethod
    def of(
        cls,
        language: str,
        patterns: Sequence[Pattern],
        near: Near,
        swaps: Mapping[str, str],
        *,
        spaced: bool,
        reviewed: bool = False,
    ) -> Self:
        gates = defaultdict[str, list[tuple[Pattern, str]]](list)
        for pattern in patterns:
            for phrase in pattern.phrases:
                for word in phrase.gate:
                    gates[word].append((pattern, phrase.source))
        told = {word: tuple(behind) for word, behind in gates.items()}
        return cls(language, tuple(patterns), near, swaps, spaced, told, reviewed)


@dataclass(frozen=True, slots=True)
class Match:
    """``pattern`` names the language too: "en/want_to_die"."""

    category: Category
    pattern: str


def screen(lists: Iterable[DangerList], text: str) -> list[Match]:
    """What was found, the gravest first, each pattern once."""
    as_typed = readings(text)
    found = {match for one in lists for match in _in_language(one, as_typed)}
    gravest = list(Category)
    return sorted(found, key=lambda match: (gravest.index(match.category), match.pattern))


def _in_language(listed: DangerList, as_typed: Sequence[str]) -> Iterator[Match]:
    texts = [spelled(one, listed.swaps, listed.spaced) for one in as_typed]
    mended = [listed.near.mended(one) for one in texts] if listed.spaced else []
    for text in dict.fromkeys([*texts, *mended]):
        for word, behind in listed.gates.items():
            if word in text:
                for pattern, source in behind:
                    if _means_it(pattern, source, text):
                        yield Match(pattern.category, f"{listed.language}/{pattern.id}")


def spelled(folded: str, swaps: Mapping[str, str], spaced: bool) -> str:
    """A folded text as this language's patterns are written."""
    for theirs, ours in swaps.items():
        folded = folded.replace(theirs, ours)
    return folded if spaced else folded.replace(" ", "")


def _means_it(pattern: Pattern, source: str, text: str) -> bool:
    """One harmless use does not excuse another that is not, nor hide one that does."""
    found = [there.span() for there in _expression(source).finditer(text)]
    if not found:
        return False
    excused = [there.span() for one in pattern.harmless for there in _expression(one).finditer(text)]
    return any(
        not any(start < there_end and there_start < end for start, end in excused)
        for there_start, there_end in found
    )


@cache
def _expression(source: str) -> re.Pattern[str]:
    """Made when it is needed first: all of them together would take seconds at every start."""
    return re.compile(source)
