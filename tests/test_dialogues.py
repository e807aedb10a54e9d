"""The dialogues around the check-in, by example: what each makes of what it did not ask for."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.core import caseload, pairing, welcome
from bot.core.caseload import Choosing, Inviting, Offer
from bot.core.effects import Ask, Draft, Hint, Say, Summarise
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.model import Band, Kind
from bot.core.pairing import Pairing
from bot.core.welcome import Page, Welcome

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFER = Offer(
    languages={Band.B18: ("en",)},
    zone="Europe/Vienna",
    zones={"vienna": "Europe/Vienna"},
    days_before=2,
    check_in_at=time(17),
    quiet_from=time(21),
    quiet_to=time(8),
)
HELLO = Welcome(3, "en", Band.B18, "Dr. Linde", "Sam", "Lindenhof")
ASKED = Pairing(3, "en", "Sam")
WHOSE = Choosing("en", ((3, "Sam"), (4, "Kim")))
INVITING = Inviting("en", Draft(alias="Sam"), caseload.Page.BAND, position=1)

WORDS = Wrote(100, 9, "hello", "en")
PHOTO = SentOther(100, "en")
CHANGED = Edited(100, 9, "hello again", "en")
AWAY = WasAway(1)
COMMAND = Commanded(100, "invite", "", "en")


def tap(dialogue, choice, position=None):
    return Tapped(100, "press", 5, 1, dialogue.position if position is None else position, choice)


PASSED = (Hint("bot/hint/answered"),)
AGAIN = (Ask(away=True),)


@pytest.mark.parametrize(
    ("event", "effects"),
    [
        (tap(HELLO, "-next", position=7), PASSED),
        (tap(HELLO, "yes"), PASSED),
        (AWAY, AGAIN),
        (WORDS, (Say("bot/welcome/only_buttons"),)),
        (PHOTO, (Say("bot/welcome/only_buttons"),)),
        (CHANGED, ()),
    ],
)
def test_the_welcome_stays_where_it_is_and_says_why(event, effects):
    turn = welcome.advance(HELLO, event, NOW)
    assert (turn.dialogue, turn.effects) == (HELLO, effects)


def test_the_welcome_can_be_turned_back_shown_again_and_waits_without_buttons():
    promise = welcome.advance(HELLO, tap(HELLO, "-next"), NOW).dialogue
    assert welcome.advance(promise, tap(promise, "-back"), NOW).dialogue.page is Page.HELLO
    shown = welcome.advance(promise, COMMAND, NOW)
    assert shown.effects == (Ask(Kind.CONSENT, new=True),)
    assert shown.dialogue == replace(promise, position=promise.position + 1)
    agreed = welcome.advance(promise, tap(promise, "yes"), NOW).dialogue
    assert welcome.advance(agreed, WORDS, NOW).effects == (Say("bot/client/not_linked"),)
    declined = welcome.advance(promise, tap(promise, "no"), NOW).dialogue
    assert welcome.advance(declined, tap(declined, "yes"), NOW).effects == PASSED


@pytest.mark.parametrize(
    ("event", "effects"),
    [
        (tap(ASKED, "yes", position=7), PASSED),
        (tap(ASKED, "perhaps"), PASSED),
        (AWAY, AGAIN),
        (WORDS, (Say("bot/therapist/use_commands"),)),
        (PHOTO, (Say("bot/therapist/use_commands"),)),
        (CHANGED, ()),
        (COMMAND, ()),
    ],
)
def test_the_pairing_waits_for_a_yes_or_a_no(event, effects):
    turn = pairing.advance(ASKED, event, NOW)
    assert (turn.dialogue, turn.effects) == (ASKED, effects)


@pytest.mark.parametrize(
    ("event", "effects"),
    [
        (tap(WHOSE, "5"), PASSED),
        (tap(WHOSE, "3", position=7), PASSED),
        (AWAY, AGAIN),
        (WORDS, (Say("bot/therapist/use_commands"),)),
        (PHOTO, (Say("bot/therapist/use_commands"),)),
        (CHANGED, ()),
        (COMMAND, ()),
    ],
)
def test_whose_summary_is_chosen_by_a_button_alone(event, effects):
    turn = caseload.choose(WHOSE, event, NOW)
    assert (turn.dialogue, turn.effects) == (WHOSE, effects)


def test_a_summary_is_chosen_once():
    turn = caseload.choose(WHOSE, tap(WHOSE, "4"), NOW)
    assert turn.effects == (Ask(), Summarise(4))
    assert turn.dialogue.chosen == "Kim"
    assert caseload.choose(turn.dialogue, tap(turn.dialogue, "3"), NOW).effects == PASSED


@pytest.mark.parametrize(
    ("event", "effects"),
    [
        (tap(INVITING, "b18", position=7), PASSED),
        (tap(INVITING, "b06"), PASSED),
        (AWAY, AGAIN),
        (WORDS, (Say("bot/invite/unclear/band"),)),
        (PHOTO, (Say("bot/invite/unclear/band"),)),
        (CHANGED, ()),
    ],
)
def test_an_invitation_asks_again_for_what_it_cannot_understand(event, effects):
    turn = caseload.advance(OFFER, INVITING, event, NOW)
    assert (turn.dialogue, turn.effects) == (INVITING, effects)


def test_an_invitation_is_shown_again_on_command_and_ends_when_it_is_cancelled():
    shown = caseload.advance(OFFER, INVITING, COMMAND, NOW)
    assert shown.effects == (Ask(Kind.REPLY, new=True),)
    gone = caseload.advance(OFFER, INVITING, tap(INVITING, "-cancel"), NOW).dialogue
    assert not gone.open
    assert caseload.advance(OFFER, gone, tap(gone, "b18"), NOW).effects == PASSED
    assert caseload.advance(OFFER, gone, WORDS, NOW).effects == ()


@pytest.mark.parametrize("page", [caseload.Page.SESSION_DAY, caseload.Page.CHECK_IN_DAY])
def test_a_day_is_one_of_seven(page):
    asked = replace(INVITING, page=page)
    assert caseload.advance(OFFER, asked, tap(asked, "7"), NOW).effects == PASSED
    assert caseload.advance(OFFER, asked, tap(asked, "6"), NOW).dialogue.page is not page


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("9", time(9)),
        ("09:30", time(9, 30)),
        ("9.30", time(9, 30)),
        ("1430", time(14, 30)),
        ("١٤:٣٠", time(14, 30)),
    ],
)
def test_a_time_is_understood_in_the_ways_people_write_it(said, meant):
    asked = replace(INVITING, page=caseload.Page.CHECK_IN_AT)
    assert caseload.advance(OFFER, asked, replace(WORDS, text=said), NOW).dialogue.draft.check_in_at == meant


@pytest.mark.parametrize("said", ["24:00", "9:60", "noon", "9:5", "123456", ":", ""])
def test_what_is_no_time_is_not_taken_for_one(said):
    asked = replace(INVITING, page=caseload.Page.SESSION_AT)
    turn = caseload.advance(OFFER, asked, replace(WORDS, text=said), NOW)
    assert turn.effects == (Say("bot/invite/unclear/session_at"),)
