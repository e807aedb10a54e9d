"""What the rest of the bot gets to know of a clinic's folder."""

import shutil
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.content.library import Library, load
from bot.content.problems import Rule, Severity
from bot.core.model import CORE, Band, Element
from bot.core.typed import TypedWords
from tests.broken import CLINIC, DE, DE_SET, SET, good, replaced, says

KEY = "starter/heard/b06/question"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return good(tmp_path)


def read(folder: Path) -> Library:
    library, _ = load(folder)
    assert library is not None
    return library


def test_the_clinics_facts_are_as_its_file_says(folder):
    replaced(CLINIC, "at = 17:00:00", 'at = "9:30"')(folder)
    clinic = read(folder).clinic
    assert (clinic.name, clinic.phone, clinic.emergency_number) == (
        "Lindenhof Practice", "+43 000 000 000", "112",
    )  # fmt: skip
    assert (clinic.country, clinic.zone, clinic.languages) == ("AT", "Europe/Vienna", ("en", "de"))
    assert (clinic.check_in_at, clinic.quiet_from, clinic.quiet_to) == (time(9, 30), time(21), time(8))
    assert (clinic.days_before_session, clinic.remind_after_days, clinic.expire_after_days) == (2, 1, 2)
    assert (clinic.summary_before, clinic.free_words, clinic.prompt_set) == (
        timedelta(hours=2),
        True,
        "starter",
    )


def test_what_a_clinic_does_not_say_is_as_the_file_that_ships_shows_it(folder):
    said = read(folder).clinic
    (folder / CLINIC).write_text((folder / CLINIC).read_text("utf-8").partition("[check_in]")[0], "utf-8")
    unsaid = read(folder).clinic
    assert not unsaid.free_words
    assert unsaid == replace(said, free_words=False, answering=None, guardian_consent_under=18)


def test_the_set_that_ships_is_read_as_it_is_written(folder):
    script = read(folder).prompt_sets["starter"]
    assert [prompt.element for prompt in script.prompts] == list(Element)
    assert [prompt.id for prompt in script.prompts if prompt.core] == list(CORE)
    assert [option.value for option in script.scale(Band.B18).options] == [1, 2, 3, 4, 5]
    assert [(option.id, option.face) for option in script.scale(Band.B06).options] == [
        ("no", "🙁"),
        ("yes", "🙂"),
    ]
    assert (script.scale(Band.B06).low, script.scale(Band.B06).columns) == ({"no"}, 2)
    assert (script.bands[Band.B06].core, script.bands[Band.B06].free_words) == (2, False)


def test_every_language_has_every_text(folder):
    library = read(folder)
    assert library.texts("de").keys() == library.texts("en").keys()
    assert library.texts("en")[KEY] == "Did {therapist} listen to you last time?"
    assert library.texts("en")["bot/button/skip/child"] == "Skip"


@pytest.mark.parametrize(
    ("key", "without"),
    [
        (KEY, {Band.B06}),
        ("starter/scale/five_words/mostly", {Band.B13, Band.B18}),
        ("starter/band/b65/note", {Band.B65}),
        ("starter/band/b09/raises/yes", {Band.B09}),
        ("bot/away", set()),
    ],
)
def test_a_language_is_offered_to_those_bands_that_it_can_ask_to_the_end(folder, key, without):
    says(DE if key.startswith("bot/") else DE_SET, key, "")(folder)
    library = read(folder)
    for band in Band:
        assert library.languages_for("starter", band) == (("en",) if band in without else ("en", "de"))


def test_an_uncertain_translation_is_not_used(folder):
    replaced(DE_SET, f"#: {KEY}\n", f"#, fuzzy\n#: {KEY}\n")(folder)
    assert KEY not in read(folder).texts("de")


def test_a_translation_of_an_older_source_is_not_used(folder):
    replaced(SET, "Did {therapist} listen to you last time?", "Did {therapist} listen well?")(folder)
    library = read(folder)
    assert KEY not in library.texts("de")
    assert library.texts("en")[KEY] == "Did {therapist} listen well?"


def test_a_language_that_is_not_offered_is_not_there(folder):
    replaced(CLINIC, 'languages = ["en", "de"]', 'languages = ["en"]')(folder)
    assert read(folder).words.keys() == {"en"}


def test_what_people_type_is_read_for_each_language_the_clients_own_first(folder):
    (folder / "locales/de/typed.toml").write_text('yes = ["Na klar!"]\nskip = ["weiter"]\n', "utf-8")
    library = read(folder)
    assert library.typed["de"] == TypedWords(yes=frozenset({"na klar"}), skip=frozenset({"weiter"}))
    assert "yep" in library.typed["en"].yes
    assert library.typed_by("de") == (library.typed["de"], library.typed["en"])
    assert library.typed_by("en") == (library.typed["en"], library.typed["de"])


def test_a_language_that_is_offered_may_do_without_such_words_and_says_so(folder):
    library, problems = load(folder)
    assert library is not None
    assert library.typed["de"] == TypedWords()
    (said,) = (one for one in problems if one.rule is Rule.MISSING_FILE)
    assert (said.file, said.severity) == ("locales/de/typed.toml", Severity.INFO)
    replaced(CLINIC, 'languages = ["en", "de"]', 'languages = ["en"]')(folder)
    library, problems = load(folder)
    assert library is not None
    assert library.typed.keys() == {"en"}
    assert [one for one in problems if one.rule is Rule.MISSING_FILE] == []


def test_two_sets_stand_beside_each_other(folder):
    shutil.copytree(folder / "conversations/starter", folder / "conversations/ours")
    replaced("conversations/ours/set.toml", 'id = "starter"', 'id = "ours"')(folder)
    text = (folder / DE_SET).read_text("utf-8").replace("starter/", "ours/")
    (folder / "locales/de/LC_MESSAGES/ours.po").write_text(text, "utf-8")
    library, problems = load(folder)
    assert [str(problem) for problem in problems if problem.severity != "info"] == []
    assert library is not None
    assert library.prompt_sets.keys() == {"ours", "starter"}
    assert library.languages_for("ours", Band.B06) == ("en", "de")


def test_a_set_may_be_written_in_another_language_than_english(folder):
    replaced(SET, 'language = "en"', 'language = "de"')(folder)
    text = (folder / DE_SET).read_text("utf-8").replace("Language: de", "Language: en")
    (folder / "locales/en/LC_MESSAGES/starter.po").write_text(text, "utf-8")
    (folder / DE_SET).unlink()
    library, problems = load(folder)
    assert [str(problem) for problem in problems if problem.severity != "info"] == []
    assert library is not None
    assert library.languages_for("starter", Band.B06) == ("en", "de")
