"""Every mistake in a clinic's folder is found, in its place, with its cure; and all of them at once."""

import shutil
from pathlib import Path

import pytest

from bot.content.library import load
from bot.content.problems import Problem, Rule, Severity
from tests.broken import (
    CLINIC,
    DE,
    Broken,
    catalogs,
    clinic,
    forms,
    good,
    harmless,
    line_of,
    privacy,
    problems_of,
    replaced,
    safety,
    sets,
    typed,
    words,
)

CASES = [
    pytest.param(case, id=f"{home.__name__.rpartition('.')[2]}: {case.name}")
    for home in (clinic, sets, catalogs, forms, typed, privacy, words, safety)
    for case in home.CASES
]
# Words that programmers understand.
JARGON = ("pydantic", "Input should", "Value error", "dict", "tuple", "None", "regex", "pattern", "(<", "\n")


@pytest.fixture(scope="session")
def good_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return good(tmp_path_factory.mktemp("good"))


@pytest.fixture
def folder(good_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good_folder, tmp_path / "clinic"))


@pytest.mark.parametrize("case", CASES)
def test_each_mistake_is_found_in_its_place_and_told_in_plain_words(folder: Path, case: Broken):
    case.change(folder)
    found = problems_of(folder)
    everything = "\n".join(map(str, found))
    wanted = [(said.rule, said.file, line_of(folder, said), said.severity) for said in case.said]
    told = [(one.rule, one.file, one.line, one.severity) for one in found]
    assert sorted(map(str, told)) == sorted(map(str, wanted)), everything
    for said in case.said:
        assert any(said.rule is one.rule and said.words in str(one) for one in found), everything
    for problem in found:
        check_words(problem)


def check_words(problem: Problem) -> None:
    """One line with file, place and cure, and nothing that only a programmer understands."""
    line = str(problem)
    assert line.startswith(f"{problem.file}:{problem.line}" if problem.line else problem.file)
    assert problem.message
    assert problem.cure
    assert line.endswith((".", "?", "…"))
    assert line.isprintable()
    assert not [
        word for word in JARGON if word in line.removeprefix(problem.file).replace(problem.key, "")
    ], line


@pytest.mark.parametrize("name", harmless.CHANGES)
def test_what_is_no_mistake_is_not_called_one(folder: Path, name: str):
    harmless.CHANGES[name](folder)
    assert [str(problem) for problem in problems_of(folder)] == []
    library, _ = load(folder)
    assert library is not None


def test_every_rule_has_a_folder_that_breaks_it():
    """STATE is also how things stand, which is no mistake."""
    covered = {said.rule for param in CASES for said in param.values[0].said}
    assert covered == set(Rule)


def test_there_are_as_many_broken_folders_as_was_asked_for():
    assert len({param.id for param in CASES}) == len(CASES) > 45


def test_all_mistakes_are_listed_at_once(folder):
    together = (
        (clinic, "a country by its name"),
        (clinic, "a zone by its city"),
        (clinic, "nobody for free words"),
        (clinic, "an hour in the quiet night"),
        (sets, "low options in the middle"),
        (sets, "more prompts than the age allows"),
        (catalogs, "a reference to another text"),
        (words, "a label too long"),
        (words, "yes like no"),
        (words, "a command lost"),
    )
    cases = [next(case for case in home.CASES if case.name == name) for home, name in together]
    for case in cases:
        case.change(folder)
    wanted = sorted((said.rule, said.file, line_of(folder, said)) for case in cases for said in case.said)
    assert sorted((one.rule, one.file, one.line) for one in problems_of(folder)) == wanted


def test_a_clinic_file_that_cannot_be_read_hides_no_other_mistake(folder):
    replaced(CLINIC, 'country = "AT"', "country = AT")(folder)
    (folder / DE).write_text("Dear clinic,", "utf-8")
    found = {(one.rule, one.file) for one in problems_of(folder)}
    assert {(Rule.SYNTAX, CLINIC), (Rule.SYNTAX, DE)} <= found


def test_a_clinic_file_with_one_wrong_field_still_says_which_languages_are_offered(folder):
    replaced(CLINIC, 'phone = "+43 000 000 000"', "phone = 43")(folder)
    catalogs.says(DE, "bot/away", "")(folder)
    found = {(one.rule, one.file, one.severity) for one in problems_of(folder)}
    assert found == {(Rule.VALUE, CLINIC, Severity.ERROR), (Rule.UNTRANSLATED, DE, Severity.ERROR)}


def test_no_problem_is_told_twice(folder):
    words.says("locales/de/LC_MESSAGES/starter.po", "starter/scale/five_words/mostly", "Somewhat")(folder)
    _, problems = load(folder)
    assert len(problems) == len(set(problems))


@pytest.mark.parametrize(
    ("state", "told"), [("drafted", 1), ("reviewed by Ada Lindgren, Vienna, 2026-05-31", 0)]
)
def test_a_language_that_nobody_has_reviewed_says_so_without_being_a_mistake(folder, state, told):
    replaced(DE, "# State: drafted", f"# State: {state}")(folder)
    library, problems = load(folder)
    assert library is not None
    facts = [one for one in problems if one.file == DE]
    assert [(one.rule, one.severity) for one in facts] == [(Rule.STATE, Severity.INFO)] * told


def test_a_folder_that_is_not_there_is_named():
    library, (problem,) = load(Path("/no/such/clinic"))
    assert library is None
    assert str(problem) == (
        "/no/such/clinic: there is no such folder. "
        "Say where conversations/ and locales/ are, with --folder or ATTUNE_FOLDER."
    )
