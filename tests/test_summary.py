"""What a therapist is told about one client, by example."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model import DONT_KNOW, SKIP, Band, CheckInId, CheckInState, Element, Prompt
from bot.core.summary import Change, Direction, Note, Summary, summarise
from tests.past import HEARD, SAFE, SINCE, TRUST, UNTIL, answer, change, check_in, line, tell


def test_a_week_in_which_nothing_was_due_says_so():
    assert tell() == Summary(SINCE, UNTIL, 0, 0, 0, 0, {}, (), (), ())
    assert summarise((), (), (), None, UNTIL).since is None


def test_each_check_in_counts_once_under_its_own_final_state():
    told = tell(
        check_in(7, {HEARD: 4}),
        check_in(8, {HEARD: 4}, asked=(HEARD, SAFE), state=CheckInState.PARTLY, reason="unanswered"),
        check_in(9, asked=(HEARD,), state=CheckInState.EXPIRED, reason="unanswered"),
        check_in(10, asked=(HEARD,), state=CheckInState.OPEN),
        check_in(11, asked=(HEARD,), state=CheckInState.SKIPPED, reason="quiet"),
        check_in(12, asked=(HEARD,), state=CheckInState.SKIPPED, reason="late"),
        check_in(13, asked=(HEARD,), state=CheckInState.SKIPPED, reason="quiet"),
    )
    assert (told.due, told.answered, told.partly, told.unanswered, told.still_open) == (7, 1, 1, 1, 1)
    assert list(told.not_sent.items()) == [("late", 1), ("quiet", 2)]


def test_answered_skipped_unknown_and_missed_are_kept_apart():
    told = tell(
        check_in(5, {HEARD: 4}),
        check_in(6, {HEARD: 2}),
        check_in(7, {HEARD: SKIP}),
        check_in(8, {HEARD: DONT_KNOW}),
        check_in(9, asked=(HEARD,), state=CheckInState.EXPIRED),
        check_in(10, {SAFE: 3}, asked=(SAFE, HEARD), state=CheckInState.PARTLY),
    )
    heard = line(told, Element.HEARD)
    assert (heard.answered, heard.skipped, heard.dont_know, heard.missed) == (2, 1, 1, 2)
    assert heard.latest == answer(HEARD, 2, UNTIL - timedelta(days=7))  # not the skip after it
    assert line(told, Element.SAFE).missed == 0


def test_what_was_never_sent_or_is_still_open_is_not_missed():
    told = tell(
        check_in(8, asked=(HEARD,), state=CheckInState.SKIPPED, reason="late"),
        check_in(9, {SAFE: 3}, asked=(SAFE, HEARD), state=CheckInState.OPEN),
    )
    assert (told.lines, told.still_open) == ((), 1)


def test_an_answer_kept_back_in_a_finished_check_in_is_not_missed():
    told = tell(check_in(9, {SAFE: 3}, asked=(SAFE, HEARD)))
    assert [line.element for line in told.lines] == [Element.SAFE]


def test_a_line_with_nothing_but_skips_has_no_latest_answer_and_no_change():
    earlier = tuple(check_in(number, {HEARD: 5}) for number in range(1, 6))
    heard = line(tell(check_in(9, {HEARD: SKIP}), earlier=earlier), Element.HEARD)
    assert (heard.latest, heard.change, heard.skipped) == (None, None, 1)


def test_an_element_that_was_only_missed_has_a_line_too():
    heard = line(tell(check_in(9, asked=(HEARD,), state=CheckInState.EXPIRED)), Element.HEARD)
    assert (heard.latest, heard.answered, heard.missed) == (None, 0, 1)


def test_of_two_answers_at_the_same_moment_that_of_the_later_check_in_and_prompt_is_the_latest():
    again = Prompt("heard_again", Element.HEARD)
    one = check_in(9, {HEARD: 1})
    two = replace(one, id=CheckInId(10), answers=(answer(HEARD, 5, one.due_at),))
    both = replace(one, answers=(answer(again, 2, one.due_at), answer(HEARD, 1, one.due_at)))
    for told in (tell(one, two), tell(two, one)):
        assert line(told, Element.HEARD).latest == answer(HEARD, 5, one.due_at)
    for answers in (both.answers, both.answers[::-1]):
        told = tell(replace(both, answers=answers))
        assert line(told, Element.HEARD).latest == answer(again, 2, one.due_at)


def test_a_skip_is_no_value_even_if_one_is_given_with_it():
    earlier = tuple(check_in(number, {HEARD: SKIP}, value=1) for number in range(1, 5))
    heard = line(
        tell(check_in(10, {HEARD: 5}), check_in(11, {HEARD: SKIP}, value=1), earlier=earlier), Element.HEARD
    )
    assert (heard.answered, heard.skipped, heard.change) == (1, 1, None)


def test_lines_stand_in_the_order_of_the_elements_not_of_the_questions():
    told = tell(check_in(9, {TRUST: 3, SAFE: 3}), check_in(8, {HEARD: 1}))
    assert [line.element for line in told.lines] == [Element.HEARD, Element.SAFE, Element.TRUST]


def test_two_prompts_about_one_element_share_its_line():
    again = Prompt("heard_again", Element.HEARD)
    heard = line(tell(check_in(9, {HEARD: 2, again: 4})), Element.HEARD)
    assert heard.answered == 2
    assert heard.latest is not None
    assert heard.latest.prompt_id == "heard_again"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((4, 4, 4, 3), Change(Direction.LOWER, 4.0, 3)),
        ((2, 2, 2, 3), Change(Direction.HIGHER, 2.0, 3)),
        ((3, 3, 3, 3), Change(Direction.SAME, 3.0, 3)),
        ((2, 3, 2, 3, 2), Change(Direction.SAME, 2.5, 4)),  # half a step is none
        ((2, 3, 2, 3, 3), Change(Direction.SAME, 2.5, 4)),
        ((2, 3, 2, 3, 1), Change(Direction.LOWER, 2.5, 4)),
        ((2, 3, 2, 3, 4), Change(Direction.HIGHER, 2.5, 4)),
        ((1, 5, 5, 5), Change(Direction.SAME, 5.0, 3)),  # one bad day does not move what is usual
        ((1, 1, 1, 5, 5, 5, 5, 5, 5, 4), Change(Direction.LOWER, 5.0, 6)),  # only the last six count
        ((1, 1, 1, 4, 4, 4, 4), Change(Direction.HIGHER, 2.5, 6)),
        ((4, SKIP, 4, DONT_KNOW, 4, SKIP, 2), Change(Direction.LOWER, 4.0, 3)),  # skips are no values
        ((4, 4, 1), None),  # too few to say
        ((4, SKIP, 4, DONT_KNOW, 1), None),
        ((1,), None),
    ],
)
def test_the_latest_answer_beside_the_clients_own_recent_ones(values, expected):
    assert change(*values) == expected


def test_under_nine_nothing_is_compared():
    assert change(2, 2, 2, 2, 1, band=Band.B06) is None
    assert change(2, 2, 2, 2, 1, band=Band.B09) is not None


@pytest.mark.parametrize("other", [{"scale_id": "four"}, {"band": Band.B13}, {"element": Element.FIT}])
def test_answers_on_another_scale_or_band_or_element_are_not_compared_with(other):
    earlier = [check_in(number, {HEARD: 5}) for number in range(1, 4)]
    strangers = [check_in(number, {HEARD: 1}, **other) for number in range(4, 9)]
    now = check_in(10, {HEARD: 5})
    heard = line(tell(now, earlier=(*earlier, *strangers)), Element.HEARD)
    assert heard.change == Change(Direction.SAME, 5.0, 3)
    assert line(tell(now, earlier=tuple(strangers)), Element.HEARD).change is None


def test_earlier_answers_of_the_same_period_count_as_earlier():
    week = [check_in(number, {HEARD: value}) for number, value in ((6, 4), (7, 4), (8, 4), (9, 2))]
    assert line(tell(*week), Element.HEARD).change == Change(Direction.LOWER, 4.0, 3)


def test_an_option_that_its_scale_no_longer_has_is_told_but_not_compared():
    gone = answer(HEARD, "very_old_option", UNTIL - timedelta(days=3))
    now = replace(check_in(10, {HEARD: 1}), answers=(gone,))
    earlier = tuple(check_in(number, {HEARD: 5}) for number in range(1, 5))
    heard = line(tell(now, earlier=earlier), Element.HEARD)
    assert (heard.latest, heard.answered, heard.change) == (gone, 1, None)
    later = check_in(11, {HEARD: 5})
    assert line(tell(later, earlier=(*earlier, now)), Element.HEARD).change == Change(Direction.SAME, 5.0, 4)


def test_a_check_in_that_stands_in_both_times_is_told_once():
    week = [check_in(number, {HEARD: 5}) for number in (8, 9, 10)]
    told = tell(*week, earlier=tuple(check_in(number, {HEARD: 5}) for number in (8, 9, 10)))
    assert told.due == 3
    assert line(told, Element.HEARD).change is None


def test_the_wish_to_have_it_brought_up_is_told_with_what_would_help():
    told = tell(
        check_in(9, {HEARD: 1, SAFE: 2}, helps={"heard": ("slower", "yes"), "safe": ("other", "myself")}),
        check_in(10, {TRUST: 1}),
    )
    assert told.raised == (Element.HEARD,)
    assert [(line.help, line.raise_) for line in told.lines] == [
        ("slower", "yes"),
        ("other", "myself"),
        (None, None),
    ]


def test_the_latest_wish_counts_and_one_left_unsaid_takes_nothing_back():
    first = check_in(8, {HEARD: 1}, helps={"heard": ("slower", "yes")})
    unsaid = check_in(9, {HEARD: 1}, helps={"heard": ("rather_not", None)})
    not_now = check_in(10, {HEARD: 1}, helps={"heard": ("topic", "not_now")})
    assert tell(unsaid, first).raised == (Element.HEARD,)
    assert line(tell(unsaid, first), Element.HEARD).help == "rather_not"
    told = tell(not_now, unsaid, first)
    assert told.raised == ()
    assert line(told, Element.HEARD).help == "topic"


def test_wishes_from_before_the_period_are_not_told_again():
    before = check_in(2, {HEARD: 1}, helps={"heard": ("slower", "yes")})
    assert tell(check_in(10, {HEARD: 3}), earlier=(before,)).raised == ()


def test_notes_come_in_the_order_they_were_written():
    later = Note("about the last question", "en", UNTIL - timedelta(days=1), "heard")
    sooner = Note("eine Zeile", "de", UNTIL - timedelta(days=2), None)
    assert tell(notes=(later, sooner)).notes == (sooner, later)


def test_what_is_answered_in_an_open_check_in_is_not_told_before_it_is_shared():
    whole = check_in(10, {HEARD: 3, SAFE: "skip"}, state=CheckInState.OPEN, helps={"heard": ("topic", "yes")})
    half = check_in(11, {HEARD: 3}, state=CheckInState.OPEN, asked=(HEARD, SAFE))
    told = tell(replace(whole, held=frozenset({"safe"})), half)
    assert (told.due, told.answered, told.still_open) == (2, 0, 2)
    assert (told.lines, told.raised, told.held_back, told.given) == ((), (), False, False)


def test_what_is_open_says_nothing_about_what_is_usual():
    earlier = tuple(check_in(number, {HEARD: 5}) for number in range(1, 4))
    opened = tuple(replace(one, state=CheckInState.OPEN) for one in earlier)
    assert line(tell(check_in(9, {HEARD: 1}), earlier=earlier), Element.HEARD).change is not None
    assert line(tell(check_in(9, {HEARD: 1}), earlier=opened), Element.HEARD).change is None


@pytest.mark.parametrize(
    ("values", "twice"),
    [((1, 2), True), ((2, 1), True), ((1, 4), False), ((4, 1), False), ((1,), False), ((1, SKIP, 2), True)],
)
def test_two_low_answers_running_are_worth_asking_about(values: tuple[int | str, ...], twice: bool):
    days = range(1, len(values) + 1)
    told = tell(*(check_in(day, {SAFE: value}) for day, value in zip(days, values, strict=True)))
    assert line(told, Element.SAFE).low_twice is twice


def test_the_lower_one_may_be_older_than_the_summary_before():
    assert line(tell(check_in(9, {SAFE: 1}), earlier=(check_in(1, {SAFE: 2}),)), Element.SAFE).low_twice
    assert not line(tell(check_in(9, {SAFE: 1}), earlier=(check_in(1, {SAFE: 3}),)), Element.SAFE).low_twice
