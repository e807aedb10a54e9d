"""The bot itself, at work: it finishes what was begun to be erased, forgets whom nobody needs any more, and
lets go of keys that were destroyed beside it."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import NoResultFound

from bot.core.model import ChatId
from bot.demo.clock import DemoClock
from bot.demo.server import State, serve
from bot.service import desk
from bot.service.clock import WallClock
from bot.service.house import House
from bot.storage import people, wishes
from bot.storage.belongings import BELONGINGS
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.migrate import upgrade
from bot.storage.schema import clients, erasures
from tests.conftest import MASTER
from tests.house import Met, furnished, meet, playing, seat_therapist
from tests.process.attune import Home, Nursery, eventually

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINDE, MILA, KIM, BEN = 100, 200, 300, 400
MINUTE = timedelta(minutes=1)
LONG_AGO = timedelta(days=365 * 3)


def fill(tx: Connection, house: House, now: datetime) -> tuple[Met, Met]:
    therapist = seat_therapist(tx, house.keyring, LINDE)
    mila, kim = (
        meet(tx, house, therapist, chat, now, alias=alias) for chat, alias in ((MILA, "Mila"), (KIM, "Kim"))
    )
    return mila, kim


def invite(tx: Connection, house: House, now: datetime) -> Met:
    """Ben, who never came."""
    therapist = people.therapist_in(tx, house.keyring, ChatId(LINDE))
    assert therapist is not None
    met = meet(tx, house, therapist.id, BEN, now, alias="Ben", state=people.PairingState.INVITED)
    people.seat_client(tx, met.client, None)
    return met


def said(state: State, code: str) -> bool:
    return any(code in message.text for message in state.chat(LINDE))


def left_of(tx: Connection, met: Met) -> int:
    """How many rows are theirs."""
    return sum(
        len(tx.execute(select(one.table).where(one.rows), {"client": met.client}).all()) for one in BELONGINGS
    )


async def test_the_start_finishes_what_was_begun_before_anybody_hears_of_it(
    database_url: str, keyring: Keyring
) -> None:
    """A backup that was put back holds whoever was erased after it was made, and the list of the erased."""
    database = await Database.open(database_url, keyring.database_key)
    try:
        await database.write(upgrade, keyring)
        mila, kim = await database.write(fill, furnished(keyring), MONDAY)
        values = {"client_id": mila.client, "code": "C001", "receipt": "R", "erased_at": MONDAY}
        await database.write(lambda tx: tx.execute(insert(erasures).values(values)))
    finally:
        await database.close()
    clock = DemoClock(MONDAY, speed=0)
    state = State(clock)
    for chat in (LINDE, MILA, KIM):
        state.person(chat, started=True)
    async with playing(database_url, keyring, clock, state) as stage:
        assert await stage.bot.database.write(left_of, mila) == 0
        await stage.travel(MONDAY + timedelta(days=7))
        assert stage.shown(MILA) == []
        assert stage.shown(KIM), "Kim's check-in came"
        assert await stage.bot.database.write(left_of, kim) > 0


async def test_a_key_that_was_destroyed_beside_the_bot_leaves_its_memory_within_a_minute(
    database_url: str, keyring: Keyring
) -> None:
    clock = DemoClock(MONDAY, speed=0)
    state = State(clock)
    for chat in (LINDE, MILA, KIM):
        state.person(chat, started=True)
    async with playing(database_url, keyring, clock, state) as stage:
        bot = stage.bot
        mila, kim = await bot.database.write(fill, bot.house, MONDAY)
        sealed = [
            await bot.database.write(keyring.seal, met.client, "somewhere", "said once")
            for met in (mila, kim)
        ]
        beside = Keyring(MASTER)
        database = await Database.open(database_url, beside.database_key)
        try:
            await database.write(desk.erased, furnished(beside), "C001", MONDAY)
        finally:
            await database.close()
        await stage.travel(MONDAY + MINUTE)
        with pytest.raises(NoResultFound):
            await bot.database.write(keyring.unseal, mila.client, "somewhere", sealed[0])
        words = await bot.database.write(keyring.unseal, kim.client, "somewhere", sealed[1])
        assert words == "said once"


async def test_housekeeping_erases_who_stopped_long_ago_and_who_never_began(
    database_url: str, tmp_path: Path, nursery: Nursery
) -> None:
    """`attune run`, as a process: soon after its start they are gone, and their therapist knows the codes."""
    now = WallClock().now()
    state = State(DemoClock(now))
    state.person(LINDE, started=True)
    async with serve(state) as server:
        home = Home(tmp_path, server.url)
        await home.prepare()
        keyring = home.keyring
        database = await Database.open(database_url, keyring.database_key)
        try:
            await database.write(upgrade, keyring)
            mila, kim = await database.write(fill, furnished(keyring), now - LONG_AGO)
            ben = await database.write(invite, furnished(keyring), now - LONG_AGO)
            await database.write(wishes.stop, mila.client, now - LONG_AGO)
            await database.write(wishes.stop, kim.client, now)
        finally:
            await database.close()
        async with nursery.running(home, ATTUNE_DATABASE_URL=database_url) as process:
            for code in ("C001", "C003"):
                told = partial(said, state, code)
                await eventually(told, f"Dr. Linde hears of {code}")
            assert await process.stop() == 0
        database = await Database.open(database_url, keyring.database_key)
        try:
            assert [await database.write(left_of, met) for met in (mila, ben)] == [0, 0]
            assert await database.write(lambda tx: tx.execute(select(clients.c.id)).all()) == [(kim.client,)]
            assert (await database.write(people.client, keyring, kim.client)).alias == "Kim"
        finally:
            await database.close()
