"""Who is not there is told of once: no summary comes week by week of somebody who stopped or cannot be
reached. And what a summary has told can no longer be changed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import sharing
from bot.core.checkin import Page
from bot.core.effects import Ask
from bot.core.model import CheckInState
from bot.core.summary import summarise
from bot.storage import summaries
from bot.storage.database import Database
from bot.storage.keys import Keyring
from tests.past import HEARD, SINCE, UNTIL, check_in, tell
from tests.play import ADA, LINDE, NOW, Play
from tests.test_checkin import fresh

DUE = NOW.replace(hour=16)  # Monday, 17:00 in Vienna
SUMMARY = NOW.replace(day=5, hour=11)  # Thursday at noon; the session is two hours later
WEEK = timedelta(days=7)
ANSWERS = ("-open", "mostly", "mostly", "mostly", "mostly", "-nothing", "-done")


@pytest.fixture
def play(database: Database, keyring: Keyring) -> Play:
    return Play(database, keyring)


def told_of(play: Play) -> list[str]:
    """The first lines of all summaries that the therapist's phone shows."""
    return [text.splitlines()[0] for text in play.shows(LINDE) if text.startswith("Mila ·")]


async def stop(play: Play) -> None:
    await play.write(ADA, "/stop")
    await play.tap(ADA, "yes")


async def test_after_a_stop_what_was_not_told_yet_is_told_and_then_nothing(play: Play) -> None:
    met = await play.meet(ADA)
    await play.until(DUE)
    await play.tap(ADA, *ANSWERS)
    await stop(play)
    for week in range(4):
        await play.until(SUMMARY + week * WEEK)
    assert told_of(play) == ["Mila · since the beginning"]
    made = await play.database.write(summaries.of_pairing, met.pairing)
    assert [one.made_at for one in made] == [SUMMARY]


async def test_who_cannot_be_reached_is_told_of_once_and_on_coming_back_all_of_it_stands_in_one_summary(
    play: Play,
) -> None:
    await play.meet(ADA)
    await play.membership(ADA, "kicked")
    for week in range(3):
        await play.until(SUMMARY + week * WEEK)
    assert told_of(play) == []
    await play.membership(ADA, "member")
    await play.until(SUMMARY + 3 * WEEK)
    assert told_of(play) == ["Mila · since the beginning"]
    assert "Answered: 0 of 4" in await play.heard(LINDE)
    assert "Not sent: 3 (the client could not be reached)" in await play.heard(LINDE)


async def test_who_comes_back_in_the_hours_before_the_session_is_told_of_before_it(play: Play) -> None:
    await play.meet(ADA)
    await stop(play)
    await play.until(SUMMARY + timedelta(minutes=30))
    assert told_of(play) == []
    await play.write(ADA, "/start")
    await play.tap(ADA, "-next", "-next", "-next", "yes")
    await play.write(ADA, "/checkin")
    for _ in range(2):
        await play.tap(ADA, *ANSWERS[1:])
        await play.write(ADA, "/checkin")
    assert told_of(play) == ["Mila · since the beginning", "Mila · answered after the summary"]


def test_what_says_no_more_than_that_nobody_was_there_is_no_news() -> None:
    gone = check_in(10, state=CheckInState.SKIPPED, reason="unreachable", asked=(HEARD,))
    stopped = replace(gone, id=11, reason="stopped")
    assert not tell(gone, stopped).news
    assert not tell().news
    for other in ("late", "paused", "consent"):
        assert tell(gone, replace(stopped, reason=other)).news
    assert tell(gone, check_in(11, asked=(HEARD,), state=CheckInState.EXPIRED)).news


def test_what_closed_without_an_answer_because_of_a_wish_is_named_by_it_and_is_not_unanswered() -> None:
    left = check_in(9, asked=(HEARD,), state=CheckInState.EXPIRED, reason="unanswered")
    rested = [replace(left, id=number, reason=reason) for number, reason in ((10, "paused"), (11, "stopped"))]
    told = summarise([left, *rested], [], [], SINCE, UNTIL)
    assert (told.due, told.unanswered, told.rested) == (3, 1, {"paused": 1, "stopped": 1})


def test_only_a_closed_card_that_offers_a_second_look_is_changed_when_the_summary_is_made() -> None:
    open_one = fresh(changes_until=SUMMARY)
    done = replace(open_one, page=Page.DONE)
    turn = sharing.told(done, SUMMARY)
    assert (turn.dialogue, turn.effects) == (replace(done, changes_until=None), (Ask(),))
    for other in (open_one, replace(done, changes_until=None)):
        assert sharing.told(other, SUMMARY).effects == ()
    assert sharing.told(done, SUMMARY - timedelta(minutes=1)).effects == ()
