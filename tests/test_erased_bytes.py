"""In the file itself: whoever holds the database's key, too, finds nothing of a client who was erased."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from sqlalchemy import Connection, LargeBinary, delete, select

from bot.storage import checkins, erase, goals
from bot.storage.belongings import BELONGINGS
from bot.storage.checkins import Kept
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.migrate import upgrade
from bot.storage.schema import keys
from tests.house import Met, furnished, meet, seat_therapist

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINDE, MILA, KIM = 100, 200, 300
PAGE, RESERVED, SALT = 4096, 80, 16  # SQLCipher's: at the end of each page its nonce and its seal
HEADER, FRAME = 32, 24  # of the write-ahead log, and of each page in it


def opened(file: Path, key: bytes) -> bytes:
    """All pages in the clear, those of the write-ahead log too, and what no table needs any more."""
    log = file.with_name(file.name + "-wal")
    return b"".join(
        [*_pages(file.read_bytes(), key), *(_logged(log.read_bytes(), key) if log.exists() else ())]
    )


def _pages(content: bytes, key: bytes) -> Iterator[bytes]:
    for at in range(0, len(content), PAGE):
        yield _page(content[at : at + PAGE], key, first=at == 0)


def _logged(content: bytes, key: bytes) -> Iterator[bytes]:
    for at in range(HEADER, len(content), FRAME + PAGE):
        number = int.from_bytes(content[at : at + 4], "big")
        yield _page(content[at + FRAME : at + FRAME + PAGE], key, first=number == 1)


def _page(page: bytes, key: bytes, *, first: bool) -> bytes:
    nonce = page[PAGE - RESERVED : PAGE - RESERVED + 16]
    work = Cipher(AES256(key), CBC(nonce)).decryptor()
    return work.update(page[SALT if first else 0 : PAGE - RESERVED]) + work.finalize()


def fill(tx: Connection, keyring: Keyring) -> tuple[Met, Met]:
    house = furnished(keyring)
    therapist = seat_therapist(tx, keyring, LINDE)
    mila, kim = (meet(tx, house, therapist, chat, MONDAY) for chat in (MILA, KIM))
    for met in (mila, kim):
        script = house.prompt_sets["starter"]
        number = checkins.start(
            tx, met.client, schedule_id=met.schedules[0], local_date=MONDAY.date(), ordinal=0, due_at=MONDAY,
            prompt_set="starter", version=script.version, language="en", band="b13", asked=("heard",),
        )  # fmt: skip
        assert number is not None
        checkins.record(tx, keyring, met.client, number, "heard", "mostly", MONDAY)
        for at in range(40):  # more than one page
            words = f"{at} of the things that were said and are not meant for anybody else"
            moment = MONDAY + timedelta(minutes=at)
            checkins.keep(tx, keyring, met.client, number, Kept(at, words, "en", None, moment, topic=False))
        goals.propose(tx, keyring, met.client, "Sleep in my own bed", "en", MONDAY)
    return mila, kim


def sealed(tx: Connection, client: int) -> list[bytes]:
    """Everything that is sealed with the client's key, and that key, wrapped, as the first."""
    found = []
    for one in BELONGINGS:
        columns = [column for column in one.table.columns if isinstance(column.type, LargeBinary)]
        for row in tx.execute(select(*columns).where(one.rows), {"client": client}) if columns else ():
            found += [bytes(value) for value in row if value is not None]
    return found


async def test_no_page_and_no_log_holds_what_was_sealed_for_an_erased_client(tmp_path: Path) -> None:
    file, keyring = tmp_path / "attune.db", Keyring(bytes(range(32)))
    database = await Database.open(f"sqlite+aiosqlite:///{file}", keyring.database_key)
    try:
        await database.write(upgrade, keyring)
        mila, kim = await database.write(fill, keyring)
        theirs, others = [await database.write(sealed, met.client) for met in (mila, kim)]
        before = opened(file, keyring.database_key)
        assert all(value in before for value in (*theirs, *others)), "this way it would be found"
        await database.write(erase.erase, keyring, mila.client, MONDAY)
        after = opened(file, keyring.database_key)
        assert [value for value in theirs if value in after] == []
        assert all(value in after for value in others)
    finally:
        await database.close()
    assert [value for value in theirs if value in opened(file, keyring.database_key)] == []


async def test_a_bot_that_was_killed_between_empties_the_log_when_it_is_opened(tmp_path: Path) -> None:
    """Killed after the rows were gone and before the log was emptied: as if nobody had asked for that."""
    keyring, there, left = Keyring(bytes(range(32))), tmp_path / "there", tmp_path / "left"
    file = there / "attune.db"
    database = await Database.open(f"sqlite+aiosqlite:///{file}", keyring.database_key)
    try:
        await database.write(upgrade, keyring)
        mila, _ = await database.write(fill, keyring)
        key, *_ = await database.write(sealed, mila.client)
        await database.write(lambda tx: tx.execute(delete(keys).where(keys.c.owner == str(mila.client))))
        shutil.copytree(there, left)
    finally:
        await database.close()
    file = left / "attune.db"
    assert key in opened(file, keyring.database_key)
    again = await Database.open(f"sqlite+aiosqlite:///{file}", keyring.database_key)
    try:
        assert key not in opened(file, keyring.database_key)
    finally:
        await again.close()
