"""What the therapist will see is shown first, and is the client's to change. No database, no await."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.checkin import Page, advance, begin
from bot.core.effects import (
    Ask,
    Close,
    Conceal,
    Hint,
    HoldBack,
    Keep,
    Record,
    Say,
    TakeBack,
    WaitUntil,
    Withdraw,
)  # fmt: skip
from bot.core.events import Commanded, Rested, Typed, Wait, WaitedLong
from bot.core.model import Band, CheckInState, Kind
from tests.test_checkin import NOW, SCRIPT, fresh, play, tap, wrote

SOON = NOW + timedelta(days=2)
BELOW = Ask(Kind.REPLY, new=True)


def teen(*choices):
    return play(fresh(Band.B13, changes_until=SOON), *choices)


def sharing():
    return teen("-open", "lot", "bit", "topic", "yes", "-nothing")[0]


def hears(dialogue, event, now=NOW):
    return advance(SCRIPT, dialogue, event, now)


def test_all_answers_lead_to_the_page_that_shows_what_the_therapist_will_see():
    assert sharing().page is Page.SHARE


def test_an_opened_answer_is_kept_back_and_shown_again():
    dialogue, done = play(sharing(), "give_0")
    assert (dialogue.page, dialogue.index) == (Page.ANSWER, 0)
    dialogue, done = play(dialogue, "-hold")
    assert (dialogue.page, dialogue.held, done[0]) == (Page.SHARE, ("heard",), HoldBack("heard", True))
    dialogue, done = play(dialogue, "give_0", "-hold")
    assert (dialogue.held, done[1]) == ((), HoldBack("heard", False))


def test_a_child_keeps_an_answer_back_with_one_tap():
    dialogue, _ = play(fresh(Band.B06), "-open", "lot", "lot")
    dialogue, done = play(dialogue, "give_1")
    assert (dialogue.page, dialogue.held, done[0]) == (Page.SHARE, ("safe",), HoldBack("safe", True))


def test_a_child_goes_back_to_the_questions_and_comes_again():
    dialogue, _ = play(fresh(Band.B06), "-open", "lot", "lot", "-back")
    assert (dialogue.page, dialogue.index) == (Page.QUESTION, 1)
    dialogue, done = play(dialogue, "no")
    assert (dialogue.page, done[0]) == (Page.SHARE, Record("safe", "no"))


def test_a_changed_answer_leads_back_to_the_page():
    dialogue, done = play(sharing(), "give_0", "-change", "skip")
    assert (dialogue.page, dialogue.answers["heard"]) == (Page.SHARE, "skip")
    assert Record("heard", "skip") in done
    assert play(sharing(), "give_0", "-change", "-back")[0].page is Page.SHARE
    assert play(sharing(), "give_0", "-back")[0].page is Page.SHARE


def test_what_is_said_after_an_answer_that_is_kept_back_is_kept_back_with_it():
    dialogue, _ = play(sharing(), "give_1", "-hold", "give_1", "-change", "no")
    _, done = play(dialogue, "slower", "not_now")
    assert done.count(HoldBack("safe", True)) == 2


def test_a_line_is_added_and_taken_back():
    dialogue, _ = play(sharing(), "-add")
    assert dialogue.page is Page.NOTE
    assert play(dialogue, "-nothing")[0].page is play(dialogue, "-back")[0].page is Page.SHARE
    turn = hears(dialogue, wrote("we laughed"))
    assert turn.effects == (Keep("we laughed", 33, None), Say("bot/check_in/note_kept", receipt=True), BELOW)
    dialogue, done = play(turn.dialogue, "gone_33")
    assert (dialogue.page, done[0]) == (Page.SHARE, TakeBack(33))


def test_what_they_want_to_talk_about_is_kept_as_that():
    dialogue, _ = play(sharing(), "-topic")
    turn = hears(dialogue, wrote("school"))
    assert turn.effects[0] == Keep("school", 33, None, topic=True)
    assert turn.dialogue.page is Page.SHARE


def test_words_on_the_page_itself_are_a_line_of_their_own():
    turn = hears(sharing(), wrote("and thanks"))
    assert turn.effects == (Keep("and thanks", 33, None), Say("bot/check_in/note_kept", receipt=True), BELOW)


def test_words_to_an_opened_answer_are_a_note_to_it():
    turn = hears(play(sharing(), "give_1")[0], wrote("because"))
    assert turn.effects[0] == Keep("because", 33, "safe")


def test_where_free_words_are_off_none_are_asked_for():
    dialogue, _ = play(fresh(Band.B06), "-open", "lot", "lot")
    for forged in ("-add", "-topic", "give_9", "give_x", "-change", "nonsense"):
        turn = hears(dialogue, tap(dialogue, forged))
        assert (turn.dialogue, turn.effects) == (dialogue, (Hint("bot/hint/answered"),))


def test_done_closes_it_and_until_the_summary_it_can_be_opened_again():
    dialogue, done = play(sharing(), "-done")
    assert (dialogue.page, done) == (Page.DONE, [Close(CheckInState.FINISHED), Ask()])
    again, done = play(dialogue, "-again")
    assert (again.page, done) == (Page.SHARE, [Ask(), WaitUntil(Wait.EXPIRY, SOON)])
    assert play(again, "give_0", "-change", "no", "slower", "yes", "-done")[0].page is Page.DONE


def test_after_the_summary_it_stays_closed_and_says_why():
    dialogue, _ = play(sharing(), "-done")
    turn = hears(dialogue, tap(dialogue, "-again"), SOON)
    assert (turn.dialogue, turn.effects) == (dialogue, (Hint("bot/hint/told"),))


def test_what_the_therapist_has_read_cannot_be_kept_back_any_more():
    again, _ = play(sharing(), "-done", "-again")
    opened, _ = play(again, "give_0")
    for dialogue, choices in ((again, ("give_0", "give_1", "-done")), (opened, ("-hold", "-change"))):
        for choice in choices:
            assert hears(dialogue, tap(dialogue, choice), SOON).effects == (Hint("bot/hint/told"),)


def test_until_it_is_shared_for_the_first_time_all_can_be_kept_back_even_after_the_summary():
    for choice in ("give_0", "give_1"):
        opened = hears(sharing(), tap(sharing(), choice), SOON).dialogue
        assert opened.page is Page.ANSWER
        assert hears(opened, tap(opened, "-hold"), SOON).effects[0] == HoldBack(opened.prompt, True)


def test_what_is_shared_after_the_summary_offers_no_second_look():
    assert hears(sharing(), tap(sharing(), "-done"), SOON).dialogue.changes_until is None
    half, _ = teen("-open", "lot")
    assert hears(half, WaitedLong(1, Wait.EXPIRY, SOON), SOON).dialogue.changes_until is None
    assert hears(half, WaitedLong(1, Wait.EXPIRY, NOW)).dialogue.changes_until == SOON


def test_on_a_guardians_phone_nothing_can_be_looked_at_again():
    began = fresh(Band.B06, guardian=True, changes_until=SOON)
    dialogue, _ = play(began, "-open", "-here", "lot", "lot", "-done")
    assert play(dialogue, "-again")[1] == [Hint("bot/hint/told")]


def test_changed_questions_cannot_be_looked_at_again():
    dialogue, _ = play(sharing(), "-done")
    turn = advance(replace(SCRIPT, version=2), dialogue, tap(dialogue, "-again"), NOW)
    assert turn.effects == (Hint("bot/hint/closed"),)


def test_what_was_closed_in_part_shows_its_answers_again_and_stays_in_part():
    dialogue, _ = teen("-open", "lot")
    closed = hears(dialogue, WaitedLong(1, Wait.EXPIRY, NOW)).dialogue
    again, _ = play(closed, "-again", "give_0", "-hold")
    assert (again.page, again.held) == (Page.SHARE, ("heard",))
    assert hears(again, WaitedLong(1, Wait.EXPIRY, SOON)).effects[0] == Close(
        CheckInState.PARTLY, "unanswered"
    )


def test_who_looks_at_the_answers_is_not_reminded():
    assert hears(sharing(), WaitedLong(1, Wait.REMINDER, NOW)).effects == ()


def test_a_reminder_cannot_hide_the_page_from_who_comes_back():
    covered = replace(sharing(), page=Page.COVER)
    assert play(covered, "-open")[0].page is Page.SHARE


@pytest.mark.parametrize("reason", ["paused", "stopped"])
def test_who_pauses_or_stops_is_asked_nothing_more(reason):
    assert hears(fresh(), Rested(1, reason)).effects == (Close(CheckInState.EXPIRED, reason), Ask())


def test_a_typed_answer_is_taken_said_and_undone():
    dialogue, _ = teen("-open")
    turn = hears(dialogue, Typed(100, 40, "lot"))
    assert turn.effects == (Record("heard", "lot"), BELOW)
    assert (turn.dialogue.index, turn.dialogue.took) == (1, "heard")
    undone, done = play(turn.dialogue, "-undo")
    assert (undone.page, undone.index, undone.took, undone.answers) == (Page.QUESTION, 0, "", {})
    assert done == [Withdraw("heard"), Withdraw("heard.help"), Withdraw("heard.raise"), Ask()]


def test_a_low_typed_answer_is_undone_with_its_follow_up():
    turn = hears(teen("-open")[0], Typed(100, 40, "no"))
    assert turn.dialogue.page is Page.HELP
    undone, _ = play(turn.dialogue, "-undo")
    assert (undone.page, undone.followed_up) == (Page.QUESTION, "")
    typed_on = hears(turn.dialogue, Typed(100, 41, "slower"))
    assert (typed_on.effects[0], typed_on.dialogue.took) == (Record("heard.help", "slower"), "heard.help")
    last = hears(typed_on.dialogue, Typed(100, 42, "yes"))
    assert (last.effects[0], last.dialogue.took) == (Record("heard.raise", "yes"), "heard.raise")


def test_what_was_typed_after_a_low_answer_is_undone_by_itself():
    helped = hears(teen("-open", "no")[0], Typed(100, 41, "slower")).dialogue
    raised = hears(helped, Typed(100, 42, "yes")).dialogue
    undone, done = play(raised, "-undo")
    assert (undone.page, undone.index, undone.answers) == (
        Page.RAISE,
        0,
        {"heard": "no", "heard.help": "slower"},
    )
    assert done == [Withdraw("heard.raise"), Ask()]
    undone, done = play(helped, "-undo")
    assert (undone.page, undone.followed_up, undone.answers) == (Page.HELP, "heard", {"heard": "no"})
    assert done == [Withdraw("heard.help"), Withdraw("heard.raise"), Ask()]


def test_what_was_taken_back_in_a_review_is_answered_before_it_is_shared():
    dialogue, _ = play(sharing(), "give_0", "-change")
    undone, _ = play(hears(dialogue, Typed(100, 40, "lot")).dialogue, "-undo")
    assert (undone.page, undone.answers.get("heard")) == (Page.QUESTION, None)
    assert play(undone, "-back")[0] == undone
    assert play(undone, "skip")[0].page is Page.SHARE


def test_undo_is_gone_with_the_next_page():
    turn = hears(teen("-open")[0], Typed(100, 40, "lot"))
    onward, _ = play(turn.dialogue, "lot")
    assert play(onward, "-undo")[1] == [Hint("bot/hint/answered")]


def test_what_was_held_back_and_is_undone_is_held_back_no_more():
    dialogue, _ = play(sharing(), "give_0", "-hold", "give_0", "-change")
    turn = hears(dialogue, Typed(100, 40, "lot"))
    assert play(turn.dialogue, "-undo")[0].held == ()


def test_a_guardian_passes_the_phone_on_before_anything_is_asked():
    dialogue, _ = play(fresh(guardian=True), "-open")
    assert dialogue.page is Page.HANDOVER
    assert play(dialogue, "-here")[0].page is Page.QUESTION
    assert play(dialogue, "-later")[0].page is Page.LATER
    own = begin(replace(fresh(guardian=True), remind_at=None), prompted=False)
    assert own.dialogue.page is Page.HANDOVER
    asked_again = hears(play(dialogue, "-here")[0], Commanded(100, "checkin", "", "en"))
    assert asked_again.dialogue.page is Page.HANDOVER


def test_what_a_child_types_on_a_guardians_phone_is_taken_out_of_the_chat():
    dialogue, _ = play(fresh(guardian=True), "-open", "-here")
    assert hears(dialogue, Typed(100, 40, "lot")).effects[-1] == Conceal(40)
    assert Conceal(33) in hears(dialogue, wrote("well")).effects


def test_what_a_guardian_types_before_is_not_kept_as_the_childs():
    for page in (fresh(guardian=True), play(fresh(guardian=True), "-open")[0]):
        turn = hears(page, wrote("she is asleep"))
        assert turn.effects == (Say("bot/check_in/open_first", receipt=True), Conceal(33))
