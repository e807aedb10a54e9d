"""The therapist reads a summary, by example: what is marked, what is sent, and what is only looked at."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.content.library import load
from bot.core import reading
from bot.core.effects import Ask, Hint, MarkRead, Say
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.model import Band, Kind
from bot.core.reading import ANSWERS, WORDS_MAX, Page, Reading
from bot.render.reading_cards import reading_card
from bot.render.summaries import LETTER_MAX
from bot.render.words import Words

LIBRARY, _ = load(Path(__file__).parents[1])
NOW = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)
DAY = date(2026, 3, 5)
LETTER = Reading(7, "en", "Mila", "Dr. Linde", Band.B13, "Mila · since the beginning", NOW, DAY)
READ = replace(LETTER, page=Page.READ, position=1)
WRITING = replace(READ, page=Page.WRITING, position=2)
PREVIEW = replace(WRITING, page=Page.PREVIEW, position=3, words="Well done.", message_id=9)

PASSED = (Hint("bot/hint/answered"),)
TELEGRAM_MAX = 4096


def tap(dialogue, choice, position=None):
    return Tapped(100, "press", 5, 1, dialogue.position if position is None else position, choice)


def wrote(text, message_id=9):
    return Wrote(100, message_id, text, "en")


def after(dialogue, event):
    return reading.advance(dialogue, event, NOW)


def test_the_card_is_the_summarys_last_letter_and_must_arrive():
    assert reading.begin(LETTER).effects == (Ask(Kind.SUMMARY, new=True),)


def test_that_it_was_read_is_told_before_anything_is_answered():
    turn = after(LETTER, tap(LETTER, "-read"))
    assert turn.dialogue == READ
    assert turn.effects == (MarkRead(7, DAY), Ask())


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_reviewed_sentence_is_sent_with_one_tap(answer):
    turn = after(READ, tap(READ, answer))
    assert turn.effects == (MarkRead(7, DAY, answer), Ask())
    assert not turn.dialogue.open


def test_no_answer_sends_nothing_and_ends():
    turn = after(READ, tap(READ, "-none"))
    assert turn.effects == (Ask(),)
    assert turn.dialogue.page is Page.DONE


def test_own_words_are_shown_and_only_then_sent_as_they_were_written():
    writing = after(READ, tap(READ, "-own"))
    assert (writing.dialogue, writing.effects) == (WRITING, (Ask(),))
    shown = after(WRITING, wrote(" Well done.\n"))
    assert (shown.dialogue, shown.effects) == (PREVIEW, (Ask(),))
    sent = after(PREVIEW, tap(PREVIEW, "-send"))
    assert sent.effects == (MarkRead(7, DAY, "Well done.", own=True), Ask())
    assert sent.dialogue.page is Page.ANSWERED


def test_what_is_typed_or_changed_while_it_shows_takes_its_place_and_has_to_be_sent_anew():
    typed = after(PREVIEW, wrote("Better so.", 10)).dialogue
    changed = after(PREVIEW, Edited(100, 9, "Better so.", "en")).dialogue
    assert (typed.words, changed.words) == ("Better so.", "Better so.")
    assert after(typed, tap(typed, "-send", position=PREVIEW.position)).effects == PASSED
    assert after(PREVIEW, Edited(100, 4, "something else", "en")).dialogue == PREVIEW


def test_own_words_can_be_written_again_or_left():
    again = after(PREVIEW, tap(PREVIEW, "-again")).dialogue
    assert (again.page, again.words) == (Page.WRITING, "")
    for dialogue in (WRITING, PREVIEW):
        left = after(dialogue, tap(dialogue, "-cancel"))
        assert (left.dialogue.page, left.dialogue.words, left.effects) == (Page.READ, "", (Ask(),))


def test_own_words_have_a_most_and_a_least():
    assert after(WRITING, wrote("a" * WORDS_MAX)).dialogue.page is Page.PREVIEW
    assert after(WRITING, wrote("a" * (WORDS_MAX + 1))).effects == (Say("bot/reading/too_long"),)
    assert after(WRITING, wrote(" \n")).effects == (Say("bot/reading/only_words"),)
    assert after(WRITING, SentOther(100, 40, "en")).effects == (Say("bot/reading/only_words"),)


@pytest.mark.parametrize(
    ("dialogue", "event", "effects"),
    [
        (LETTER, tap(LETTER, "thanks"), PASSED),
        (LETTER, tap(LETTER, "-read", position=4), PASSED),
        (READ, tap(READ, "-send"), PASSED),
        (READ, tap(READ, "-read"), PASSED),
        (WRITING, tap(WRITING, "-send"), PASSED),
        (LETTER, WasAway(1), (Ask(away=True),)),
        (LETTER, wrote("hello"), (Say("bot/therapist/use_commands"),)),
        (READ, SentOther(100, 40, "en"), (Say("bot/therapist/use_commands"),)),
        (READ, Edited(100, 9, "hello", "en"), ()),
        (WRITING, Commanded(100, "invite", "", "en"), ()),
    ],
)
def test_it_stays_where_it_is_and_says_why(dialogue, event, effects):
    turn = after(dialogue, event)
    assert (turn.dialogue, turn.effects) == (dialogue, effects)


@pytest.mark.parametrize("dialogue", [LETTER, READ, WRITING, PREVIEW])
def test_a_newer_summary_makes_it_a_letter_like_any_other(dialogue):
    turn = reading.overtake(dialogue)
    assert turn.effects == (Ask(),)
    assert (turn.dialogue.page, turn.dialogue.text) == (Page.OLD, LETTER.text)
    assert after(turn.dialogue, tap(dialogue, "-read")).effects == PASSED


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("page", Page)
def test_every_page_fits_telegram_whatever_stands_on_it(page, language):
    words = Words(language, LIBRARY.texts(language))
    for band in Band:
        full = replace(
            LETTER,
            page=page,
            band=band,
            client="C" * 40,
            therapist="D" * 60,
            text="a" * LETTER_MAX,
            words="b\n" * (WORDS_MAX // 2),
            guardian=True,
        )
        body = reading_card(words, 1, full)
        assert len(body["text"]) + len(words("bot/away")) + 2 <= TELEGRAM_MAX
        assert body["protect"]
        assert bool(body.get("buttons")) is full.open
