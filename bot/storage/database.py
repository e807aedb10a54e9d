"""One database, one writer at a time, whole transactions as plain functions.

SQLite is SQLCipher on aiosqlite's thread: a transaction is handed over whole, so it costs one
hop and not one for each statement. PostgreSQL is asyncpg, for clinics that have a server.
"""

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

import aiosqlite
import sqlcipher3.dbapi2
from sqlalchemy import Connection, PoolProxiedConnection, StaticPool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError

from bot.storage.keys import KeyProblem
from bot.storage.trouble import StorageDown, is_away, told
from bot.storage.trouble import StorageProblem as StorageProblem

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

P = ParamSpec("P")
R = TypeVar("R")

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "2",
    "secure_delete": "1",
    "foreign_keys": "1",
    "busy_timeout": "5000",
    "temp_store": "2",  # temporary tables in memory: nothing in the clear beside the file
}
LOCK = 0x41545455
_WIPE = "wipe the log"


class Database:
    """Runs plain functions of a connection, each in its own transaction, one after the other."""

    def __init__(self, engine: "_Sqlite | _Postgres") -> None:
        self._engine = engine
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, key: bytes, *, alone: bool = False) -> "Database":
        """Open the database at ``url``. ``alone`` refuses if another bot has it already."""
        match _backend(url):
            case "postgresql":
                return cls(await _Postgres.open(url, alone))
            case "sqlite":
                return cls(await _Sqlite.open(url, key, alone))
            case _:
                raise StorageProblem(
                    "ATTUNE_DATABASE_URL is no address that Attune knows. Write"
                    " sqlite+aiosqlite:///FOLDER/attune.db or postgresql+asyncpg://…"
                )

    async def write(
        self, work: Callable[Concatenate[Connection, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run ``work`` in a transaction and commit it. If it raises, nothing has happened."""
        async with self._writing:
            try:
                return await self._engine.run(lambda tx: work(tx, *args, **kwargs))
            except (DatabaseError, InterfaceError) as error:
                raise told(error) or error from None

    async def close(self) -> None:
        await self._engine.close()


@contextmanager
def attempt(tx: Connection) -> Iterator[None]:
    """Within a transaction: what is done inside is undone if it raises. As SQLAlchemy's begin_nested,
    which puts its two statements together anew each time."""
    tx.exec_driver_sql("SAVEPOINT attempt")
    try:
        yield
    except BaseException:
        tx.exec_driver_sql("ROLLBACK TO SAVEPOINT attempt")
        tx.exec_driver_sql("RELEASE SAVEPOINT attempt")
        raise
    tx.exec_driver_sql("RELEASE SAVEPOINT attempt")


def wipe_log(tx: Connection) -> None:
    """Once this transaction is committed SQLite's write-ahead log is emptied: in it stands what a page
    held before something was erased from it. A PostgreSQL server looks after its log itself."""
    tx.info[_WIPE] = True


class _Thread(aiosqlite.Connection):
    """aiosqlite's connection and thread, and one more thing it can do there: run a function."""

    async def run(self, work: Callable[[], R]) -> R:
        result: R = await self._execute(work)  # type: ignore[no-untyped-call]  # aiosqlite has no types here
        return result

    def end(self) -> None:
        """After a connection that failed: let the thread finish, while there is still a loop to tell."""
        self._thread.join()


class _Engine(Protocol):
    async def run(self, work: Callable[[Connection], R]) -> R: ...
    async def close(self) -> None: ...


class _Sqlite:
    def __init__(self, thread: _Thread, connection: Connection, raw: Any, lock: int | None) -> None:
        self._thread, self._connection, self._raw, self._lock = thread, connection, raw, lock

    @classmethod
    async def open(cls, url: str, key: bytes, alone: bool) -> "_Sqlite":
        path = make_url(url).database
        if not path or path == ":memory:":
            raise StorageProblem("The database needs a file: sqlite+aiosqlite:///FOLDER/attune.db.")
        file = Path(path)
        _make_room(file)
        lock = _lock_file(file) if alone else None
        raw: list[Any] = []

        def connect() -> Any:
            raw.append(_connect(file, key))
            return raw[0]

        thread = _Thread(connect, iter_chunk_size=64)
        try:
            await thread
        except BaseException:
            thread.end()
            if lock is not None:
                os.close(lock)
            raise
        engine = create_engine(
            "sqlite://", module=sqlcipher3.dbapi2, creator=lambda: raw[0], poolclass=StaticPool
        )
        engine.dialect.do_begin = _begin  # type: ignore[assignment, method-assign]  # an event costs more
        return cls(thread, engine.connect(), raw[0], lock)

    async def run(self, work: Callable[[Connection], R]) -> R:
        def transaction() -> R:
            with self._connection.begin():
                result = work(self._connection)
            if self._connection.info.get(_WIPE):
                self._connection.info[_WIPE] = not _emptied(self._raw)
            return result

        running = asyncio.ensure_future(self._thread.run(transaction))
        # If nobody waits any more when it fails, asyncio would print the error with its parameters.
        running.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(running)

    async def close(self) -> None:
        await self._thread.run(self._connection.close)
        await self._thread.close()
        if self._lock is not None:
            os.close(self._lock)


class _Postgres:
    def __init__(self, engine: "AsyncEngine", lock: "AsyncConnection | None") -> None:
        self._engine, self._lock = engine, lock

    @classmethod
    async def open(cls, url: str, alone: bool) -> "_Postgres":
        from sqlalchemy.ext.asyncio import create_async_engine  # brings the whole ORM: SQLite needs none

        engine = create_async_engine(url, pool_size=2, max_overflow=0)
        try:
            lock = await engine.connect()
            taken = await lock.scalar(text(f"SELECT pg_try_advisory_lock({LOCK})")) if alone else True
            await lock.commit()
        except (OSError, DBAPIError) as error:
            await engine.dispose()
            raise (StorageDown if is_away(error) else StorageProblem)(
                f"The PostgreSQL server does not answer ({type(error).__name__}). Check ATTUNE_DATABASE_URL."
            ) from None
        if not taken:
            await lock.close()
            await engine.dispose()
            raise StorageProblem(
                "Another Attune is using this database. Stop it first; two would disturb each other."
            )
        if not alone:
            await lock.close()
        return cls(engine, lock if alone else None)

    async def run(self, work: Callable[[Connection], R]) -> R:
        try:
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)
        except OSError as error:
            raise StorageDown(f"The PostgreSQL server does not answer ({type(error).__name__}).") from None

    async def close(self) -> None:
        if self._lock is not None:
            await self._lock.close()
        await self._engine.dispose()


def _backend(url: str) -> str:
    try:
        return make_url(url).get_backend_name()
    except ArgumentError:
        return ""


def _make_room(file: Path) -> None:
    """The file, readable by us alone, before SQLite makes it readable by others."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise StorageProblem(f"The database {file} cannot be written ({error.strerror}).") from None


def _connect(file: Path, key: bytes) -> Any:
    connection = sqlcipher3.dbapi2.connect(str(file), isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")  # what is wrong we say ourselves, below
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for name, value in PRAGMAS.items():
            _set(connection, file, name, value)
        _emptied(connection)  # had we been killed after an erasure, it would still stand in the log
    except sqlcipher3.dbapi2.DatabaseError as error:
        connection.close()
        if "not a database" in str(error):
            raise KeyProblem(
                f"The key does not open {file}, or the file is not Attune's. Set ATTUNE_KEY_FILE to the key "
                "it was made with, or name another file in ATTUNE_DATABASE_URL."
            ) from None
        raise StorageProblem(f"{file} cannot be used: {error}.") from None
    except StorageProblem:
        connection.close()
        raise
    return connection


def _emptied(connection: Any) -> bool:
    """Empty the write-ahead log; False if another program was reading in it: then it must be tried again."""
    busy: int = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def _set(connection: Any, file: Path, name: str, value: str) -> None:
    """Set a pragma and read it back: SQLite keeps silent about one it does not take."""
    connection.execute(f"PRAGMA {name} = {value}")
    now = connection.execute(f"PRAGMA {name}").fetchone()
    if str(now[0]) != value:
        raise StorageProblem(f"{file}: the setting {name} stayed {now[0]}, wanted {value}. Use a local disk.")


def _begin(connection: PoolProxiedConnection) -> None:
    # IMMEDIATE takes the write lock now, so a transaction never fails halfway for want of it.
    connection.cursor().execute("BEGIN IMMEDIATE")


def _lock_file(file: Path) -> int:
    """Held until the process ends, however it ends."""
    try:
        descriptor = os.open(file.with_name(file.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageProblem(f"The folder of {file} cannot be written ({error.strerror}).") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise StorageProblem(
            f"Another Attune is using {file}. Stop it first; two would disturb each other."
        ) from None
    return descriptor
