"""conversations/clinic.toml: who the clinic is, where, in which languages, and its usual times."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import available_timezones

from babel.core import get_global
from pydantic import Field, StrictBool, StrictInt

from bot.content.languages import canonical
from bot.content.problems import Problem, Rule, error
from bot.content.prompt_sets import Sentence
from bot.content.toml_files import Fields, TomlFile, check_fields, read_toml

FILE: Final = "conversations/clinic.toml"
SOURCE_LANGUAGE: Final = "en"

Number = Annotated[str, Field(pattern=r"^[+0-9][0-9 ()/-]*$", description="a telephone number")]


class CheckInFields(Fields):
    days_before_session: StrictInt = Field(default=1, ge=0, le=6)
    at: time = time(17)
    remind_after_days: StrictInt = Field(default=1, ge=1, le=6)
    expire_after_days: StrictInt = Field(default=2, ge=1, le=7)
    quiet_from: time = time(21)
    quiet_to: time = time(8)


class SummaryFields(Fields):
    hours_before_session: StrictInt = Field(default=2, ge=1, le=48)


class FreeWordsFields(Fields):
    """Who deals with what clients write. A clinic that has nobody for it leaves free words off."""

    on: StrictBool = False
    monitored_hours: str = ""
    on_call: str = ""
    deputy: str = ""
    response_within_hours: StrictInt | None = Field(default=None, ge=1)


class ClinicFields(Fields):
    name: Sentence
    phone: Number
    emergency_number: Number
    country: str
    zone: str
    languages: tuple[str, ...] = Field(min_length=1)
    prompt_set: Sentence
    check_in: CheckInFields = CheckInFields()
    summary: SummaryFields = SummaryFields()
    free_words: FreeWordsFields = FreeWordsFields()


@dataclass(frozen=True, slots=True)
class Clinic:
    """The first of ``languages`` is what strangers hear whose own is not offered."""

    name: str
    phone: str
    emergency_number: str
    country: str
    zone: str
    languages: tuple[str, ...]
    prompt_set: str
    days_before_session: int
    check_in_at: time
    remind_after_days: int
    expire_after_days: int
    quiet_from: time
    quiet_to: time
    summary_before: timedelta
    free_words: bool


def read_clinic(folder: Path, sets: list[str]) -> tuple[Clinic | None, TomlFile | None, list[Problem]]:
    """The clinic, and everything wrong with its file. ``sets`` are the prompt sets there are."""
    cure = "Copy the file from Attune's own conversations/ and write your clinic's facts into it"
    file, problems = read_toml(folder / FILE, FILE, cure)
    if file is None:
        return None, None, problems
    fields, problems = check_fields(file, ClinicFields)
    if fields is None:
        return None, file, problems
    problems += _sense(file, fields, sets)
    return _clinic(fields), file, problems


def _clinic(fields: ClinicFields) -> Clinic:
    return Clinic(
        name=fields.name,
        phone=fields.phone,
        emergency_number=fields.emergency_number,
        country=fields.country,
        zone=fields.zone,
        languages=fields.languages,
        prompt_set=fields.prompt_set,
        days_before_session=fields.check_in.days_before_session,
        check_in_at=fields.check_in.at,
        remind_after_days=fields.check_in.remind_after_days,
        expire_after_days=fields.check_in.expire_after_days,
        quiet_from=fields.check_in.quiet_from,
        quiet_to=fields.check_in.quiet_to,
        summary_before=timedelta(hours=fields.summary.hours_before_session),
        free_words=fields.free_words.on,
    )


def _sense(file: TomlFile, fields: ClinicFields, sets: list[str]) -> Iterator[Problem]:
    def wrong(place: tuple[str, ...], rule: Rule, message: str, cure: str) -> Problem:
        return error(file.name, file.line(*place), ".".join(place), rule, message, cure)

    if fields.country not in get_global("territory_languages"):
        message = f"{fields.country!r} is no country"
        yield wrong(("country",), Rule.CLINIC, message, "Write its two capital letters, such as AT")
    if fields.zone not in available_timezones():
        message = f"{fields.zone!r} is no time zone"
        yield wrong(("zone",), Rule.CLINIC, message, "Write it like Europe/Vienna")
    for language in fields.languages:
        if canonical(language) != language:
            cure = f"Write {canonical(language) or 'a language code such as en, de or pt_BR'}"
            yield wrong(("languages",), Rule.LANGUAGE, f"{language!r} names no language here", cure)
    if len(set(fields.languages)) != len(fields.languages):
        yield wrong(("languages",), Rule.CLINIC, "a language is named twice", "Name each once")
    if sets and fields.prompt_set not in sets:
        message = f"there is no prompt set {fields.prompt_set!r}"
        yield wrong(("prompt_set",), Rule.CLINIC, message, f"Choose one of {', '.join(sets)}")
    yield from _times(file, fields)
    answering = fields.free_words
    for name in ("monitored_hours", "on_call", "deputy", "response_within_hours"):
        if answering.on and not getattr(answering, name):
            message = "free words are on, and this does not say who deals with them"
            cure = f"Fill in {name}, or write on = false"
            yield wrong(("free_words", name), Rule.FREE_WORDS, message, cure)


def _times(file: TomlFile, fields: ClinicFields) -> Iterator[Problem]:
    times, place = fields.check_in, ("check_in", "at")
    over_midnight = times.quiet_from > times.quiet_to
    inside = (times.at >= times.quiet_from, times.at < times.quiet_to)
    if any(inside) if over_midnight else all(inside):
        message = f"check-ins at {times.at:%H:%M} would come in the quiet hours"
        cure = "Choose another hour, or change quiet_from and quiet_to"
        yield error(file.name, file.line(*place), "check_in.at", Rule.CLINIC, message, cure)
    if times.expire_after_days <= times.remind_after_days:
        message = "a check-in would close before its reminder"
        cure = "Make expire_after_days larger than remind_after_days"
        place = ("check_in", "expire_after_days")
        yield error(file.name, file.line(*place), ".".join(place), Rule.CLINIC, message, cure)
