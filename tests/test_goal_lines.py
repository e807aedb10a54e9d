"""What a therapist is told about goals: how each stands, how near it felt, and nothing held back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.core.goal_lines import GoalAnswer, GoalLine, goal_line
from bot.core.goals import GoalState, prompt_id
from bot.core.model import DONT_KNOW, SKIP, Band, CheckInState, ClientId, GoalId
from bot.render import summaries
from bot.render.goals import goal_question
from bot.service import reports
from bot.service.house import House
from bot.storage import checkins, goals, people
from bot.storage.keys import Keyring
from tests.house import Met, furnished, meet, seat_therapist

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SINCE = MONDAY + 7 * DAY
NOW = MONDAY + 14 * DAY
WORDS = "Sleep in my own bed"


def said(day: int, choice: int | str, **changed) -> GoalAnswer:
    value = choice if isinstance(choice, int) else None
    option = f"step{choice}" if isinstance(choice, int) else choice
    return replace(GoalAnswer(GoalId(1), "five", Band.B18, option, value, MONDAY + day * DAY), **changed)


def told(period=(), earlier=(), state=GoalState.AGREED) -> GoalLine:
    return goal_line(GoalId(1), WORDS, state, period, earlier)


def test_a_goal_that_nobody_asked_about_is_told_without_an_answer():
    assert told() == GoalLine(GoalId(1), WORDS, GoalState.AGREED, None, None, ())


def test_the_latest_step_stands_beside_the_one_before():
    line = told([said(9, 4), said(8, 3)], [said(2, 1)])
    assert (line.latest, line.before) == (said(9, 4), said(8, 3))
    assert line.points == ((MONDAY + 2 * DAY, 1), (MONDAY + 8 * DAY, 3), (MONDAY + 9 * DAY, 4))
    assert told([said(9, 4)], [said(2, 1)]).before == said(2, 1)


def test_skips_are_no_steps():
    line = told([said(9, SKIP), said(8, DONT_KNOW)], [said(2, 2)])
    assert (line.latest, line.before, line.points) == (None, None, ((MONDAY + 2 * DAY, 2),))
    assert told([said(9, 4)], [said(3, SKIP), said(2, 2)]).before == said(2, 2)


def test_what_was_said_about_another_goal_does_not_count():
    assert told([said(9, 4, goal_id=GoalId(2))]).latest is None


@pytest.mark.parametrize("other", [{"scale_id": "four"}, {"band": Band.B13}])
def test_steps_on_another_scale_or_in_another_band_are_not_compared(other):
    line = told([said(9, 4)], [said(3, 1, **other), said(2, 2)])
    assert (line.before, len(line.points)) == (said(2, 2), 2)


def test_under_nine_nothing_is_compared():
    line = told([said(9, 2, band=Band.B06)], [said(2, 1, band=Band.B06)])
    assert (line.latest, line.before) == (said(9, 2, band=Band.B06), None)


def test_a_step_that_its_scale_no_longer_has_is_told_but_not_drawn():
    line = told([said(9, "very_old_option")], [said(2, 2)])
    assert (line.latest, line.points) == (said(9, "very_old_option"), ((MONDAY + 2 * DAY, 2),))


steps = st.builds(said, st.integers(0, 20), st.one_of(st.integers(1, 5), st.just(SKIP)))


@given(st.lists(steps, max_size=6), st.lists(steps, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(period, earlier, dice):
    mixed = [dice.sample(rows, len(rows)) for rows in (period, earlier)]
    assert told(*mixed) == told(period, earlier)


# From the rows to the letter


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


def check_in(tx: Connection, house: House, client: ClientId, day: int, answers: dict[str, str]) -> int:
    number = checkins.start(
        tx,
        client,
        schedule_id=None,
        local_date=(MONDAY + day * DAY).date(),
        ordinal=day,
        due_at=MONDAY + day * DAY,
        prompt_set="starter",
        version=1,
        language="en",
        band=Band.B13,
        asked=("heard", *(prompt for prompt in answers if prompt != "heard")),
    )
    assert number is not None
    for prompt, choice in answers.items():
        checkins.record(tx, house.keyring, client, number, prompt, choice, MONDAY + day * DAY)
    checkins.close(tx, number, CheckInState.FINISHED, "", MONDAY + day * DAY)
    return number


def letters(tx: Connection, house: House, met: Met) -> list[str]:
    summary = reports.gather(tx, house, people.pairing(tx, met.pairing), SINCE, NOW)
    words = house.words("en")
    texts = summaries.tell(words, house.prompt_sets["starter"], "Mila", summary, "Europe/Vienna")
    return [text.translate(dict.fromkeys(range(0x2066, 0x206A))) for text in texts]


def goal(tx: Connection, house: House, met: Met, words: str) -> GoalId:
    number = goals.propose(tx, house.keyring, met.client, words, "en", MONDAY)
    assert number is not None
    return number


async def test_the_summary_says_how_near_it_feels_and_how_each_goal_stands(database, house):
    def story(tx: Connection) -> None:
        met = meet(tx, house, seat_therapist(tx, house.keyring, 101), 201, MONDAY)
        sleep, swim, old = (goal(tx, house, met, words) for words in (WORDS, "Swim", "Long ago"))
        goals.settle(tx, sleep, True, MONDAY)
        goals.end(tx, old, True, MONDAY)
        check_in(tx, house, met.client, 1, {prompt_id(sleep): "a_little"})
        check_in(tx, house, met.client, 9, {"heard": "mostly", prompt_id(sleep): "somewhat"})
        read = goal(tx, house, met, "Read")
        goals.settle(tx, read, True, MONDAY)
        goals.end(tx, read, True, SINCE + DAY)
        goals.settle(tx, swim, False, MONDAY)
        (letter,) = letters(tx, house, met)
        assert (
            f"Goal: “{WORDS}”: Somewhat (before: A little)\n"
            "Goal, to be talked about first: “Swim”\nGoal, reached: “Read”"
        ) in letter
        assert "Long ago" not in letter, "it was told before"
        assert "left open" not in letter, "a goal is no element"

    await database.write(story)


async def test_an_answer_that_is_held_back_is_told_nowhere(database, house):
    def story(tx: Connection) -> None:
        met = meet(tx, house, seat_therapist(tx, house.keyring, 101), 201, MONDAY)
        sleep = goal(tx, house, met, WORDS)
        goals.settle(tx, sleep, True, MONDAY)
        check_in(tx, house, met.client, 1, {prompt_id(sleep): "completely"})
        number = check_in(tx, house, met.client, 9, {prompt_id(sleep): "not_at_all"})
        checkins.hold_back(tx, number, prompt_id(sleep), True)
        (letter,) = letters(tx, house, met)
        assert f"Goal: “{WORDS}”\n" in f"{letter}\n"
        assert "Not at all" not in letter
        summary = reports.gather(tx, house, people.pairing(tx, met.pairing), SINCE, NOW)
        assert [len(line.points) for line in summary.goals] == [1]
        checkins.hold_back(tx, number, prompt_id(sleep), False)
        assert "Not at all (before: Completely)" in letters(tx, house, met)[0]

    await database.write(story)


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("band", Band)
def test_a_goal_stands_in_a_line_and_an_isolate_of_its_own(house, language, band):
    script = house.prompt_sets["starter"]
    assert script.bands[band].goal
    asked = goal_question(house.words(language), script, band, WORDS)
    *_, last = asked.split("\n")
    assert last.lstrip("\u200f") == f"\u2068{WORDS}\u2069"
