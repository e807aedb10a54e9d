"""A typed answer that is edited afterwards changes, or becomes a note. No database, no await."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.checkin import Page, advance
from bot.core.effects import Ask, Keep, Record, Revise, Say, WaitUntil, Withdraw
from bot.core.events import Edited, Retyped, Typed, Wait
from bot.core.model import Band, Kind
from bot.core.retyping import answer_of
from tests.test_checkin import NOW, SCRIPT, fresh, play

SOON = NOW + timedelta(days=2)
BELOW = Ask(Kind.REPLY, new=True)


def hears(dialogue, event, now=NOW):
    return advance(SCRIPT, dialogue, event, now)


def typed(*choices, band=Band.B13, **about):
    """A check-in with these answers typed one after the other, in the messages 40, 41 …"""
    dialogue, _ = play(fresh(band, changes_until=SOON, **about), "-open")
    for message_id, choice in enumerate(choices, 40):
        dialogue = hears(dialogue, Typed(100, message_id, choice)).dialogue
    return dialogue


def edited(choice, message_id=40, text="words"):
    return Retyped(100, message_id, text, choice)


def test_another_sure_answer_takes_its_place_and_the_page_says_so():
    turn = hears(typed("lot"), edited("skip"))
    assert turn.effects == (Record("heard", "skip"), Ask())
    assert (turn.dialogue.page, turn.dialogue.index, turn.dialogue.took) == (Page.QUESTION, 1, "heard")
    assert (turn.dialogue.answers, answer_of(turn.dialogue, 40)) == ({"heard": "skip"}, "heard")


def test_the_same_answer_in_other_words_changes_nothing():
    dialogue = typed("lot")
    turn = hears(dialogue, edited("lot"))
    assert (turn.dialogue, turn.effects) == (dialogue, ())


def test_a_low_answer_asks_what_would_help_before_it_goes_on():
    turn = hears(typed("lot"), edited("no"))
    assert (turn.dialogue.page, turn.dialogue.index, turn.dialogue.took) == (Page.HELP, 0, "heard")
    onward, _ = play(turn.dialogue, "slower", "yes")
    assert (onward.page, onward.index) == (Page.QUESTION, 1)


def test_what_followed_a_low_answer_falls_away_with_it():
    turn = hears(typed("no"), edited("lot"))
    assert turn.effects == (Record("heard", "lot"), Withdraw("heard.help"), Withdraw("heard.raise"), Ask())
    assert (turn.dialogue.page, turn.dialogue.index) == (Page.QUESTION, 1)


def test_what_would_help_is_edited_too():
    turn = hears(typed("no", "slower"), edited("topic", 41))
    assert (turn.dialogue.page, turn.dialogue.took) == (Page.RAISE, "heard.help")
    turn = hears(typed("no", "slower", "yes"), edited("myself", 42))
    assert (turn.dialogue.page, turn.dialogue.index, turn.dialogue.took) == (Page.QUESTION, 1, "heard.raise")
    turn = hears(typed("no", "slower", "yes"), edited("rather_not", 41))
    assert Withdraw("heard.raise") in turn.effects
    assert (turn.dialogue.page, turn.dialogue.index) == (Page.QUESTION, 1)


def test_another_page_stays_where_it_is():
    dialogue, _ = play(typed("lot"), "no")
    turn = hears(dialogue, edited("skip"))
    assert (turn.dialogue.page, turn.dialogue.index) == (Page.HELP, 1)


def test_a_card_that_waits_to_be_opened_opens():
    covered = replace(typed("lot"), page=Page.COVER)
    turn = hears(covered, edited("skip"))
    assert (turn.dialogue.page, turn.dialogue.index) == (Page.QUESTION, 1)


def test_words_that_are_no_answer_any_more_become_a_note_and_the_question_is_asked_again():
    turn = hears(typed("lot"), edited(None, text="a lot, but"))
    assert turn.effects == (
        Withdraw("heard"), Withdraw("heard.help"), Withdraw("heard.raise"),
        Keep("a lot, but", 40, "heard"), Say("bot/check_in/note_kept", receipt=True), BELOW,
    )  # fmt: skip
    assert (turn.dialogue.page, turn.dialogue.index, turn.dialogue.answers) == (Page.QUESTION, 0, {})
    assert answer_of(turn.dialogue, 40) is None
    assert hears(turn.dialogue, edited("lot")).effects == ()


def test_where_free_words_are_off_they_are_not_kept_and_that_is_said():
    turn = hears(typed("lot", band=Band.B06), edited(None))
    assert turn.effects[-2:] == (Say("bot/check_in/only_buttons", receipt=True), BELOW)
    assert (turn.dialogue.page, turn.dialogue.answers) == (Page.QUESTION, {})


def test_what_was_tapped_afterwards_is_no_longer_what_the_message_said():
    dialogue, _ = play(typed("lot"), "-back", "skip")
    assert answer_of(dialogue, 40) is None
    assert hears(dialogue, edited("no")).effects == ()


@pytest.mark.parametrize("choice", ["skip", None])
def test_a_finished_check_in_opens_again_and_shows_what_the_therapist_will_see(choice):
    done, _ = play(typed("lot", "lot"), "-nothing", "-done")
    turn = hears(done, edited(choice))
    assert turn.dialogue.page is (Page.SHARE if choice else Page.QUESTION)
    assert WaitUntil(Wait.EXPIRY, SOON) in turn.effects
    assert sum(isinstance(effect, Ask) for effect in turn.effects) == 1
    assert (turn.dialogue.reviewing, turn.dialogue.again) == (True, True)


def test_on_the_page_that_shows_it_all_the_answer_changes_there():
    shared, _ = play(typed("lot", "lot"), "-nothing")
    turn = hears(shared, edited("skip"))
    assert (turn.dialogue.page, turn.dialogue.took) == (Page.SHARE, "heard")


def test_after_the_summary_it_is_too_late():
    done, _ = play(typed("lot", "lot"), "-nothing", "-done")
    again, _ = play(done, "-again")
    for dialogue in (done, again):
        turn = hears(dialogue, edited("skip"), SOON)
        assert (turn.dialogue, turn.effects) == (dialogue, ())


def test_on_a_guardians_phone_no_message_opens_a_childs_page():
    covered = replace(
        typed("lot", guardian=True), page=Page.COVER, typed={40: "heard"}, answers={"heard": "lot"}
    )
    assert hears(covered, edited("skip")).effects == ()


def test_changed_questions_are_not_answered_by_an_edit():
    done, _ = play(typed("lot", "lot"), "-nothing", "-done")
    assert advance(replace(SCRIPT, version=2), done, edited("skip"), NOW).effects == ()


def test_other_messages_are_notes():
    assert hears(typed("lot"), Edited(100, 33, "better", "en")).effects == (Revise("better", 33),)
