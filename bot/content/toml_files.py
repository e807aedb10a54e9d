"""A TOML file as its author sees it: what it holds, on which line, and every field that is wrong."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.content.problems import Problem, Rule, error

Place = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_FIELD = re.compile(
    r"^\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=\s*(.*)$"
)
_AT_LINE = re.compile(r"^(.*?) \(at line (\d+), column \d+\)$", re.DOTALL)
_LONG_TEXT = re.compile(r"\"\"\"|'''")
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")


class Fields(BaseModel):
    """A table in which every field is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


def read_text(path: Path, name: str, cure: str) -> tuple[str | None, list[Problem]]:
    """The file's text without a byte-order mark."""
    try:
        return path.read_text("utf-8-sig"), []
    except FileNotFoundError:
        return None, [error(name, 0, "", Rule.MISSING_FILE, "this file is missing", cure)]
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        return None, [
            error(name, line, "", Rule.ENCODING, "this is not UTF-8 text", "Save the file as UTF-8")
        ]


def read_toml(path: Path, name: str, cure: str) -> tuple[TomlFile | None, list[Problem]]:
    """The file's content; ``cure`` says what to do where there is no file."""
    text, problems = read_text(path, name, cure)
    if text is None:
        return None, problems
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        return None, [_syntax(name, text, str(problem))]
    return TomlFile(name, data, dict(_places(text))), []


def _syntax(name: str, text: str, message: str) -> Problem:
    found = _AT_LINE.match(message)
    line = int(found[2]) if found else len(text.splitlines())
    said = found[1] if found else message
    cure = 'Look for a missing quotation mark, bracket or "=" here or in the line before'
    return error(name, line, "", Rule.SYNTAX, f"this cannot be read as TOML ({said})", cure)


def _places(text: str) -> Iterator[tuple[Place, int]]:
    """Table headers, fields, and the elements of arrays that are written over several lines."""
    table: Place = ()
    counts: dict[Place, int] = {}
    array: Place | None = None
    in_long_text = False
    for number, line in enumerate(text.splitlines(), 1):
        marks = len(_LONG_TEXT.findall(line))
        if in_long_text:
            in_long_text = marks % 2 == 0
            continue
        in_long_text = marks % 2 == 1
        bare = _STRING.sub('""', line).split("#")[0]
        if array is not None:
            for _ in range(bare.count("{") or bare.count('""')):
                counts[array] = counts.get(array, -1) + 1
                yield (*array, counts[array]), number
            array = None if bare.count("]") > bare.count("[") else array
        elif header := _HEADER.match(line):
            table = _numbered(_split(header[2]), counts, new=header[1] == "[[")
            yield table, number
        elif field := _FIELD.match(line):
            place = (*table, *_split(field[1]))
            yield place, number
            if bare.count("[") > bare.count("]"):
                array = place


def _split(dotted: str) -> Place:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


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


Model = TypeVar("Model", bound=Fields)


def check_fields(file: TomlFile, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    """The file's fields as ``model`` names them.

    Unknown fields are reported and then left aside, so that one of them does not hide what
    only a readable file can show.
    """
    data: object = file.data
    problems: list[Problem] = []
    while True:
        try:
            return model.model_validate(data), problems
        except ValidationError as invalid:
            found = invalid.errors(include_url=False)
        unknown = [details["loc"] for details in found if details["type"] == "extra_forbidden"]
        others = [details for details in found if details["type"] != "extra_forbidden"]
        problems += [_unknown(file, model, place) for place in unknown]
        for place in unknown:
            data = _without(data, place)
        if others or not unknown:
            for details in others:
                problems.append(_wrong(file, details["loc"], details["type"], details["msg"]))
            return None, problems


def _unknown(file: TomlFile, model: type[Fields], place: Place) -> Problem:
    known = sorted(_names(model))
    near = get_close_matches(str(place[-1]), known, n=1)
    cure = f"Did you mean {near[0]}?" if near else "Remove it"
    return error(
        file.name,
        file.line(*place),
        dotted(place),
        Rule.UNKNOWN_FIELD,
        "nothing here is called that",
        cure.rstrip("?"),
    )


def _names(model: type[BaseModel]) -> Iterator[str]:
    """Every field name of a model and of the models inside it."""
    schema = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {})


def _without(data: object, place: Place) -> object:
    head, *rest = place
    if isinstance(data, dict):
        if not rest:
            return {name: value for name, value in data.items() if name != head}
        return data | {head: _without(data[head], tuple(rest))} if head in data else data
    if isinstance(data, list) and isinstance(head, int):
        return [_without(item, tuple(rest)) if at == head else item for at, item in enumerate(data)]
    return data


_PLAIN = {
    "missing": ("this is missing", "Add it"),
    "string_type": ("this must be text", "Put it in quotation marks"),
    "int_type": ("this must be a whole number", "Write it without quotation marks, like 2"),
    "bool_type": ("this must be yes or no", "Write true or false, without quotation marks"),
    "model_type": ("this must be a table of fields", "Write it as a [table]"),
    "dict_type": ("this must be a table of fields", "Write it as a [table]"),
    "tuple_type": ("this must be a list", 'Write it in brackets, like ["en", "de"]'),
    "list_type": ("this must be a list", 'Write it in brackets, like ["en", "de"]'),
}


def _wrong(file: TomlFile, place: Place, kind: str, said: str) -> Problem:
    place = tuple(part for part in place if part != "[key]")
    message, cure = _PLAIN.get(kind, ("", ""))
    if not message:
        message, cure = said.removeprefix("Value error, "), "Correct it"
        message = message[0].lower() + message[1:]
    rule = Rule.MISSING_FIELD if kind == "missing" else Rule.VALUE
    return error(file.name, file.line(*place), dotted(place), rule, message, cure)


def dotted(place: Place) -> str:
    """A field's name as its author would say it: ``prompts.3.b06.question``, counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
