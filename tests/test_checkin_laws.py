"""What holds for a check-in whatever happens to it."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.checkin import Page, advance, begin
from bot.core.effects import Close, Record
from bot.core.events import Commanded, Rested, Tapped, Typed, Wait, WaitedLong, WasAway, Wrote
from bot.core.model import Band
from tests.test_checkin import NOW, SCRIPT, fresh, tap

CHOICES = st.sampled_from(
    [
        "-open",
        "-back",
        "-nothing",
        "-done",
        "-again",
        "-later",
        "hour",
        "tomorrow",
        "-undo",
        "-add",
        "-topic",
        "-change",
        "-hold",
        "give_0",
        "give_7",
        "gone_33",
        "-here",
        "-why",
        "no",
        "bit",
        "lot",
        "skip",
        "dont_know",
        "slower",
        "rather_not",
        "yes",
        "x",
    ]
)
EVENTS = st.one_of(
    st.builds(Tapped, st.just(100), st.just("p"), st.just(5), st.just(1), st.integers(0, 9), CHOICES),
    CHOICES,
    st.builds(Wrote, st.just(100), st.integers(1, 9), st.text(min_size=1, max_size=5), st.just("en")),
    st.builds(Typed, st.just(100), st.integers(1, 9), st.sampled_from(["no", "lot", "skip"])),
    st.builds(Rested, st.just(1), st.sampled_from(["paused", "stopped"])),
    st.builds(WaitedLong, st.just(1), st.sampled_from(Wait), st.just(NOW)),
    st.builds(WasAway, st.just(1)),
    st.builds(Commanded, st.just(100), st.just("checkin"), st.just(""), st.just("en")),
)


@given(st.lists(EVENTS, max_size=25), st.sampled_from([Band.B06, Band.B09, Band.B13]), st.booleans())
def test_whatever_happens_positions_only_grow_and_it_closes_once_for_each_look(happenings, band, guardian):
    began = fresh(band, guardian=guardian, changes_until=NOW + timedelta(days=2))
    dialogue, closed, opened = begin(began, prompted=True).dialogue, 0, 1
    for happening in happenings:
        event = tap(dialogue, happening) if isinstance(happening, str) else happening
        turn = advance(SCRIPT, dialogue, event, NOW)
        assert turn.dialogue.position >= dialogue.position
        moved = any(isinstance(effect, Record) for effect in turn.effects)
        assert not moved or turn.dialogue.position > dialogue.position, "an answer always turns the page"
        for effect in turn.effects:
            if isinstance(effect, Record) and "." not in effect.prompt_id:
                assert turn.dialogue.answers[effect.prompt_id] == effect.choice
        closed += any(isinstance(effect, Close) for effect in turn.effects)
        opened += turn.dialogue.open and not dialogue.open
        assert set(turn.dialogue.held) <= set(turn.dialogue.plan)
        dialogue = turn.dialogue
    assert opened - closed == int(dialogue.open)
    assert not guardian or opened == 1, "what was closed on a guardian's phone stays closed"


INSIDE = (Page.QUESTION, Page.HELP, Page.RAISE, Page.NOTE, Page.SHARE, Page.ANSWER, Page.TOPIC)


@given(st.lists(EVENTS, max_size=25))
def test_on_a_guardians_phone_every_way_in_leads_over_the_child_saying_who_they_are(happenings):
    dialogue = begin(fresh(Band.B09, guardian=True), prompted=True).dialogue
    for happening in happenings:
        event = tap(dialogue, happening) if isinstance(happening, str) else happening
        before, dialogue = dialogue, advance(SCRIPT, dialogue, event, NOW).dialogue
        if dialogue.page in INSIDE and before.page not in INSIDE:
            assert before.page is Page.HANDOVER
