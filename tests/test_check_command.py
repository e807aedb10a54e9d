"""`attune check` and `attune translate` as a person meets them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.broken import CLINIC, DE, DE_SET, SET, good, replaced, says


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return good(tmp_path)


def attune(*words: str | Path):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_folder_without_mistakes_may_start(folder):
    result = attune("check", "--folder", folder)
    assert result.exit_code == 0
    *facts, read, counts = result.output.splitlines()
    assert all(fact.startswith(("info: locales/", "info: conversations/privacy/")) for fact in facts)
    assert read == "Read 1 prompt set in 2 languages."
    assert counts == "No mistakes, no warnings. The bot can start."


def test_each_problem_is_one_line_with_file_place_and_cure_in_reading_order(folder):
    says(DE, "bot/away", "")(folder)
    replaced(CLINIC, 'country = "AT"', 'country = "Austria"')(folder)
    replaced(CLINIC, 'zone = "Europe/Vienna"', 'zone = "Vienna"')(folder)
    replaced(SET, 'low = ["no"]', 'low = ["no", "yes"]')(folder)
    result = attune("check", "--folder", folder)
    assert result.exit_code == 1
    told, _, rest = result.output.partition("info: ")
    assert told.splitlines() == [
        "error: conversations/clinic.toml:9 country: 'Austria' is no country. Write AT.",
        "error: conversations/clinic.toml:12 zone: 'Vienna' is no time zone. Write Europe/Vienna.",
        "",
        "error: conversations/starter/set.toml:143 scales.two_faces.low: low does not name the first options "
        'of the scale. Name the lowest one or more, but not all, such as low = ["no"].',
        "",
        f"error: {DE}:{line_of(folder / DE, 'bot/away')} bot/away: it is not translated yet. Translate it.",
        "",
    ]
    assert rest.splitlines()[-1] == "4 mistakes, no warnings."


def line_of(path: Path, key: str) -> int:
    """Where the translation under this key stands."""
    lines = path.read_text("utf-8").split("\n")
    begin = lines.index(f'msgctxt "{key}"')
    return next(at for at in range(begin, len(lines)) if lines[at].startswith("msgstr")) + 1


def test_warnings_alone_keep_nobody_from_starting(folder):
    replaced(CLINIC, 'languages = ["en", "de"]', 'languages = ["en"]')(folder)
    says(DE, "bot/away", "")(folder)
    result = attune("check", "--folder", folder)
    assert result.exit_code == 0
    assert result.output.splitlines()[0].startswith(f"warning: {DE}:")
    assert result.output.splitlines()[-1] == "No mistakes, 1 warning. The bot can start."


def test_one_mistake_is_counted_as_one(folder):
    says(DE, "bot/away", "")(folder)
    assert attune("check", "--folder", folder).output.splitlines()[-1] == "1 mistake, no warnings."


def test_a_folder_that_is_not_there_is_said_in_one_sentence(tmp_path):
    result = attune("check", "--folder", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert result.output.splitlines()[0] == (
        f"error: {tmp_path}/nowhere: there is no such folder. "
        "Say where conversations/ and locales/ are, with --folder or ATTUNE_FOLDER."
    )


def test_a_folder_with_something_else_in_it_says_what_is_missing(tmp_path):
    result = attune("check", "--folder", tmp_path)
    assert result.exit_code == 1
    assert re.findall(r"^error: (\S+):", result.output, re.MULTILINE) == [
        "conversations", CLINIC, "locales/en/LC_MESSAGES/bot.po",
    ]  # fmt: skip


def test_the_list_for_machines_holds_every_field_of_every_problem(folder):
    says(DE, "bot/away", "")(folder)
    result = attune("check", "--folder", folder, "--json")
    assert result.exit_code == 1
    (problem,) = (one for one in json.loads(result.output) if one["severity"] != "info")
    assert problem == {
        "file": DE,
        "line": line_of(folder / DE, "bot/away"),
        "key": "bot/away",
        "rule": "untranslated",
        "severity": "error",
        "message": "it is not translated yet",
        "cure": "Translate it",
    }


def test_the_list_for_machines_is_whole_also_in_a_narrow_and_colourful_terminal(folder):
    long = "😀 [bold]" + "word " * 400
    says(DE_SET, "starter/band/b06/thanks", long)(folder)
    told = subprocess.run(
        [sys.executable, "-m", "bot", "check", "--json", "--folder", folder],
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": "40", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert told.returncode == 1
    assert b"\x1b" not in told.stdout
    problems = json.loads(told.stdout)
    assert any("“😀 [bold]word word" in problem["message"] for problem in problems)


def test_a_long_line_for_people_is_not_wrapped_and_its_brackets_stay(folder):
    replaced(CLINIC, 'name = "Lindenhof Practice"\n', 'name = "Lindenhof"\n"[red]" = 1\n')(folder)
    told = subprocess.run(
        [sys.executable, "-m", "bot", "check", "--folder", folder],
        env={**os.environ, "COLUMNS": "30"},
        capture_output=True,
        check=False,
    )
    assert told.stdout.decode().splitlines()[0] == (
        "error: conversations/clinic.toml:5 [red]: nothing here is called that. Remove it."
    )


def test_a_new_language_is_begun_filled_and_offered(folder):
    result = attune("translate", "fr", "--folder", folder)
    assert result.exit_code == 0
    assert re.sub(r"\d+", "N", result.output).splitlines() == [
        "locales/fr/LC_MESSAGES/bot.po: N texts, N to translate, N to read again, N set aside.",
        "locales/fr/LC_MESSAGES/starter.po: N texts, N to translate, N to read again, N set aside.",
    ]
    result = attune("check", "--folder", folder)
    assert result.exit_code == 0
    assert result.output.count("texts are not translated yet") == 2


def test_a_language_is_translated_into_by_its_code(folder):
    result = attune("translate", "French", "--folder", folder)
    assert (result.exit_code, result.output) == (1, "French is no language here. Write fr.\n")
    result = attune("translate", "Elvish", "--folder", folder)
    assert result.output == "Elvish is no language here. Write a code such as fr.\n"


def test_what_is_written_in_a_language_need_not_be_translated_into_it(folder):
    result = attune("translate", "en", "--folder", folder)
    assert result.exit_code == 0
    assert result.output == "Everything is written in this language; there is nothing to translate.\n"


def test_a_file_that_cannot_be_read_is_not_overwritten(folder):
    (folder / DE).write_text("Dear clinic,\n", "utf-8")
    before = (folder / DE_SET).read_bytes()
    result = attune("translate", "de", "--folder", folder)
    assert result.exit_code == 1
    assert result.output.splitlines()[0].startswith(f"error: {DE}:1: this line is no part of a PO file.")
    assert result.output.splitlines()[-1] == "Nothing was written. Put this right first."
    assert ((folder / DE).read_text("utf-8"), (folder / DE_SET).read_bytes()) == ("Dear clinic,\n", before)


def test_a_folder_to_translate_that_is_not_there_is_named(tmp_path):
    result = attune("translate", "de", "--folder", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "there is no such folder" in result.output
