"""locales/<language>/danger.toml: phrases that may speak of danger, and sentences to try them on.

Read in every language there is a list in, whether or not the bot speaks it: people change languages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from bot.content.catalogs import LOCALES
from bot.content.phrases import PhraseProblem, Spelling, read_phrase, words_in
from bot.content.problems import Problem, Rule, error
from bot.content.rules_text import Text, check_characters
from bot.content.toml_fields import Fields, Sentence, Slug, check_fields
from bot.content.toml_files import Place, TomlFile, dotted, read_toml
from bot.core.danger import Category, DangerList, Pattern, Phrase
from bot.core.near import Near

FILE: Final = "danger.toml"
_SIGNS: Final = re.compile(r"[()|\[\]*.]+")  # of the language in which phrases are written
LONG: Final = 6  # letters from which a word with one typing error in it is still that word

Sentences = tuple[Sentence, ...]
Some = Annotated[Sentences, Field(min_length=1)]


class PatternFields(Fields):
    id: Slug
    category: Category
    phrases: Some
    unless: Sentences = ()
    must_match: Some
    must_not_match: Some


class DangerFields(Fields):
    """``reviewed_by`` is whoever of the clinic or the field has read it all, ``reviewed_on`` when."""

    reviewed_by: str = ""
    reviewed_on: date | None = None
    spaced: bool = True
    long: int = Field(default=LONG, ge=4, le=12)
    swaps: tuple[tuple[Sentence, str], ...] = ()
    prefixes: Sentences = ()
    unless: Sentences = ()
    known: Sentences = ()
    ordinary: Sentences = ()
    pattern: Annotated[tuple[PatternFields, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class DangerFile:
    """``listed`` is what the bot looks with; the fields are what its authors tried it on."""

    file: TomlFile
    fields: DangerFields
    listed: DangerList

    def examples(self) -> Iterator[tuple[str, Place, str, bool]]:
        """Every sentence: its pattern's id, its place, itself, and whether the pattern must match."""
        for at, pattern in enumerate(self.fields.pattern):
            for name, wanted in (("must_match", True), ("must_not_match", False)):
                for number, sentence in enumerate(getattr(pattern, name)):
                    yield pattern.id, ("pattern", at, name, number), sentence, wanted


def danger_name(language: str) -> str:
    return f"{LOCALES}/{language}/{FILE}"


def lists_in(folder: Path) -> list[str]:
    """The languages that have a list."""
    return sorted(path.parent.name for path in (folder / LOCALES).glob(f"*/{FILE}"))


def read_danger(folder: Path, language: str) -> tuple[DangerFile | None, list[Problem]]:
    """One language's list, and everything that keeps it from being used."""
    name = danger_name(language)
    file, problems = read_toml(folder / name, name, "")
    if file is None:
        return None, problems
    fields, problems = check_fields(file, DangerFields)
    if fields is None:
        return None, problems
    spelling = Spelling(dict(fields.swaps), fields.prefixes, fields.spaced)
    problems += [*_characters(file, language), *_repeated(file, fields)]
    harmless, found = _phrases(file, ("unless",), fields.unless, spelling)
    patterns = []
    for at, pattern in enumerate(fields.pattern):
        phrases, more = _phrases(file, ("pattern", at, "phrases"), pattern.phrases, spelling)
        own, more_harmless = _phrases(file, ("pattern", at, "unless"), pattern.unless, spelling)
        found += [*more, *more_harmless]
        patterns.append(
            Pattern(
                pattern.id,
                pattern.category,
                tuple(phrases),
                tuple(one.source for one in (*own, *harmless)),
            )
        )
    near = _near(fields, spelling)
    reviewed = bool(fields.reviewed_by.strip()) and fields.reviewed_on is not None
    listed = DangerList.of(
        language, patterns, near, spelling.swaps, spaced=spelling.spaced, reviewed=reviewed
    )
    return (None if found else DangerFile(file, fields, listed)), [*problems, *found]


def _phrases(
    file: TomlFile, place: Place, phrases: Sequence[str], spelling: Spelling
) -> tuple[list[Phrase], list[Problem]]:
    read, problems = [], []
    for at, phrase in enumerate(phrases):
        try:
            read.append(read_phrase(phrase, spelling))
        except PhraseProblem as wrong:
            line, key = file.line(*place, at), dotted((*place, at))
            problems.append(error(file.name, line, key, Rule.PHRASE, str(wrong), wrong.cure))
    return read, problems


def _near(fields: DangerFields, spelling: Spelling) -> Near:
    """What is nearly one of the words is mended, unless the author's own harmless sentences have it."""
    phrases = [phrase for pattern in fields.pattern for phrase in pattern.phrases]
    harmless = [*fields.known, *fields.ordinary, *fields.unless]
    for pattern in fields.pattern:
        harmless += [*pattern.unless, *pattern.must_not_match]
    apart = (_SIGNS.sub(" ", sentence) for sentence in harmless)
    known = {word for sentence in apart for word in spelling.word(sentence).split()}
    return Near.of(list(words_in(phrases, spelling)), known, fields.long)


def _characters(file: TomlFile, language: str) -> Iterator[Problem]:
    for place, text in _texts(file.data, ()):
        yield from check_characters(Text(file.name, file.line(*place), dotted(place), language, text))


def _texts(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    match value:
        case str():
            yield place, value
        case Mapping():
            for name, inner in value.items():
                yield from _texts(inner, (*place, name))
        case list():
            for at, inner in enumerate(value):
                yield from _texts(inner, (*place, at))
        case _:
            pass


def _repeated(file: TomlFile, fields: DangerFields) -> Iterator[Problem]:
    seen = set()
    for at, pattern in enumerate(fields.pattern):
        if pattern.id in seen:
            place = ("pattern", at, "id")
            message = f"“{pattern.id}” is the id of another one as well"
            yield error(
                file.name, file.line(*place), dotted(place), Rule.REPEATED_ID, message, "Choose another id"
            )
        seen.add(pattern.id)
