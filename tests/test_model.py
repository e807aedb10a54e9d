"""The nouns that decide something: whose turn it is, and what each kind of letter may do."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import CORE, Band, BandPlan, Element, Kind, Option, Prompt, PromptSet, Scale, Voice

SCALE = Scale("two", (Option("no", 1), Option("yes", 2)), frozenset({"no"}))


def prompt_set(
    *, core: int = 3, rotate_every: int = 1, elements: tuple[Element, ...] = tuple(Element)
) -> PromptSet:
    plan = BandPlan("two", core, rotate_every, free_words=False, follow_up=False)
    prompts = tuple(Prompt(f"about_{element}", element) for element in elements)
    return PromptSet("made_up", 1, prompts, {"two": SCALE}, dict.fromkeys(Band, plan))


def core_of(chosen: tuple[str, ...]) -> list[str]:
    return [prompt for prompt in chosen if prompt.removeprefix("about_") in CORE]


def others_of(chosen: tuple[str, ...]) -> list[str]:
    return [prompt for prompt in chosen if prompt.removeprefix("about_") not in CORE]


def test_all_three_core_prompts_come_each_time_and_the_other_nine_take_turns():
    script = prompt_set()
    assert script.choose(Band.B18, 0) == ("about_heard", "about_safe", "about_in_control", "about_trust")
    turns = [script.choose(Band.B18, ordinal) for ordinal in range(18)]
    assert all(len(core_of(chosen)) == 3 for chosen in turns)
    others = [f"about_{element}" for element in Element if element not in CORE]
    assert [other for chosen in turns for other in others_of(chosen)] == others * 2


@pytest.mark.parametrize(("core", "times"), [(1, 1), (2, 2), (3, 3)])
def test_fewer_than_three_core_prompts_take_turns_fairly(core, times):
    turns = [core_of(prompt_set(core=core).choose(Band.B06, ordinal)) for ordinal in range(30)]
    assert all(len(chosen) == core for chosen in turns)
    for start in range(28):
        counted = Counter(prompt for chosen in turns[start : start + 3] for prompt in chosen)
        assert set(counted.values()) == {times}
        assert len(counted) == 3


def test_two_of_three_begin_with_heard_and_safe():
    script = prompt_set(core=2, rotate_every=3)
    assert [script.choose(Band.B06, ordinal) for ordinal in range(3)] == [
        ("about_heard", "about_safe"),
        ("about_heard", "about_in_control"),
        ("about_safe", "about_in_control", "about_trust"),
    ]


@pytest.mark.parametrize("rotate_every", [1, 2, 3, 5])
def test_every_element_comes_round_however_rarely(rotate_every):
    script = prompt_set(core=2, rotate_every=rotate_every)
    turns = [others_of(script.choose(Band.B09, ordinal)) for ordinal in range(9 * rotate_every)]
    assert Counter(other for chosen in turns for other in chosen) == Counter(
        f"about_{element}" for element in Element if element not in CORE
    )
    assert [bool(chosen) for chosen in turns] == ([False] * (rotate_every - 1) + [True]) * 9


def test_prompts_come_in_the_order_the_author_wrote_them():
    """A clinic may want to begin with something lighter than the core."""
    script = prompt_set(
        elements=(Element.FIT, Element.SAFE, Element.HEARD, Element.CULTURE, Element.IN_CONTROL)
    )
    assert script.choose(Band.B18, 0) == ("about_fit", "about_safe", "about_heard", "about_in_control")
    assert script.choose(Band.B18, 1) == ("about_safe", "about_heard", "about_culture", "about_in_control")


def test_a_set_of_core_prompts_alone_and_a_set_without_any_work_too():
    assert prompt_set(elements=CORE).choose(Band.B18, 4) == ("about_heard", "about_safe", "about_in_control")
    assert prompt_set(elements=(Element.FIT, Element.TRUST)).choose(Band.B18, 3) == ("about_trust",)
    assert prompt_set(elements=(Element.SAFE,)).choose(Band.B18, 3) == ("about_safe",)


@given(
    st.lists(st.sampled_from(Element), unique=True),
    st.integers(1, 4),
    st.integers(1, 6),
    st.integers(0, 500),
)
def test_chosen_prompts_are_in_order_without_repeats_and_never_too_many(
    elements, core, rotate_every, ordinal
):
    script = prompt_set(core=core, rotate_every=rotate_every, elements=tuple(elements))
    chosen = script.choose(Band.B13, ordinal)
    places = [[prompt.id for prompt in script.prompts].index(prompt) for prompt in chosen]
    assert places == sorted(set(places))
    assert len(core_of(chosen)) == min(core, sum(element in CORE for element in elements))
    assert len(others_of(chosen)) <= 1
    assert [script.prompt(prompt).id for prompt in chosen] == list(chosen)


def test_a_band_has_its_scale_and_an_unknown_option_is_nothing():
    scale = prompt_set().scale(Band.B06)
    assert scale.option("yes") == Option("yes", 2)
    assert scale.option("maybe") is None


def test_children_teens_and_adults_are_spoken_to_in_their_own_voice():
    assert [band.voice for band in Band] == [
        Voice.CHILD,
        Voice.CHILD,
        Voice.TEEN,
        Voice.ADULT,
        Voice.ADULT,
    ]


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        (Kind.CHECK_IN, {"unprompted"}),
        (Kind.REMINDER, {"unprompted"}),
        (Kind.REPLY, {"urgency"}),
        (Kind.SUMMARY, {"must_arrive"}),
        (Kind.CONSENT, {"must_arrive", "urgency"}),
        (Kind.ALERT, {"must_arrive", "urgency"}),
        (Kind.EDIT, {"harmless", "urgency"}),
    ],
)
def test_each_kind_of_letter_has_its_rules(kind, rules):
    names = ("must_arrive", "harmless", "unprompted", "urgency")
    assert {name for name in names if getattr(kind, name)} == rules


def test_what_somebody_in_danger_waits_for_goes_before_everything_else():
    assert Kind.HELP.urgency == Kind.ALERT.urgency > Kind.REPLY.urgency > Kind.CHECK_IN.urgency
