"""That a summary was read its client hears once: not again of what they know already to have been read."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.service.house import House
from bot.storage import checkins, people
from bot.storage.database import Database
from bot.storage.keys import Keyring
from tests.house import furnished
from tests.test_read_and_answered import MILA, NOON, READ, Pair


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


async def test_what_was_read_on_request_is_no_news_before_the_session_unless_it_was_changed_since(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        pair = Pair(tx, house)
        pair.answer()
        pair.now += timedelta(minutes=1)
        pair.summarise(None)
        pair.tap("-read")
        assert pair.heard() == [READ]
        pair.now += timedelta(hours=1)
        pair.summarise()
        pair.tap("-read")
        assert pair.heard() == [READ]
        assert "✓ Read. Mila has been told so before." in pair.card()
        assert pair.marks() == [(pair.now, None)]
        pair.tap("thanks")
        assert len(pair.heard()) == 2, "an answer is news all the same"
        pair.now += timedelta(hours=1)
        (given,) = checkins.answers_of(tx, house.keyring, pair.met.client, NOON - timedelta(days=1))
        checkins.record(tx, house.keyring, pair.met.client, given, "heard", "a_little", pair.now)
        pair.summarise(None)
        pair.tap("-read")
        assert pair.heard()[2:] == [READ]

    await database.write(story)


async def test_what_was_read_while_the_client_heard_nothing_is_still_news_later(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        pair = Pair(tx, house)
        pair.answer()
        pair.summarise(None)
        people.mark_reachable(tx, MILA, False)
        pair.tap("-read")
        assert pair.heard() == []
        people.mark_reachable(tx, MILA, True)
        pair.summarise()
        pair.tap("-read")
        assert pair.heard() == [READ]

    await database.write(story)
