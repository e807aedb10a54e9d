"""What people type instead of tapping is taken as an answer where it is sure, and only there."""

from dataclasses import fields

import pytest

from bot.content.library import Library, load
from bot.content.typed import TypedFields, read_typed_words
from bot.core.model import DONT_KNOW, SKIP, Voice
from bot.core.typed import EMOJI, Meaning, TypedWords, normalised, understood
from tests.broken import ROOT

TABLES = {language: read_typed_words(ROOT, language, offered=True)[0] for language in ("en", "de", "ar")}

TWO = {"no": "🙁 No", "yes": "🙂 Yes"}
THREE = {"not_really": "🙁 Not really", "a_bit": "😐 A bit", "a_lot": "🙂 A lot"}
FIVE = {
    "not_at_all": "Not at all",
    "a_little": "A little",
    "somewhat": "Somewhat",
    "mostly": "Mostly",
    "completely": "Completely",
}
ZWEI = {"no": "🙁 Nein", "yes": "🙂 Ja"}
DREI = {"not_really": "🙁 Eher nicht", "a_bit": "😐 Ein bisschen", "a_lot": "🙂 Ja, sehr"}
VIER = {
    "not_at_all": "Gar nicht",
    "a_little": "Ein wenig",
    "mostly": "Größtenteils",
    "completely": "Voll und ganz",
}
ITHNAN = {"no": "🙁 لا", "yes": "🙂 نعم"}
THALATHA = {"not_really": "🙁 ليس حقًا", "a_bit": "😐 قليلًا", "a_lot": "🙂 كثيرًا"}
KHAMSA = {
    "not_at_all": "أبدًا",
    "a_little": "قليلًا",
    "somewhat": "إلى حد ما",
    "mostly": "إلى حد كبير",
    "completely": "تمامًا",
}
SCALES = (TWO, THREE, FIVE, ZWEI, DREI, VIER, ITHNAN, THALATHA, KHAMSA)


def tables(language: str = "en") -> list[TypedWords]:
    """This language's words first, then those of the two others."""
    return [TABLES[language], *(table for other, table in TABLES.items() if other != language)]


@pytest.fixture(scope="module")
def library() -> Library:
    library, problems = load(ROOT)
    assert library is not None, problems
    return library


ENGLISH = (
    # labels, with and without their face, however they are typed
    (THREE, "not_really", ("🙁 Not really", "not really", "NOT REALLY.")),
    (THREE, "a_bit", ("  a   bit!!", "a\u200b \u2068bit\u2069", "a bi\u00adt", "ａ ｂｉｔ", "- a bit -")),
    (FIVE, "somewhat", ("“somewhat”", "Somewhat…")),
    # numbers, in any digits
    (FIVE, "somewhat", ("3", " 3. ", "3)", "3!", "٣", "३", "３", "3️⃣", "③", "03")),
    (TWO, "yes", ("2",)),
    # yes and no, where there are two answers
    (TWO, "yes", ("yes", "YEAH!!!", "yesss", "y", "Yes, thank you.", "👍", "👍🏽", "👍👍", "👍👍👍👍")),
    (TWO, "no", ("nooooo", "Nope.", "No, I didn’t", "no i didnt", "👎🏿")),
    # the ends of a scale
    (FIVE, "completely", ("very much so", "totally", "a lot", "100%")),
    (FIVE, "not_at_all", ("not in the least", "No, not at all.", "notatall")),
    (THREE, "a_lot", ("very", "completely")),
    (THREE, "not_really", ("not at all",)),
    (TWO, "yes", ("very", "a lot")),
    # beside every scale
    (FIVE, SKIP, ("skip", "next one", "pass", "I’d rather not say.")),
    (TWO, DONT_KNOW, ("idk", "I dont know", "dunno...", "🤷🏻\u200d♀️", "🤷", "not sure")),
)
GERMAN = (
    (ZWEI, "yes", ("ja", "Ja, klar!", "jaaa", "Selbstverständlich.")),
    (ZWEI, "no", ("nö", "NEIN", "auf keinen Fall")),
    (DREI, "a_lot", ("ja sehr", "sehr", "3.")),
    (DREI, "not_really", ("eher nicht", "gar nicht")),
    (VIER, "completely", ("völlig", "vo\u0308llig", "vo\u200d\u0308llig", "voll")),
    (VIER, "mostly", ("größtenteils", "GRÖSSTENTEILS")),
    (VIER, "not_at_all", ("überhaupt nicht", "Keineswegs.", "gar nich", "Garnicht!", "überhaupt nich")),
    (VIER, SKIP, ("weiter", "Keine Angabe")),
    (ZWEI, DONT_KNOW, ("weiß nicht", "weiss nich", "weis nicht", "Keine Ahnung!", "k.A.", "i woaß ned")),
)
ARABIC = (
    (ITHNAN, "yes", ("نعم", "نَعَم", "نعـــم", "أيوة", "ايوه", "na3am")),
    (ITHNAN, "no", ("\u200fلا\u200f", "ﻻ", "كلا")),
    (THALATHA, "not_really", ("ليس حقا",)),
    (THALATHA, "a_lot", ("كثيراً", "جدا")),
    (KHAMSA, "completely", ("تماما", "١٠٠٪", "٥)")),
    (KHAMSA, "somewhat", ("الى حد ما", "٣", "۳")),
    (KHAMSA, "not_at_all", ("ابداً", "إطلاقًا", "بتاتًا", "أبدن")),
    (KHAMSA, SKIP, ("التالى", "لا أريد الإجابة", "أفضل ألا أقول")),
    (KHAMSA, DONT_KNOW, ("لا أعرف", "لا اعرف", "لا أدري", "مش عارفة")),
)
SURE = [
    (language, labels, text, option)
    for language, cases in (("en", ENGLISH), ("de", GERMAN), ("ar", ARABIC))
    for labels, option, texts in cases
    for text in texts
]


@pytest.mark.parametrize(("language", "labels", "text", "option"), SURE)
def test_what_is_sure_is_understood(language, labels, text, option):
    assert understood(text, labels, tables(language)) == option


NOT_SURE = (
    # more than one answer, or less than one
    (TWO, ("yes but only a little", "yes and no", "yes/no", "yes?", "no :(", "yes 😢", "maybe", "ok")),
    (FIVE, ("not very much", "not very", "not completely", "very, but", "mostly yes", "fine")),
    (THREE, ("a bit more than last time", "", "  ", "...", "?", "\u200b", "🙂", "❤️")),
    # "not really" says it only where a button says it
    (FIVE, ("not really", "not so much")),
    (TWO, ("not really",)),
    # yes to more than two answers
    (THREE, ("yes", "👍", "👎")),
    (VIER, ("ja", "nein")),
    (KHAMSA, ("نعم", "لا")),
    # numbers that count nothing here
    (FIVE, ("0", "٠", "6", "-1", "½", "3.5", "3/5", "3?", "3 4", "3 or 4", "3 times", "three", "9" * 6000)),
    (TWO, ("3",)),
    (ZWEI, ("ja aber nicht immer", "nicht sicher", "naja")),
    (DREI, ("nicht sehr", "sehr nett", "nicht wirklich")),
    (VIER, ("passt schon", "nicht voll und ganz")),
    (ITHNAN, ("نعم ولكن", "آه")),
    (KHAMSA, ("ليس كثيرا", "ليس تماما", "لا بأس", "الحمد لله", "لا أعرف ماذا أقول")),
)


@pytest.mark.parametrize("language", TABLES)
@pytest.mark.parametrize(("labels", "text"), [(labels, text) for labels, texts in NOT_SURE for text in texts])
def test_what_is_not_sure_stays_a_note(language, labels, text):
    assert understood(text, labels, tables(language)) is None


@pytest.mark.parametrize(
    ("labels", "text", "option"),
    [
        (VIER, "totally", "completely"),
        (ZWEI, "نعم", "yes"),
        (VIER, "next one", SKIP),
        (DREI, "لا أعرف", DONT_KNOW),
    ],
)
def test_people_mix_the_languages_that_are_offered(labels, text, option):
    assert understood(text, labels, tables("de")) == option
    assert understood(text, labels, [TABLES["de"]]) is None


def test_a_word_of_two_languages_means_what_the_clients_own_says():
    """ "No" is no in English, and a way of saying yes in Polish."""
    polish, english = TypedWords(yes=frozenset({"no"})), TypedWords(no=frozenset({"no"}))
    labels = {"a": "Nie", "b": "Tak"}
    assert understood("no", labels, [polish, english]) == "b"
    assert understood("no", labels, [english, polish]) == "a"
    assert understood("no", labels, [TypedWords(), english]) == "a"
    assert understood("no", labels, [TypedWords(), polish, english]) is None
    assert understood("no", labels, [TypedWords(yes=frozenset({"no"}), no=frozenset({"no"}))]) is None


def test_a_language_may_read_an_emoji_in_its_own_way():
    assert understood("👍", TWO, [TypedWords(no=frozenset({"👍"}))]) == "no"
    assert understood("👍", TWO, []) == "yes"


@pytest.mark.parametrize(
    ("labels", "text", "option"),
    [
        ({"a": "Yes", "b": "No"}, "yes", "a"),
        ({"a": "Yes", "b": "No"}, "nope", "b"),
        ({"a": "Yes", "b": "No"}, "ja", "a"),
        ({"a": "🙂 Yes", "b": "🙁 No"}, "👎", "b"),
        ({"a": "Yes", "b": "Maybe"}, "no", None),
        ({"a": "Yes", "b": "Maybe"}, "yeah", "a"),
        ({"a": "Yes", "b": "Of course"}, "yeah", None),
        ({"a": "Yes", "b": "Of course"}, "of course", "b"),
        ({"a": "Completely", "b": "A bit", "c": "Not at all"}, "totally", "a"),
        ({"a": "Completely", "b": "A bit", "c": "Not at all"}, "gar nicht", "c"),
        ({"a": "A lot", "b": "Not at all"}, "yes", "a"),
        ({"a": "No", "b": "Sometimes", "c": "Yes"}, "Yes", "c"),
        ({"a": "No", "b": "Sometimes", "c": "Yes"}, "ja", None),
        ({"a": "A bit", "b": "A lot", "c": "Completely"}, "a lot", "b"),
        ({"a": "A bit", "b": "A lot", "c": "Completely"}, "very", None),
        ({"a": "Skip it", "b": "Keep it"}, "skip it", "a"),
    ],
)
def test_labels_that_are_such_words_themselves_decide(labels, text, option):
    assert understood(text, labels, tables()) == option


def test_where_labels_are_numbers_a_number_is_a_label_and_no_place():
    labels = {"none": "0", "half": "5", "all": "10"}
    assert understood("5", labels, tables()) == "half"
    assert understood("10.", labels, tables()) == "all"
    assert understood("2", labels, tables()) is None


def test_two_labels_that_read_alike_are_not_sure():
    assert understood("yes", {"a": "Yes", "b": "Yes."}, tables()) is None


def test_a_scale_of_fewer_than_two_has_no_ends():
    assert understood("very", {"a": "Well"}, tables()) is None
    assert understood("well", {"a": "Well"}, tables()) == "a"
    assert understood("skip", {}, tables()) == SKIP
    assert understood("1", {}, tables()) is None


def test_a_long_label_is_understood_and_a_long_word_of_a_table_is_not():
    long = "one two three four five six seven"
    assert understood(long.upper(), {"a": long, "b": "No"}, []) == "a"
    assert understood(long, TWO, [TypedWords(yes=frozenset({long}))]) is None


def test_the_three_lists_of_what_a_word_can_mean_are_one():
    meanings = [str(meaning) for meaning in Meaning]
    assert [field.name for field in fields(TypedWords)] == meanings
    assert list(TypedFields.model_fields) == meanings
    assert (Meaning.SKIP, Meaning.DONT_KNOW) == (SKIP, DONT_KNOW)


@pytest.mark.parametrize("voice", Voice)
@pytest.mark.parametrize("language", TABLES)
def test_the_words_of_the_buttons_beside_a_scale_are_understood_in_every_language(library, language, voice):
    for choice in (SKIP, DONT_KNOW):
        label = library.texts(language)[f"bot/button/{choice}/{voice}"]
        assert understood(label, FIVE, library.typed_by(language)) == choice


@pytest.mark.parametrize("language", TABLES)
def test_every_label_of_the_set_that_ships_means_itself_and_no_other(library, language):
    texts = library.texts(language)
    for scale in library.prompt_sets["starter"].scales.values():
        labels = {
            option.id: f"{option.face} {texts[f'starter/scale/{scale.id}/{option.id}']}"
            for option in scale.options
        }
        for place, (option, label) in enumerate(labels.items(), 1):
            assert understood(label, labels, library.typed_by(language)) == option
            assert understood(label[1:], labels, library.typed_by(language)) == option
            assert understood(str(place), labels, library.typed_by(language)) == option


KNOWN = sorted(
    {word for table in TABLES.values() for field in fields(table) for word in getattr(table, field.name)}
)


def test_what_stands_in_a_table_is_spelled_as_it_is_compared():
    emoji = [word for field in fields(EMOJI) for word in getattr(EMOJI, field.name)]
    assert [word for word in (*KNOWN, *emoji) if normalised(word) != word] == []
