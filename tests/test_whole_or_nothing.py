"""Decision and rows commit together: broken off at any statement, an event leaves all of it or nothing,
and what is done again ends as if nothing had ever gone wrong."""

import asyncio
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, LargeBinary, event, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.service import work
from bot.service.house import House
from bot.storage import inbox
from bot.storage.columns import Instant
from bot.storage.database import Database, StorageProblem
from bot.storage.keys import Keyring
from bot.storage.migrate import upgrade
from bot.storage.schema import answers, clients, dialogues, metadata, notes, therapists
from bot.storage.schema import inbox as inbox_rows
from bot.storage.schema import timers as timer_rows
from tests.conftest import MASTER
from tests.house import furnished, rows
from tests.story import Story

TABLES = metadata.sorted_tables
NEVER = 1_000_000
SHARE = 0.45
SEALED = (
    (answers, "client_id", "answers.choice/{row.check_in_id}/{row.prompt_id}", "choice"),
    (notes, "client_id", "notes.words/{row.message_id}", "words"),
    (dialogues, "client_id", "dialogues.state/{row.id}", "state"),
    (clients, "id", "clients.alias/{row.id}", "alias"),
    (therapists, "", "therapists.name/{row.id}", "name"),
)
TWICE_THE_SAME_FACT = "INSERT INTO facts (name, value) SELECT 'a', 'b' UNION ALL SELECT 'a', 'c'"


def full_disk() -> OperationalError:
    """What the driver says; the bot stops then, so this is as good as a power cut."""
    return OperationalError("", None, Exception("database or disk is full"))


class Mishap(Exception):
    """Our own mistake in one event."""


@contextmanager
def broken(tx: Connection, at: int, how: str) -> Iterator[list[str]]:
    """Let the ``at``-th statement fail, counted from 0. What comes out are those that were begun."""
    begun: list[str] = []

    def before(
        connection: Connection, cursor: object, statement: str, parameters: Any, context: object, many: bool
    ) -> tuple[str, Any]:
        begun.append(statement)
        if len(begun) - 1 != at:
            return statement, parameters
        if how == "refused" and not many:
            return TWICE_THE_SAME_FACT, ()
        raise full_disk() if how == "full disk" else Mishap

    event.listen(tx, "before_cursor_execute", before, retval=True)
    try:
        yield begun
    finally:
        event.remove(tx, "before_cursor_execute", before)


class Breaking:
    """Runs transactions; a share of them it breaks off once or more before it lets them pass."""

    def __init__(self, database: Database, house: House, how: str, seed: int, *, every: bool) -> None:
        self.cases = 0
        self._database, self._house, self._how, self._every = database, house, how, every
        self._dice = random.Random(seed)
        self._timer_failed = False

    async def __call__(self, step: Callable[..., Any], *args: Any, at: datetime) -> Any:
        if self._spared(step):
            return await self._database.write(step, *args)
        before = await self._database.write(rows, *TABLES)
        statements = await self._cut_off(step, args, NEVER)
        assert await self._database.write(rows, *TABLES) == before
        for number in self._places(statements):
            if self._how == "full disk":
                await self._cut_off(step, args, number)
                assert await self._database.write(rows, *TABLES) == before
            elif await self._fail(step, args, number):
                await self._know_of_it(before)
                self._timer_failed = step is work.take_timers
                return await self._database.write(work.take_failed, self._house, at + inbox.AGAIN_AFTER)
            else:
                assert await self._database.write(rows, *TABLES) == before
        return await self._database.write(step, *args)

    def _spared(self, step: Callable[..., Any]) -> bool:
        if step is work.take_timers and self._timer_failed:  # for ever would be too often
            self._timer_failed = False
            return True
        if self._how != "full disk" and step is not work.take_timers and step is not work.take_updates:
            return True  # elsewhere a mistake of ours stops the bot, as a full disk does
        return not self._every and self._dice.random() > SHARE

    def _places(self, statements: list[str]) -> list[int]:
        places = [
            number
            for number, statement in enumerate(statements)
            # Savepoints are the database's own: only what stops the bot can go wrong with them.
            if self._how == "full disk" or not statement.startswith(("SAVEPOINT", "RELEASE", "BEGIN"))
        ]
        return places if self._every and self._how == "full disk" else [self._dice.choice(places)]

    async def _cut_off(self, step: Callable[..., Any], args: tuple[Any, ...], number: int) -> list[str]:
        """Let the disk be full at this statement, or at the commit; which statements there were."""
        begun: list[str] = []

        def transaction(tx: Connection) -> None:
            nonlocal begun
            with broken(tx, number, "full disk") as begun:
                step(tx, *args)
            raise full_disk()

        with pytest.raises(StorageProblem, match="disk is full"):
            await self._database.write(transaction)
        self._house.refused.clear()  # the bot stopped, and was started again
        await self._forget_numbers()
        self.cases += 1
        return begun

    async def _fail(self, step: Callable[..., Any], args: tuple[Any, ...], number: int) -> bool:
        """Let this statement fail; whether the transaction was committed all the same."""

        def transaction(tx: Connection) -> None:
            with broken(tx, number, self._how):
                step(tx, *args)

        self.cases += 1
        try:
            await self._database.write(transaction)
        except (Mishap, IntegrityError):
            return False
        finally:
            await self._forget_numbers()
        return True

    async def _know_of_it(self, before: dict[str, Any]) -> None:
        """Nothing is left of the event but that it failed."""
        after = await self._database.write(rows, *TABLES)
        for table in TABLES:
            if table not in (inbox_rows, timer_rows):
                assert after[table.name] == before[table.name]

    async def _forget_numbers(self) -> None:
        """PostgreSQL never takes a number back; here it does, so that two runs can be compared."""

        def reset(tx: Connection) -> None:
            for table in TABLES:
                if tx.dialect.name == "postgresql" and "id" in table.c:
                    top = tx.execute(select(func.max(table.c.id))).scalar()
                    sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
                    tx.execute(text(f"SELECT setval({sequence}, {top or 1}, {bool(top)})"))

        await self._database.write(reset)


def picture(tx: Connection) -> dict[str, Any]:
    """All that is remembered, opened with a key that was just read, and without what differs each time."""
    keyring = Keyring(MASTER)
    seen: dict[str, Any] = {}
    for table in TABLES:
        told = [
            column
            for column in table.c
            if column.name not in ("ref", "failures")
            and not isinstance(column.type, LargeBinary)
            and (column.name == "due_at" or not isinstance(column.type, Instant))
        ]
        found = tx.execute(select(*told))
        seen[table.name] = sorted(_to_the_minute(str(tuple(map(str, row)))) for row in found)
    for table, owner, place, sealed in SEALED:
        for row in tx.execute(select(table)).all():
            where, key, content = place.format(row=row), getattr(row, owner, None), getattr(row, sealed)
            if content is not None:
                seen[where] = _to_the_minute(keyring.unseal(tx, key, where, content))
    return seen


def _to_the_minute(told: str) -> str:
    return re.sub(r"(T| )(\d\d:\d\d):\d\d(\.\d+)?", r"\1\2", told)


async def told(database: Database, how: str = "", seed: int = 0, *, every: bool = False) -> tuple[Any, int]:
    """The story's end, and how often it was broken off."""
    house = furnished(Keyring(MASTER))
    breaking = Breaking(database, house, how, seed, every=every)

    async def simply(step: Callable[..., Any], *args: Any, at: datetime) -> Any:
        return await database.write(step, *args)

    story = Story(house, breaking if how else simply)
    await story.tell()
    heard = [(one.parcel.chat_id, one.parcel.action) for one in story.phones.arrived]
    return (heard, await database.write(picture)), breaking.cases


@pytest.fixture(scope="module")
def as_it_should_be(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The story's end when nothing goes wrong."""

    async def undisturbed() -> Any:
        keyring = Keyring(MASTER)
        folder = tmp_path_factory.mktemp("whole")
        database = await Database.open(f"sqlite+aiosqlite:///{folder}/attune.db", keyring.database_key)
        await database.write(upgrade, keyring)
        end, _ = await told(database)
        assert await database.write(rows_that_failed) == []
        await database.close()
        return end

    return asyncio.run(undisturbed())


def rows_that_failed(tx: Connection) -> list[int]:
    return list(tx.execute(select(inbox_rows.c.update_id).where(inbox_rows.c.failures > 0)).scalars())


@pytest.mark.parametrize("how", ["full disk", "mishap", "refused"])
async def test_whatever_breaks_off_leaves_all_or_nothing_and_the_end_is_the_same(
    database: Database, as_it_should_be: Any, how: str
) -> None:
    end, cases = await told(database, how, 1)
    assert end == as_it_should_be
    assert cases > (150 if how == "full disk" else 25)


@pytest.mark.soak
async def test_the_same_when_the_disk_is_full_at_every_single_statement(
    database: Database, as_it_should_be: Any
) -> None:
    end, cases = await told(database, "full disk", 1, every=True)
    assert end == as_it_should_be
    assert cases > 1_400


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("how", ["mishap", "refused"])
async def test_the_same_when_every_single_event_fails_at_first(
    database: Database, as_it_should_be: Any, how: str, seed: int
) -> None:
    end, cases = await told(database, how, seed, every=True)
    assert end == as_it_should_be
    assert cases > 100
