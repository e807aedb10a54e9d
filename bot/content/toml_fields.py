"""Whether the fields of a TOML file are those it should have, told in words that its author knows."""

import re
from collections.abc import Callable, Iterator
from datetime import time
from difflib import get_close_matches
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.content.problems import Problem, Rule, error
from bot.content.toml_files import Place, TomlFile, dotted


class Fields(BaseModel):
    """A table in which every field is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _matching(pattern: str, message: str, cure: str) -> Callable[[str], str]:
    def matched(text: str) -> str:
        if re.fullmatch(pattern, text, re.DOTALL) is None:
            raise PydanticCustomError("author", "{message}", {"message": message, "cure": cure})
        return text

    return matched


def _hour(value: object) -> object:
    """A time of day as TOML writes it, or in quotation marks; pydantic would read 17 as 17 seconds."""
    if isinstance(value, time):
        return value
    if isinstance(value, str) and (found := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)(:00)?", value)):
        return time(int(found[1]), int(found[2]))
    message, cure = "this must be a time of day", "Write it like 17:00:00, without quotation marks"
    raise PydanticCustomError("author", "{message}", {"message": message, "cure": cure})


# Ids become parts of button data, which holds 64 bytes.
Slug = Annotated[
    str,
    AfterValidator(
        _matching(
            r"[a-z][a-z0-9_]{0,29}",
            "an id is made of small letters a to z, digits and _, begins with a letter and has at most 30",
            "Write it like in_control",
        )
    ),
]
Sentence = Annotated[
    str, AfterValidator(_matching(r".*\S.*", "nothing is written here", "Write it between the marks"))
]
Number = Annotated[
    str,
    AfterValidator(
        _matching(r"[+(0-9][0-9 ()/-]*", "this must be a telephone number", 'Write it like "+43 1 234567"')
    ),
]
MailAddress = Annotated[
    str,
    AfterValidator(
        _matching(r"[^@\s]+@[^@\s]+", "this must be an e-mail address", 'Write it like "on-call@clinic.org"')
    ),
]
Hour = Annotated[time, BeforeValidator(_hour)]

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
            return None, [*problems, *(_wrong(file, details) for details in _causes(others))]


def _causes(found: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Without "too few of these" where one of them is there, but wrong."""
    for details in found:
        length = len(details["loc"])
        inside = any(len(one["loc"]) > length and one["loc"][:length] == details["loc"] for one in found)
        if details["type"] != "too_short" or not inside:
            yield details


def _unknown(file: TomlFile, model: type[Fields], place: Place) -> Problem:
    near = get_close_matches(str(place[-1]), sorted(_names(model)), n=1)
    cure = f"Did you mean {near[0]}?" if near else "Remove it"
    name, line = dotted(place), file.line(*place)
    return error(file.name, line, name, Rule.UNKNOWN_FIELD, "nothing here is called that", cure)


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
    "missing": ("this is missing", "Write {name} = …"),
    "string_type": ("this must be text", "Put it in quotation marks"),
    "int_type": ("this must be a whole number", "Write it without quotation marks, like 2"),
    "bool_type": ("this must be true or false", "Write true or false, without quotation marks"),
    "model_type": (
        "this must be a table of fields",
        "Write [{place}] on a line of its own, its fields below",
    ),
    "dict_type": ("this must be a table of fields", "Write [{place}] on a line of its own, its fields below"),
    "tuple_type": ("this must be a list", 'Write it in brackets, like ["en", "de"]'),
    "greater_than_equal": ("this must be at least {ge}", "Choose a larger number"),
    "less_than_equal": ("this must be at most {le}", "Choose a smaller number"),
    "too_short": ("there must be at least {min_length} of these", "Add what is missing"),
    "enum": ("this must be one of {expected}", "Choose one of them"),
    "author": ("{message}", "{cure}"),
}


def _wrong(file: TomlFile, details: ErrorDetails) -> Problem:
    place = tuple(part for part in details["loc"] if part != "[key]")
    message, cure = _PLAIN.get(details["type"], ("{msg}", "Correct it"))
    values: dict[str, object] = {
        "msg": details["msg"],
        "name": place[-1] if place else "",
        "place": dotted(place),
    }
    values |= details.get("ctx", {})
    rule = Rule.MISSING_FIELD if details["type"] == "missing" else Rule.VALUE
    said = (message.format(**values), cure.format(**values))
    return error(file.name, file.line(*place), dotted(place), rule, *said)
