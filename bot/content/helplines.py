"""conversations/helplines.toml: numbers that the clinic has confirmed, each with the date and by whom."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from babel import Locale
from pydantic import BeforeValidator, Field, StrictBool

from bot.content.hours import Hours
from bot.content.languages import canonical
from bot.content.problems import Problem, Rule, error, warning
from bot.content.rules_text import Text, check_characters
from bot.content.toml_fields import Fields, Number, Sentence, check_fields
from bot.content.toml_files import TomlFile, dotted, read_toml
from bot.core.helplines import OLD_AFTER, Country, Helplines, Line

FILE: Final = "conversations/helplines.toml"


def _day(value: object) -> object:
    """TOML's date. Not a moment, which pydantic would take for one."""
    return value.date() if isinstance(value, datetime) else value


Day = Annotated[date, BeforeValidator(_day)]


class LineFields(Fields):
    """A line is shown to clients only when it says who confirmed it and when."""

    name: Sentence
    number: Number
    channel: Literal["phone", "text", "phone and text"] = "phone"
    hours: Hours
    languages: tuple[str, ...] = Field(min_length=1)
    for_children: StrictBool
    confirmed_on: Day | None = None
    confirmed_by: str = ""


class CountryFields(Fields):
    emergency: Number | None = None
    confirmed_on: Day | None = None
    confirmed_by: str = ""
    lines: tuple[LineFields, ...] = ()


class HelplineFields(Fields):
    """Every table is a country, by its two capital letters."""

    countries: dict[str, CountryFields]


def read_helplines(folder: Path, today: date | None) -> tuple[Helplines, list[Problem]]:
    """What clients may be shown, by country, and everything wrong with the file. A clinic without one has
    its own phone, the emergency number of clinic.toml, and the directory of all helplines. Without ``today``
    nobody asks how old a confirmation is."""
    if not (folder / FILE).exists():
        return {}, []
    file, problems = read_toml(folder / FILE, FILE, "")
    if file is None:
        return {}, problems
    wrapped = TomlFile(file.name, {"countries": dict(file.data)}, _deeper(file))
    fields, problems = check_fields(wrapped, HelplineFields)
    problems = [replace(one, key=one.key.removeprefix("countries.")) for one in problems]
    if fields is None:
        return {}, problems
    problems += [*_sense(wrapped, fields, today)]
    return {code: _country(found) for code, found in fields.countries.items()}, problems


def _deeper(file: TomlFile) -> dict[tuple[str | int, ...], int]:
    return {("countries", *place): line for place, line in file.lines.items()}


def _country(fields: CountryFields) -> Country:
    confirmed = fields.confirmed_on is not None and bool(fields.confirmed_by.strip())
    lines = tuple(
        Line(
            line.name,
            line.number,
            line.channel == "text",
            line.hours,
            line.languages,
            line.for_children,
            line.confirmed_on,
        )
        for line in fields.lines
        if line.confirmed_on is not None and line.confirmed_by.strip()
    )
    return Country((fields.emergency or "") if confirmed else "", lines)


def _sense(file: TomlFile, fields: HelplineFields, today: date | None) -> Iterator[Problem]:
    known = Locale("en").territories
    for code, country in fields.countries.items():
        place: tuple[str | int, ...] = ("countries", code)
        if len(code) != 2 or code not in known:
            cure = "Write the country's two capital letters, such as [AT]"
            yield error(file.name, file.line(*place), code, Rule.CLINIC, f"{code!r} is no country", cure)
        if country.emergency:
            yield from _dates(file, place, code, country.confirmed_on, country.confirmed_by, today)
        for at, line in enumerate(country.lines):
            here = (*place, "lines", at)
            yield from check_characters(Text(file.name, file.line(*here), dotted(here[1:]), "", line.name))
            yield from _dates(file, here, f"{code}, {line.name}", line.confirmed_on, line.confirmed_by, today)
            for language in line.languages:
                if canonical(language) != language:
                    message = f"{language!r} is not how a language is named here"
                    cure = "Write a code such as en, de or pt_BR"
                    yield error(file.name, file.line(*here), dotted(here[1:]), Rule.LANGUAGE, message, cure)


def _dates(
    file: TomlFile, place: tuple[str | int, ...], what: str, on: date | None, by: str, today: date | None
) -> Iterator[Problem]:
    line, key = file.line(*place), dotted(place[1:])
    if on is None or not by.strip():
        message = f"{what}: nobody has confirmed this number, so no client sees it"
        cure = "Call it, then write confirmed_on and confirmed_by"
        yield warning(file.name, line, key, Rule.UNCONFIRMED, message, cure)
    elif today is None:
        return
    elif on > today:
        message = f"{what}: {on} is still to come"
        yield error(file.name, line, key, Rule.VALUE, message, "Write the day on which it was confirmed")
    elif today - on > OLD_AFTER:
        message = f"{what}: confirmed on {on}, more than {OLD_AFTER.days} days ago"
        yield warning(file.name, line, key, Rule.UNCONFIRMED, message, "Call it again, and write the new day")
