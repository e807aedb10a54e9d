"""conversations/clinic.toml: who the clinic is, where, in which languages, and its usual times."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

from babel import Locale
from pydantic import Field, StrictBool, StrictInt

from bot.content.hours import Hours
from bot.content.languages import canonical, meant
from bot.content.minors import TERMS, own_account_by_terms
from bot.content.places import zones_by_name
from bot.content.problems import Problem, Rule, error, warning
from bot.content.rules_text import Text, check_characters
from bot.content.toml_fields import Fields, Hour, MailAddress, Number, Sentence, check_fields
from bot.content.toml_files import TomlFile, read_toml
from bot.core.alerting import Answering
from bot.core.caseload import place_name
from bot.core.schedule import quiet_at

FILE: Final = "conversations/clinic.toml"
SOURCE_LANGUAGE: Final = "en"


class CheckInFields(Fields):
    days_before_session: StrictInt = Field(default=2, ge=0, le=6)
    at: Hour = time(17)
    remind_after_days: StrictInt = Field(default=1, ge=1, le=6)
    expire_after_days: StrictInt = Field(default=2, ge=1, le=7)
    quiet_from: Hour = time(21)
    quiet_to: Hour = time(8)


class SummaryFields(Fields):
    hours_before_session: StrictInt = Field(default=2, ge=1, le=48)


class MinorsFields(Fields):
    """Ages in years. Some countries know no majority before 21; nobody older needs a guardian."""

    own_account_from: StrictInt | None = Field(default=None, ge=0, le=21)
    guardian_consent_under: StrictInt = Field(default=18, ge=0, le=21)


class RetentionFields(Fields):
    months_after_stop: StrictInt = Field(default=24, ge=1, le=360)
    days_if_not_begun: StrictInt = Field(default=90, ge=2, le=730)


class AlertsFields(Fields):
    """Who answers when somebody may be in danger, and how soon. Minutes."""

    monitored: Hours | None = None
    on_call: str = ""
    deputy: str = ""
    acknowledge_within_minutes: StrictInt | None = Field(default=None, ge=1, le=7 * 24 * 60)
    outside_hours_minutes: StrictInt | None = Field(default=None, ge=1, le=7 * 24 * 60)
    email: tuple[MailAddress, ...] = ()


class FreeWordsFields(Fields):
    """A clinic that has nobody who answers alerts leaves free words off."""

    on: StrictBool = False


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
    minors: MinorsFields = MinorsFields()
    retention: RetentionFields = RetentionFields()
    alerts: AlertsFields = AlertsFields()
    free_words: FreeWordsFields = FreeWordsFields()


@dataclass(frozen=True, slots=True)
class Clinic:
    """The first of ``languages`` is what strangers hear whose own is not offered.

    Who is younger than ``own_account_from`` uses a guardian's Telegram account; for who is younger than
    ``guardian_consent_under`` a guardian consents as well. ``answering`` is None where nobody is named who
    answers alerts: they go to the client's therapists alone.
    """

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
    own_account_from: int
    guardian_consent_under: int
    keep_after_stop_months: int
    keep_if_not_begun: timedelta
    free_words: bool
    answering: Answering | None


def read_clinic(folder: Path, sets: list[str]) -> tuple[Clinic | None, TomlFile | None, list[Problem]]:
    """The clinic, and everything wrong with its file. ``sets`` are the folders of prompt sets there are."""
    cure = "Copy the file from Attune's own conversations/ and write your clinic's facts into it"
    file, problems = read_toml(folder / FILE, FILE, cure)
    if file is None:
        return None, None, problems
    fields, problems = check_fields(file, ClinicFields)
    if fields is None:
        return None, file, problems
    problems += [*_words(file, fields), *_sense(file, fields, sets), *_times(file, fields)]
    problems += [*_minors(file, fields), *_free_words(file, fields)]
    return _clinic(fields), file, problems


def offered_in(file: TomlFile | None) -> tuple[str, ...]:
    """The languages that the file names, also if other fields of it cannot be used."""
    named = file.data.get("languages", ()) if file else ()
    named = named if isinstance(named, list) else ()
    return tuple(language for language in named if isinstance(language, str))


def _clinic(fields: ClinicFields) -> Clinic:
    own_account_from = fields.minors.own_account_from
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
        own_account_from=own_account_by_terms(fields.country)
        if own_account_from is None
        else own_account_from,
        guardian_consent_under=fields.minors.guardian_consent_under,
        keep_after_stop_months=fields.retention.months_after_stop,
        keep_if_not_begun=timedelta(days=fields.retention.days_if_not_begun),
        free_words=fields.free_words.on,
        answering=_answering(fields),
    )


def _answering(fields: ClinicFields) -> Answering | None:
    alerts = fields.alerts
    if not (alerts.monitored and alerts.on_call and alerts.deputy and alerts.acknowledge_within_minutes):
        return None
    outside = alerts.outside_hours_minutes
    return Answering(
        monitored=alerts.monitored,
        zone=fields.zone,
        on_call=alerts.on_call,
        deputy=alerts.deputy,
        within=timedelta(minutes=alerts.acknowledge_within_minutes),
        within_outside=None if outside is None else timedelta(minutes=outside),
        email=alerts.email,
    )


def _wrong(file: TomlFile, place: tuple[str, ...], rule: Rule, message: str, cure: str) -> Problem:
    return error(file.name, file.line(*place), ".".join(place), rule, message, cure)


def _words(file: TomlFile, fields: ClinicFields) -> Iterator[Problem]:
    """What people will read is as clean as every other text."""
    texts = {
        ("name",): fields.name,
        ("alerts", "on_call"): fields.alerts.on_call,
        ("alerts", "deputy"): fields.alerts.deputy,
    }
    for place, words in texts.items():
        yield from check_characters(Text(file.name, file.line(*place), ".".join(place), "", words))


def _sense(file: TomlFile, fields: ClinicFields, sets: list[str]) -> Iterator[Problem]:
    countries = Locale("en").territories
    if len(fields.country) != 2 or fields.country not in countries:
        said = fields.country.strip().casefold()
        near = next(
            (code for code, name in countries.items() if said in (code.casefold(), name.casefold())), ""
        )
        cure = f"Write {near}" if len(near) == 2 else "Write its two capital letters, such as AT"
        yield _wrong(file, ("country",), Rule.CLINIC, f"{fields.country!r} is no country", cure)
    if fields.zone not in available_timezones():
        near = zones_by_name(()).get(place_name(fields.zone), "")
        cure = f"Write {near}" if near else "Write it with its largest city, like Europe/Vienna"
        yield _wrong(file, ("zone",), Rule.CLINIC, f"{fields.zone!r} is no time zone", cure)
    for language in dict.fromkeys(fields.languages):
        if canonical(language) != language:
            cure = f"Write {meant(language) or 'a language code such as en, de or pt_BR'}"
            message = f"{language!r} is not how a language is named here"
            yield _wrong(file, ("languages",), Rule.LANGUAGE, message, cure)
        if fields.languages.count(language) > 1:
            message = f"{language!r} is named more than once"
            yield _wrong(file, ("languages",), Rule.CLINIC, message, "Name each language once")
    if sets and fields.prompt_set not in sets:
        message = f"there is no prompt set {fields.prompt_set!r}"
        yield _wrong(file, ("prompt_set",), Rule.CLINIC, message, f"There is: {', '.join(sets)}")


def _times(file: TomlFile, fields: ClinicFields) -> Iterator[Problem]:
    times, place = fields.check_in, ("check_in", "at")
    if quiet_at(times.at, times.quiet_from, times.quiet_to):
        message = f"check-ins at {times.at:%H:%M} would come in the quiet hours"
        cure = "Choose another hour, or change quiet_from and quiet_to"
        yield _wrong(file, place, Rule.CLINIC, message, cure)
    if times.expire_after_days <= times.remind_after_days:
        message = "a check-in would close before its reminder"
        cure = "Make expire_after_days larger than remind_after_days"
        yield _wrong(file, ("check_in", "expire_after_days"), Rule.CLINIC, message, cure)
    elif times.remind_after_days >= times.days_before_session:
        place = ("check_in", "days_before_session")
        message = "check-ins would come so shortly before the session that nobody is reminded"
        cure = f"Write {times.remind_after_days + 1}, if there shall be time for a reminder"
        yield warning(file.name, file.line(*place), ".".join(place), Rule.CLINIC, message, cure)


def _minors(file: TomlFile, fields: ClinicFields) -> Iterator[Problem]:
    """Lower than Telegram's own terms is for the clinic to decide, but not without knowing it."""
    given, terms = fields.minors.own_account_from, own_account_by_terms(fields.country)
    if given is not None and given < terms:
        place = ("minors", "own_account_from")
        message = (
            f"this says {given}; the age for {fields.country}, after Telegram's terms ({TERMS}), is {terms}"
        )
        cure = (
            f"Take the line out to keep to {terms}; a lower age is your decision, and Telegram may close the "
            "accounts of younger clients"
        )
        yield warning(file.name, file.line(*place), ".".join(place), Rule.CLINIC, message, cure)


def _free_words(file: TomlFile, fields: ClinicFields) -> Iterator[Problem]:
    """What clients write may be a cry for help: free words need somebody who answers alerts."""
    alerts = fields.alerts
    given = {
        "monitored": alerts.monitored,
        "on_call": alerts.on_call.strip(),
        "deputy": alerts.deputy.strip(),
        "acknowledge_within_minutes": alerts.acknowledge_within_minutes,
    }
    for name, value in given.items():
        if fields.free_words.on and not value:
            message = "free words are on, and this does not say who answers alerts and when"
            cure = f"Fill in {name}, or write on = false under [free_words]"
            yield _wrong(file, ("alerts", name), Rule.FREE_WORDS, message, cure)
