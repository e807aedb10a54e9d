"""locales/<language>/LC_MESSAGES/<domain>.po, read as a translator left it: each text under its key.

A key stands in msgctxt and again in the reference. ``msgid`` is the source sentence the translator
saw, so a source that has changed since makes its translation known to be old.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from bot.content.problems import Problem, Rule, error
from bot.content.toml_files import read_text

LOCALES: Final = "locales"
DRAFTED: Final = "drafted"

_GRAMMAR = re.compile(r'#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"(?:[^"\\]|\\.)*"')
_CONTEXT = re.compile(r'msgctxt\s+"(.*)"')
_LANGUAGE = re.compile(r'^"Language:\s*([^\s\\"]*)\s*\\n"$', re.MULTILINE)
_STATE = re.compile(rf"^# State: ({DRAFTED}|reviewed by .+, \d{{4}}-\d{{2}}-\d{{2}})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One translated text. ``source`` is what its translator saw."""

    source: str
    text: str
    line: int
    fuzzy: bool


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """``state`` says whether a person has reviewed the language: "drafted", or by whom and when."""

    file: str
    language: str
    state: str
    state_line: int
    entries: Mapping[str, Entry]


def languages_in(folder: Path) -> list[str]:
    """The languages for which there is a folder, whatever is in it."""
    return sorted(home.name for home in (folder / LOCALES).glob("*/") if (home / "LC_MESSAGES").is_dir())


def read_catalog(folder: Path, language: str, domain: str) -> tuple[CatalogFile | None, list[Problem]]:
    """The catalog, and what is wrong with the file itself. None if it cannot be read at all."""
    name = f"{LOCALES}/{language}/LC_MESSAGES/{domain}.po"
    cure = f"Translate {domain} into {language}, or take the language out of conversations/clinic.toml"
    text, problems = read_text(folder / name, name, cure)
    if text is None:
        return None, problems
    problems = list(_syntax(name, text))
    if problems:
        return None, problems
    try:
        catalog = read_po(io.StringIO(text), abort_invalid=True)
    except (PoFileError, ValueError) as problem:
        said = str(problem).split(" on ")[0]
        return None, [error(name, 0, "", Rule.SYNTAX, f"this is not a PO file ({said})", "Restore a copy")]
    state, line, found = _state(name, text)
    problems += [*found, *_said_language(name, text, language), *_keys(name, text, catalog)]
    entries = {
        message.context: Entry(_one(message.id), _one(message.string), message.lineno or 0, message.fuzzy)
        for message in catalog
        if message.id and message.context
    }
    return CatalogFile(name, language, state, line, entries), problems


def _syntax(name: str, text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not _GRAMMAR.fullmatch(line.strip()):
            cure = 'Look for a missing quotation mark; a quotation mark inside a text is written \\"'
            yield error(name, number, "", Rule.SYNTAX, "this line is no part of a PO file", cure)


def _state(name: str, text: str) -> tuple[str, int, list[Problem]]:
    head = text.split('msgid ""', 1)[0]
    found = _STATE.search(head)
    if found:
        return found[1], head[: found.start()].count("\n") + 1, []
    cure = f"Write “# State: {DRAFTED}” at the top, or “# State: reviewed by NAME, 2026-05-31”"
    return (
        DRAFTED,
        1,
        [error(name, 1, "", Rule.STATE, "it does not say whether a person has reviewed it", cure)],
    )


def _said_language(name: str, text: str, language: str) -> Iterator[Problem]:
    said = _LANGUAGE.search(text)
    if said is None or said[1] != language:
        message = f"its header names the language {said[1] if said else ''!r}, its folder {language!r}"
        line = text[: said.start()].count("\n") + 1 if said else 1
        yield error(name, line, "", Rule.LANGUAGE, message, f'Write "Language: {language}\\n" in the header')


def _keys(name: str, text: str, catalog: Catalog) -> Iterator[Problem]:
    """Each text has one key, once; Babel would quietly keep the later of two."""
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        found = _CONTEXT.fullmatch(line.strip())
        if found and found[1] in seen:
            yield error(
                name, number, found[1], Rule.REPEATED_KEY, "this key was used above", "Keep one of them"
            )
        seen |= {found[1]} if found else set()
    for message in catalog:
        if message.id:
            yield from _key(name, message)


def _key(name: str, message: Message) -> Iterator[Problem]:
    key, line = message.context or "", message.lineno or 0
    places = [place for place, _ in message.locations]
    if not key:
        cure = "Restore msgctxt from the file you were sent"
        yield error(name, line, "", Rule.NO_ID, "this text has lost its key", cure)
    elif places != [key]:
        said = " ".join(places) or "nothing"
        cure = f"Write “#: {key}” above it"
        yield error(name, line, key, Rule.REFERENCE, f"its reference names {said}", cure)
    if not isinstance(message.id, str):
        cure = "Remove msgid_plural; there is one text"
        yield error(name, line, key, Rule.PLURAL, "this text has no plural", cure)


def _one(text: object) -> str:
    """Plurals are reported; the first form stands for them."""
    return text if isinstance(text, str) else str(text[0]) if isinstance(text, list | tuple) and text else ""
