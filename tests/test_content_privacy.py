"""What /privacy shows is the clinic's own text, without its remarks; and what ships is true and plain."""

from pathlib import Path

import pytest

from bot.content.caps import VOICE_CAPS
from bot.content.library import Library, load
from bot.content.privacy import PLACEHOLDERS, policy_name
from bot.content.problems import Problem, Rule, Severity
from bot.content.rules_text import Text, check_text, placeholders_in
from bot.core.model import Voice
from tests.broken import CLINIC, ROOT, good, problems_of, removed, replaced, written
from tests.broken.privacy import AR, DE, EN

LANGUAGES = ("en", "de", "ar")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return good(tmp_path)


@pytest.fixture(scope="module")
def ours() -> Library:
    library, _ = load(ROOT)
    assert library is not None
    return library


def read(folder: Path) -> Library:
    library, _ = load(folder)
    assert library is not None
    return library


def templates(folder: Path) -> list[Problem]:
    return [one for one in load(folder)[1] if one.rule is Rule.STATE and one.file in (EN, DE, AR)]


def test_remarks_are_for_the_clinic_alone(folder):
    text = "# Template: ask Ada.\n\nWe keep it for 24 months.\n# Until when?\n• Call us: # {phone}\n\n"
    written(EN, text.encode())(folder)
    assert read(folder).privacy["en"] == "We keep it for 24 months.\n• Call us: # {phone}"


def test_a_file_from_windows_reads_the_same(folder):
    before = read(folder).privacy
    (folder / EN).write_bytes(b"\xef\xbb\xbf" + (folder / EN).read_bytes().replace(b"\n", b"\r\n"))
    assert read(folder).privacy == before
    assert templates(folder)


def test_the_policies_are_those_of_the_languages_that_are_offered(folder):
    assert list(read(folder).privacy) == ["en", "de"]
    replaced(CLINIC, 'languages = ["en", "de"]', 'languages = ["de"]')(folder)
    assert list(read(folder).privacy) == ["de"]


def test_a_language_without_a_policy_is_not_there(folder):
    removed(DE)(folder)
    assert list(read(folder).privacy) == ["en"]


@pytest.mark.parametrize("content", [b"\n", b"# 24\n", b"\xff\xfe"])
def test_a_policy_in_which_nothing_can_be_read_is_not_there(folder, content):
    written(DE, content)(folder)
    assert list(read(folder).privacy) == ["en"]


def test_the_template_is_told_as_how_things_stand_until_its_line_is_gone(folder):
    wanted = "{}:1: the privacy text is still the template. Adapt it to your clinic; then remove this line."
    assert [str(one) for one in templates(folder)] == [wanted.format(file) for file in (EN, DE, AR)]
    assert {one.severity for one in templates(folder)} == {Severity.INFO}
    for file in (EN, DE, AR):
        first, _, rest = (folder / file).read_text("utf-8").partition("\n")
        assert first.startswith("# Template")
        (folder / file).write_text(rest, "utf-8")
    assert templates(folder) == []
    assert problems_of(folder) == []


def test_a_word_about_templates_inside_the_text_is_no_mark(folder):
    written(EN, b"# Ours, no template\nWe used a\n#templated text for 24 months.\nTemplate\n")(folder)
    assert [one.file for one in templates(folder)] == [DE, AR]


def test_months_may_be_written_in_the_digits_of_the_language(folder):
    written(EN, "We keep it for ٢٤ months.".encode())(folder)
    assert problems_of(folder) == []


def test_unfinished_policies_are_left_alone(folder):
    for name in ("_fr.txt", ".de.txt.swp"):
        written(f"conversations/privacy/{name}", b"\xff")(folder)
    assert problems_of(folder) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_ships_is_whole_in_every_language(ours, language):
    text = ours.privacy[language]
    assert placeholders_in(text) == PLACEHOLDERS
    assert [command for command in ("/help", "/menu") if command not in text] == []
    assert [text.count("\n\n"), text.count("•")] == [
        ours.privacy["en"].count("\n\n"),
        ours.privacy["en"].count("•"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_ships_is_said_in_sentences_that_everybody_can_read(ours, language):
    cap = VOICE_CAPS[Voice.ADULT].words_per_sentence
    text = Text(policy_name(language), 0, "", language, ours.privacy[language], cap, calm=True)
    assert [str(problem) for problem in check_text(text, PLACEHOLDERS)] == []
