"""Whether one text can be said at all: its length for this age, its placeholders, its characters."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Final

from bot.content.caps import DENSE_LANGUAGES, UNSPACED_LANGUAGES
from bot.content.languages import base_language, script
from bot.content.problems import Problem, Rule, error

PLACEHOLDERS: Final = frozenset({"therapist", "client", "clinic", "day", "time"})

_SENTENCE_END = re.compile(r"[.!?:…]+(?=\s|$)|[。！？؟।]+|\n")
_PLACEHOLDER = re.compile(r"\{\w*\}")
_NAMES = re.compile(r"/\w+|Attune|Telegram")
_HIDDEN = {
    **dict.fromkeys(range(0x202A, 0x202F), "it turns the direction of what follows"),
    **dict.fromkeys(range(0x2066, 0x206A), "the bot adds it where it is needed"),
    **dict.fromkeys((0x200E, 0x200F, 0x061C), "the bot adds it where it is needed"),
    **dict.fromkeys((0x200B, 0x2060, 0xFEFF, 0x00AD), "nobody can see it"),
    0x0640: "it only stretches a letter",
}
_SCRIPTS = {
    "Latn": ("LATIN",), "Cyrl": ("CYRILLIC",), "Grek": ("GREEK",), "Arab": ("ARABIC",), "Hebr": ("HEBREW",),
    "Deva": ("DEVANAGARI",), "Hans": ("CJK",), "Hant": ("CJK",), "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Kore": ("HANGUL", "CJK"), "Thai": ("THAI",), "Armn": ("ARMENIAN",), "Geor": ("GEORGIAN",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """A text in its place. The caps are those of the age it speaks to; 0 means that none applies."""

    file: str
    line: int
    key: str
    language: str
    words: str
    words_per_sentence: int = 0
    characters: int = 0
    label: bool = False
    calm: bool = False  # a safety text: no exclamation marks


def check_text(text: Text, placeholders: frozenset[str], source: frozenset[str] | None) -> Iterator[Problem]:
    """Everything wrong with one text. ``placeholders`` are those it may hold; ``source``, if it is a
    translation, those it must hold."""
    yield from _placeholders(text, placeholders, source)
    yield from _lengths(text)
    yield from _characters(text)


def placeholders_in(words: str) -> frozenset[str]:
    """The names in braces; none if the braces cannot be read."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(words) if name is not None)
    except ValueError:
        return frozenset()


def _wrong(text: Text, rule: Rule, message: str, cure: str) -> Problem:
    return error(text.file, text.line, text.key, rule, message, cure)


def _placeholders(text: Text, allowed: frozenset[str], source: frozenset[str] | None) -> Iterator[Problem]:
    try:
        parts = [part for part in Formatter().parse(text.words) if part[1] is not None]
    except ValueError:
        yield _wrong(
            text, Rule.PLACEHOLDER_FORM, "a brace has no partner", "Write placeholders like {therapist}"
        )
        return
    for _, name, form, conversion in parts:
        if not name or form or conversion or not name.isidentifier():
            cure = "Write nothing but a name in the braces, like {therapist}"
            yield _wrong(text, Rule.PLACEHOLDER_FORM, f"{{{name}}} is no plain placeholder", cure)
    found = frozenset(name for _, name, _, _ in parts if name and name.isidentifier())
    for name in sorted(found - (allowed if source is None else source)):
        known = ", ".join(f"{{{one}}}" for one in sorted(allowed if source is None else source)) or "none"
        yield _wrong(text, Rule.PLACEHOLDER, f"there is no {{{name}}} here", f"Possible: {known}")
    for name in sorted((source or frozenset()) - found):
        yield _wrong(text, Rule.PLACEHOLDER, f"{{{name}}} is missing", "Put it where the source has it")


def _lengths(text: Text) -> Iterator[Problem]:
    language = base_language(text.language)
    if text.characters:
        most = text.characters // 2 if language in DENSE_LANGUAGES else text.characters
        length = len(unicodedata.normalize("NFC", text.words))
        if length > most:
            rule = Rule.LABEL_LENGTH if text.label else Rule.QUESTION_LENGTH
            what = "a button here" if text.label else "a question for this age"
            message = f"{length} characters; {what} has at most {most}"
            yield _wrong(text, rule, message, "Say it shorter")
    if text.words_per_sentence and language not in UNSPACED_LANGUAGES:
        for sentence in _SENTENCE_END.split(text.words):
            count = sum(any(map(str.isalnum, word)) for word in sentence.split())
            if count > text.words_per_sentence:
                begin = " ".join(sentence.split()[:4])
                message = f"“{begin} …” has {count} words; for this age {text.words_per_sentence} is the most"
                yield _wrong(text, Rule.WORDS_PER_SENTENCE, message, "Make two sentences of it")


def _characters(text: Text) -> Iterator[Problem]:
    for character in sorted(set(text.words)):
        if (why := _HIDDEN.get(ord(character))) is not None:
            message = f"it holds the hidden character U+{ord(character):04X} ({why})"
            yield _wrong(text, Rule.HIDDEN_CHARACTER, message, "Remove it")
        elif unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") and character != "\n":
            message = f"it holds U+{ord(character):04X}, which is no text"
            yield _wrong(text, Rule.HIDDEN_CHARACTER, message, "Remove it")
    if not unicodedata.is_normalized("NFC", text.words):
        message = "letters and their marks are stored apart"
        yield _wrong(text, Rule.NORMAL_FORM, message, "Save it in Unicode's normal form C")
    if text.calm and any(mark in text.words for mark in "!！¡"):
        yield _wrong(text, Rule.EXCLAMATION, "a safety text has an exclamation mark", "Write a full stop")
    wanted = _SCRIPTS.get(script(text.language))
    letters = [letter for letter in _NAMES.sub("", _PLACEHOLDER.sub("", text.words)) if letter.isalpha()]
    if wanted and letters and not any(unicodedata.name(letter, "").startswith(wanted) for letter in letters):
        message = f"no letter of it belongs to the script of {text.language}"
        yield _wrong(text, Rule.SCRIPT, message, "Translate it")
