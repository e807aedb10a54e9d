"""Not now: put off to a time that suits, and told why it came. No database, no await."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.core.checkin import Page, Why, advance
from bot.core.effects import Ask, Close, Hint, WaitUntil
from bot.core.events import Commanded, Wait, WaitedLong
from bot.core.later import local_offers
from bot.core.model import CheckInState, Kind
from tests.test_checkin import NOW, SCRIPT, fresh, play, tap

HOUR = timedelta(hours=1)
WHY = Why(NOW + HOUR, "client", NOW - timedelta(days=9), NOW + timedelta(days=7))


def asked(quiet=(time(21), time(8)), zone="Europe/Vienna", why=WHY):
    began = fresh(why=why)
    return replace(began, about=replace(began.about, quiet=quiet, zone=zone))


def hears(dialogue, event, now=NOW):
    return advance(SCRIPT, dialogue, event, now)


def offered(dialogue, now=NOW):
    turn = hears(dialogue, tap(dialogue, "-later"), now)
    return {name: f"{moment:%d %H:%M}" for name, moment in local_offers(turn.dialogue)}


def test_it_offers_an_hour_the_evening_and_tomorrow_on_the_clients_clock():
    soon = NOW - 2 * HOUR
    assert offered(asked(), soon) == {"hour": "02 17:00", "evening": "02 19:00", "tomorrow": "03 18:00"}
    assert offered(asked()) == {"hour": "02 19:00", "tomorrow": "03 18:00"}


def test_nothing_is_offered_that_lies_in_quiet_hours_or_is_over():
    late = datetime(2026, 3, 2, 19, 30, tzinfo=UTC)
    assert offered(asked(), late) == {"tomorrow": "03 18:00"}


def test_one_is_left_out_and_what_was_answered_stays():
    dialogue, done = play(asked(), "-later", "-leave_out")
    assert dialogue.page is Page.CLOSED
    assert done[-2:] == [Close(CheckInState.EXPIRED, "left_out"), Ask()]
    begun = replace(play(asked(), "-open")[0], answers={"heard": "skip"})
    offering = hears(begun, Commanded(100, "later", "", "")).dialogue
    turn = hears(offering, tap(offering, "-leave_out"))
    assert turn.effects == (Close(CheckInState.PARTLY, "left_out"), Ask())


def test_what_is_answered_in_whole_and_left_out_is_finished():
    covered = replace(asked(), answers={"heard": "skip", "safe": "skip"})
    assert play(covered, "-later", "-leave_out")[1][-2:] == [Close(CheckInState.FINISHED), Ask()]


def test_nothing_is_offered_after_the_end():
    shortly_before = NOW + timedelta(days=2) - timedelta(minutes=50)
    assert offered(asked(), shortly_before) == {}


def test_one_that_was_begun_alone_comes_tomorrow_at_this_hour():
    assert offered(asked(why=None))["tomorrow"] == "03 18:00"


def test_what_was_put_off_comes_again_then_and_is_not_reminded_besides():
    dialogue, done = play(asked(), "-later", "hour")
    assert dialogue.page is Page.SNOOZED
    assert done[1:] == [WaitUntil(Wait.SNOOZE, NOW + HOUR), Ask()]
    again = hears(dialogue, WaitedLong(1, Wait.SNOOZE, NOW + HOUR), NOW + HOUR)
    assert (again.dialogue.page, again.effects) == (Page.COVER, (Ask(Kind.REMINDER, new=True),))
    assert hears(again.dialogue, WaitedLong(1, Wait.REMINDER, NOW + HOUR), NOW + HOUR).effects == ()


def test_an_earlier_time_that_was_chosen_before_is_stale():
    dialogue, _ = play(asked(), "-later", "hour", "-later", "tomorrow")
    assert hears(dialogue, WaitedLong(1, Wait.SNOOZE, NOW + HOUR), NOW + HOUR).effects == ()


def test_what_was_put_off_can_be_opened_at_any_time():
    assert play(asked(), "-later", "hour", "-open")[0].page is Page.QUESTION


def test_a_page_that_stood_open_for_long_offers_anew():
    dialogue, _ = play(asked(), "-later")
    turn = hears(dialogue, tap(dialogue, "hour"), NOW + 2 * HOUR)
    assert turn.dialogue.page is Page.LATER
    assert turn.dialogue.offered != dialogue.offered


@pytest.mark.parametrize("forged", ["nonsense", "lot", "-done"])
def test_what_is_not_offered_changes_nothing(forged):
    dialogue, _ = play(asked(), "-later")
    assert play(dialogue, forged) == (dialogue, [Hint("bot/hint/answered")])


def test_back_leads_to_the_page_it_came_from():
    assert play(asked(), "-later", "-back")[0].page is Page.COVER
    put_off, _ = play(asked(), "-later", "hour", "-later")
    assert play(put_off, "-back")[0].page is Page.SNOOZED
    turn = hears(put_off, tap(put_off, "-back"), NOW + 2 * HOUR)
    assert turn.dialogue.page is Page.COVER


def test_it_says_why_it_came():
    dialogue, _ = play(asked(), "-later", "-why")
    assert dialogue.page is Page.WHY
    assert play(dialogue, "-back")[0].page is Page.COVER
    unknown = asked(why=None)
    assert play(unknown, "-later", "-why")[1][-1] == Hint("bot/hint/answered")


def test_a_command_puts_it_off_below():
    turn = hears(asked(), Commanded(100, "later", "", "en"))
    assert (turn.dialogue.page, turn.effects) == (Page.LATER, (Ask(Kind.REPLY, new=True),))
