"""What somebody types instead of tapping, where it is sure what they mean. All else is a note.

Only whole texts count: "very" is an answer, "not very" and "very, but" are not looked into.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from bot.core.model import DONT_KNOW, SKIP

MOST_WORDS: Final = 6  # a longer text has more to say than one answer

_APOSTROPHES = re.compile("['’‘ʼ`´]")
# What changes how a text looks and not what it says: hidden marks, which of an emoji's pictures
# is shown, skin tones, the frame of a keycap, Arabic vowel marks, and what stretches an Arabic letter.
_DRESS = re.compile(
    "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\u20e3"
    "\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06ed\u0640]"
)
_SAME_LETTER = str.maketrans("أإآٱىیکةё", "ااااييكهе")
_REPEATED = re.compile(r"([^\d\s])\1{2,}")
# Neither a question mark nor what faces are drawn with: "yes?" asks, and "yes :(" says more than yes.
_MARKS: Final = '.,!¡)"«»„“”‚-–—،۔。、'
_NUMBER = re.compile(r"(\d{1,2}) ?[.)!]{0,3}")


class Meaning(StrEnum):
    """What a word can say as an answer, whatever the labels are."""

    YES = "yes"
    NO = "no"
    MOST = "most"
    LEAST = "least"
    SKIP = "skip"
    DONT_KNOW = "dont_know"


_HIGH: Final = (Meaning.YES, Meaning.MOST)
_LOW: Final = (Meaning.NO, Meaning.LEAST)


@dataclass(frozen=True, slots=True)
class TypedWords:
    """One language's sure words, each as ``normalised`` spells it."""

    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    most: frozenset[str] = frozenset()
    least: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    dont_know: frozenset[str] = frozenset()

    def meanings(self, word: str) -> set[Meaning]:
        lists = {
            Meaning.YES: self.yes,
            Meaning.NO: self.no,
            Meaning.MOST: self.most,
            Meaning.LEAST: self.least,
            Meaning.SKIP: self.skip,
            Meaning.DONT_KNOW: self.dont_know,
        }
        return {meaning for meaning, words in lists.items() if word in words}


# The same in every language, unless a language's own table says otherwise.
EMOJI: Final = TypedWords(
    yes=frozenset({"👍", "👍👍"}),
    no=frozenset({"👎", "👎👎"}),
    dont_know=frozenset({"🤷", "🤷♀", "🤷♂"}),
)


def normalised(text: str) -> str:
    """One spelling for all the ways of typing the same words: case, marks around them, spaces and
    letters written several times aside."""
    drawn_out = _REPEATED.sub(r"\1", _undressed(text))
    return " ".join(filter(None, (word.strip(_MARKS) for word in drawn_out.split())))


def understood(text: str, labels: Mapping[str, str], words: Sequence[TypedWords]) -> str | None:
    """The id of the option that is surely meant, or "skip", or "dont_know", or None.

    ``labels`` are the options' words by id, from least to most. ``words`` begins with the client's
    language; the others are there because people mix languages.
    """
    said = normalised(text)
    if not said:
        return None
    if named := [option for option, label in labels.items() if said in _spellings(label)]:
        return _only(named)
    if number := _NUMBER.fullmatch(_undressed(text).strip()):
        return _in_place(int(number[1]), labels)
    if len(said.split()) > MOST_WORDS:
        return None
    tables = (*words, EMOJI)
    meaning = _meaning(said, tables)
    match meaning:
        case None:
            return None
        case Meaning.SKIP:
            return SKIP
        case Meaning.DONT_KNOW:
            return DONT_KNOW
        case Meaning.YES | Meaning.NO if len(labels) != 2:
            return None
        case Meaning.YES | Meaning.NO | Meaning.MOST | Meaning.LEAST:
            return _end(meaning in _HIGH, labels, tables)
        case _:
            assert_never(meaning)


def _undressed(text: str) -> str:
    """Without what makes no difference. Apostrophes go before NFKC, which makes a space of one of them;
    hidden marks too, because they keep letters and their accents apart."""
    plain = unicodedata.normalize("NFKC", _DRESS.sub("", _APOSTROPHES.sub("", text)))
    folded = unicodedata.normalize("NFKC", plain.casefold())
    return _DRESS.sub("", folded).translate(_SAME_LETTER)


def _spellings(label: str) -> set[str]:
    """The label's words, with and without the face in front of them."""
    whole = normalised(label)
    face, _, rest = whole.partition(" ")
    return {whole, rest} if rest and not any(map(str.isalnum, face)) else {whole}


def _only(options: Sequence[str]) -> str | None:
    return options[0] if len(options) == 1 else None


def _in_place(number: int, labels: Mapping[str, str]) -> str | None:
    """The option that stands there, counted from 1. Where labels are numbers themselves, only they count."""
    numbers = any(character.isdigit() for label in labels.values() for character in label)
    return None if numbers or not 1 <= number <= len(labels) else tuple(labels)[number - 1]


def _meaning(word: str, tables: Sequence[TypedWords]) -> Meaning | None:
    """As the client's language has it; if it does not have it, what all the others agree on."""
    own, *others = tables
    found = own.meanings(word) or {meaning for table in others for meaning in table.meanings(word)}
    return found.pop() if len(found) == 1 else None


def _end(high: bool, labels: Mapping[str, str], tables: Sequence[TypedWords]) -> str | None:
    """The option at that end of the scale. Labels that are such words themselves say which it is, for
    a clinic may write "Yes" first."""
    options = tuple(labels)
    if len(options) < 2:
        return None
    first, last = options[0], options[-1]
    same, opposite = (_HIGH, _LOW) if high else (_LOW, _HIGH)
    here, there = (last, first) if high else (first, last)
    meant = {option: _meaning_of(label, tables) for option, label in labels.items()}
    if named := [option for option in options if meant[option] in same]:
        return _only(named)
    reversed_ = any(meant[option] in opposite for option in options if option != there)
    return None if reversed_ else here


def _meaning_of(label: str, tables: Sequence[TypedWords]) -> Meaning | None:
    return next(filter(None, (_meaning(spelling, tables) for spelling in sorted(_spellings(label)))), None)
