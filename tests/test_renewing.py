"""Agreeing again: after a stop, or because the words have changed since. It is known who it is."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from bot.core.model import Band, CheckInState, ClientId, GivenBy, Kind
from bot.service import choices
from bot.service.scene import Scene
from bot.storage import checkins, consents, people
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import consents as consent_rows
from tests.play import ADA, LINDE, NOW, Play

DUE = NOW.replace(hour=16)  # 17:00 in Vienna
WEEK = timedelta(days=7)
WELCOME = ("-next", "-next", "yes")


@pytest.fixture
def play(database: Database, keyring: Keyring) -> Play:
    return Play(database, keyring)


async def stopped(play: Play, client: ClientId) -> None:
    def stop(tx: Connection) -> None:
        there = people.client(tx, play.house.keyring, client)
        assert there.chat_id is not None
        choices.stop(Scene(tx, play.house, there.chat_id, play.house.words("en"), play.now, client))

    await play.database.write(stop)
    await play.heard(LINDE)


def older_words(tx: Connection) -> None:
    """Everybody has agreed to the words of before."""
    tx.execute(update(consent_rows).values(version="0"))


async def skipped(play: Play, client: ClientId) -> list[str]:
    past = await play.database.write(checkins.of_client, client, datetime(1970, 1, 1, tzinfo=NOW.tzinfo))
    return [one.reason for one in past if one.state is CheckInState.SKIPPED]


async def test_whoever_had_stopped_is_asked_on_coming_by_and_begins_again_at_once(play: Play) -> None:
    met = await play.meet(ADA)
    await stopped(play, met.client)
    await play.until(DUE)
    assert play.shows(ADA) == []
    assert "You stopped" in await play.write(ADA, "/start")
    assert "You stopped" in await play.write(ADA, "/start"), "the same card, below"
    await play.tap(ADA, "-next", *WELCOME)
    assert "next check-in comes on Monday, 9 March" in await play.heard(ADA)
    assert await play.heard(LINDE) == play.says("bot/pairing/renewed", client="Mila")
    await play.until(DUE + WEEK)
    assert "ready" in await play.heard(ADA)


async def test_whoever_declines_to_begin_again_stays_as_they_were_and_nobody_is_told(play: Play) -> None:
    met = await play.meet(ADA)
    await stopped(play, met.client)
    told = len(play.shows(LINDE))
    await play.write(ADA, "/start")
    await play.tap(ADA, "-next", "-next", "-next", "no")
    assert len(play.shows(LINDE)) == told
    await play.until(DUE + WEEK)
    assert all("ready" not in text for text in play.shows(ADA))


async def test_new_words_are_announced_once_by_a_neutral_card_at_the_hour_of_a_check_in(play: Play) -> None:
    met = await play.meet(ADA)
    await play.database.write(older_words)
    for week in range(3):
        await play.until(DUE + week * WEEK)
    assert play.shows(ADA) == ["Hello. There is something new to read before we go on."]
    assert await skipped(play, met.client) == ["consent", "consent", "consent"]
    (card,) = [one for one in play.phones.arrived if one.letter.chat_id == ADA]
    assert card.letter.kind is Kind.NEWS
    await play.tap(ADA, "-next", *WELCOME)
    assert "next check-in comes on Monday, 23 March" in await play.heard(ADA)
    assert await play.heard(LINDE) == play.says("bot/pairing/renewed", client="Mila")
    await play.until(DUE + 3 * WEEK)
    assert "ready" in await play.heard(ADA)


async def test_whoever_does_not_want_the_new_words_has_stopped(play: Play) -> None:
    met = await play.meet(ADA)
    await play.database.write(older_words)
    await play.until(DUE)
    await play.tap(ADA, "-next", "-next", "-next", "no")
    assert await play.heard(LINDE) == play.says("bot/pairing/not_renewed", client="Mila")
    assert await play.database.write(consents.ever_in_force, met.client) == frozenset()
    await play.until(DUE + WEEK)
    assert all("ready" not in text for text in play.shows(ADA))
    assert "You stopped" in await play.write(ADA, "/start")


async def test_whoever_comes_before_the_card_reads_the_new_words_at_once(play: Play) -> None:
    await play.meet(ADA)
    await play.database.write(older_words)
    assert "I am Attune" in await play.write(ADA, "/checkin")
    await play.tap(ADA, *WELCOME)
    assert "●○" in await play.write(ADA, "/checkin")


async def test_a_guardian_agrees_again_too(play: Play) -> None:
    met = await play.meet(ADA, band=Band.B06, guardian=True)
    await play.database.write(older_words)
    await play.until(DUE)
    await play.tap(ADA, "-next", "-next", "-next", "yes")
    assert await play.database.write(consents.in_force, met.client, "2") == {GivenBy.GUARDIAN}
    await play.until(DUE + WEEK)
    assert await skipped(play, met.client) == ["consent", "consent"], "the child has not said yes"
    await play.tap(ADA, "-here", *WELCOME)
    await play.until(DUE + 2 * WEEK)
    assert "ready" in await play.heard(ADA)


async def test_whoever_is_not_linked_any_more_has_nothing_to_begin_again(play: Play) -> None:
    met = await play.meet(ADA)
    await stopped(play, met.client)
    await play.database.write(people.move, met.pairing, people.PairingState.REFUSED, NOW)
    said = await play.write(ADA, "/start")
    assert said == "To begin you need a new link. Please ask your therapist for one."
