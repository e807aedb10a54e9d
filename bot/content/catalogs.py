"""locales/<language>/LC_MESSAGES/<domain>.po, read as a translator left it: each text under its key.

A key stands in msgctxt and again in the reference. ``msgid`` is the source sentence the translator
saw, so a source that has changed since makes its translation known to be old.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from bot.content.languages import canonical
from bot.content.po_files import PoFile, PoText, read_po
from bot.content.problems import Problem, Rule, error
from bot.content.toml_files import read_text

LOCALES: Final = "locales"
DRAFTED: Final = "drafted"

_LANGUAGE = re.compile(r"^Language:[ \t]*(\S*)", re.MULTILINE)
_STATE = re.compile(rf"^# State: (?:({DRAFTED})|(reviewed by .+), (\d{{4}}-\d{{2}}-\d{{2}}))$")


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


def catalog_name(language: str, domain: str) -> str:
    return f"{LOCALES}/{language}/LC_MESSAGES/{domain}.po"


def languages_in(folder: Path) -> list[str]:
    """The languages for which there is a folder, whatever is in it."""
    homes = (home for home in (folder / LOCALES).glob("*/") if (home / "LC_MESSAGES").is_dir())
    return sorted(home.name for home in homes if canonical(home.name) == home.name)


def read_catalog(
    folder: Path, language: str, domain: str, cure: str = "Restore it from a copy"
) -> tuple[CatalogFile | None, list[Problem]]:
    """The catalog, and what is wrong with the file itself. None if it cannot be read at all; ``cure``
    says what to do where there is no file."""
    name = catalog_name(language, domain)
    text, problems = read_text(folder / name, name, cure)
    if text is None:
        return None, problems
    file, problems = read_po(name, text)
    if problems:
        return None, problems
    state, line, found = _state(name, file)
    problems += [*found, *_said_language(name, file, language), *_keys(name, file)]
    entries = {one.key: Entry(one.source, one.text, one.line, one.fuzzy) for one in file.texts if one.key}
    return CatalogFile(name, language, state, line, entries), problems


def _state(name: str, file: PoFile) -> tuple[str, int, list[Problem]]:
    remarks = file.head.remarks if file.head else ()
    cure = f"Write “# State: {DRAFTED}” at the top, or “# State: reviewed by NAME, 2026-05-31”"
    for line, remark in remarks:
        if (found := _STATE.fullmatch(remark)) is not None:
            if found[1]:
                return DRAFTED, line, []
            try:
                return f"{found[2]}, {date.fromisoformat(found[3])}", line, []
            except ValueError:
                message = f"there is no day {found[3]}"
                return DRAFTED, line, [error(name, line, "", Rule.STATE, message, "Write it like 2026-05-31")]
        elif remark.casefold().startswith("# state"):
            message = f"“{remark}” does not say whether a person has reviewed it"
            return DRAFTED, line, [error(name, line, "", Rule.STATE, message, cure)]
    message = "it does not say whether a person has reviewed it"
    return DRAFTED, 1, [error(name, 1, "", Rule.STATE, message, cure)]


def _said_language(name: str, file: PoFile, language: str) -> Iterator[Problem]:
    said = _LANGUAGE.search(file.head.text) if file.head else None
    if said is None or said[1] != language:
        line = file.head.line if file.head else 1
        what = f"the language {said[1]}" if said and said[1] else "no language"
        message = f"its header names {what}, but its folder is {language}"
        yield error(name, line, "", Rule.LANGUAGE, message, f'Write "Language: {language}\\n" in the header')


def _keys(name: str, file: PoFile) -> Iterator[Problem]:
    """Each text has one key, once, and no plural."""
    seen: dict[str, int] = {}
    for one in file.texts:
        yield from _key(name, one)
        if one.key in seen:
            message = f"this key was used above, in line {seen[one.key]}"
            yield error(name, one.key_line, one.key, Rule.REPEATED_KEY, message, "Keep one of the two texts")
        elif one.key:
            seen[one.key] = one.key_line


def _key(name: str, one: PoText) -> Iterator[Problem]:
    if not one.key:
        said = f"this text has lost its key: {one.source}"
        cure = "Restore its line with msgctxt from the file you were sent"
        yield error(name, one.key_line, "", Rule.NO_ID, said, cure)
    elif one.references != (one.key,):
        said = " ".join(one.references) or "nothing"
        message = f"its reference names {said}"
        yield error(
            name, one.key_line, one.key, Rule.REFERENCE, message, f"Write “#: {one.key}” above msgctxt"
        )
    if one.plural:
        cure = "Remove msgid_plural and write msgstr for msgstr[0]"
        yield error(name, one.key_line, one.key, Rule.PLURAL, "this text has no plural", cure)
