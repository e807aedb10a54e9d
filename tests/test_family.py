"""One account, several children: whose turn is it? No database, no await."""

from datetime import UTC, datetime

from bot.core.effects import Ask, Begin, Hint, Say
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.family import Family, advance, begin
from bot.core.model import Kind

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ASKED = Family("de", ((7, "Mila"), (9, "Kim")), "menu", "pause")


def tap(choice, position=0):
    return Tapped(100, "press", 5, 1, position, choice)


def test_it_asks_whom_it_is_about_and_goes_on_for_that_child():
    assert begin(ASKED).effects == (Ask(Kind.REPLY, new=True),)
    turn = advance(ASKED, tap("9"), NOW)
    assert turn.effects == (Ask(), Begin("menu", "pause", 9))
    assert (turn.dialogue.chosen, turn.dialogue.open) == ("Kim", False)


def test_a_child_of_somebody_else_is_nobody_here():
    assert advance(ASKED, tap("8"), NOW).effects == (Hint("bot/hint/answered"),)


def test_an_old_button_and_a_second_press_change_nothing():
    chosen = advance(ASKED, tap("9"), NOW).dialogue
    for dialogue, event in ((chosen, tap("7", 1)), (ASKED, tap("7", 3))):
        assert advance(dialogue, event, NOW).effects == (Hint("bot/hint/answered"),)


def test_everything_else_is_answered_kindly():
    assert advance(ASKED, WasAway(1), NOW).effects == (Ask(away=True),)
    for event in (Wrote(100, 3, "Kim", "de"), SentOther(100, 40, "de")):
        assert advance(ASKED, event, NOW).effects == (Say("bot/menu/only_buttons", receipt=True),)
    for event in (Edited(100, 3, "x", "de"), Commanded(100, "menu", "", "de")):
        assert advance(ASKED, event, NOW).effects == ()
