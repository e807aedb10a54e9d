"""Whether one text can be said at all: its length for this age, its placeholders, its characters."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Final

from bot.content.caps import DENSE_LANGUAGES, UNSPACED_LANGUAGES
from bot.content.languages import base_language, english_name, letters_of
from bot.content.problems import Problem, Rule, error

PLACEHOLDERS: Final = frozenset({"therapist", "client", "clinic", "day", "time"})
GOAL: Final = "goal"

_SENTENCE_END = re.compile(r"[.!?:…]+(?=\s|$)|[。！？؟۔।॥።։]+|\n")
_PLACEHOLDER = re.compile(r"\{\w*\}")
_COMMAND = re.compile(r"(?<![A-Za-z0-9])/[a-z]+")
_NAMES = re.compile(r"/[a-z]+|Attune|Telegram")
_CONTROLS = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_WANTED = "\n\u200c\u200d"  # a new line; what keeps Persian letters apart; what joins emoji
_HIDDEN = {
    **dict.fromkeys(range(0x202A, 0x202F), "it turns the direction of what follows"),
    **dict.fromkeys((*range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C), "the bot adds it where it is needed"),
    **dict.fromkeys((0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0), "nobody can see it"),
    0x0640: "it only stretches a letter",
    0xFFFD: "it stands for a letter that was lost",
}


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
    fixed: int = 0  # Telegram's own limit, the same in every language
    label: bool = False
    calm: bool = False  # a safety text: no exclamation marks
    goal: bool = False  # it asks about a goal, whose words are filled in


def check_text(text: Text, allowed: frozenset[str], source: str | None = None) -> Iterator[Problem]:
    """Everything wrong with one text. It may hold the placeholders ``allowed``; a translation must
    hold those of its ``source``, and the same commands."""
    yield from _placeholders(text, allowed, None if source is None else placeholders_in(source))
    if source is not None:
        yield from _commands(text, source)
    if text.goal:
        yield from _goal(text, source)
    yield from _lengths(text)
    yield from check_characters(text)
    yield from check_script(text)


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
        cure = "Write placeholders like {therapist}, with both braces"
        yield _wrong(text, Rule.PLACEHOLDER_FORM, "a brace has no partner", cure)
        return
    for _, name, form, conversion in parts:
        if not name or form or conversion or not name.isidentifier():
            written = f"{{{name}{'!' + conversion if conversion else ''}{':' + form if form else ''}}}"
            cure = "Write nothing but a name in the braces, like {therapist}"
            yield _wrong(text, Rule.PLACEHOLDER_FORM, f"{written} is no plain placeholder", cure)
    found = frozenset(name for _, name, _, _ in parts if name and name.isidentifier())
    wanted = allowed if source is None else source
    for name in sorted(found - wanted):
        known = ", ".join(f"{{{one}}}" for one in sorted(wanted))
        cure = f"Possible here: {known}" if known else "Remove it; nothing is filled in here"
        yield _wrong(text, Rule.PLACEHOLDER, f"there is no {{{name}}} here", cure)
    for name in sorted((source or frozenset()) - found):
        cure = "Write it where the name belongs, as the source has it"
        yield _wrong(text, Rule.PLACEHOLDER, f"{{{name}}} is missing", cure)


def _goal(text: Text, source: str | None) -> Iterator[Problem]:
    """A client's words may be in any language and direction, so nothing else stands in their line."""
    lines = [line for line in text.words.split("\n") if f"{{{GOAL}}}" in line]
    if not lines and source is None:
        message, cure = "{goal} is missing", "Write it in a line of its own: the client's words stand there"
        yield _wrong(text, Rule.PLACEHOLDER, message, cure)
    for line in lines:
        if any(map(str.isalnum, line.replace(f"{{{GOAL}}}", ""))):
            message, cure = "{goal} shares its line with other words", r"Write \n between them"
            yield _wrong(text, Rule.PLACEHOLDER_FORM, message, cure)


def _commands(text: Text, source: str) -> Iterator[Problem]:
    """A command is the same in every language: Telegram makes a link of it, and the bot listens to it."""
    wanted, found = set(_COMMAND.findall(source)), set(_COMMAND.findall(text.words))
    for command in sorted(wanted - found):
        cure = "Write it as it is; commands are not translated"
        yield _wrong(text, Rule.COMMAND, f"the command {command} is missing", cure)
    for command in sorted(found - wanted):
        cure = "Remove it, or write the command that the source has"
        yield _wrong(text, Rule.COMMAND, f"{command} is no command of its source", cure)


def _lengths(text: Text) -> Iterator[Problem]:
    language = base_language(text.language)
    length = len(unicodedata.normalize("NFC", text.words))
    most = text.characters // 2 if language in DENSE_LANGUAGES else text.characters
    if most and length > most:
        rule = Rule.LABEL_LENGTH if text.label else Rule.TEXT_LENGTH
        what = "this button" if text.label else "a question for this age"
        yield _wrong(text, rule, f"{length} characters; {what} has at most {most}", "Say it shorter")
    if text.fixed and length > text.fixed:
        message = f"{length} characters; Telegram has room for {text.fixed} here"
        yield _wrong(text, Rule.TEXT_LENGTH, message, "Say it shorter")
    if text.words_per_sentence and language not in UNSPACED_LANGUAGES:
        for sentence in _SENTENCE_END.split(text.words):
            count = sum(any(map(str.isalnum, word)) for word in sentence.split())
            if count > text.words_per_sentence:
                begin = " ".join(sentence.split()[:4])
                message = f"“{begin} …” has {count} words; for this age {text.words_per_sentence} is the most"
                yield _wrong(text, Rule.WORDS_PER_SENTENCE, message, "Make two sentences of it")


def check_characters(text: Text) -> Iterator[Problem]:
    """What nobody sees and what is stored strangely; it would show wrong on somebody's screen."""
    for character in filter(_hidden, sorted(set(text.words) - set(_WANTED))):
        message = f"it holds the hidden character U+{ord(character):04X} ({_hidden(character)})"
        yield _wrong(text, Rule.HIDDEN_CHARACTER, message, "Delete it, or type the text again")
    if not unicodedata.is_normalized("NFC", text.words):
        apart = sorted(set(unicodedata.normalize("NFC", text.words)) - set(text.words))
        letters = ", ".join(apart) or "some letters"
        message = f"letters and their marks are stored apart: {letters}"
        yield _wrong(text, Rule.NORMAL_FORM, message, "Type these letters again")
    if text.calm and any(mark in text.words for mark in "!！¡"):
        yield _wrong(text, Rule.EXCLAMATION, "a safety text has an exclamation mark", "Write a full stop")
    if text.label and "\n" in text.words:
        yield _wrong(text, Rule.HIDDEN_CHARACTER, "a button has a line break", "Write it in one line")
    if text.label and not any(map(str.isalnum, _PLACEHOLDER.sub("", text.words))):
        message = "this button has no word"
        yield _wrong(text, Rule.FACE, message, "An emoji always stands beside a word: write one")


@cache
def _hidden(character: str) -> str | None:
    """Why this character may not be in a text; None if it may."""
    if ord(character) in _HIDDEN:
        return _HIDDEN[ord(character)]
    kind = unicodedata.category(character)
    new_emoji = kind == "Cn" and 0x1F000 <= ord(character) <= 0x1FAFF
    flag_of_a_region = 0xE0020 <= ord(character) <= 0xE007F
    return None if kind not in _CONTROLS or new_emoji or flag_of_a_region else "nobody can see it"


def check_script(text: Text) -> Iterator[Problem]:
    """Whether anything of it is written in the letters of its language."""
    own, others = letters_of(text.language, _NAMES.sub("", _PLACEHOLDER.sub("", text.words)))
    if others and not own:
        message = f"no letter of it belongs to the script of {english_name(text.language)}"
        yield _wrong(text, Rule.SCRIPT, message, "Translate it")
