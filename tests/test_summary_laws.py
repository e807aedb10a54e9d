"""What holds of every summary, whatever happened and in whatever order it is read."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import DONT_KNOW, SKIP, Band, CheckInId, CheckInState, Element, Prompt
from bot.core.summary import Change, Direction, Note, PastCheckIn, summarise
from tests.past import HEARD, SAFE, SINCE, TRUST, UNTIL, change, check_in, tell

prompts = st.sampled_from([HEARD, SAFE, TRUST, Prompt("heard_again", Element.HEARD)])
choices = st.one_of(st.integers(1, 5), st.sampled_from([SKIP, DONT_KNOW]))
wishes = st.tuples(st.sampled_from(["slower", "topic"]), st.sampled_from(["yes", "myself", None]))


@st.composite
def pasts(draw, first: int) -> list[PastCheckIn]:
    """Check-ins with unique ids, some of them due at the same moment, in any state."""
    found = []
    for number in range(first, first + draw(st.integers(0, 8))):
        chosen = draw(st.dictionaries(prompts, choices, max_size=3))
        made = check_in(
            draw(st.integers(first, first + 6)),
            chosen,
            state=draw(st.sampled_from(CheckInState)),
            reason=draw(st.sampled_from(["", "late", "quiet"])),
            asked=tuple(dict.fromkeys([*chosen, *draw(st.lists(prompts, max_size=2))])),
            helps={prompt.id: draw(wishes) for prompt in chosen},
            scale_id=draw(st.sampled_from(["five", "five", "four"])),
            band=draw(st.sampled_from([Band.B18, Band.B18, Band.B13, Band.B06])),
        )
        found.append(replace(made, id=CheckInId(number)))
    return found


some_notes = st.lists(
    st.builds(
        Note,
        st.text(max_size=3),
        st.just("en"),
        st.integers(0, 3).map(lambda hours: UNTIL - timedelta(hours=hours)),
        st.sampled_from([None, "heard"]),
    ),
    max_size=4,
)


@given(st.randoms(use_true_random=False), pasts(20), pasts(0), some_notes)
def test_the_order_of_arrival_does_not_matter(dice, period, earlier, notes):
    told = summarise(period, earlier, notes, SINCE, UNTIL)
    mixed = [dice.sample(rows, len(rows)) for rows in (period, earlier, notes)]
    for rows in mixed[:2]:
        rows[:] = [replace(row, answers=tuple(dice.sample(row.answers, len(row.answers)))) for row in rows]
    assert summarise(*mixed, SINCE, UNTIL) == told


@given(pasts(20), pasts(0))
def test_every_check_in_and_every_answer_of_the_period_is_told_once(period, earlier):
    told = summarise(period, earlier, (), SINCE, UNTIL)
    states = (told.answered, told.partly, told.unanswered, told.still_open, *told.not_sent.values())
    assert sum(states) == told.due == len(period)
    closed = [check_in for check_in in period if check_in.state is not CheckInState.OPEN]
    answers = [answer for check_in in closed for answer in check_in.answers]
    assert sum(line.answered + line.skipped + line.dont_know for line in told.lines) == len(answers)
    assert {answer.element for answer in answers} <= {line.element for line in told.lines}


@given(pasts(20), pasts(0))
def test_what_is_still_open_is_counted_and_else_changes_nothing(period, earlier):
    told = summarise(period, earlier, (), SINCE, UNTIL)
    without = [
        [check_in for check_in in rows if check_in.state is not CheckInState.OPEN]
        for rows in (period, earlier)
    ]
    opened = len(period) - len(without[0])
    assert replace(told, due=told.due - opened, still_open=0) == summarise(*without, (), SINCE, UNTIL)
    assert told.still_open == opened


@given(st.data(), pasts(20), pasts(0))
def test_skips_never_change_what_is_said_about_change(data, period, earlier):
    numbers = count(100)
    more = [
        replace(check_in(data.draw(st.integers(0, 26)), {prompt: choice}), id=CheckInId(next(numbers)))
        for prompt, choice in data.draw(st.lists(st.tuples(prompts, st.sampled_from([SKIP, DONT_KNOW]))))
    ]
    split = data.draw(st.integers(0, len(more)))
    said = {line.element: (line.latest, line.change) for line in tell(*period, earlier=earlier).lines}
    told = tell(*period, *more[:split], earlier=(*earlier, *more[split:]))
    for now in told.lines:
        assert (now.latest, now.change) == said.get(now.element, (None, None))


@given(pasts(20), pasts(0))
def test_a_change_needs_three_comparable_answers_and_counts_at_most_six(period, earlier):
    for told in tell(*period, earlier=earlier).lines:
        if told.latest is None:
            assert told.change is None
            continue
        alike = [
            answer
            for check_in in (*period, *earlier)
            for answer in check_in.answers
            if (answer.element, answer.scale_id, answer.band)
            == (told.element, told.latest.scale_id, told.latest.band)
            and answer.value is not None
            and answer is not told.latest
        ]
        if len(alike) < 3 or told.latest.band is Band.B06:
            assert told.change is None
        if told.change is not None:
            assert 3 <= told.change.basis <= min(6, len(alike))
            assert min(answer.value for answer in alike) <= told.change.usual
            assert told.change.usual <= max(answer.value for answer in alike)


@given(st.lists(st.integers(1, 5), min_size=4, max_size=12), st.integers(1, 5))
def test_a_better_latest_answer_never_sounds_worse(values, other):
    order = [Direction.LOWER, Direction.SAME, Direction.HIGHER]
    *earlier, last = values
    one, two = (change(*earlier, value) for value in sorted((last, other)))
    assert order.index(one.direction) <= order.index(two.direction)
    assert (one.usual, one.basis) == (two.usual, two.basis)


@given(st.lists(st.integers(1, 5), min_size=4, max_size=12))
def test_turning_the_scale_round_turns_the_direction_round(values):
    said, turned = change(*values), change(*(6 - value for value in values))
    opposite = {
        Direction.LOWER: Direction.HIGHER,
        Direction.HIGHER: Direction.LOWER,
        Direction.SAME: Direction.SAME,
    }
    assert turned == Change(opposite[said.direction], 6 - said.usual, said.basis)
