"""A TOML file as its author sees it: what it holds, and on which line each field stands."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.problems import Problem, Rule, error

Place = tuple[str | int, ...]

_NAME = r"(?:[\w-]+|\"[^\"]*\"|'[^']*')"
_NAMES = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"^\s*(\[\[?)\s*({_NAMES})\s*\]\]?\s*(#.*)?$")
_FIELD = re.compile(rf"^\s*({_NAMES})\s*=\s*(.*)$")
_AT_LINE = re.compile(r"^(.*?) \(at line (\d+), column \d+\)$", re.DOTALL)
_LONG_TEXT = re.compile(r"\"\"\"|'''")
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """``lines`` says where a field is written, as far as that can be told without a full parser."""

    name: str
    data: Mapping[str, object]
    lines: Mapping[Place, int]

    def line(self, *place: str | int) -> int:
        """Where this field stands; if it is missing, where the nearest table around it begins."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def no_folder(folder: Path) -> list[Problem]:
    """The problem that there is no such folder at all, if so."""
    if folder.is_dir():
        return []
    cure = "Say where conversations/ and locales/ are, with --folder or ATTUNE_FOLDER"
    return [error(str(folder), 0, "", Rule.MISSING_FILE, "there is no such folder", cure)]


def read_text(path: Path, name: str, cure: str) -> tuple[str | None, list[Problem]]:
    """The file's text without a byte-order mark."""
    try:
        return path.read_text("utf-8-sig"), []
    except FileNotFoundError:
        return None, [error(name, 0, "", Rule.MISSING_FILE, "this file is missing", cure)]
    except OSError as problem:
        said = f"this file cannot be opened ({problem.strerror})"
        cure = "Put a file here that may be read"
        return None, [error(name, 0, "", Rule.MISSING_FILE, said, cure)]
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        cure = "Open it in your editor and save it with the encoding UTF-8"
        return None, [error(name, line, "", Rule.ENCODING, "this is not UTF-8 text", cure)]


def read_toml(path: Path, name: str, cure: str) -> tuple[TomlFile | None, list[Problem]]:
    """The file's content; ``cure`` says what to do where there is no file."""
    text, problems = read_text(path, name, cure)
    if text is None:
        return None, problems
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:  # RecursionError: brackets in brackets without end
        return None, [_syntax(name, text, str(problem))]
    lines: dict[Place, int] = {}
    for place, number in _places(text):
        lines.setdefault(place, number)
    return TomlFile(name, data, lines), []


def _syntax(name: str, text: str, message: str) -> Problem:
    found = _AT_LINE.match(message)
    written = text.split("\n")
    number = min(int(found[2]), len(written)) if found else len(text.rstrip().split("\n"))
    said, cure = _explained(found[1] if found else message, written[number - 1])
    return error(name, number, "", Rule.SYNTAX, said, cure)


def _explained(said: str, line: str) -> tuple[str, str]:
    """What most often lies behind the parser's words, said to somebody who has never heard of TOML."""
    _, _, value = line.partition("=")
    value = value.strip()
    if re.match(r"\d{1,2}:\d{2}\s*(#.*)?$", value):
        return "this is no time of day", "Write hours, minutes and seconds, like 17:00:00"
    if value.startswith(("“", "”", "„", "«", "‘", "’")):
        return "these quotation marks are typographic ones", 'Use straight ones, like "this"'
    if value.casefold().startswith(("true", "false", "yes", "no", "on", "off")):
        return "this is neither true nor false", "Write true or false, in small letters"
    if said.startswith("Cannot"):
        return "this is written a second time", "Keep one of them"
    cure = "Look for a missing quotation mark, bracket or = here or in the line before"
    return f"this cannot be read ({said[:1].lower()}{said[1:]})", cure


def _places(text: str) -> Iterator[tuple[Place, int]]:
    """Table headers, fields, and the elements of arrays that are written over several lines."""
    table: Place = ()
    counts: dict[Place, int] = {}
    array: Place | None = None
    in_long_text = False
    for number, line in enumerate(text.split("\n"), 1):
        marks = len(_LONG_TEXT.findall(line))
        if in_long_text:
            in_long_text = marks % 2 == 0
            continue
        in_long_text = marks % 2 == 1
        bare = _STRING.sub('""', line).split("#")[0]
        if array is None and (header := _HEADER.match(line)):
            table = _numbered(_split(header[2]), counts, new=header[1] == "[[")
            if header[1] == "[[":
                yield table[:-1], number
            yield table, number
            continue
        if array is None and (field := _FIELD.match(line)):
            place = (*table, *_split(field[1]))
            yield place, number
            bare = bare.partition("=")[2]
            array = place if bare.count("[") > bare.count("]") else None
        elif array is not None and bare.count("]") > bare.count("["):
            yield from _elements(array, bare, counts, number)
            array = None
        if array is not None:
            yield from _elements(array, bare, counts, number)


def _elements(array: Place, bare: str, counts: dict[Place, int], number: int) -> Iterator[tuple[Place, int]]:
    """Those that begin on this line: tables in braces, or texts."""
    for _ in range(bare.count("{") or bare.count('""')):
        counts[array] = counts.get(array, -1) + 1
        yield (*array, counts[array]), number


def _split(names: str) -> Place:
    return tuple(part.strip().strip("\"'") for part in names.split("."))


def _numbered(names: Place, counts: dict[Place, int], *, new: bool) -> Place:
    """``prompts.b06`` under the third ``[[prompts]]`` is ``("prompts", 2, "b06")``."""
    place: Place = ()
    for position, part in enumerate(names):
        place = (*place, part)
        if new and position == len(names) - 1:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def dotted(place: Place) -> str:
    """A field's name as its author would say it: ``prompts.3.b06.question``, counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
