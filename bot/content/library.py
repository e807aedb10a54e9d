"""All that a clinic wrote, read together: the clinic, its prompt sets, and every language's words."""

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
from bot.content.languages import canonical
from bot.content.problems import Problem, Rule, Severity, error
from bot.content.prompt_sets import SetFile, Source, band_ids, read_prompt_sets, set_folders
from bot.content.rules_set import OWN
from bot.content.strays import strays
from bot.content.toml_files import no_folder
from bot.core.model import Band, PromptSet


@dataclass(frozen=True, slots=True)
class Library:
    """``words`` holds, by language, the bot's own words and those of every set."""

    clinic: Clinic
    prompt_sets: Mapping[str, PromptSet]
    words: Mapping[str, Mapping[str, str]]

    def texts(self, language: str) -> Mapping[str, str]:
        """Every sentence in this language, by id."""
        return self.words[language]

    def languages_for(self, set_id: str, band: Band) -> tuple[str, ...]:
        """The clinic's languages in which this band can be asked from beginning to end."""
        wanted = tuple(band_ids(self.prompt_sets[set_id], band))
        return tuple(
            language
            for language in self.clinic.languages
            if all(key in self.words[language] for key in wanted)
        )


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
    if clinic is None or source is None:
        return None, problems
    told = {language: words[language] for language in clinic.languages}
    return Library(clinic, {one.prompt_set.id: one.prompt_set for one in sets}, told), problems


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
    source = {key: Source(entry.source, entry.line) for key, entry in catalog.entries.items()}
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
    """Translations that are there, certain, and of the present source."""
    return {
        key: entry.text
        for key, entry in catalog.entries.items()
        if entry.text.strip() and not entry.fuzzy and key in source and entry.source == source[key].text
    }


def _softened(problems: list[Problem]) -> list[Problem]:
    return [
        replace(one, severity=Severity.WARNING) if one.severity is Severity.ERROR else one for one in problems
    ]
