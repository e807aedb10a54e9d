"""The client's menu, by example. No database, no Telegram, no await."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from bot.core.effects import (
    Ask,
    Begin,
    Call,
    Conceal,
    Erase,
    HandOver,
    Hint,
    KeepQuiet,
    LetGo,
    Pause,
    Propose,
    Reschedule,
    Say,
    ShowPolicy,
    Speak,
    Stop,
)  # fmt: skip
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.menu import Goal, Known, Menu, Page, advance, begin
from bot.core.menu_when import days, hours, months
from bot.core.model import Address, Band, Gender, Kind
from bot.core.schedule import Weekly

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
KNOWN = Known(
    language="de",
    band=Band.B18,
    client="Kim",
    therapists=("Dr. Linde",),
    clinic="Lindenhof",
    phone="+43 1 000",
    guardian=False,
    today=date(2026, 3, 2),
    zone="Europe/Vienna",
    languages=("en", "de", "ar"),
    addresses=(Address.INFORMAL,),
    genders=(),
    address=Address.USUAL,
    gender=Gender.OPEN,
    rule=Weekly(0, time(17), "Europe/Vienna"),
    next_at=datetime(2026, 3, 9, 17, tzinfo=UTC),
    session_at=None,
    quiet=(time(21), time(8)),
    paused_until=None,
    stopped=False,
    goals=(Goal(4, "sleep better", agreed=True),),
    may_write=True,
    answered=True,
    why=None,
)
MENU = Menu(KNOWN)
HINT = Hint("bot/hint/menu_closed")
BELOW = Ask(Kind.REPLY, new=True)


def tap(menu, choice, position=None):
    return Tapped(100, "press", 5, 1, menu.position if position is None else position, choice)


def play(menu, *choices):
    """Tap these one after the other; the last page and all that was done come back."""
    done = []
    for choice in choices:
        turn = advance(menu, tap(menu, choice), NOW)
        menu = turn.dialogue
        done += turn.effects
    return menu, [effect for effect in done if effect != Ask()]


def says(menu, text):
    return advance(menu, Wrote(100, 33, text, "de"), NOW)


def at(page, **changes):
    return Menu(replace(KNOWN, **changes), page)


@pytest.mark.parametrize(
    ("path", "page", "done"),
    [
        (("when", "day", "3", "1800"), Page.WHEN, [Reschedule(3, time(18))]),
        (("when", "quiet_from", "2000", "0900"), Page.WHEN, [KeepQuiet(time(20), time(9))]),
        (("when", "pause", "2"), Page.WHEN, [Pause(date(2026, 3, 16))]),
        (("when", "pause", "-other", "2026_4", "2026-04-17"), Page.WHEN, [Pause(date(2026, 4, 17))]),
        (("when", "why"), Page.WHY, []),
        (("language", "ar"), Page.MENU, [Speak("ar")]),
        (("language", "-forms", "informal"), Page.FORMS, [Call(address=Address.INFORMAL)]),
        (("language", "-forms", "-usual"), Page.FORMS, [Call(Address.USUAL, Gender.OPEN)]),
        (("goals", "-new"), Page.GOAL_NEW, []),
        (("goals", "4", "reached"), Page.GOALS, [LetGo(4, reached=True)]),
        (("goals", "4", "let_go"), Page.GOALS, [LetGo(4, reached=False)]),
        (("therapist",), Page.THERAPIST, []),
        (("data", "copy"), Page.DATA, [HandOver()]),
        (("data", "policy"), Page.DATA, [ShowPolicy()]),
        (("data", "erase", "yes", "yes"), Page.ERASE_SURE, [Erase()]),
        (("stop", "yes"), Page.STOPPED, [Stop()]),
        (("stop", "pause"), Page.PAUSE, []),
        (("check_in",), Page.CLOSED, [Begin("check_in")]),
        (("answers",), Page.CLOSED, [Begin("answers")]),
        (("-close",), Page.CLOSED, []),
        (("when", "pause", "-next"), Page.WHEN, [Pause(date(2026, 3, 10))]),
    ],
)
def test_every_wish_has_its_way_by_buttons(path, page, done):
    menu, effects = play(MENU, *path)
    assert (menu.page, effects) == (page, done)


@pytest.mark.parametrize(
    ("page", "above"),
    [
        (Page.WHEN, Page.MENU), (Page.DAY, Page.WHEN), (Page.HOUR, Page.DAY),
        (Page.QUIET_TO, Page.QUIET_FROM), (Page.MONTH, Page.PAUSE), (Page.DATE, Page.MONTH),
        (Page.GOAL, Page.GOALS),
        (Page.ERASE, Page.DATA), (Page.ERASE_SURE, Page.DATA), (Page.FORMS, Page.LANGUAGE),
        (Page.STOP, Page.MENU),
    ],
)  # fmt: skip
def test_back_leads_one_page_up(page, above):
    assert play(at(page), "-back")[0].page is above


@pytest.mark.parametrize(
    ("menu", "choice"),
    [
        (MENU, "nonsense"), (MENU, "welcome"), (MENU, "day"), (MENU, "erase"),
        (at(Page.MENU, stopped=True), "check_in"), (at(Page.MENU, answered=False), "answers"),
        (at(Page.WHEN), "go_on"), (at(Page.DAY), "7"), (at(Page.DAY), "34"), (at(Page.HOUR), "2200"),
        (at(Page.QUIET_FROM), "0300"), (at(Page.QUIET_TO), "2200"), (at(Page.PAUSE), "3"),
        (at(Page.MONTH), "2027_4"), (replace(at(Page.DATE), month=(2026, 3)), "2026-03-02"),
        (at(Page.LANGUAGE), "fr"), (at(Page.LANGUAGE, addresses=()), "-forms"), (at(Page.FORMS), "f"),
        (at(Page.GOALS), "5"), (at(Page.GOAL), "reached"), (at(Page.GOALS, may_write=False), "-new"),
        (at(Page.GOALS, goals=KNOWN.goals * 3), "-new"), (at(Page.DATA), "yes"), (at(Page.STOP), "erase"),
        (at(Page.WHY), "yes"),
    ],
)  # fmt: skip
def test_what_is_not_on_the_page_changes_nothing(menu, choice):
    turn = advance(menu, tap(menu, choice), NOW)
    assert (turn.dialogue, turn.effects) == (menu, (HINT,))


def test_a_gender_is_chosen_where_the_language_has_forms_for_it():
    menu = at(Page.FORMS, genders=(Gender.FEMININE, Gender.MASCULINE))
    assert play(menu, "f")[1] == [Call(gender=Gender.FEMININE)]


def test_a_pause_is_ended_at_any_time():
    menu = at(Page.WHEN, paused_until=date(2026, 4, 1))
    assert play(menu, "go_on")[1] == [Pause(None)]
    assert play(menu, "pause", "go_on")[1] == [Pause(None)]


def test_an_hour_can_be_typed_and_one_in_quiet_hours_is_asked_again():
    menu, _ = play(MENU, "when", "day", "2")
    turn = says(menu, "18.30")
    assert turn.effects == (Reschedule(2, time(18, 30)), BELOW)
    assert says(menu, "half past six").effects == (Say("bot/menu/unclear_hour"),)
    assert says(menu, "22:30").effects == (Say("bot/menu/quiet_hour"),)


def test_quiet_hours_that_cover_the_check_in_ask_for_another_time():
    menu = at(Page.QUIET_FROM, rule=Weekly(3, time(19), "Europe/Vienna"))
    chosen, done = play(menu, "1800", "0800")
    assert (chosen.page, chosen.day, chosen.told) == (Page.HOUR, 3, "bot/menu/hour_now_quiet")
    assert done == [], "they are kept with the new hour, or not at all"
    assert hours(chosen)[-1] == time(17)
    assert says(chosen, "19:00").effects == (Say("bot/menu/quiet_hour"),)
    both = [KeepQuiet(time(18), time(8)), Reschedule(3, time(17))]
    assert play(chosen, "1700")[1] == both
    assert says(chosen, "17:00").effects == (*both, BELOW)
    assert play(chosen, "-back", "5", "1000")[1] == [both[0], Reschedule(5, time(10))]
    assert play(chosen, "-back", "-back")[0].quiet is None


def test_only_hours_that_are_not_quiet_are_offered():
    assert hours(MENU)[0] == time(8)
    assert hours(MENU)[-1] == time(20)


def test_a_pause_reaches_over_the_turn_of_the_year():
    known = replace(KNOWN, today=date(2026, 11, 30))
    assert months(known) == ((2026, 12), (2027, 1), (2027, 2), (2027, 3), (2027, 4), (2027, 5))
    february = replace(Menu(known), month=(2027, 2))
    assert (days(february)[0], days(february)[-1]) == (date(2027, 2, 1), date(2027, 2, 28))
    assert days(replace(Menu(known), month=(2026, 11))) == ()


def test_a_goal_is_written_in_ones_own_words():
    menu, _ = play(MENU, "goals", "-new")
    turn = says(menu, "  sleep   through ")
    assert turn.effects == (Propose("sleep through"), BELOW)
    assert (turn.dialogue.page, turn.dialogue.told) == (Page.GOALS, "bot/menu/goal_proposed_now")
    assert says(menu, "x" * 200).effects == (Say("bot/menu/goal_too_long"),)


def test_on_a_guardians_phone_goals_are_for_the_child_alone():
    menu, _ = play(at(Page.MENU, guardian=True), "goals")
    assert menu.page is Page.HANDOVER
    assert begin(at(Page.GOALS, guardian=True)).dialogue.page is Page.HANDOVER
    new, _ = play(menu, "-here", "-new")
    assert says(menu, "she is not here").effects == (
        Say("bot/check_in/open_first", receipt=True),
        Conceal(33),
    )
    assert says(new, "be brave").effects == (Propose("be brave"), Conceal(33), BELOW)


def test_who_has_stopped_can_begin_again_and_has_no_times():
    menu = at(Page.MENU, stopped=True)
    assert play(menu, "welcome")[1] == [Begin("welcome")]
    for page in (Page.WHEN, Page.DAY, Page.PAUSE, Page.STOP, Page.WHY):
        assert begin(at(page, stopped=True)).dialogue.page is Page.MENU


def test_without_a_schedule_there_are_no_times_to_change():
    assert begin(at(Page.DAY, rule=None)).dialogue.page is Page.MENU


def test_a_menu_opens_at_the_page_that_was_asked_for():
    turn = begin(at(Page.PAUSE))
    assert (turn.dialogue.page, turn.effects) == (Page.PAUSE, (BELOW,))


def test_old_buttons_and_closed_menus_say_so_kindly():
    menu, _ = play(MENU, "when")
    assert advance(menu, tap(menu, "day", position=0), NOW).effects == (HINT,)
    closed, _ = play(MENU, "-close")
    assert advance(closed, tap(closed, "when"), NOW).effects == (HINT,)
    assert advance(closed, WasAway(1), NOW).effects == ()


def test_what_the_page_does_not_take_is_answered_kindly():
    assert says(MENU, "hello").effects == (Say("bot/menu/only_buttons", receipt=True),)
    assert advance(MENU, SentOther(100, 40, "de"), NOW).effects == (
        Say("bot/menu/only_buttons", receipt=True),
    )
    assert advance(MENU, WasAway(1), NOW).effects == (Ask(away=True),)
    for event in (Edited(100, 3, "x", "de"), Commanded(100, "menu", "", "de")):
        assert advance(MENU, event, NOW).effects == ()
    assert at(Page.HOUR).listens
    assert not MENU.listens


def test_what_waits_can_be_put_off_and_nothing_else():
    menu, done = play(at(Page.MENU, waits=True), "later")
    assert (menu.page, done) == (Page.CLOSED, [Begin("later")])
    assert play(MENU, "later") == (MENU, [HINT])


def test_only_the_next_one_is_left_out_when_none_waits_and_there_is_no_pause():
    for changes in ({"waits": True}, {"next_at": None}, {"paused_until": date(2026, 4, 1)}):
        assert play(at(Page.PAUSE, **changes), "-next")[1] == [HINT]


THREE = tuple(Goal(number, f"goal {number}", agreed=True) for number in (4, 5, 6))


@pytest.mark.parametrize("page", [Page.GOALS, Page.GOAL_NEW])
def test_a_fourth_goal_is_one_too_many_and_never_said_to_be_kept(page):
    turn = says(at(page, goals=THREE), "learn to cook")
    assert (turn.dialogue.page, turn.dialogue.told) == (Page.GOALS, "bot/goal/full")
    assert turn.effects == (BELOW,)
    theirs = says(at(page, goals=THREE, guardian=True), "learn to cook")
    assert theirs.effects == (Conceal(33), BELOW)


def test_words_on_the_page_of_goals_are_a_goal_only_when_one_is_asked_for():
    menu = at(Page.GOALS)
    assert menu.listens
    assert says(menu, "learn to cook").effects == (Say("bot/menu/only_buttons", receipt=True),)


def test_whoever_reached_a_goal_or_lets_it_go_hears_a_kind_word():
    assert play(MENU, "goals", "4", "reached")[0].told == "bot/menu/goal_reached_now"
    assert play(MENU, "goals", "4", "let_go")[0].told == "bot/menu/goal_let_go_now"
