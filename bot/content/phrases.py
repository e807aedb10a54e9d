"""The little language in which lists of danger phrases are written, for those who know
the words.

    want to die              these words, in this order
    (want|wish) to die       one of these
    [really] want            perhaps this
    kill* myself             every word that begins like this
    want .. die              up to five words between
    die & want               both, in either order, with up to five words between; also three

A phrase begins and ends where words do. Spaces may be missing, apostrophes and accents too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, permutations
from typing import Final

from bot.core.danger import Phrase, spelled
from bot.core.folding import folded

GAP_WORDS: Final = 5
GAP_LETTERS: Final = 12  # where words are written without spaces
TOGETHER: Final = 3  # parts in any order: six orders
APART: Final = " ?"
AFTER_STAR: Final = "*"
_LONG: Final = re.compile(r"[^\W\d_]{5}")  # surely a word of its own, and no ending
_PART: Final = re.compile(r"\.\.|[()|\[\]*]|[^\s()|\[\]*.]+")


class PhraseProblem(ValueError):
    """What is wrong with a phrase, and how to put it right."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.cure = cure


_Read = tuple[str, frozenset[str]]


@dataclass(frozen=True)
class Spelling:
    """How a language writes. ``prefixes`` are little words that people glue to a phrase's first word."""

    swaps: Mapping[str, str]
    prefixes: Sequence[str] = ()
    spaced: bool = True

    def word(self, text: str) -> str:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = spelled(folded(text), self.swaps, self.spaced)
        return known

    @cached_property
    def glued(self) -> str:
        prefixes = "|".join(re.escape(self.word(one)) for one in self.prefixes)
        return f"(?:{prefixes})?" if prefixes else ""

    @cached_property
    def _known(self) -> dict[str, str]:
        """The same words come again and again, and folding takes long."""
        return {}


def read_phrase(phrase: str, spelling: Spelling) -> Phrase:
    """One phrase as an expression for folded texts. Raises PhraseProblem."""
    source, gate = _Reader(_in_any_order(phrase), spelling).read()
    if not spelling.spaced:
        return Phrase(source, gate)
    return Phrase(rf"\b{spelling.glued}(?:{source})\b", gate)


def words_in(phrases: Sequence[str], spelling: Spelling) -> Iterator[tuple[str, bool]]:
    """The words that a phrase is made of, each with whether it is only a beginning."""
    for phrase in phrases:
        for part, following in pairwise([*_PART.findall(phrase), ""]):
            for word in spelling.word(part).split():
                yield word, following == "*"


def _in_any_order(phrase: str) -> str:
    """The same phrase without ``&``: a choice of every order."""
    parts = [part.strip() for part in phrase.split("&")]
    if len(parts) > TOGETHER:
        raise PhraseProblem(f"more than {TOGETHER} parts in any order", "Make two phrases of it")
    return "|".join(" .. ".join(order) for order in permutations(parts))


class _Reader:
    """Reads one phrase from left to right: as an expression, with words one of which any match has in it."""

    def __init__(self, phrase: str, spelling: Spelling) -> None:
        self.phrase, self.spelling = phrase, spelling
        self.parts = _PART.findall(phrase)
        self.at = 0

    def read(self) -> _Read:
        if left := _PART.sub("", self.phrase).strip():
            raise PhraseProblem(f"“{left[0]}” means nothing in a phrase", "Take it out; two dots are a gap")
        found = self._choices()
        if self.at < len(self.parts):
            raise PhraseProblem(f"“{self._next()}” closes nothing", "Take it out, or open it before")
        return found

    def _next(self) -> str:
        return self.parts[self.at] if self.at < len(self.parts) else ""

    def _choices(self) -> _Read:
        found = [self._row()]
        while self._next() == "|":
            self.at += 1
            found.append(self._row())
        if len(found) == 1:
            return found[0]
        gate = frozenset[str]().union(*(words for _, words in found))
        return f"(?:{'|'.join(source for source, _ in found)})", gate

    def _row(self) -> _Read:
        """Words one after the other, up to the end of a choice."""
        row, between, gate = "", "", frozenset[str]()
        while (part := self._next()) not in ("", "|", ")", "]"):
            self.at += 1
            if part == "..":
                if not row:
                    raise PhraseProblem("a gap has to stand between two words", "Take the two dots out")
                between = self._gap()
                continue
            (found, words), follow = self._one(part)
            row += self._joined(row, between, found)
            between = follow
            gate = max(gate, words, key=lambda one: min(map(len, one), default=0))
        if not gate or between == self._gap():
            raise PhraseProblem("words are missing", "Write a word before and after every | and every gap")
        return row, gate

    def _joined(self, row: str, between: str, found: str) -> str:
        """Words that were run together, too; folding leaves one of the two letters that met there."""
        if between == APART and row[-1:] == found[0] and found[0].isalpha():
            return f"(?: ?{found[0]})?{found[1:]}"
        if between == AFTER_STAR and not _LONG.match(found):
            return f" {found}"  # "killtime" is not "kill* me"
        return (" ?" if between == AFTER_STAR else between) + found

    def _one(self, part: str) -> tuple[_Read, str]:
        """One piece, and what stands between it and the next one."""
        apart = APART if self.spelling.spaced else ""
        match part:
            case "(":
                source, gate = self._choices()
                found = f"(?:{source})"
                self._close(")")
            case "[":
                source, _ = self._choices()
                self._close("]")
                return (f"(?:{source}{apart})?", frozenset()), ""
            case "*":
                raise PhraseProblem("a star stands behind the beginning of a word", "Write it like kill*")
            case _:
                word = self.spelling.word(part)
                if not word:
                    raise PhraseProblem(f"“{part}” has no letter", "Take it out")
                found = re.escape(word).replace(r"\ ", APART)
                gate = frozenset({max(word.split(), key=len)})
        if self._next() == "*":
            self.at += 1
            return ((rf"{found}\w*", gate), AFTER_STAR) if self.spelling.spaced else ((found, gate), "")
        return (found, gate), apart

    def _close(self, bracket: str) -> None:
        if self._next() != bracket:
            raise PhraseProblem("a bracket is not closed", f"Write the {bracket} that is missing")
        self.at += 1

    def _gap(self) -> str:
        if self.spelling.spaced:
            return rf"(?:(?: \w+){{0,{GAP_WORDS}}} | ?)"
        return rf"\w{{0,{GAP_LETTERS}}}"
