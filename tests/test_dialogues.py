"""The dialogues around the check-in, by example: what each makes of what it did not ask for."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.core import caseload, pairing
from bot.core.caseload import Choosing, Inviting, Offer
from bot.core.effects import Ask, Draft, Hint, Pair, Relink, Say, Summarise, Unpair
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.model import Band, Kind
from bot.core.pairing import Pairing

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFER = Offer(
    languages={Band.B09: ("en",), Band.B13: ("en",), Band.B18: ("en",)},
    own_account_from=16,
    guardian_consent_under=14,
    zone="Europe/Vienna",
    zones={"vienna": "Europe/Vienna"},
    days_before=2,
    check_in_at=time(17),
    quiet_from=time(21),
    quiet_to=time(8),
)
ASKED = Pairing(3, "en", "Sam")
WHOSE = Choosing("en", ((3, "Sam"), (4, "Kim")))
INVITING = Inviting("en", Draft(alias="Sam"), caseload.Page.BAND, position=1)

WORDS = Wrote(100, 9, "hello", "en")
PHOTO = SentOther(100, 40, "en")
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


@pytest.mark.parametrize(("choice", "effect"), [("yes", Pair(3, 9)), ("no", Unpair(3, 9))])
def test_the_therapists_word_says_which_welcome_it_is_about(choice, effect):
    asked = replace(ASKED, moving=9)
    assert pairing.advance(asked, tap(asked, choice), NOW).effects == (effect, Ask())


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


def chosen(*choices):
    """The pages that follow on each other, and the invitation as it then is."""
    dialogue, pages = INVITING, []
    for choice in choices:
        dialogue = caseload.advance(OFFER, dialogue, tap(dialogue, choice), NOW).dialogue
        pages.append(dialogue.page.value)
    return pages, dialogue


@pytest.mark.parametrize(
    ("choices", "pages", "account", "consent"),
    [
        (("b09",), ["language"], True, True),
        (("b13", "own", "own"), ["account", "consent", "language"], False, False),
        (("b13", "guardian", "own"), ["account", "consent", "language"], True, False),
        (("b13", "own", "guardian"), ["account", "consent", "language"], False, True),
        (("b18",), ["language"], False, False),
    ],
)
def test_whether_a_guardian_is_needed_is_asked_only_where_the_age_band_does_not_say(
    choices, pages, account, consent
):
    seen, dialogue = chosen(*choices)
    assert seen == pages
    assert (dialogue.draft.guardian_account, dialogue.draft.guardian_consent) == (account, consent)
    assert set(dialogue.bands) == {Band.B09, Band.B13, Band.B18}


def test_going_back_passes_over_what_was_not_asked_and_stays_on_the_first_page():
    assert chosen("b09", "-back")[0] == ["language", "band"]
    assert chosen("b13", "own", "guardian", "-back")[0][-1] == "consent"
    seen, dialogue = chosen("b13", "perhaps")
    assert seen == ["account", "account"]
    assert dialogue.age == 16
    assert chosen("-back", "-back")[0] == ["alias", "alias"]


KNOWN = Inviting("en", clients=((3, "Sam"), (4, "Kim")))


def test_a_new_link_is_made_for_somebody_who_is_chosen():
    whom = caseload.advance(OFFER, KNOWN, tap(KNOWN, "-relink"), NOW).dialogue
    assert whom.page is caseload.Page.WHOM
    assert whom.open
    assert caseload.advance(OFFER, whom, tap(whom, "-back"), NOW).dialogue.page is caseload.Page.ALIAS
    assert caseload.advance(OFFER, whom, tap(whom, "5"), NOW).effects == PASSED
    assert caseload.advance(OFFER, whom, WORDS, NOW).effects == (Say("bot/invite/unclear/whom"),)
    made = caseload.advance(OFFER, whom, tap(whom, "4"), NOW)
    assert made.effects == (Ask(), Relink(4))
    assert made.dialogue.draft.alias == "Kim"
    assert not made.dialogue.open


def test_whoever_has_no_clients_yet_is_offered_no_new_link():
    nobody = Inviting("en")
    assert caseload.advance(OFFER, nobody, tap(nobody, "-relink"), NOW).effects == PASSED


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
