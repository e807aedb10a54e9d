"""The check-in, by example. No database, no Telegram, no await."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.checkin import About, CheckIn, Page, advance, begin
from bot.core.effects import Ask, Close, Hint, Keep, Record, Revise, Say, WaitUntil, Withdraw
from bot.core.events import (
    Commanded,
    Edited,
    NotDelivered,
    SentOther,
    Tapped,
    Wait,
    WaitedLong,
    WasAway,
    Wrote,
)  # fmt: skip
from bot.core.model import (
    Band,
    BandPlan,
    CheckInState,
    Element,
    Kind,
    Option,
    Prompt,
    PromptSet,
    Scale,
)  # fmt: skip

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
WORDS = Scale(
    "words",
    tuple(Option(name, at) for at, name in enumerate(("no", "bit", "lot"), 1)),
    frozenset({"no", "bit"}),
)
SCRIPT = PromptSet(
    "small", 1,
    (Prompt("heard", Element.HEARD), Prompt("safe", Element.SAFE), Prompt("trust", Element.TRUST)),
    {"words": WORDS},
    {
        Band.B09: BandPlan("words", 2, 1, free_words=True, follow_up=True),
        Band.B06: BandPlan("words", 2, 1, free_words=False, follow_up=False),
        Band.B13: BandPlan("words", 2, 1, free_words=True, follow_up=True),
    },
)  # fmt: skip


def fresh(band=Band.B09, plan=("heard", "safe"), *, guardian=False, changes_until=None, why=None):
    about = About("en", band, "Dr. Linde", "Mila", "Lindenhof", None, None, guardian=guardian, why=why)
    expires_at, remind_at = NOW + timedelta(days=2), NOW + timedelta(days=1)
    return CheckIn(7, about, "small", 1, plan, expires_at, remind_at, changes_until)


def tap(dialogue, choice, position=None):
    at = dialogue.position if position is None else position
    return Tapped(100, "press", 5, 1, at, choice)


def play(dialogue, *choices):
    """Tap these one after the other, each on the page that is open; what was done comes back too."""
    done = []
    for choice in choices:
        turn = advance(SCRIPT, dialogue, tap(dialogue, choice), NOW)
        dialogue = turn.dialogue
        done += turn.effects
    return dialogue, done


def wrote(text):
    return Wrote(100, 33, text, "en")


def test_a_scheduled_check_in_begins_with_a_neutral_cover_and_waits():
    turn = begin(fresh(), prompted=True)
    assert turn.dialogue.page is Page.COVER
    assert turn.effects == (
        Ask(Kind.CHECK_IN, new=True),
        WaitUntil(Wait.EXPIRY, NOW + timedelta(days=2)),
        WaitUntil(Wait.REMINDER, NOW + timedelta(days=1)),
    )


def test_one_that_the_client_asked_for_opens_at_once_and_is_not_reminded():
    turn = begin(replace(fresh(), remind_at=None), prompted=False)
    assert turn.dialogue.page is Page.QUESTION
    assert turn.effects == (Ask(Kind.REPLY, new=True), WaitUntil(Wait.EXPIRY, NOW + timedelta(days=2)))


def test_high_answers_lead_straight_through_to_the_note_and_the_end():
    dialogue, done = play(fresh(), "-open", "lot", "lot", "-nothing", "-done")
    assert dialogue.page is Page.DONE
    assert [effect for effect in done if not isinstance(effect, Ask)] == [
        Record("heard", "lot"), Record("safe", "lot"), Close(CheckInState.FINISHED),
    ]  # fmt: skip


def test_a_low_core_answer_opens_one_gentle_follow_up_and_only_one():
    dialogue, done = play(fresh(), "-open", "no", "slower", "yes")
    assert (dialogue.page, dialogue.index) == (Page.QUESTION, 1)
    assert Record("heard.help", "slower") in done
    assert Record("heard.raise", "yes") in done
    dialogue, _ = play(dialogue, "bit")
    assert dialogue.page is Page.NOTE


def test_who_would_rather_not_say_is_not_asked_further():
    dialogue, done = play(fresh(), "-open", "no", "rather_not")
    assert (dialogue.page, dialogue.index) == (Page.QUESTION, 1)
    assert Record("heard.help", "rather_not") in done


def test_a_low_answer_to_another_element_opens_none():
    dialogue, _ = play(fresh(plan=("trust", "safe")), "-open", "no")
    assert (dialogue.page, dialogue.index) == (Page.QUESTION, 1)


def test_under_nine_one_face_opens_no_follow_up_and_no_free_words():
    dialogue, _ = play(fresh(Band.B06), "-open", "no", "lot")
    assert dialogue.page is Page.SHARE


@pytest.mark.parametrize("choice", ["skip", "dont_know"])
def test_skip_and_dont_know_are_answers_and_never_low(choice):
    dialogue, done = play(fresh(), "-open", choice)
    assert (dialogue.page, dialogue.index) == (Page.QUESTION, 1)
    assert Record("heard", choice) in done


def test_back_leads_page_by_page_to_the_first_question_and_no_further():
    dialogue, _ = play(fresh(), "-open", "no", "slower", "yes", "lot")
    pages = []
    for _ in range(4):
        dialogue, _ = play(dialogue, "-back")
        pages.append((dialogue.page, dialogue.index))
    assert pages == [(Page.QUESTION, 1), (Page.QUESTION, 0), (Page.QUESTION, 0), (Page.QUESTION, 0)]
    help_page, _ = play(fresh(), "-open", "no")
    assert play(help_page, "-back")[0].page is Page.QUESTION
    raise_page, _ = play(help_page, "slower")
    assert play(raise_page, "-back")[0].page is Page.HELP


def test_a_changed_answer_takes_its_follow_up_with_it():
    dialogue, _ = play(fresh(), "-open", "no", "slower", "yes", "-back")
    dialogue, done = play(dialogue, "lot")
    assert done[:3] == [Record("heard", "lot"), Withdraw("heard.help"), Withdraw("heard.raise")]
    assert (dialogue.page, dialogue.followed_up) == (Page.QUESTION, "")


def test_a_changed_mind_about_help_withdraws_the_wish_to_raise_it():
    dialogue, _ = play(fresh(), "-open", "no", "slower", "-back")
    _, done = play(dialogue, "rather_not")
    assert done[:2] == [Record("heard.help", "rather_not"), Withdraw("heard.raise")]


@pytest.mark.parametrize("choice", ["lot", "-open", "slower", "nonsense", "-back"])
def test_an_old_button_changes_nothing_and_says_so_kindly(choice):
    dialogue, _ = play(fresh(), "-open", "lot")
    turn = advance(SCRIPT, dialogue, tap(dialogue, choice, position=1), NOW)
    assert turn.dialogue == dialogue
    assert turn.effects == (Hint("bot/hint/answered"),)


def test_a_choice_that_is_not_on_the_page_changes_nothing():
    dialogue, _ = play(fresh(), "-open")
    for forged in ("-open", "slower", "maximal", "-nothing"):
        turn = advance(SCRIPT, dialogue, tap(dialogue, forged), NOW)
        assert turn.dialogue == dialogue
        assert turn.effects == (Hint("bot/hint/answered"),)


def test_the_cover_takes_nothing_but_open():
    turn = advance(SCRIPT, fresh(), tap(fresh(), "-back"), NOW)
    assert turn.dialogue == fresh()


def test_words_on_the_note_page_are_kept_and_shown_before_they_are_shared():
    dialogue, _ = play(fresh(), "-open", "lot", "lot")
    turn = advance(SCRIPT, dialogue, wrote("we laughed"), NOW)
    assert turn.dialogue.page is Page.SHARE
    assert turn.effects == (
        Keep("we laughed", 33, None), Say("bot/check_in/note_kept", receipt=True), Ask(Kind.REPLY, new=True),
    )  # fmt: skip


def test_words_at_a_question_are_a_note_to_it_and_the_buttons_stay():
    dialogue, _ = play(fresh(), "-open")
    turn = advance(SCRIPT, dialogue, wrote("sort of"), NOW)
    assert turn.dialogue == dialogue
    assert turn.effects == (Keep("sort of", 33, "heard"), Say("bot/check_in/note_kept", receipt=True))
    on_cover = advance(SCRIPT, fresh(), wrote("hello"), NOW)
    assert on_cover.effects[0] == Keep("hello", 33, None)


def test_where_free_words_are_off_nothing_is_kept():
    turn = advance(SCRIPT, fresh(Band.B06), wrote("hello"), NOW)
    assert turn.effects == (Say("bot/check_in/only_buttons", receipt=True),)


def test_an_edited_message_revises_its_note_in_silence():
    assert advance(SCRIPT, fresh(), Edited(100, 33, "better", "en"), NOW).effects == (Revise("better", 33),)


def test_where_words_are_shown_they_are_shown_anew_when_they_are_edited():
    dialogue, _ = play(fresh(), "-open", "lot", "lot", "-nothing")
    turn = advance(SCRIPT, dialogue, Edited(100, 33, "better", "en"), NOW)
    assert (turn.dialogue, turn.effects) == (dialogue, (Revise("better", 33), Ask()))


def test_a_photo_is_answered_kindly():
    assert advance(SCRIPT, fresh(), SentOther(100, 40, "en"), NOW).effects == (
        Say("bot/check_in/only_buttons", receipt=True),
    )


def test_asking_for_the_check_in_again_brings_a_fresh_card():
    dialogue, _ = play(fresh(), "-open")
    turn = advance(SCRIPT, dialogue, Commanded(100, "checkin", "", "en"), NOW)
    assert turn.effects == (Ask(Kind.REPLY, new=True),)
    assert (turn.dialogue.page, turn.dialogue.position) == (dialogue.page, dialogue.position + 1)


def test_after_an_absence_the_card_asks_for_the_tap_again_and_its_buttons_still_count():
    dialogue, _ = play(fresh(), "-open")
    turn = advance(SCRIPT, dialogue, WasAway(1), NOW)
    assert turn.dialogue == dialogue
    assert turn.effects == (Ask(away=True),)


def test_a_reminder_covers_the_card_again_and_resumes_at_the_first_open_question():
    dialogue, _ = play(fresh(), "-open", "lot")
    turn = advance(SCRIPT, dialogue, WaitedLong(1, Wait.REMINDER, NOW), NOW)
    assert turn.dialogue.page is Page.COVER
    assert turn.effects == (Ask(Kind.REMINDER, new=True),)
    opened, _ = play(turn.dialogue, "-open")
    assert (opened.page, opened.index) == (Page.QUESTION, 1)


def test_a_reminder_after_the_last_answer_resumes_at_the_note():
    dialogue, _ = play(fresh(), "-open", "lot", "lot")
    turn = advance(SCRIPT, dialogue, WaitedLong(1, Wait.REMINDER, NOW), NOW)
    assert play(turn.dialogue, "-open")[0].page is Page.NOTE


def test_a_reminder_that_comes_too_late_is_left_out():
    turn = advance(SCRIPT, fresh(), WaitedLong(1, Wait.REMINDER, NOW), NOW + timedelta(hours=3))
    assert turn.dialogue == fresh()
    assert turn.effects == ()


def test_silence_closes_it_with_its_reason():
    turn = advance(SCRIPT, fresh(), WaitedLong(1, Wait.EXPIRY, NOW), NOW)
    assert turn.effects == (Close(CheckInState.EXPIRED, "unanswered"), Ask())
    dialogue, _ = play(fresh(), "-open", "lot")
    turn = advance(SCRIPT, dialogue, WaitedLong(1, Wait.EXPIRY, NOW), NOW)
    assert turn.effects == (Close(CheckInState.PARTLY, "unanswered"), Ask())


def test_who_answered_everything_has_finished_even_if_the_last_page_stays_open():
    dialogue, _ = play(fresh(), "-open", "lot", "skip")
    turn = advance(SCRIPT, dialogue, WaitedLong(1, Wait.EXPIRY, NOW), NOW)
    assert turn.effects == (Close(CheckInState.FINISHED, "time_up"), Ask())
    assert turn.dialogue.page is Page.DONE


def test_a_check_in_that_was_never_sent_is_skipped_for_that_reason():
    turn = advance(SCRIPT, fresh(), NotDelivered(1, Kind.CHECK_IN, "late"), NOW)
    assert turn.effects == (Close(CheckInState.SKIPPED, "late"),)
    assert not turn.dialogue.open


def test_a_reminder_that_was_never_sent_leaves_the_first_card_in_use():
    turn = advance(SCRIPT, fresh(), NotDelivered(1, Kind.REMINDER, "late"), NOW)
    assert turn.dialogue == fresh()
    assert turn.effects == (Ask(),)


def test_changed_questions_end_an_open_check_in():
    turn = advance(replace(SCRIPT, version=2), fresh(), tap(fresh(), "-open"), NOW)
    assert turn.effects == (Close(CheckInState.EXPIRED, "changed"), Ask())


def test_a_closed_check_in_stays_closed():
    dialogue, _ = play(fresh(), "-open", "lot", "lot", "-nothing", "-done")
    assert advance(SCRIPT, dialogue, tap(dialogue, "lot"), NOW).effects == (Hint("bot/hint/closed"),)
    assert advance(SCRIPT, dialogue, WaitedLong(1, Wait.EXPIRY, NOW), NOW).effects == ()
