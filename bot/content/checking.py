"""Everything that `attune check` looks at: also what would take too long at every start."""

from datetime import date
from pathlib import Path

from bot.content.danger import DangerFile, danger_name, lists_in, read_danger
from bot.content.danger_trial import Figures, try_out
from bot.content.helplines import read_helplines
from bot.content.languages import canonical, english_name
from bot.content.library import Library, load
from bot.content.problems import Problem, Rule, Severity


def check(folder: Path, today: date) -> tuple[Library | None, list[Problem], list[Figures]]:
    """What was read, all that is wrong with it, and how each list of danger phrases did."""
    library, problems = load(folder)
    found, figures = check_danger(folder)
    problems += [*found, *read_helplines(folder, today)[1]]
    return library, list(dict.fromkeys(problems)), figures


def check_danger(folder: Path) -> tuple[list[Problem], list[Figures]]:
    """The lists of danger phrases alone."""
    lists, found = read_lists(folder)
    figures, missed = try_out(lists)
    return [*found, *missed, *filter(None, map(_state, lists))], figures


def read_lists(folder: Path) -> tuple[list[DangerFile], list[Problem]]:
    """Every language's phrases of danger that can be used, whether or not the bot speaks it."""
    read = [read_danger(folder, language) for language in lists_in(folder) if canonical(language) == language]
    problems = [problem for _, problems in read for problem in problems]
    return [found for found, _ in read if found is not None], problems


def _state(listed: DangerFile) -> Problem | None:
    """A list that no person has read is looked with all the same, and said to be so."""
    if listed.listed.reviewed:
        return None
    language = listed.listed.language
    message = f"the {english_name(language)} phrases are drafted and not yet reviewed by a person"
    cure = "When somebody has read them all, write reviewed_by and reviewed_on at the top"
    return Problem(danger_name(language), 1, "", Rule.STATE, Severity.INFO, message, cure)
