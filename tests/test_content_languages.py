"""Which language is meant: by Telegram's tag, by a clinic's author, by a folder's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.languages import (
    base_language,
    canonical,
    direction,
    english_name,
    meant,
    own_name,
    resolve,
    script,
    written_in,
)

OFFER = (
    "en",
    "de",
    "pt_BR",
    "pt_PT",
    "zh_Hans",
    "zh_Hant",
    "nb",
    "he",
    "sr",
    "sr_Latn",
    "es",
    "es_419",
    "ar",
)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-us-posix", "en"),
        ("de-AT", "de"),
        ("de_at", "de"),
        ("pt", "pt_BR"),
        ("pt-br", "pt_BR"),
        ("pt-pt", "pt_PT"),
        ("pt-ao", "pt_PT"),  # Angola reads Portugal's
        ("es", "es"),
        ("es-es", "es"),
        ("es-mx", "es_419"),  # Mexico reads Latin America's
        ("zh", "zh_Hans"),
        ("zh-hans-cn", "zh_Hans"),
        ("zh-cn", "zh_Hans"),
        ("zh-tw", "zh_Hant"),
        ("zh-hk", "zh_Hant"),
        ("zh-hant-mo", "zh_Hant"),
        ("cmn", "zh_Hans"),
        ("nb", "nb"),
        ("no", "nb"),
        ("nn", "nb"),
        ("iw", "he"),
        ("he-il", "he"),
        ("sr", "sr"),
        ("sr-latn", "sr_Latn"),
        ("sr-latn-rs", "sr_Latn"),
        ("sr-me", "sr_Latn"),
        ("sh", "sr_Latn"),
        ("ar-eg", "ar"),
        ("  de ", "de"),
        ("", None),
        ("none", None),
        ("fr", None),
        ("klingon", None),
        ("tlh", None),
        ("d", None),
        ("x-y", None),
        ("123", None),
        ("../de", None),
        ("de\n", "de"),
        ("de;en", None),
        ("٣٣", None),
    ],
)
def test_telegrams_tag_finds_the_language_that_suits_best(tag, language):
    assert resolve(tag, OFFER) == language


@pytest.mark.parametrize(
    ("tag", "offered", "language"),
    [
        ("pt-br", ("pt_PT",), "pt_PT"),
        ("zh-tw", ("zh_Hans",), "zh_Hans"),
        ("nn", ("no", "nn"), "nn"),
        ("nb", ("no",), "no"),
        ("sr-latn", ("sr",), "sr"),
        ("de", ("de_CH", "de_AT"), "de_CH"),  # the order of the offer
        ("de-at", ("de_CH", "de_AT"), "de_AT"),
        ("de-at", (), None),
        ("de", ("klingon", "de"), "de"),
    ],
)
def test_the_same_language_is_enough(tag, offered, language):
    assert resolve(tag, offered) == language


@given(st.text(max_size=30))
def test_any_tag_gets_a_language_of_the_offer_or_none(tag):
    assert resolve(tag, OFFER) in (None, *OFFER)


@given(st.sampled_from(OFFER))
def test_a_language_finds_itself(language):
    assert resolve(language, OFFER) == language
    assert resolve(language.lower().replace("_", "-"), OFFER) == language


@pytest.mark.parametrize(
    ("tag", "spelled"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("pt-br", "pt_BR"),
        ("zh_hans", "zh_Hans"),
        ("sr-latn", "sr_Latn"),
        ("xx", None),
        ("en_XX", None),
        ("iw", None),
        ("root", None),
        ("", None),
        ("../en", None),
        ("de\0", None),
        ("de_AT@euro", None),
        (" de ", None),
        ("German", None),
    ],
)
def test_a_language_has_one_spelling_here(tag, spelled):
    assert canonical(tag) == spelled


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("German", "de"),
        ("german ", "de"),
        ("Arabic", "ar"),
        ("pt-br", "pt_BR"),
        ("zh-CN", "zh_Hans"),
        ("zh_TW", "zh_Hant"),
        ("iw", "he"),
        ("en_XX", "en"),
        ("Elvish", None),
        ("", None),
    ],
)
def test_what_an_author_wrote_for_a_language_is_understood(text, language):
    assert meant(text) == language


@given(st.text(max_size=20))
def test_what_is_meant_is_spelled_as_here(text):
    language = meant(text)
    assert language is None or canonical(language) == language
    assert isinstance(base_language(text) + script(text) + english_name(text), str)


def test_languages_are_named_for_those_who_speak_them_and_for_those_who_do_not():
    assert [own_name(language) for language in ("de", "ar", "pt_BR")] == [
        "Deutsch", "العربية", "Português (Brasil)",
    ]  # fmt: skip
    assert [english_name(language) for language in ("de", "ar", "xx")] == ["German", "Arabic", "xx"]


def test_a_language_says_where_it_begins_to_read_and_in_which_letters():
    assert [direction(language) for language in ("de", "ar", "he", "fa")] == ["ltr", "rtl", "rtl", "rtl"]
    assert [script(language) for language in ("de", "ar", "zh_Hant", "sr", "sr_Latn", "ja")] == [
        "Latn", "Arab", "Hant", "Cyrl", "Latn", "Jpan",
    ]  # fmt: skip
    assert base_language("pt_BR") == "pt"


@pytest.mark.parametrize(
    ("words", "language", "offered", "found"),
    [
        ("Es war gut", "de", ("en", "de", "ar"), "de"),
        ("It was fine", "de", ("en", "de", "ar"), "de"),  # letters do not tell these two apart
        ("كان جيدًا", "de", ("en", "de", "ar"), "ar"),
        ("كان جيدًا", "de", ("en", "de"), "und"),
        ("خوب بود", "de", ("en", "ar", "fa"), "und"),
        ("kan mne7", "ar", ("en", "de", "ar"), "und"),
        ("kan mne7", "ar", ("en", "ar"), "en"),
        ("كان OK", "ar", ("en", "ar"), "ar"),
        ("كان OK", "de", ("de", "ar"), "de"),
        ("Всё хорошо", "ar", ("en", "ar"), "und"),
        ("Всё كان", "de", ("de", "ar", "ru"), "und"),
        ("🙂 3!", "ar", ("en", "de", "ar"), "ar"),
    ],
)
def test_words_are_in_the_writers_language_unless_their_letters_are_plainly_others(
    words, language, offered, found
):
    assert written_in(words, language, offered) == found
