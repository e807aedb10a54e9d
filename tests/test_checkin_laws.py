"""What holds for a check-in whatever happens to it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.checkin import advance, begin
from bot.core.effects import Close, Record
from bot.core.events import Commanded, Tapped, Wait, WaitedLong, WasAway, Wrote
from bot.core.model import Band
from tests.test_checkin import NOW, SCRIPT, fresh, tap

CHOICES = st.sampled_from(
    [
        "-open",
        "-back",
        "-nothing",
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
    st.builds(WaitedLong, st.just(1), st.sampled_from(Wait), st.just(NOW)),
    st.builds(WasAway, st.just(1)),
    st.builds(Commanded, st.just(100), st.just("checkin"), st.just(""), st.just("en")),
)


@given(st.lists(EVENTS, max_size=25), st.sampled_from([Band.B06, Band.B09]))
def test_whatever_happens_positions_only_grow_and_it_closes_at_most_once(happenings, band):
    dialogue, closed = begin(fresh(band), prompted=True).dialogue, 0
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
        dialogue = turn.dialogue
    assert closed == (0 if dialogue.open else 1)
