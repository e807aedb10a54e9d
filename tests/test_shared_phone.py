"""One phone in several hands: a child's page is open while that child holds it; then it is covered, and
behind the cover nothing is lost."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from bot.core import checkin, menu, safety
from bot.core.effects import Ask, Conceal, Hint, Say, StayOpen, Turn
from bot.core.events import SentOther, Wrote
from bot.core.family import Family
from bot.core.menu import Goal, Menu
from bot.core.model import Address, Band, Gender
from bot.core.reception import Role, receive
from bot.core.shared_phone import LEFT_ALONE, in_hand, is_own, is_shared, put_down
from bot.core.welcome import Welcome
from bot.render.words import Words
from bot.service.house import House
from bot.storage.database import Database
from bot.storage.keys import Keyring
from tests.cards import CHECK_IN, FAMILY, Room
from tests.house import furnished
from tests.test_checkin import SCRIPT, fresh, play, tap
from tests.test_menu import KNOWN

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
SAID = Wrote(100, 33, "I slept well", "en")
MINE = replace(KNOWN, guardian=True)


def child(*choices):
    """A check-in on a guardian's phone, and the child has said that they are there."""
    return play(fresh(Band.B09, guardian=True), "-open", "-here", *choices)[0]


def at(page, known=MINE, **more):
    return Menu(known, page, **more)


@pytest.mark.parametrize(
    "dialogue",
    [
        child(),
        child("lot"),
        child("no"),
        child("no", "slower"),
        child("lot", "lot", "lot"),
        child("lot", "lot", "lot", "-nothing"),
    ],
    ids=lambda dialogue: f"{dialogue.page} {dialogue.index}",
)
def test_whoever_says_that_they_are_the_child_is_where_they_were(dialogue):
    covered = put_down(dialogue)
    assert (covered.dialogue.page, covered.effects) == (checkin.Page.HANDOVER, (Ask(),))
    again = play(covered.dialogue, "-here")[0]
    assert again == replace(dialogue, position=dialogue.position + 2)


def test_after_the_cover_the_open_question_shows_and_no_answer():
    went_back = child("lot", "-back")
    again = play(put_down(went_back).dialogue, "-here")[0]
    assert (again.prompt in again.answers, again.index, again.answers) == (False, 1, {"heard": "lot"})


def test_what_only_waits_to_be_sent_is_no_longer_put_off():
    covered = put_down(child("lot", "lot", "lot", "-nothing")).dialogue
    assert checkin.advance(SCRIPT, covered, tap(covered, "-later"), NOW) == Turn(
        covered, (Hint("bot/hint/answered"),)
    )


@pytest.mark.parametrize("page", [menu.Page.GOALS, menu.Page.GOAL, menu.Page.GOAL_NEW])
def test_so_it_is_with_goals(page):
    covered = put_down(at(page, goal=4, told="bot/menu/goal_proposed_now"))
    assert (covered.dialogue.page, covered.dialogue.told, covered.effects) == (
        menu.Page.HANDOVER,
        "",
        (Ask(),),
    )
    again = menu.advance(covered.dialogue, tap(covered.dialogue, "-here"), NOW).dialogue
    assert (again.page, again.goal) == (page, 4)


def test_a_goal_that_is_gone_meanwhile_is_not_come_back_to():
    three = tuple(Goal(number, "sleep", agreed=True) for number in (5, 6, 7))
    for page in (menu.Page.GOAL, menu.Page.GOAL_NEW):
        covered = replace(put_down(at(page, goal=4)).dialogue, known=replace(MINE, goals=three))
        assert menu.advance(covered, tap(covered, "-here"), NOW).dialogue.page is menu.Page.GOALS


def test_once_uncovered_the_goals_are_where_the_next_one_comes_to():
    covered = put_down(at(menu.Page.GOAL, goal=4)).dialogue
    back = menu.advance(covered, tap(covered, "-back"), NOW).dialogue
    handed = menu.advance(back, tap(back, "goals"), NOW).dialogue
    assert menu.advance(handed, tap(handed, "-here"), NOW).dialogue.page is menu.Page.GOALS


@pytest.mark.parametrize(
    "state",
    [
        fresh(Band.B09, guardian=True),
        play(fresh(Band.B09, guardian=True), "-open")[0],
        replace(child(), page=checkin.Page.DONE),
        play(fresh(Band.B13), "-open")[0],
        at(menu.Page.MENU),
        at(menu.Page.GOALS, KNOWN),
    ],
    ids=["cover", "hand-over", "done", "her own phone", "the guardian's menu", "her own phone's goals"],
)
def test_what_is_nobody_s_secret_stays_as_it_is(state):
    assert (is_own(state), put_down(state)) == (False, Turn(state))


def test_while_the_child_goes_on_the_page_stays_open_and_typed_words_never_stay():
    stay = StayOpen(NOW + LEFT_ALONE)
    answered, kept = Turn(child(), (Ask(),)), Turn(child(), (Conceal(33),))
    assert in_hand(answered, tap(child(), "lot"), NOW).effects == (Ask(), stay)
    assert in_hand(answered, SAID, NOW).effects == (Ask(), Conceal(33), stay)
    assert in_hand(kept, SAID, NOW).effects == (Conceal(33), stay)
    assert in_hand(answered, SentOther(100, 40, "en"), NOW).effects == (Ask(), Conceal(40), stay)
    assert in_hand(Turn(at(menu.Page.HOUR)), SAID, NOW).effects == (Conceal(33),)
    assert in_hand(Turn(at(menu.Page.HOUR, KNOWN)), SAID, NOW).effects == ()


def test_where_it_is_asked_whose_turn_it_is_and_where_a_guardian_agrees_the_phone_is_shared():
    assert is_shared(Family("en", ((1, "Kim"), (2, "Lea")), "menu"))
    assert not is_shared(fresh(Band.B13))
    for shared in (True, False):
        hello = Welcome(3, "en", Band.B09, "Dr. Linde", "Kim", "Lindenhof", guardian_account=shared)
        assert is_shared(hello) is shared


def test_words_that_nothing_takes_are_answered_and_on_a_shared_phone_taken_out():
    said = Say("bot/client/words", receipt=True)
    assert receive(Role.CLIENT, SAID, shared=True, stopped=False) == (said, Conceal(33))
    assert receive(Role.CLIENT, SAID, shared=False, stopped=False) == (said,)


def test_what_is_said_to_a_guardian_names_the_child(keyring: Keyring) -> None:
    texts = {"bot/a/adult": "yours", "bot/a_for": "{client}'s {day}", "bot/b/adult": "plain"}
    words = Words("en", texts).speaking(Band.B18.voice)
    assert (words("bot/a"), words("bot/b")) == ("yours", "plain")
    assert words.about("Kim")("bot/a", day="Monday") == "\u2068Kim\u2069's \u2068Monday\u2069"
    assert words.about("Kim")("bot/b") == "plain"
    for language, there in furnished(keyring).texts.items():
        said_for = [key for key in there if key.endswith("_for")]
        assert said_for, language


@pytest.mark.parametrize("opens", ["/menu", "/goals", "/checkin", "another check-in", "nothing"])
async def test_a_page_is_covered_when_the_phone_changes_hands_or_lies_about(
    database: Database, keyring: Keyring, opens: str
) -> None:
    def live(tx: Connection) -> None:
        room = family(tx, furnished(keyring))
        card = open_question(room, "Kim")
        assert "●" in text_of(room, card)
        room.now += LEFT_ALONE / 2
        match opens:
            case "nothing":
                room.wait(room.now + LEFT_ALONE / 2 - LEFT_ALONE / 100)
                assert "●" in text_of(room, card), "a child may stay with one question for a while"
                room.wait(room.now + LEFT_ALONE / 100)
            case "another check-in":
                presses(room, card_of(room, "Lea"), "-open")
            case command:
                room.writes(FAMILY, command)
        assert "●" not in text_of(room, card)
        assert "pass the phone to \u2068Kim\u2069" in text_of(room, card)
        presses(room, card, "-here")
        assert "●" in text_of(room, card)

    await database.write(live)


async def test_goals_are_said_to_the_child_in_a_child_s_words(database: Database, keyring: Keyring) -> None:
    def live(tx: Connection) -> None:
        house = furnished(keyring)
        room = family(tx, house)
        room.writes(FAMILY, "/goals")
        room.taps(FAMILY, str(room.met["Kim"].client), "-here")
        number, _ = room.phones.newest(FAMILY) or (0, [])
        words = house.words("en").speaking(Band.B09.voice)
        assert text_of(room, number).startswith(words("bot/menu/goals"))
        room.taps(FAMILY, "-back")
        labels = [one["text"] for row in room.phones.cards[FAMILY][number]["buttons"] for one in row]
        assert "\u2068Kim\u2069's goals" in labels

    await database.write(live)


def family(tx: Connection, house: House) -> Room:
    """Both children's check-ins have come."""
    room = Room(tx, house)
    room.wait(CHECK_IN)
    return room


def card_of(room: Room, alias: str) -> int:
    """The card of this child's check-in."""
    cards = room.phones.cards[FAMILY]
    return next(number for number in cards if alias in text_of(room, number))


def open_question(room: Room, alias: str) -> int:
    card = card_of(room, alias)
    for choice in ("-open", "-here", "a_lot"):
        presses(room, card, choice)
    return card


def presses(room: Room, card: int, choice: str) -> None:
    buttons = [one["data"] for row in room.phones.cards[FAMILY][card]["buttons"] for one in row]
    room.presses(FAMILY, card, [one for one in buttons if one.endswith(f":{choice}")])


def text_of(room: Room, card: int) -> str:
    return room.phones.cards[FAMILY][card]["text"]


def test_a_help_card_on_a_guardians_phone_is_whoever_asked_for_it_s_own_until_it_is_gone():
    def card(*, guardian: bool, page: safety.Page = safety.Page.CARD) -> safety.Safety:
        usual = Address.USUAL, Gender.OPEN
        return safety.Safety("en", Band.B09, *usual, "AT", ("AT",), guardian, page=page)

    assert is_shared(card(guardian=True))
    assert is_own(card(guardian=True))
    assert not is_own(card(guardian=True, page=safety.Page.GONE))
    assert not is_shared(card(guardian=False))
    assert not is_own(card(guardian=False))
