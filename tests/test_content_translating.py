"""A translator's file follows its sources, by key; and no work is lost."""

import shutil
from pathlib import Path

import pytest

from bot.content.library import load
from bot.content.problems import Rule
from bot.content.translating import Updated, update
from bot.core.model import Band
from tests.broken import CLINIC, DE, DE_SET, EN, ROOT, SET, good, problems_of, replaced, says

KEY = "starter/heard/b06/question"
LISTEN = "Did {therapist} listen to you last time?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return good(tmp_path)


def entry(folder: Path, file: str, key: str) -> str:
    """The lines of one text."""
    (found,) = (
        part for part in (folder / file).read_text("utf-8").split("\n\n") if f'msgctxt "{key}"' in part
    )
    return found.removesuffix("\n")


def updated(folder: Path, file: str, language: str = "de") -> Updated:
    done, problems = update(folder, language)
    assert problems == []
    return next(one for one in done if one.file == file)


def test_a_text_says_to_its_translator_whom_it_is_for_how_long_it_may_be_and_what_is_meant(folder):
    update(folder, "fr")
    file = "locales/fr/LC_MESSAGES/starter.po"
    assert entry(folder, file, KEY).split("\n") == [
        "#. 6 to 8 years, informal. Question, at most 60 characters, 8 words in a sentence. "
        "Name the act: to listen. Not to hear sounds, not to obey.",
        f"#: {KEY}",
        f'msgctxt "{KEY}"',
        f'msgid "{LISTEN}"',
        'msgstr ""',
    ]
    hints = [
        entry(folder, file, f"starter/{key}").partition("\n")[0]
        for key in ("band/b65/thanks", "band/b09/helps/topic", "scale/five_words/somewhat", "band/b13/note")
    ]
    assert hints == [
        "#. 65 years or older, formal. At most 20 words in a sentence.",
        "#. 9 to 12 years, informal. Button, at most 20 characters.",
        "#. 13 to 17 years, informal and 18 to 64 years, formal. Button, at most 30 characters.",
        "#. 13 to 17 years, informal. At most 16 words in a sentence.",
    ]
    assert entry(folder, "locales/fr/LC_MESSAGES/bot.po", "bot/away").startswith(
        "#. The bot could not be reached;"
    )


def test_a_second_time_changes_nothing(folder):
    update(folder, "de")
    before = [(folder / file).read_bytes() for file in (DE, DE_SET)]
    update(folder, "de")
    assert [(folder / file).read_bytes() for file in (DE, DE_SET)] == before
    assert not list((folder / "locales").rglob("*.new"))


def test_the_translations_that_ship_stay_as_they_are(tmp_path):
    for name in ("conversations", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    before, _ = load(tmp_path)
    assert before is not None
    for language in before.clinic.languages:
        update(tmp_path, language)
    after, _ = load(tmp_path)
    assert after is not None
    assert after.words == before.words


def test_a_changed_source_keeps_its_translation_and_marks_it_as_uncertain(folder):
    replaced(SET, LISTEN, "Did {therapist} listen well?")(folder)
    says(DE_SET, KEY, "Hat {therapist} zugehört?")(folder)
    assert updated(folder, DE_SET).uncertain == 1
    assert entry(folder, DE_SET, KEY).split("\n")[-5:] == [
        f"#: {KEY}",
        "#, fuzzy",
        f'msgctxt "{KEY}"',
        'msgid "Did {therapist} listen well?"',
        'msgstr "Hat {therapist} zugehört?"',
    ]
    assert [problem.rule for problem in problems_of(folder)] == [Rule.FUZZY]


def test_what_was_uncertain_stays_so_until_a_person_says_otherwise(folder):
    replaced(DE_SET, f"#: {KEY}\n", f"#: {KEY}\n#, fuzzy\n")(folder)
    update(folder, "de")
    assert "#, fuzzy" in entry(folder, DE_SET, KEY)


def test_a_new_text_is_added_and_one_nobody_asks_for_is_set_aside(folder):
    replaced(SET, 'id = "heard"\n', 'id = "listened"\n')(folder)
    told = updated(folder, DE_SET)
    assert (told.untranslated, told.retired) == (len(Band), len(Band))
    text = (folder / DE_SET).read_text("utf-8")
    assert f'#~ msgctxt "{KEY}"\n#~ msgid "{LISTEN}"\n#~ msgstr "{LISTEN}"\n' in text
    assert {problem.rule for problem in problems_of(folder)} == {Rule.UNTRANSLATED}
    assert updated(folder, DE_SET).retired == len(Band)


def test_the_same_words_of_two_ages_are_never_mixed_up(folder):
    """Tools that compare sentences take an adult's "Yes" for a child's."""
    for band, yes in (("b09", "Ja"), ("b18", "Ja, bitte")):
        says(DE_SET, f"starter/band/{band}/raises/yes", yes)(folder)
    replaced(CLINIC, 'name = "Lindenhof', 'name = "Neuer Lindenhof')(folder)
    update(folder, "de")
    assert 'msgstr "Ja"' in entry(folder, DE_SET, "starter/band/b09/raises/yes")
    assert 'msgstr "Ja, bitte"' in entry(folder, DE_SET, "starter/band/b18/raises/yes")


def test_what_translators_wrote_to_each_other_stays(folder):
    replaced(DE_SET, f"#: {KEY}\n", f"# Ada: or “gehört”?\n#: {KEY}\n")(folder)
    replaced(DE_SET, "# State: drafted\n", "# State: drafted\n# Ask Ada about it.\n")(folder)
    update(folder, "de")
    assert entry(folder, DE_SET, KEY).startswith("# Ada: or “gehört”?\n")
    assert (folder / DE_SET).read_text("utf-8").startswith("# State: drafted\n# Ask Ada about it.\n")


def test_a_text_that_lost_its_key_or_stands_twice_is_set_aside_with_its_words(folder):
    text = (folder / DE_SET).read_text("utf-8")
    twice = f'\n#: {KEY}\nmsgctxt "{KEY}"\nmsgid "{LISTEN}"\nmsgstr "Zweimal {{therapist}}"\n'
    lost = '\nmsgid "Somewhat"\nmsgstr "Etwas"\n'
    (folder / DE_SET).write_text(text + twice + lost, "utf-8")
    assert updated(folder, DE_SET).retired == 2
    assert problems_of(folder) == []


def test_quotation_marks_and_new_lines_survive(folder):
    says(EN, "bot/away", "x")  # the English stays as it is
    says(DE, "bot/away", 'Say \\"hi\\"\\n\\\\o/')(folder)
    update(folder, "de")
    library, _ = load(folder)
    assert library is not None
    assert library.texts("de")["bot/away"] == 'Say "hi"\n\\o/'


def test_a_set_that_cannot_be_read_keeps_everything_as_it_is(folder):
    replaced(SET, 'id = "heard"\n', "id = heard\n")(folder)
    before = (folder / DE_SET).read_bytes()
    done, (problem,) = update(folder, "de")
    assert (done, problem.rule, (folder / DE_SET).read_bytes()) == ([], Rule.SYNTAX, before)


def test_a_new_set_begins_with_the_translations_of_the_one_it_was_copied_from(folder):
    shutil.copytree(folder / "conversations/starter", folder / "conversations/ours")
    ours = "conversations/ours/set.toml"
    replaced(ours, 'id = "starter"', 'id = "ours"')(folder)
    replaced(ours, LISTEN, "Did {therapist} hear you well?")(folder)
    says(DE_SET, KEY, "Hat {therapist} zugehört?")(folder)
    says(DE_SET, "starter/safe/b06/question", "Warst du sicher bei {therapist}?")(folder)
    file = "locales/de/LC_MESSAGES/ours.po"
    told = updated(folder, file)
    assert (told.untranslated, told.uncertain) == (0, 1)
    assert "#, fuzzy" in entry(folder, file, "ours/heard/b06/question")
    assert entry(folder, file, "ours/heard/b06/question").endswith('msgstr "Hat {therapist} zugehört?"')
    assert entry(folder, file, "ours/safe/b06/question").endswith('msgstr "Warst du sicher bei {therapist}?"')
    assert "#, fuzzy" not in entry(folder, file, "ours/safe/b06/question")
    assert [problem.rule for problem in problems_of(folder)] == [Rule.FUZZY]


def test_a_set_in_another_language_is_translated_into_english(folder):
    """The bot's own words are English; a set may be written in any language."""
    ours = folder / "conversations/unsere"
    ours.mkdir()
    text = (folder / SET).read_text("utf-8").replace('id = "starter"', 'id = "unsere"')
    (ours / "set.toml").write_text(text.replace('language = "en"', 'language = "de"'), "utf-8")
    done, _ = update(folder, "en")
    assert [one.file for one in done] == ["locales/en/LC_MESSAGES/unsere.po"]
    done, _ = update(folder, "de")
    assert [one.file for one in done] == [DE, DE_SET]
