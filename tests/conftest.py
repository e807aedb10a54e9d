"""Both databases, real ones, and a house to stand in them."""

import zoneinfo
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.migrate import upgrade
from tests.postgres import fresh_database, server_url
from tests.process.attune import Nursery

zoneinfo.reset_tzpath(to=())  # the zones of the pinned tzdata, as in production

MASTER = bytes(range(32))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """One PostgreSQL server for each process that runs tests, from a wheel."""
    with server_url(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """It takes two seconds to import the bot, so a process that has done it is kept for forks."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/attune.db"
    return fresh_database(request.getfixturevalue("postgres"))


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(MASTER)


@pytest.fixture
async def database(database_url: str, keyring: Keyring) -> AsyncIterator[Database]:
    database = await Database.open(database_url, keyring.database_key)
    await database.write(upgrade, keyring)
    yield database
    await database.close()
