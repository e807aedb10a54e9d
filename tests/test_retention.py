"""What the list of belongings says about keeping is what housekeeping does: not sooner, and not later."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Table, func, insert, select

from bot.core.model import ChatId, Kind
from bot.service import forgetting, start
from bot.service.scene import Scene
from bot.storage import outbox, people
from bot.storage.belongings import BELONGINGS, OF_CHATS
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import accounts, erasures, inbox, link_tries
from bot.storage.schema import outbox as letters
from tests.house import Phones, furnished, meet, seat_therapist

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINDE, MILA, STRANGER = 100, 200, 900
TIMED = {one.table: one.kept for one in BELONGINGS if one.kept} | {
    table: kept for table, kept in OF_CHATS.items() if kept
}
BEFORE = timedelta(seconds=1)


def leave(tx: Connection, keyring: Keyring, table: Table, at: datetime) -> None:
    """A row that was dealt with at that moment."""
    if table is letters:
        seat_therapist(tx, keyring, LINDE)
        outbox.put(
            tx, keyring, chat_id=ChatId(LINDE), client_id=None, kind=Kind.REPLY, action="send",
            body={"text": "hello"}, now=at,
        )  # fmt: skip
        outbox.mark_sent(tx, tx.execute(select(letters.c.id)).scalar_one(), 1, at)
    elif table is inbox:
        # The newest number stays always: it says which update comes next.
        values = [{"update_id": 1, "arrived_at": at, "body": b"failed"}]
        tx.execute(insert(inbox), values)
        tx.execute(insert(inbox), [{"update_id": 2, "arrived_at": at + timedelta(days=400)}])
    elif table is link_tries:
        tx.execute(insert(link_tries), [{"chat_id": STRANGER, "tried_at": at}])
    else:
        raise AssertionError(f"tell how {table.name} is left behind")


@pytest.mark.parametrize("table", TIMED, ids=lambda table: table.name)
async def test_each_table_is_emptied_when_the_list_says(
    database: Database, keyring: Keyring, table: Table
) -> None:
    def count(tx: Connection, now: datetime) -> int:
        start.tidy(tx, now)
        return tx.execute(select(func.count()).select_from(table)).scalar_one()

    await database.write(leave, keyring, table, MONDAY)
    kept = TIMED[table]
    assert kept is not None
    before = await database.write(count, MONDAY + kept - BEFORE)
    assert await database.write(count, MONDAY + kept + BEFORE) == before - 1


async def test_after_an_erasure_the_number_of_the_chat_is_gone_within_a_day(
    database: Database, keyring: Keyring
) -> None:
    house, phones = furnished(keyring), Phones()

    def forget(tx: Connection) -> None:
        met = meet(tx, house, seat_therapist(tx, keyring, LINDE), MILA, MONDAY)
        forgetting.erase(Scene(tx, house, ChatId(MILA), house.words("en"), MONDAY, met.client))
        phones.deliver(tx, house, MONDAY)

    def numbers(tx: Connection) -> list[int]:
        start.tidy(tx, MONDAY + timedelta(hours=18))
        return [
            *tx.execute(select(letters.c.chat_id)).scalars(),
            *tx.execute(select(accounts.c.chat_id)).scalars(),
        ]

    await database.write(forget)
    assert any("receipt number" in body["text"] for body in phones.cards[MILA].values())
    assert set(await database.write(numbers)) == {LINDE}
    assert len(await database.write(lambda tx: tx.execute(select(erasures)).all())) == 1


async def test_a_chat_that_somebody_still_sits_in_is_not_let_go(database: Database, keyring: Keyring) -> None:
    house = furnished(keyring)

    def tidy(tx: Connection) -> list[int]:
        therapist = seat_therapist(tx, keyring, LINDE)
        meet(tx, house, therapist, MILA, MONDAY)
        gone = meet(tx, house, therapist, STRANGER, MONDAY)
        people.seat_client(tx, gone.client, None)
        start.tidy(tx, MONDAY + timedelta(days=400))
        return sorted(tx.execute(select(accounts.c.chat_id)).scalars())

    assert await database.write(tidy) == [LINDE, MILA]
