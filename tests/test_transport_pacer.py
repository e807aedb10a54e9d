"""Telegram's limits, for any rush of letters and any clock."""

from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from bot.transport.pacer import EVERY_CHANGE, EVERY_CHAT, Pacer

START = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATE = st.integers(0, 80).map(lambda milliseconds: timedelta(milliseconds=milliseconds))
RHYTHM = st.lists(LATE, min_size=1, max_size=8)
STEPS = st.lists(st.tuples(st.integers(0, 5), LATE), min_size=1, max_size=150)


def _send_all(steps: list[tuple[int, timedelta]]) -> list[tuple[int, datetime]]:
    """Letters to chats, each as soon as the pacer allows and then a little late."""
    pacer, now, started = Pacer(START), START, []
    for chat, late in steps:
        now += pacer.wait(now)
        now += late
        while chat in pacer.resting(now):
            now += timedelta(milliseconds=7)
        pacer.sent(chat, now)
        started.append((chat, now))
    return started


@given(RHYTHM)
@example([timedelta()])
@example([timedelta(milliseconds=35), *[timedelta()] * 40])
def test_never_more_than_29_start_in_any_second(rhythm: list[timedelta]) -> None:
    moments = [at for _, at in _send_all([(chat, rhythm[chat % len(rhythm)]) for chat in range(120)])]
    for first, thirtieth in zip(moments, moments[29:], strict=False):
        assert thirtieth - first >= SECOND


@given(STEPS)
def test_never_two_in_one_chat_within_a_second(steps: list[tuple[int, timedelta]]) -> None:
    last: dict[int, datetime] = {}
    for chat, at in _send_all(steps):
        assert at - last.get(chat, START - SECOND) >= SECOND
        last[chat] = at


def test_being_late_with_each_letter_does_not_add_up() -> None:
    late = timedelta(milliseconds=20)
    started = _send_all([(number, late) for number in range(1000)])
    assert started[-1][1] - START < timedelta(seconds=38)


def test_a_fresh_process_rests_for_a_second_because_the_one_before_may_have_sent() -> None:
    pacer = Pacer(START)
    assert pacer.wait(START) == SECOND
    assert pacer.wait(START + SECOND) == timedelta()


def test_after_a_long_silence_no_more_than_one_is_made_up_for() -> None:
    pacer, now = Pacer(START), START + timedelta(hours=1)
    for chat in range(2):
        assert not pacer.wait(now)
        pacer.sent(chat, now)
    assert pacer.wait(now)


def test_when_telegram_asks_everyone_waits() -> None:
    pacer = Pacer(START)
    pacer.hold(START + timedelta(seconds=30))
    pacer.hold(START + timedelta(seconds=10))
    assert pacer.wait(START + timedelta(seconds=5)) == timedelta(seconds=25)


def test_one_chat_can_be_held_alone_and_a_letter_does_not_shorten_it() -> None:
    pacer, now = Pacer(START), START + SECOND
    pacer.hold_chat(7, now + timedelta(seconds=20))
    pacer.sent(7, now)
    pacer.sent(8, now)
    assert pacer.resting(now + timedelta(milliseconds=500)) == {7, 8}
    assert pacer.resting(now + timedelta(seconds=19)) == {7}
    assert pacer.resting(now + timedelta(seconds=20)) == frozenset()


def test_a_chat_held_after_its_letter_rests_until_the_later_end() -> None:
    pacer, now = Pacer(START), START + SECOND
    pacer.sent(7, now)
    pacer.hold_chat(7, now + timedelta(seconds=20))
    assert pacer.resting(now + timedelta(seconds=5)) == {7}


def test_a_chat_rests_a_little_longer_than_a_second() -> None:
    pacer, now = Pacer(START), START + SECOND
    pacer.sent(7, now)
    assert pacer.resting(now + SECOND) == {7}
    assert pacer.resting(now + EVERY_CHAT) == frozenset()


def test_nothing_is_remembered_of_thousands_of_chats_that_have_rested() -> None:
    pacer, now = Pacer(START), START
    for chat in range(5000):
        now += pacer.wait(now)
        pacer.sent(chat, now)
    assert len(pacer.resting(now)) <= 30
    assert len(pacer._ends) <= 30


@given(st.lists(st.integers(-90_000, 90_000).map(lambda seconds: timedelta(seconds=seconds)), max_size=20))
def test_a_clock_that_jumps_makes_nobody_wait_longer(jumps: list[timedelta]) -> None:
    pacer, now = Pacer(START), START
    pacer.hold(START + timedelta(seconds=5))
    for jump in jumps:
        now += jump
        assert pacer.wait(now) <= timedelta(seconds=5)
        now += pacer.wait(now)
        assert 7 not in pacer.resting(now + EVERY_CHAT)
        now += EVERY_CHAT
        pacer.sent(7, now)
        assert pacer.resting(now) == {7}


def test_a_wait_asked_for_after_the_clock_was_set_back_is_kept() -> None:
    pacer = Pacer(START)
    assert pacer.wait(START + timedelta(hours=1)) == timedelta()
    assert pacer.wait(START) == timedelta()
    pacer.hold(START + timedelta(seconds=10))
    assert pacer.wait(START) == timedelta(seconds=10)


def test_a_chat_rests_less_after_a_page_was_turned_than_after_a_new_message() -> None:
    pacer = Pacer(START)
    pacer.sent(7, START, change=True)
    pacer.sent(8, START)
    soon = START + EVERY_CHANGE
    assert pacer.resting(soon) == {8}
    pacer.sent(8, soon, change=True)
    assert pacer.resting(soon + EVERY_CHANGE) == {8}, "a change takes nothing from a longer rest"


def test_it_says_when_a_chat_has_rested_also_on_a_clock_that_was_set_back() -> None:
    pacer, now = Pacer(START), START + SECOND
    assert pacer.free_at(7, now) == now
    pacer.sent(7, now)
    assert pacer.free_at(7, now) == now + EVERY_CHAT
    assert pacer.free_at(8, now) == now
    before = now - timedelta(hours=1)
    assert pacer.free_at(7, before) == before + EVERY_CHAT
