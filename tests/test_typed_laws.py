"""Whatever people type instead of tapping: it is an option that is offered, or it stays a note."""

from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.model import DONT_KNOW, SKIP
from bot.core.typed import MOST_WORDS, Meaning, TypedWords, understood
from tests.test_typed_answers import KNOWN, SCALES, TABLES

known = st.sampled_from([*KNOWN, *(label for scale in SCALES for label in scale.values()), "3", "٢", "👍🏽"])
anything = st.text(max_size=30) | st.lists(known | st.sampled_from(".!?,:()-❤️\u200d\u0301"), max_size=9).map(
    " ".join
)
scales = st.sampled_from(SCALES) | st.dictionaries(
    st.text(max_size=8), known | st.text(max_size=8), max_size=6
)
typed = st.lists(
    st.sampled_from(list(TABLES.values()))
    | st.builds(TypedWords, *[st.frozensets(known, max_size=4)] * len(Meaning)),
    max_size=3,
)


@given(text=anything | known, labels=scales, words=typed)
@example(text="\u0344´", labels={}, words=[])
def test_whatever_is_typed_is_an_option_that_is_offered_or_a_note(text, labels, words):
    assert understood(text, labels, words) in {*labels, SKIP, DONT_KNOW, None}


@given(
    text=known,
    labels=scales,
    words=typed,
    change=st.sampled_from((str.upper, str.lower, str.title, str.casefold)),
    before=st.sampled_from(("", " ", "\n", "\u00a0 ")),
    after=st.sampled_from(("", " ", "\n\n", "!", "...", " !!")),
)
def test_case_and_what_surrounds_a_text_make_no_difference(text, labels, words, change, before, after):
    assert understood(before + change(text) + after, labels, words) == understood(text, labels, words)


@given(
    words_typed=st.lists(
        st.sampled_from(["yes", "sehr", "لا", "not", "3", "👍", "skip", "idk"]), min_size=MOST_WORDS + 1
    ),
    labels=st.sampled_from(SCALES),
    words=typed,
)
def test_a_text_of_many_words_is_a_note_unless_it_is_a_label(words_typed, labels, words):
    text = " ".join(words_typed)
    assert understood(text, labels, words) is None
    assert understood(text, {**labels, "long": text}, words) == "long"
