"""A client is spoken to as they chose, where somebody has written it so, and as usual everywhere else."""

import itertools
import re
from pathlib import Path

import pytest

from bot.content.catalogs import read_catalog
from bot.content.forms import FORMS, form_in, forms_of, plain
from bot.content.library import Library, load
from bot.content.translating import update
from bot.core.model import Address, Band, Forms, Gender, Voice
from bot.render.words import Words
from tests.broken import DE, DE_SET, ROOT, SET, good, problems_of, replaced, says
from tests.broken.forms import ENGLISH, KEY, form

# Where a sentence begins, "Sie" may also be "they".
FORMAL = re.compile(r"\b(Ihnen|Ihr\w*)\b|(?<!^)(?<![.:?•\n] )(?<!\n)\bSie\b")
INFORMAL = re.compile(r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]eine?[mnrs]?|[Ee]uch|[Ee]ure[mnrs]?)\b")
CHOICES = list(itertools.product(Address, Gender))


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


def every_form(key: str) -> dict[str, str]:
    """A text that says of itself in which voice and form it is."""
    return {key + form: key + form for form in ("", *FORMS)}


def said(words: Words, address: Address, gender: Gender) -> str:
    return words.addressed(address, gender)("hello")


def test_the_form_is_as_close_to_what_was_chosen_as_there_is_one():
    texts = every_form("hello/adult") | every_form("hello")
    words = Words("de", texts, Voice.ADULT)
    chosen = Address.INFORMAL, Gender.FEMININE
    for last in ("~informal~f", "~informal", "~f", ""):
        assert said(words, *chosen) == f"hello/adult{last}"
        del texts[f"hello/adult{last}"]
    for last in ("~informal~f", "~informal", "~f", ""):
        assert said(words, *chosen) == f"hello{last}"
        del texts[f"hello{last}"]
    with pytest.raises(KeyError):
        said(words, *chosen)


@pytest.mark.parametrize("voice", [None, Voice.TEEN])
@pytest.mark.parametrize(("address", "gender"), CHOICES)
def test_nobody_hears_a_form_that_they_did_not_choose(address, gender, voice):
    stem = f"hello/{voice}" if voice else "hello"
    texts = every_form(stem)
    chosen = "".join(f"~{choice}" for choice in (address, gender) if choice)
    assert said(Words("de", texts, voice), address, gender) == stem + chosen
    for fitting in forms_of(address, gender)[:-1]:
        del texts[stem + fitting]
    assert said(Words("de", texts, voice), address, gender) == stem


def test_whoever_chose_nothing_is_spoken_to_as_usual():
    words = Words("de", every_form("hello/adult"), Voice.ADULT)
    assert words("hello") == "hello/adult"
    assert words.addressed(Address.INFORMAL, Gender.OPEN).addressed(Address.USUAL, Gender.OPEN) == words


def test_a_choice_outlives_a_change_of_voice_and_takes_no_form_of_another_one():
    texts = every_form("hello/adult") | {"hello/teen": "teen", "hello~f": "for nobody's voice"}
    words = Words("de", texts).addressed(Address.INFORMAL, Gender.FEMININE)
    assert words.speaking(Voice.ADULT)("hello") == "hello/adult~informal~f"
    assert words.speaking(Voice.TEEN)("hello") == "teen"


def test_placeholders_of_a_form_are_filled():
    words = Words("de", {"hi": "Guten Tag, {client}", "hi~informal": "Hallo {client}"})
    assert "Hallo" in (told := words.addressed(Address.INFORMAL, Gender.OPEN)("hi", client="Mio"))
    assert "Mio" in told


def test_a_german_adult_can_be_spoken_to_informally_and_a_teenager_formally(ours):
    german = Words("de", ours.texts("de"))
    adult, teen = german.speaking(Voice.ADULT), german.speaking(Voice.TEEN)
    message = "bot/check_in/cover"
    assert adult(message) == "Guten Tag, Ihr Check-in ist bereit."
    assert adult.addressed(Address.INFORMAL, Gender.OPEN)(message) == "Hallo, dein Check-in ist bereit."
    assert teen(message) == "Hallo, dein Check-in ist bereit."
    assert teen.addressed(Address.FORMAL, Gender.OPEN)(message) == "Guten Tag, Ihr Check-in ist bereit."
    assert "dir" in adult.addressed(Address.INFORMAL, Gender.MASCULINE)(KEY, therapist="Dr. Linde")


def test_an_arabic_client_is_spoken_to_in_the_form_they_chose(ours):
    teen = Words("ar", ours.texts("ar"), Voice.TEEN)
    usual, woman, man = (
        teen.addressed(Address.USUAL, gender)("bot/welcome/only_buttons") for gender in Gender
    )
    assert "الرجاء استخدام" in usual
    assert "استخدمي" in woman
    assert "استخدم " in man


def test_each_language_offers_what_it_has_texts_for(ours):
    informal, formal = Forms((Address.INFORMAL,)), Forms((Address.FORMAL,))
    both = Forms((), (Gender.FEMININE, Gender.MASCULINE))
    wanted = {"en": [Forms()] * 5, "de": [Forms(), Forms(), formal, informal, informal], "ar": [both] * 5}
    assert {
        language: [ours.forms_for(language, band) for band in Band] for language in ours.clinic.languages
    } == wanted


def test_a_set_alone_can_give_a_choice_to_the_bands_that_it_asks(folder):
    form(f"{KEY}~informal~m")(folder)
    form("bot/away~f", "", "", DE)(folder)
    library = read(folder)
    assert library.forms_for("de", Band.B18) == Forms((Address.INFORMAL,), (Gender.MASCULINE,))
    assert {library.forms_for("de", band) for band in Band if band is not Band.B18} == {Forms()}
    assert library.forms_for("en", Band.B18) == Forms()


def test_a_label_of_a_scale_gives_a_choice_where_the_scale_is_used(folder):
    form("starter/scale/five_words/mostly~f", "Mostly", "Mostly so", DE_SET)(folder)
    library = read(folder)
    assert [band for band in Band if library.forms_for("de", band).genders] == [Band.B13, Band.B18]


def test_forms_are_no_mistake_and_need_no_other_form_beside_them(folder):
    form(f"{KEY}~informal~f")(folder)
    form(f"{KEY}~m", text="")(folder)
    assert problems_of(folder) == []
    assert f"{KEY}~m" not in read(folder).texts("de")


@pytest.mark.parametrize(
    "change",
    [
        form(f"{KEY}~informel"),
        form(f"{KEY}~informal", flag="#, fuzzy\n"),
        form(f"{KEY}~informal", "Did {therapist} listen well?"),
        form("starter/heard/b19/question~informal"),
    ],
)
def test_a_form_with_a_mistake_is_not_used(folder, change):
    change(folder)
    library = read(folder)
    assert not [key for key in library.texts("de") if form_in(key)]
    assert library.forms_for("de", Band.B18) == Forms()


def test_a_translators_file_keeps_its_forms_behind_their_texts(folder):
    form(f"{KEY}~informal", text="Wie sehr hat {therapist} dir zugehört?")(folder)
    form(f"{KEY}~informel", text="Wie gut hat {therapist} dir zugehört?")(folder)
    before = read(folder).words
    done, problems = update(folder, "de")
    assert problems == []
    assert {(one.untranslated, one.uncertain, one.retired) for one in done} == {(0, 0, 0)}
    assert read(folder).words == before
    keys = re.findall(r'msgctxt "(.*)"', (folder / DE_SET).read_text("utf-8"))
    assert keys[(at := keys.index(KEY)) : at + 3] == [KEY, f"{KEY}~informal", f"{KEY}~informel"]
    text = (folder / DE_SET).read_text("utf-8")
    assert "#. Only for those who chose informal address.\n#. 18 to 64 years, formal. Question" in text
    update(folder, "de")
    assert (folder / DE_SET).read_text("utf-8") == text


def test_a_form_of_a_text_that_has_changed_is_kept_and_marked_like_the_text(folder):
    form(f"{KEY}~informal")(folder)
    replaced(SET, f'"{ENGLISH}"', '"In your last session, did {therapist} listen well?"')(folder)
    update(folder, "de")
    catalog, _ = read_catalog(folder, "de", "starter")
    assert catalog is not None
    entry = catalog.entries[f"{KEY}~informal"]
    assert (entry.source, entry.text) == ("In your last session, did {therapist} listen well?", ENGLISH)
    assert entry.fuzzy


def test_a_form_of_a_text_that_is_gone_is_set_aside_with_it(folder):
    form("starter/gone/b18/question~f")(folder)
    update(folder, "de")
    text = (folder / DE_SET).read_text("utf-8")
    assert '#~ msgctxt "starter/gone/b18/question~f"' in text
    assert problems_of(folder) == []


def test_a_form_outlives_a_text_that_a_translator_lost(folder):
    form(f"{KEY}~informal")(folder)
    says(DE_SET, KEY, "")(folder)
    replaced(DE_SET, f'#: {KEY}\nmsgctxt "{KEY}"\nmsgid "{ENGLISH}"\nmsgstr ""\n', "")(folder)
    update(folder, "de")
    catalog, _ = read_catalog(folder, "de", "starter")
    assert catalog is not None
    assert catalog.entries[KEY].text == ""
    assert catalog.entries[f"{KEY}~informal"].text == ENGLISH


def test_a_new_set_begins_with_the_forms_of_another_one(folder):
    form(f"{KEY}~informal", text="Hat {therapist} dir zugehört?")(folder)
    (folder / "conversations/ours").mkdir()
    text = (folder / SET).read_text("utf-8").replace('id = "starter"', 'id = "ours"')
    (folder / "conversations/ours/set.toml").write_text(text, "utf-8")
    update(folder, "de")
    assert read(folder).texts("de")["ours/heard/b18/question~informal"] == "Hat {therapist} dir zugehört?"


@pytest.mark.parametrize(
    ("domain", "keys", "form", "wrong"),
    [
        ("bot", r"bot/.+/adult", "~informal", FORMAL),
        ("starter", r"starter/.+/b(18|65)/.+|starter/band/b(18|65)/.+", "~informal", FORMAL),
        ("bot", r"bot/.+/teen", "~formal", INFORMAL),
        ("starter", r"starter/.+/b13/.+|starter/band/b13/.+", "~formal", INFORMAL),
    ],
)
def test_no_german_text_falls_back_into_the_form_that_was_not_chosen(ours, domain, keys, form, wrong):
    """One check-in never mixes du and Sie."""
    texts = ours.texts("de")
    stems = [key for key in texts if not form_in(key) and re.fullmatch(keys, key)]
    assert stems
    assert [key for key in stems if wrong.search(texts.get(key + form, texts[key]))] == []


def test_the_two_arabic_forms_stand_beside_each_other(ours):
    texts = ours.texts("ar")
    formed = {plain(key) for key in texts if form_in(key)}
    assert formed
    assert [key for key in formed for form in ("~f", "~m") if key + form not in texts] == []
    assert [key for key in formed if texts[f"{key}~f"] == texts[f"{key}~m"]] == []


def test_the_readme_shows_a_form_that_ships(ours):
    readme = (ROOT / "conversations/README.md").read_text("utf-8")
    shown = re.search(r'```text\n#: (.+~.+)\nmsgctxt "(.+)"\nmsgid "(.+)"\nmsgstr "(.+)"\n```', readme)
    assert shown is not None
    key, again, source, text = shown.groups()
    assert key == again
    assert (ours.texts("en")[plain(key)], ours.texts("de")[key]) == (source, text)
