"""conversations/README.md tells clinicians what is true: its tables, its examples, its steps."""

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.content.caps import CAPS
from bot.content.clinic import ClinicFields
from bot.content.library import load
from bot.content.privacy import CHARACTERS_MAX
from bot.content.privacy import PLACEHOLDERS as OURS
from bot.content.problems import Rule, Severity
from bot.content.rules_text import GOAL, PLACEHOLDERS
from bot.core.model import Element
from tests.broken import CLINIC, DE, ROOT, SET, good, problems_of, replaced

README = (ROOT / "conversations/README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return good(tmp_path)


def attune(*words: str | Path) -> str:
    return CliRunner().invoke(app, [str(word) for word in words]).output


def row(begin: str) -> list[int]:
    """The numbers of one line of a table."""
    (found,) = re.findall(rf"^\| {begin}.*?((?: \| \d+)+) \|$", README, re.MULTILINE)
    return [int(number) for number in re.findall(r"\d+", found)]


def test_the_table_of_limits_is_what_the_check_enforces():
    caps = list(CAPS.values())
    assert row("words in a sentence") == [cap.words_per_sentence for cap in caps]
    assert row("characters in a question") == [cap.question_characters for cap in caps]
    assert row("characters on a button") == [cap.label_characters for cap in caps]
    assert row("prompts in a check-in") == [cap.prompts for cap in caps]
    assert row("answers to choose from") == [cap.steps for cap in caps]


def test_every_field_of_the_clinic_is_explained_and_no_other():
    explained = set(re.findall(r"`([a-z_.]+)`", README.partition("| field |")[2].partition("\n\n")[0]))
    wanted = set()
    for name, field in ClinicFields.model_fields.items():
        inner = getattr(field.annotation, "model_fields", None)
        wanted |= {f"{name}.{one}" for one in inner} if inner else {name}
    assert explained - {"false", "true"} >= wanted
    assert explained <= wanted | {"false", "true"}


def test_every_element_and_every_placeholder_is_named():
    assert [element for element in Element if f"`{element}`" not in README] == []
    assert set(re.findall(r"`\{(\w+)\}`", README)) == PLACEHOLDERS | OURS | {GOAL}


def test_the_privacy_text_is_explained_as_it_is_read():
    explained = README.partition("## Your privacy text")[2].partition("\n## ")[0]
    assert set(re.findall(r"`\{(\w+)\}`", explained)) == OURS
    assert f"At most {CHARACTERS_MAX} characters" in explained
    for file in ("en.txt", "de.txt"):
        assert f"`privacy/{file}`" in explained
        assert (ROOT / f"conversations/privacy/{file}").read_text("utf-8").startswith("# Template")


def test_the_first_example_of_a_message_is_what_the_check_prints(folder):
    replaced(CLINIC, 'zone = "Europe/Vienna"', 'zone = "Vienna"')(folder)
    assert attune("check", "--folder", folder).splitlines()[0] in README


def test_the_examples_of_an_age_and_of_answers_are_those_of_the_set_that_ships():
    age, answers, *_ = EXAMPLES
    text = (ROOT / SET).read_text("utf-8")
    assert re.sub(r" +#.*", "", age) in text
    assert answers in text


def test_the_example_of_a_prompt_can_be_added_to_a_set(folder):
    with (folder / SET).open("a", encoding="utf-8") as file:
        file.write("\n" + EXAMPLES[2])
    assert {(one.rule, one.file) for one in problems_of(folder)} == {
        (Rule.MISSING_KEY, "locales/de/LC_MESSAGES/starter.po")
    }


def test_the_six_steps_lead_to_a_set_of_ones_own(folder):
    shutil.copytree(folder / "conversations/starter", folder / "conversations/ours")
    ours = "conversations/ours/set.toml"
    assert "the set is called starter and its folder ours" in attune("check", "--folder", folder)
    replaced(ours, 'id = "starter"', 'id = "ours"')(folder)
    replaced(ours, "Did {therapist} listen to you last time?", "Did {therapist} hear you well?")(folder)
    replaced(ours, "Were the rules clear last time?", "Did you know the rules last time?")(folder)
    assert "locales/de/LC_MESSAGES/ours.po: this file is missing" in attune("check", "--folder", folder)
    assert "ours.po: 128 texts, 0 to translate, 2 to read again" in attune(
        "translate", "de", "--folder", folder
    )
    assert "2 mistakes" in attune("check", "--folder", folder)
    translation = folder / "locales/de/LC_MESSAGES/ours.po"
    translation.write_text(translation.read_text("utf-8").replace("#, fuzzy\n", ""), "utf-8")
    replaced(CLINIC, 'prompt_set = "starter"', 'prompt_set = "ours"')(folder)
    assert "No mistakes, no warnings. The bot can start." in attune("check", "--folder", folder)
    library, _ = load(folder)
    assert library is not None
    assert library.clinic.prompt_set == "ours"


def test_a_set_whose_folder_begins_with_a_line_is_not_read(folder):
    shutil.copytree(folder / "conversations/starter", folder / "conversations/_ours")
    assert problems_of(folder) == []


def test_both_states_of_a_translation_are_understood(folder):
    drafted, reviewed = re.findall(r"^# State: .*$", README, re.MULTILINE)
    assert drafted in (folder / DE).read_text("utf-8")
    replaced(DE, drafted, reviewed)(folder)
    _, problems = load(folder)
    assert {one.severity for one in problems if one.file == DE} == set()
    assert {one.severity for one in problems} == {Severity.INFO}
