"""What somebody at a terminal reads when the bot cannot begin: one sentence that tells the cure."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.demo.server import TOKEN, Server, serve
from tests.process.attune import Home, Nursery, eventually, running
from tests.process.telegram import Watched

SECRET = TOKEN.partition(":")[2]
WRONG = "w" * 35
NOBODY = "http://127.0.0.1:9"  # nobody listens there


@dataclass
class Terminal:
    """Somebody sits at it, in a folder with a key and an empty database."""

    home: Home
    nursery: Nursery
    server: Server

    async def types(self, *words: str, **settings: str) -> tuple[int, str]:
        code, said = await self.nursery.command(self.home, *words, **settings)
        self.shows_nothing_secret()
        return code, said

    async def is_refused(self, *cures: str, code: int = 1, **settings: str) -> None:
        """`attune run` ends by itself, and says each of these."""
        ended, said = await self.types("run", **settings)
        assert ended == code, said
        for cure in cures:
            assert cure in said

    def shows_nothing_secret(self) -> None:
        said = self.home.said()
        assert "Traceback" not in said, said
        assert SECRET not in said
        assert WRONG not in said
        assert not self.home.key_file.exists() or self.home.key_file.read_text().strip() not in said

    async def sees_it_poll(self) -> None:
        await eventually(lambda: self.server.state.updates.polling, "the bot waits for updates")

    async def sees(self, words: str) -> None:
        await eventually(lambda: words in self.home.said(), f"it says: {words}")


@pytest.fixture
async def terminal(tmp_path: Path, nursery: Nursery) -> AsyncIterator[Terminal]:
    async with serve(Watched()) as server:
        home = Home(tmp_path, server.url)
        await home.prepare()
        terminal = Terminal(home, nursery, server)
        yield terminal
        terminal.shows_nothing_secret()


async def test_no_key_file_is_named(terminal: Terminal) -> None:
    await terminal.is_refused("attune key new", "ATTUNE_KEY_FILE", ATTUNE_KEY_FILE="")


async def test_the_key_file_is_missing(terminal: Terminal) -> None:
    key_file = terminal.home.key_file
    key_file.rename(terminal.home.folder / "elsewhere")
    await terminal.is_refused(f"{key_file} does not exist", "attune key new", "safe copy")


async def test_the_key_file_can_be_read_by_others(terminal: Terminal) -> None:
    terminal.home.key_file.chmod(0o644)
    await terminal.is_refused(f"chmod 600 {terminal.home.key_file}")


async def test_the_key_file_holds_something_else(terminal: Terminal) -> None:
    terminal.home.key_file.write_text("my dog's name\n")
    await terminal.is_refused("is not a key", "ATTUNE_KEY_FILE")


async def test_the_key_is_of_another_database(terminal: Terminal) -> None:
    other = terminal.home.folder / "keys" / "other.key"
    code, said = await terminal.types("key", "new", str(other))
    assert code == 0, said
    wrong = f"does not open {terminal.home.database}"
    await terminal.is_refused(wrong, "ATTUNE_KEY_FILE", ATTUNE_KEY_FILE=str(other))
    code, said = await terminal.types("therapist", "invite", "--name", "Dr. Linde")
    assert code == 0, said  # the right one opens it as before
    assert "?start=" in said


async def test_a_key_is_never_overwritten(terminal: Terminal) -> None:
    before = terminal.home.key_file.read_bytes()
    code, said = await terminal.types("key", "new", str(terminal.home.key_file))
    assert (code, "exists already" in said) == (1, True)
    assert terminal.home.key_file.read_bytes() == before


async def test_there_is_no_token(terminal: Terminal) -> None:
    await terminal.is_refused("@BotFather", "ATTUNE_TOKEN", ATTUNE_TOKEN="")


@pytest.mark.parametrize("token", [f"1000000001:{WRONG}", f"1000000001{WRONG}", "1000000001:"])
async def test_the_token_is_wrong(terminal: Terminal, token: str) -> None:
    await terminal.is_refused("does not know this token", "ATTUNE_TOKEN", ATTUNE_TOKEN=token)


async def test_a_setting_is_wrong(terminal: Terminal) -> None:
    await terminal.is_refused("ATTUNE_LOG_LEVEL", ".env.example", code=2, ATTUNE_LOG_LEVEL="LOUD")


async def test_the_clinics_folder_is_somewhere_else(terminal: Terminal) -> None:
    nowhere = str(terminal.home.folder)
    await terminal.is_refused("`attune check`", "clinic.toml", ATTUNE_FOLDER=nowhere)


@pytest.mark.parametrize("address", ["attune.db", "mysql://localhost/attune", "sqlite+aiosqlite://"])
async def test_the_databases_address_is_wrong(terminal: Terminal, address: str) -> None:
    await terminal.is_refused("sqlite+aiosqlite:///FOLDER/attune.db", ATTUNE_DATABASE_URL=address)


async def test_the_database_file_is_another_programs_and_stays_as_it_was(terminal: Terminal) -> None:
    file = terminal.home.database
    file.unlink()
    with closing(sqlite3.connect(file)) as foreign:
        foreign.execute("CREATE TABLE recipes (name TEXT)")
        foreign.commit()
    before = file.read_bytes()
    await terminal.is_refused(f"does not open {file}", "ATTUNE_DATABASE_URL")
    assert file.read_bytes() == before


async def test_the_database_file_is_plain_text_and_stays_as_it_was(terminal: Terminal) -> None:
    file, diary = terminal.home.database, "Dear diary\n" * 1000
    file.write_text(diary)
    await terminal.is_refused(f"does not open {file}", "ATTUNE_DATABASE_URL")
    assert file.read_text() == diary


@pytest.mark.parametrize("place", ["file", "folder"])
async def test_the_database_cannot_be_written(terminal: Terminal, place: str) -> None:
    locked = terminal.home.database if place == "file" else terminal.home.database.parent
    before = locked.stat().st_mode
    locked.chmod(0o400 if place == "file" else 0o500)
    try:
        async with running(terminal.home, *without_rights_of_root()) as bot:
            assert await bot.ended() == 1
    finally:
        locked.chmod(before)
    said = terminal.home.said()
    assert "cannot be written" in said or "database is read-only" in said, said


def without_rights_of_root() -> list[str]:
    """Root may write everywhere, unless the program is started without that right."""
    rights = "-dac_override,-dac_read_search"
    return [] if os.getuid() else ["setpriv", f"--inh-caps={rights}", f"--bounding-set={rights}"]


async def test_another_bot_has_the_database(terminal: Terminal) -> None:
    async with running(terminal.home) as first:
        await terminal.sees_it_poll()
        await terminal.is_refused(f"Another Attune is using {terminal.home.database}", "Stop it first")
        assert await first.stop() == 0


async def test_another_program_receives_the_bots_updates(terminal: Terminal) -> None:
    async with running(terminal.home) as bot:
        await terminal.sees_it_poll()
        await somebody_calls(terminal, "getUpdates")
        assert await bot.ended() == 1
    assert "Another program receives the updates" in terminal.home.said()
    assert "revoke" in terminal.home.said()


async def test_a_webhook_is_set(terminal: Terminal) -> None:
    await somebody_calls(terminal, "setWebhook", url="https://example.org/hook")
    await terminal.is_refused("Another program receives the updates", "webhook")


async def somebody_calls(terminal: Terminal, method: str, **parameters: str) -> None:
    async with aiohttp.ClientSession() as other:
        address = f"{terminal.server.url}/bot{TOKEN}/{method}"
        async with other.post(address, json=parameters) as answer:
            assert answer.status == 200


async def test_the_server_is_not_there_yet(terminal: Terminal) -> None:
    await terminal.server.pause()
    async with running(terminal.home) as bot:
        await terminal.sees("cannot be reached")
        await asyncio.sleep(4)  # for a few tries more, of which nothing shall be said
        assert terminal.home.said().count("cannot be reached") == 1
        await terminal.server.resume()
        await terminal.sees_it_poll()
        assert await bot.stop() == 0


async def test_stopped_while_the_server_is_not_there_it_ends_in_good_order(terminal: Terminal) -> None:
    async with running(terminal.home, ATTUNE_API_URL=NOBODY) as bot:
        await terminal.sees("cannot be reached")
        assert await bot.stop() == 0
