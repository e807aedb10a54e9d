"""All that a clinic wrote, read together: the clinic, its prompt sets, and every language's words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.content.catalogs import CatalogFile, languages_in, read_catalog
from bot.content.checks import (
    check_bot_words,
    check_set_translation,
    check_source,
    check_source_labels,
    check_state,
)
from bot.content.clinic import FILE, SOURCE_LANGUAGE, Clinic, offered_in, read_clinic
from bot.content.forms import FORMS, choices, form_in, plain
from bot.content.helplines import read_helplines
from bot.content.languages import canonical
from bot.content.privacy import check_months, policies_in, read_policy
from bot.content.problems import Problem, Rule, Severity, error
from bot.content.prompt_sets import SetFile, Source, band_ids, read_prompt_sets, set_folders
from bot.content.rules_set import OWN
from bot.content.strays import strays
from bot.content.toml_files import no_folder
from bot.content.typed import read_typed_words
from bot.core.helplines import Helplines
from bot.core.model import Band, Forms, PromptSet
from bot.core.typed import TypedWords


@dataclass(frozen=True, slots=True)
class Library:
    """``words`` holds, by language, the bot's own words and those of every set; ``typed`` what people
    type instead of tapping; ``privacy`` the clinic's policy, where there is one in that language;
    ``helplines`` the numbers that the clinic has confirmed."""

    folder: Path
    clinic: Clinic
    prompt_sets: Mapping[str, PromptSet]
    words: Mapping[str, Mapping[str, str]]
    typed: Mapping[str, TypedWords]
    privacy: Mapping[str, str]
    helplines: Helplines

    def texts(self, language: str) -> Mapping[str, str]:
        """Every sentence in this language, by id."""
        return self.words[language]

    def typed_by(self, language: str) -> tuple[TypedWords, ...]:
        """What somebody may type who speaks this language: its words first, then the others', because
        people mix languages."""
        others = (words for other, words in self.typed.items() if other != language)
        return (self.typed[language], *others)

    def languages_for(self, set_id: str, band: Band) -> tuple[str, ...]:
        """The clinic's languages in which this band can be asked from beginning to end."""
        wanted = tuple(band_ids(self.prompt_sets[set_id], band))
        return tuple(
            language
            for language in self.clinic.languages
            if all(key in self.words[language] for key in wanted)
        )

    def forms_for(self, language: str, band: Band) -> Forms:
        """How clients of this band may choose to be spoken to in this language: what there are texts for.

        All texts are looked through: to be asked at start, and not at every tap.
        """
        scripts = [script for script in self.prompt_sets.values() if band in script.bands]
        asked = {key for script in scripts for key in band_ids(script, band)}
        voice = re.compile(rf"{OWN}/.+/{band.voice}")
        formed = [key for key in self.words[language] if form_in(key)]
        return choices(key for key in formed if plain(key) in asked or voice.fullmatch(plain(key)))


def load(folder: Path) -> tuple[Library | None, list[Problem]]:
    """Everything, and everything that is wrong with it; None if there is too little to go on.

    A language that stands in clinic.toml must be whole; another that is being translated may have gaps.
    """
    if missing := no_folder(folder):
        return None, missing
    library, problems = _read(folder)
    return library, list(dict.fromkeys(problems))


def _read(folder: Path) -> tuple[Library | None, list[Problem]]:
    sets, problems = read_prompt_sets(folder)
    clinic, file, found = read_clinic(folder, set_folders(folder))
    problems += found
    for set_file in sets:
        problems += check_source(set_file)
    source, found = _bot_source(folder)
    problems += [*found, *strays(folder)]
    words: dict[str, dict[str, str]] = {}
    typed: dict[str, TypedWords] = {}
    offers = offered_in(file)
    for language in dict.fromkeys((*offers, *languages_in(folder))):
        offered = language in offers
        if canonical(language) != language:
            words[language] = {}  # clinic.toml has been told
        elif file is not None and language not in {*languages_in(folder), SOURCE_LANGUAGE}:
            message = f"there is no folder locales/{language}"
            cure = f"“attune translate {language}” makes it; or take {language} out of languages"
            problems.append(error(FILE, file.line("languages"), "languages", Rule.LANGUAGE, message, cure))
            words[language] = {}
        else:
            words[language], found = _language(folder, language, sets, source, offered=offered)
            problems += found
            typed[language], found = read_typed_words(folder, language, offered=offered)
            problems += found if offered else _softened(found)
    privacy, found = _policies(folder, offers, clinic)
    problems += found
    helplines, found = read_helplines(folder, None)
    problems += found
    if clinic is None or source is None:
        return None, problems
    told = {language: words[language] for language in clinic.languages}
    typed = {language: typed.get(language, TypedWords()) for language in clinic.languages}
    return Library(
        folder, clinic, {one.prompt_set.id: one.prompt_set for one in sets}, told, typed, privacy, helplines
    ), problems


def _policies(
    folder: Path, offers: tuple[str, ...], clinic: Clinic | None
) -> tuple[dict[str, str], list[Problem]]:
    """The privacy texts of the languages that are offered, and what is wrong with any there is."""
    privacy: dict[str, str] = {}
    problems: list[Problem] = []
    known = [language for language in offers if canonical(language) == language]
    for language in dict.fromkeys((*known, *policies_in(folder))):
        text, found = read_policy(folder, language, offered=language in offers)
        if text is not None and language in offers:
            privacy[language] = text
            found += check_months(language, text, clinic.keep_after_stop_months) if clinic else []
        problems += found if language in offers else _softened(found)
    return privacy, problems


def _bot_source(folder: Path) -> tuple[Mapping[str, Source] | None, list[Problem]]:
    """The bot's own words in English, which every translation is compared with."""
    cure = "Copy it from Attune's own locales/; every translation is compared with it"
    catalog, problems = read_catalog(folder, SOURCE_LANGUAGE, OWN, cure)
    if catalog is None:
        return None, problems
    for key, entry in catalog.entries.items():
        if entry.text != entry.source:
            message = "here the source and its English differ"
            cure = "Write msgid and msgstr alike"
            problems.append(error(catalog.file, entry.line, key, Rule.SOURCE, message, cure))
        if form_in(key):
            message = "only translations have forms, and this is the source"
            cure = "Remove it; write it in the language that needs it"
            problems.append(error(catalog.file, entry.line, key, Rule.FORM, message, cure))
    source = {
        key: Source(entry.source, entry.line) for key, entry in catalog.entries.items() if not form_in(key)
    }
    problems += [*check_state(catalog), *check_bot_words(catalog, source, offered=True)]
    return source, problems


def _language(
    folder: Path,
    language: str,
    sets: Iterable[SetFile],
    source: Mapping[str, Source] | None,
    *,
    offered: bool,
) -> tuple[dict[str, str], list[Problem]]:
    """One language's words, and what is wrong with them. Where it is not offered nothing is an error."""
    words: dict[str, str] = {}
    problems: list[Problem] = []
    cure = f"“attune translate {language}” makes it"
    cure += f"; or take {language} out of {FILE}" if offered else f"; or remove locales/{language}"
    if language == SOURCE_LANGUAGE:
        words.update({key: text.text for key, text in (source or {}).items()})
    else:
        bot, problems = read_catalog(folder, language, OWN, cure)
        if bot is not None and source is not None:
            problems += [*check_state(bot), *check_bot_words(bot, source, offered=offered)]
            words.update(_usable(bot, source))
    for set_file in sets:
        if language == set_file.language:
            if offered:
                problems += check_source_labels(set_file, words)
            words.update({key: text.text for key, text in set_file.words.items()})
            continue
        catalog, found = read_catalog(folder, language, set_file.prompt_set.id, cure)
        problems += found
        if catalog is not None:
            problems += check_state(catalog)
            problems += check_set_translation(set_file, catalog, words, offered=offered)
            words.update(_usable(catalog, set_file.words))
    return words, problems if offered else _softened(problems)


def _usable(catalog: CatalogFile, source: Mapping[str, Source]) -> dict[str, str]:
    """Translations that are there, certain, and of the present source; each in every form it has."""
    return {
        key: entry.text
        for key, entry in catalog.entries.items()
        if form_in(key) in ("", *FORMS) and (now := source.get(plain(key))) is not None
        if entry.text.strip() and not entry.fuzzy and entry.source == now.text
    }


def _softened(problems: list[Problem]) -> list[Problem]:
    return [
        replace(one, severity=Severity.WARNING) if one.severity is Severity.ERROR else one for one in problems
    ]
