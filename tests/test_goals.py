"""Goals: whose turn it is, what the dialogues about them make of what is said, and how they are kept."""

from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select, update

from bot.core import agreeing, phrasing
from bot.core.agreeing import Agreeing
from bot.core.effects import Ask, Hint, Propose, Say, Settle
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.goals import GOALS_MAX, WORDS_MAX, GoalState, goal_of, goal_words, prompt_id, whose_turn
from bot.core.model import Band, ClientId, GoalId, Kind
from bot.core.phrasing import Phrasing
from bot.storage import goals, people
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import goals as goal_rows

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINDE = 101
WORDS = "Sleep in my own bed"


# Whose turn

agreed_goals = st.lists(st.integers(1, 99), unique=True, max_size=GOALS_MAX)


@given(agreed_goals, st.integers(1, 4), st.integers(0, 500))
def test_every_goal_comes_round_one_at_a_time(agreed, every, start):
    turns = [whose_turn(agreed, start + at, every) for at in range(every * len(agreed))]
    assert sorted(turn for turn in turns if turn is not None) == sorted(agreed)


@given(st.integers(0, 500), st.integers(1, 4))
def test_nobody_without_goals_is_asked_about_one(ordinal, every):
    assert whose_turn([], ordinal, every) is None


@given(agreed_goals, st.integers(0, 500), st.randoms(use_true_random=False))
def test_turns_do_not_depend_on_the_order_of_the_goals(agreed, ordinal, dice):
    assert whose_turn(dice.sample(agreed, len(agreed)), ordinal) == whose_turn(agreed, ordinal)


def test_an_answer_about_a_goal_is_named_after_it_and_no_other_is():
    assert prompt_id(GoalId(3)) == "goal.3"
    assert goal_of("goal.3") == 3
    assert [goal_of(one) for one in ("heard", "goal", "goal.", "goal.x", "heard.help", "3")] == [None] * 6


def test_a_goal_is_said_in_one_line_that_is_not_too_long():
    assert goal_words("  sleep \n alone ") == "sleep alone"
    assert goal_words("a" * WORDS_MAX) == "a" * WORDS_MAX
    assert goal_words("a" * (WORDS_MAX + 1)) is None
    assert goal_words(" \n ") is None


# The dialogues, by example

CARD = Agreeing(3, 7, "en", "Mila", WORDS)
FIRST = Agreeing(3, 7, "en", "Mila", WORDS, agreeing.Page.TALK_FIRST, position=1)
DONE = Agreeing(3, 7, "en", "", "", agreeing.Page.AGREED, position=1)
BLANK = Phrasing(3, "en", "Mila")
WRITTEN = Phrasing(3, "en", "Mila", WORDS, phrasing.Page.REVIEW, position=1)
PASSED, AGAIN, BELOW = (Hint("bot/hint/answered"),), (Ask(away=True),), (Ask(Kind.REPLY, new=True),)
USE_COMMANDS, UNCLEAR = (Say("bot/therapist/use_commands"),), (Say("bot/goal/write/unclear"),)


def tap(dialogue, choice, position=None):
    return Tapped(LINDE, "press", 5, 1, dialogue.position if position is None else position, choice)


def typed(text):
    return Wrote(LINDE, 9, text, "en")


@pytest.mark.parametrize(
    ("dialogue", "event", "effects", "page"),
    [
        (CARD, tap(CARD, "yes"), (Settle(7, agreed=True), Ask()), "agreed"),
        (CARD, tap(CARD, "talk"), (Settle(7, agreed=False), Ask()), "talk_first"),
        (FIRST, tap(FIRST, "yes"), (Settle(7, agreed=True), Ask()), "agreed"),
        (FIRST, tap(FIRST, "talk"), PASSED, "talk_first"),
        (CARD, tap(CARD, "yes", position=7), PASSED, "asked"),
        (CARD, tap(CARD, "perhaps"), PASSED, "asked"),
        (DONE, tap(DONE, "yes"), PASSED, "agreed"),
        (CARD, WasAway(1), AGAIN, "asked"),
        (CARD, typed("yes"), USE_COMMANDS, "asked"),
        (CARD, SentOther(LINDE, 40, "en"), USE_COMMANDS, "asked"),
        (CARD, Edited(LINDE, 9, "yes", "en"), (), "asked"),
        (CARD, Commanded(LINDE, "goal", "", "en"), (), "asked"),
    ],
)
def test_a_therapist_agrees_or_wants_to_talk_first_and_may_agree_then(dialogue, event, effects, page):
    turn = agreeing.advance(dialogue, event, MONDAY)
    assert (turn.effects, turn.dialogue.page) == (effects, page)


@pytest.mark.parametrize(
    ("dialogue", "event", "effects", "page"),
    [
        (BLANK, typed(f" {WORDS}\n"), BELOW, "review"),
        (BLANK, typed("a" * 121), UNCLEAR, "words"),
        (BLANK, SentOther(LINDE, 40, "en"), UNCLEAR, "words"),
        (BLANK, tap(BLANK, "-keep"), PASSED, "words"),
        (BLANK, tap(BLANK, "-back"), PASSED, "words"),
        (BLANK, tap(BLANK, "-cancel"), (Ask(),), "cancelled"),
        (WRITTEN, tap(WRITTEN, "-keep"), (Propose(WORDS, 3), Ask()), "kept"),
        (WRITTEN, tap(WRITTEN, "-keep", position=0), PASSED, "review"),
        (WRITTEN, tap(WRITTEN, "-back"), (Ask(),), "words"),
        (WRITTEN, typed("Swim"), BELOW, "review"),
        (WRITTEN, WasAway(1), AGAIN, "review"),
        (WRITTEN, Commanded(LINDE, "goal", "", "en"), BELOW, "review"),
        (WRITTEN, Edited(LINDE, 9, "Swim", "en"), (), "review"),
    ],
)
def test_what_a_client_said_is_written_looked_at_and_kept(dialogue, event, effects, page):
    turn = phrasing.advance(dialogue, event, MONDAY)
    assert (turn.effects, turn.dialogue.page) == (effects, page)
    if page == "review":
        assert turn.dialogue.words == ("Swim" if event == typed("Swim") else WORDS)


def test_a_goal_that_is_written_down_listens_to_nothing_more():
    closed = phrasing.closed(WRITTEN, phrasing.Page.KEPT)
    assert phrasing.advance(closed, tap(closed, "-keep"), MONDAY).effects == PASSED
    assert phrasing.advance(closed, typed("Swim"), MONDAY).effects == ()


# How they are kept


def add(tx: Connection, keyring: Keyring, client: ClientId, words: str = WORDS) -> GoalId | None:
    return goals.propose(tx, keyring, client, words, "en", MONDAY)


@pytest.fixture
async def client(database: Database, keyring: Keyring) -> ClientId:
    def begin(tx: Connection) -> ClientId:
        return people.add_client(
            tx,
            keyring,
            alias="Mila",
            band=Band.B13,
            language="en",
            zone="Europe/Vienna",
            prompt_set="starter",
        )

    return await database.write(begin)


async def test_there_are_three_open_goals_at_most_and_an_ended_one_makes_room(database, keyring, client):
    def three(tx: Connection) -> None:
        first, second, third = (add(tx, keyring, client, words) for words in ("a", "b", "c"))
        assert add(tx, keyring, client, "d") is None
        assert goals.settle(tx, second, True, MONDAY)
        assert goals.end(tx, second, True, MONDAY)
        assert not goals.end(tx, second, False, MONDAY), "a goal ends once"
        assert not goals.settle(tx, second, True, MONDAY)
        fourth = add(tx, keyring, client, "d")
        assert [one.words for one in goals.open_of(tx, keyring, client)] == ["a", "c", "d"]
        everything = goals.of_client(tx, keyring, client)
        assert [one.id for one in everything] == [first, second, third, fourth]
        assert (everything[1].state, everything[1].agreed_at, everything[1].ended_at) == (
            GoalState.REACHED,
            MONDAY,
            MONDAY,
        )

    await database.write(three)


async def test_the_first_word_counts_but_after_a_talk_a_goal_can_be_agreed(database, keyring, client):
    def settle(tx: Connection) -> None:
        goal = add(tx, keyring, client)
        answers = [(False, True), (False, False), (True, True), (True, False), (False, False)]
        assert [goals.settle(tx, goal, agreed, MONDAY) for agreed, _ in answers] == [
            one for _, one in answers
        ]
        kept = goals.one(tx, keyring, goal)
        assert kept is not None
        assert (kept.state, kept.agreed_at) == (GoalState.AGREED, MONDAY)
        assert goals.one(tx, keyring, GoalId(99)) is None

    await database.write(settle)


async def test_the_words_are_sealed_for_this_client_and_this_goal(database, keyring, client):
    def look(tx: Connection) -> None:
        one, other = (add(tx, keyring, client, words) for words in ("secret wish", "another"))
        kept = tx.execute(select(goal_rows.c.words).where(goal_rows.c.id == one)).scalar_one()
        assert b"secret" not in bytes(kept)
        tx.execute(update(goal_rows).where(goal_rows.c.id == other).values(words=kept))
        with pytest.raises(InvalidTag):
            goals.one(tx, keyring, other)

    await database.write(look)
