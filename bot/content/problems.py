"""What is wrong in the clinic's files: one line each, naming the place and the cure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """The bot refuses to start on an error. A warning is for the author, info says how things stand."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Rule(StrEnum):
    """Every rule that the content can break."""

    # a file as a whole
    MISSING_FILE = "missing_file"
    SYNTAX = "syntax"
    ENCODING = "encoding"
    UNKNOWN_FILE = "unknown_file"
    # fields of a TOML file
    MISSING_FIELD = "missing_field"
    UNKNOWN_FIELD = "unknown_field"
    VALUE = "value"
    # the shape of a prompt set
    NAME = "name"
    REPEATED_ID = "repeated_id"
    CORE_ELEMENT = "core_element"
    OPTION_ORDER = "option_order"
    LOW_OPTIONS = "low_options"
    SCALE = "scale"
    BAND = "band"
    BAND_WORDS = "band_words"
    PROMPT_COUNT = "prompt_count"
    FACE = "face"
    # the clinic
    CLINIC = "clinic"
    FREE_WORDS = "free_words"
    # numbers to call, and phrases of danger
    UNCONFIRMED = "unconfirmed"
    PHRASE = "phrase"
    EXAMPLE = "example"
    # ids in the catalogs
    NO_ID = "no_id"
    REFERENCE = "reference"
    REPEATED_KEY = "repeated_key"
    MISSING_KEY = "missing_key"
    UNUSED_KEY = "unused_key"
    FORM = "form"
    # what a translation says about itself
    LANGUAGE = "language"
    STATE = "state"
    PLURAL = "plural"
    UNTRANSLATED = "untranslated"
    FUZZY = "fuzzy"
    STALE = "stale"
    SOURCE = "source"
    # the words themselves
    PLACEHOLDER = "placeholder"
    PLACEHOLDER_FORM = "placeholder_form"
    COMMAND = "command"
    WORDS_PER_SENTENCE = "words_per_sentence"
    TEXT_LENGTH = "text_length"
    LABEL_LENGTH = "label_length"
    EQUAL_LABELS = "equal_labels"
    HIDDEN_CHARACTER = "hidden_character"
    NORMAL_FORM = "normal_form"
    SCRIPT = "script"
    EXCLAMATION = "exclamation"
    # what people type instead of tapping
    TWO_MEANINGS = "two_meanings"


@dataclass(frozen=True, slots=True)
class Problem:
    """``file`` is relative to the clinic's folder; ``line`` counts from 1, and 0 is the whole file."""

    file: str
    line: int
    key: str
    rule: Rule
    severity: Severity
    message: str
    cure: str

    def __str__(self) -> str:
        """``file:line key: message. Cure.`` on one line, with nothing hidden in it."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        said = [_sentence(part) for part in (self.message, self.cure) if part]
        text = " ".join([f"{place} {self.key}".rstrip() + ":", *said])
        return "".join(_visible(character) for character in " ".join(text.split()))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "…")) else f"{text}."


def _visible(character: str) -> str:
    return character if character.isprintable() else f"<U+{ord(character):04X}>"


def error(file: str, line: int, key: str, rule: Rule, message: str, cure: str) -> Problem:
    return Problem(file, line, key, rule, Severity.ERROR, message, cure)


def warning(file: str, line: int, key: str, rule: Rule, message: str, cure: str) -> Problem:
    return Problem(file, line, key, rule, Severity.WARNING, message, cure)


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Those on which the bot refuses to start."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def in_reading_order(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.key))
