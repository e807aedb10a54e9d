"""A press on a card proves that it arrived, whatever the bot had heard of it until then."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import Connection, select

from bot.content.library import load
from bot.core.events import Tapped, Wait, WaitedLong
from bot.service import delivery, work
from bot.service.handle import handle
from bot.service.house import House
from bot.service.start import furnish
from bot.storage import dialogues
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.outbox import Letter
from bot.storage.schema import outbox
from bot.transport.sender import Outcome, Sent, Unclear
from tests.process.attune import ROOT
from tests.process.clinic import Cast, Client, found
from tests.process.telegram import Watched

NOW = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
NEW_CARD = 900


@pytest.fixture(scope="module")
def library():
    library, _ = load(ROOT)
    return library


@pytest.fixture
def house(library, keyring: Keyring) -> House:
    return furnish(library, keyring, "attune_demo_bot")


CHECK_IN = Cast(asks=0, due=1, reminded=0, summaries=0, seconds=5)
REMINDER = Cast(asks=0, due=0, reminded=1, summaries=0, seconds=5)


async def on_its_way(database: Database, house: House, cast: Cast) -> tuple[Client, Letter]:
    """Something has fallen due and is just being sent."""
    clinic = await database.write(found, house, Watched(), cast, Random(1), NOW)
    await database.write(work.take_timers, house, LATER)
    ((letter, _),) = await database.write(delivery.claim, house, LATER, (), 8)
    return clinic.clients[0], letter


async def tap(database: Database, house: House, client: Client, message_id: int) -> None:
    """Open the check-in with the button of this message."""

    def press(tx: Connection) -> None:
        (open_one,) = dialogues.open_in(tx, house.keyring, client.chat_id)
        position = open_one.state.position
        handle(tx, house, Tapped(client.chat_id, "1", message_id, open_one.id, position, "-open"), LATER)

    await database.write(press)


async def card(database: Database, house: House, client: Client) -> int | None:
    (open_one,) = await database.write(dialogues.open_in, house.keyring, client.chat_id)
    return open_one.message_id


async def letters(database: Database) -> list[tuple[str, str, str, int | None, int | None]]:
    wanted = outbox.c.kind, outbox.c.action, outbox.c.state, outbox.c.message_id, outbox.c.target
    rows = await database.write(lambda tx: tx.execute(select(*wanted).order_by(outbox.c.id)).all())
    return [tuple(row) for row in rows]


async def test_after_a_crash_a_press_tells_that_the_check_in_had_arrived(
    database: Database, house: House
) -> None:
    client, _ = await on_its_way(database, house, CHECK_IN)
    await database.write(delivery.recover, LATER)
    assert await letters(database) == [("check_in", "send", "uncertain", None, None)]
    await tap(database, house, client, NEW_CARD)
    assert await card(database, house, client) == NEW_CARD
    assert await letters(database) == [
        ("check_in", "send", "sent", NEW_CARD, None),
        ("edit", "edit", "waiting", None, None),
    ]


@pytest.mark.parametrize("outcome", [Sent(NEW_CARD), Unclear()])
async def test_a_press_that_is_faster_than_telegrams_answer_tells_it_too(
    database: Database, house: House, outcome: Outcome
) -> None:
    client, letter = await on_its_way(database, house, CHECK_IN)
    await tap(database, house, client, NEW_CARD)
    await database.write(delivery.settle, house, letter, outcome, LATER)
    await database.write(delivery.recover, LATER)
    assert (await letters(database))[0] == ("check_in", "send", "sent", NEW_CARD, None)
    assert await card(database, house, client) == NEW_CARD


async def test_a_reminder_that_was_in_doubt_takes_the_place_of_yesterdays_card(
    database: Database, house: House
) -> None:
    client, _ = await on_its_way(database, house, REMINDER)
    await database.write(delivery.recover, LATER)
    await tap(database, house, client, NEW_CARD)
    assert await card(database, house, client) == NEW_CARD
    assert await letters(database) == [
        ("check_in", "send", "sent", client.has, None),
        ("reminder", "send", "sent", NEW_CARD, None),
        ("edit", "delete", "waiting", None, client.has),
        ("edit", "edit", "waiting", None, None),
    ]


async def test_what_is_proved_is_the_newest_card_and_no_earlier_one(database: Database, house: House) -> None:
    client, _ = await on_its_way(database, house, CHECK_IN)
    await database.write(delivery.recover, LATER)
    (open_one,) = await database.write(dialogues.open_in, house.keyring, client.chat_id)
    next_day = LATER + timedelta(days=1)
    await database.write(handle, house, WaitedLong(open_one.id, Wait.REMINDER, next_day), next_day)
    await database.write(delivery.claim, house, next_day, (), 8)
    await database.write(delivery.recover, next_day)
    await tap(database, house, client, NEW_CARD)
    states = [(kind, state) for kind, action, state, _, _ in await letters(database) if action == "send"]
    assert states == [("check_in", "uncertain"), ("reminder", "sent")]
