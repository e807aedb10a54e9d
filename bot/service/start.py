"""Puts a house together: content without mistakes, a key that fits, a database up to date."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from zoneinfo import available_timezones

from sqlalchemy import Connection

from bot.content.danger import lists_in, read_danger
from bot.content.library import Library
from bot.content.library import load as load_library
from bot.content.places import zones_by_name
from bot.content.problems import Problem, errors
from bot.core.caseload import Offer
from bot.core.danger import DangerList
from bot.core.model import Band, PromptSet
from bot.service import occasions
from bot.service.house import House
from bot.storage import accounts, facts, inbox, invitations, outbox, people
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.migrate import upgrade


class SetupProblem(Exception):
    """A setting is missing or does not fit; the message says what to do."""


class ContentProblem(Exception):
    """conversations/ and locales/ disagree; ``problems`` lists every place."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} mistakes in the clinic's folder; `attune check` lists them.")
        self.problems = problems


def load(folder: Path) -> Library:
    """The content, or ContentProblem with all that is wrong."""
    library, problems = load_library(folder)
    mistakes = errors(problems)
    if library is None or mistakes:
        raise ContentProblem(mistakes)
    return library


def furnish(library: Library, keyring: Keyring, bot_name: str) -> House:
    """Content, keys and a name, made into what every event is handled with."""
    clinic = library.clinic
    sets = library.prompt_sets
    wordless = {name: _without_free_words(found) for name, found in sets.items()}
    offered: Mapping[Band, tuple[str, ...]] = {
        band: library.languages_for(clinic.prompt_set, band) for band in sets[clinic.prompt_set].bands
    }
    return House(
        clinic=clinic,
        prompt_sets=sets if clinic.free_words else wordless,
        wordless=wordless,
        texts={language: library.texts(language) for language in clinic.languages},
        offer=Offer(
            languages=offered,
            own_account_from=clinic.own_account_from,
            guardian_consent_under=clinic.guardian_consent_under,
            zone=clinic.zone,
            zones=zones_by_name(clinic.languages),
            days_before=clinic.days_before_session,
            check_in_at=clinic.check_in_at,
            quiet_from=clinic.quiet_from,
            quiet_to=clinic.quiet_to,
        ),
        forms={
            (language, band): library.forms_for(language, band)
            for language in clinic.languages
            for band in Band
        },
        typed={language: library.typed_by(language) for language in clinic.languages},
        policies=library.privacy,
        helplines=library.helplines,
        danger=[],
        keyring=keyring,
        bot_name=bot_name,
    )


async def open_database(url: str, keyring: Keyring, *, alone: bool) -> Database:
    """The database with its tables up to date. ``alone`` is for the bot itself, not for commands."""
    database = await Database.open(url, keyring.database_key, alone=alone)
    try:
        await database.write(upgrade, keyring)
    except BaseException:
        await database.close()
        raise
    return database


def settle_in(tx: Connection, house: House) -> None:
    """See that what clients are asked is still there. If the zones' rules have changed since the last
    start, future moments follow them."""
    for set_id, band in people.asked_with(tx):
        if set_id not in house.prompt_sets or band not in house.prompt_sets[set_id].bands:
            raise SetupProblem(
                f"There are clients who are asked with the set {set_id} in the band {band}, and it is not in"
                f" conversations/ any more. Bring it back."
            )
    edition = version("tzdata")
    if facts.read(tx, "tzdata") not in (None, edition):
        occasions.arm_again(tx, house)
    facts.write(tx, "tzdata", edition)
    facts.write(tx, "bot name", house.bot_name)


@cache
def read_danger_lists(folder: Path) -> tuple[DangerList, ...]:
    """Every language's phrases of danger, or ContentProblem with all that is wrong. Takes seconds, once."""
    read = [read_danger(folder, language) for language in lists_in(folder)]
    mistakes = errors([problem for _, problems in read for problem in problems])
    if mistakes:
        raise ContentProblem(mistakes)
    return tuple(found.listed for found, _ in read if found is not None)


def known_zone(zone: str) -> bool:
    return zone in available_timezones()


def tidy(tx: Connection, now: datetime) -> None:
    """What nobody needs any more: delivered letters, old update numbers, old tries, empty chats."""
    inbox.prune(tx, now)
    accounts.leave(tx)
    outbox.prune(tx, now)
    invitations.prune(tx, now)


def _without_free_words(script: PromptSet) -> PromptSet:
    """For clinics that have not switched free words on, and while nobody answers alerts."""
    return replace(
        script, bands={band: replace(plan, free_words=False) for band, plan in script.bands.items()}
    )
