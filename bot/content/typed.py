"""locales/<language>/typed.toml: words that people type instead of tapping, and that are surely an answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.content.catalogs import LOCALES
from bot.content.languages import english_name
from bot.content.problems import Problem, Rule, Severity, error
from bot.content.rules_text import Text, check_characters
from bot.content.toml_fields import Fields, Sentence, check_fields
from bot.content.toml_files import TomlFile, dotted, read_toml
from bot.core.typed import MOST_WORDS, TypedWords, normalised

FILE: Final = "typed.toml"


class TypedFields(Fields):
    yes: tuple[Sentence, ...] = ()
    no: tuple[Sentence, ...] = ()
    most: tuple[Sentence, ...] = ()
    least: tuple[Sentence, ...] = ()
    skip: tuple[Sentence, ...] = ()
    dont_know: tuple[Sentence, ...] = ()


def typed_name(language: str) -> str:
    return f"{LOCALES}/{language}/{FILE}"


def read_typed_words(folder: Path, language: str, *, offered: bool) -> tuple[TypedWords, list[Problem]]:
    """One language's table, empty if there is none or if it cannot be used.

    A language can do without: its clients' labels and numbers are understood all the same.
    """
    name = typed_name(language)
    if not (folder / name).exists():
        return TypedWords(), [_missing(name, language)] if offered else []
    file, problems = read_toml(folder / name, name, "")
    if file is None:
        return TypedWords(), problems
    fields, problems = check_fields(file, TypedFields)
    if fields is None:
        return TypedWords(), problems
    problems += [*_each(file, language, fields), *_two_meanings(file, fields)]
    lists = {name: frozenset(map(normalised, words)) for name, words in fields.model_dump().items()}
    return TypedWords(**lists), problems


def _missing(name: str, language: str) -> Problem:
    message = f"there are no words that people type in {english_name(language)}"
    cure = f"Write some, as in {typed_name('en')}; until then what people type is kept as a note"
    return Problem(name, 0, "", Rule.MISSING_FILE, Severity.INFO, message, cure)


def _entries(fields: TypedFields) -> Iterator[tuple[str, int, str]]:
    for name, listed in fields.model_dump().items():
        for at, words in enumerate(listed):
            yield name, at, words


def _each(file: TomlFile, language: str, fields: TypedFields) -> Iterator[Problem]:
    """What one entry cannot be, whatever stands beside it."""
    for name, at, words in _entries(fields):
        line, key = file.line(name, at), dotted((name, at))
        yield from check_characters(Text(file.name, line, key, language, words))
        said = normalised(words)
        if not said:
            message = "this has no word"
            yield error(file.name, line, key, Rule.VALUE, message, "Write a word, or take it out")
        elif said.isdecimal():
            message = "a number means the answer in that place and nothing else"
            yield error(file.name, line, key, Rule.VALUE, message, "Take it out")
        elif (count := len(said.split())) > MOST_WORDS:
            message = f"{count} words; a text of more than {MOST_WORDS} is kept as a note"
            yield error(file.name, line, key, Rule.VALUE, message, "Write it shorter, or take it out")


def _two_meanings(file: TomlFile, fields: TypedFields) -> Iterator[Problem]:
    """No word says two things, whichever way it is spelled."""
    seen: dict[str, str] = {}
    for name, at, words in _entries(fields):
        first = seen.setdefault(normalised(words), name)
        if first != name:
            line, key = file.line(name, at), dotted((name, at))
            message = f"“{words}” stands under {first} as well"
            cure = "Keep it where nobody can doubt it, or take it out of both"
            yield error(file.name, line, key, Rule.TWO_MEANINGS, message, cure)
