"""Files that nothing reads, because they or their folders are called something else."""

from collections.abc import Iterator
from pathlib import Path

from bot.content.catalogs import LOCALES
from bot.content.clinic import FILE
from bot.content.languages import canonical, meant
from bot.content.problems import Problem, Rule, warning
from bot.content.prompt_sets import FOLDER, set_folders
from bot.content.rules_set import OWN


def strays(folder: Path) -> Iterator[Problem]:
    """What somebody wrote for the bot and the bot will never see."""
    sets = set_folders(folder)
    read = {FILE, *(f"{FOLDER}/{name}/set.toml" for name in sets)}
    for path in sorted((folder / FOLDER).rglob("*.toml")):
        name = path.relative_to(folder).as_posix()
        unfinished = any(part.startswith(("_", ".")) for part in path.relative_to(folder / FOLDER).parts)
        if name not in read and not unfinished:
            cure = f"A prompt set is {FOLDER}/<its name>/set.toml: move or rename it, or remove it"
            yield warning(name, 0, "", Rule.UNKNOWN_FILE, "nothing reads this file", cure)
    for path in sorted((folder / LOCALES).rglob("*.po")):
        if (found := _translation(path.relative_to(folder), [OWN, *sets])) is not None:
            yield warning(path.relative_to(folder).as_posix(), 0, "", Rule.UNKNOWN_FILE, *found)


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
