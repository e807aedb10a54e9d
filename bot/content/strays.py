"""Files that nothing reads, because they or their folders are called something else."""

from collections.abc import Iterator
from pathlib import Path

from bot.content.catalogs import LOCALES, languages_in
from bot.content.clinic import FILE
from bot.content.danger import FILE as DANGER
from bot.content.danger import danger_name, lists_in
from bot.content.helplines import FILE as HELPLINES
from bot.content.languages import canonical, meant
from bot.content.privacy import FOLDER as POLICIES
from bot.content.privacy import SUFFIX, policies_in, policy_name
from bot.content.problems import Problem, Rule, warning
from bot.content.prompt_sets import FOLDER, set_folders
from bot.content.rules_set import OWN
from bot.content.typed import FILE as TYPED
from bot.content.typed import typed_name


def strays(folder: Path) -> Iterator[Problem]:
    """What somebody wrote for the bot and the bot will never see."""
    sets = set_folders(folder)
    read = {FILE, HELPLINES, *(f"{FOLDER}/{name}/set.toml" for name in sets)}
    for path in sorted((folder / FOLDER).rglob("*.toml")):
        name = path.relative_to(folder).as_posix()
        unfinished = any(part.startswith(("_", ".")) for part in path.relative_to(folder / FOLDER).parts)
        if name not in read and not unfinished:
            cure = f"A prompt set is {FOLDER}/<its name>/set.toml: move or rename it, or remove it"
            yield warning(name, 0, "", Rule.UNKNOWN_FILE, "nothing reads this file", cure)
    yield from _policies(folder)
    tables = {typed_name(language) for language in languages_in(folder)}
    tables |= {danger_name(language) for language in lists_in(folder) if canonical(language) == language}
    for path in sorted((folder / LOCALES).rglob("*.toml")):
        name = path.relative_to(folder).as_posix()
        if name not in tables:
            known = f"{LOCALES}/<language>/{TYPED} and {DANGER}"
            cure = f"What is read here is {known}: move or rename it, or remove it"
            yield warning(name, 0, "", Rule.UNKNOWN_FILE, "nothing reads this file", cure)
    for path in sorted((folder / LOCALES).rglob("*.po")):
        if (found := _translation(path.relative_to(folder), [OWN, *sets])) is not None:
            yield warning(path.relative_to(folder).as_posix(), 0, "", Rule.UNKNOWN_FILE, *found)


def _policies(folder: Path) -> Iterator[Problem]:
    """Files beside the privacy texts; those that end in .toml have been told already."""
    read = {policy_name(language) for language in policies_in(folder)}
    for path in sorted((folder / POLICIES).rglob("*")):
        name = path.relative_to(folder).as_posix()
        unread = path.is_file() and path.suffix != ".toml" and not path.name.startswith(("_", "."))
        if unread and name not in read:
            right = meant(path.stem) if path.suffix == SUFFIX else None
            cure = f"Call it {policy_name(right or '<language>')}, or remove it"
            yield warning(name, 0, "", Rule.UNKNOWN_FILE, "nothing reads this file", cure)


def _translation(path: Path, domains: list[str]) -> tuple[str, str] | None:
    """What is wrong with where this file is, and the cure."""
    _, language, *inside = path.parts
    if canonical(language) != language:
        right = meant(language)
        cure = f"Call the folder {right}" if right else "Call the folder by its code, such as de or pt_BR"
        return f"nothing reads this file, because {language} is no language", cure
    if inside[:-1] != ["LC_MESSAGES"]:
        return "nothing reads this file here", f"Move it into {LOCALES}/{language}/LC_MESSAGES"
    if path.stem not in domains:
        known = ", ".join(f"{domain}.po" for domain in domains)
        return (
            "nothing reads this file, because no prompt set is called so",
            f"Rename or remove it; read here: {known}",
        )
    return None
