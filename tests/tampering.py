"""A play that is over, both sides open: what the phones showed, and what the database keeps."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bot.core.safety import HELP
from bot.demo.headless import kept
from bot.demo.headless.company import Company
from bot.demo.headless.persons import Client
from bot.demo.headless.phones import keys
from bot.demo.headless.play import played
from bot.demo.headless.reading import seen
from bot.demo.headless.report import Report, examine
from bot.demo.server import Message, State
from bot.demo.server.things import Version
from bot.service.house import House
from bot.storage.database import Database

CLINIC = Path(__file__).parents[1]


@dataclass
class Run:
    """A play that is over: both sides lie open to be tampered with."""

    state: State
    house: House
    people: Company
    now: datetime
    url: str

    def report(self, tamper: Callable[[Connection, House], Any] | None = None) -> Report:
        """With the database as ``tamper`` leaves it; afterwards it is as it was."""
        return examine(self.state, self.house, self.people, asyncio.run(self._held(tamper)), self.now, 0)

    async def _held(self, tamper: Callable[[Connection, House], Any] | None) -> kept.Held:
        keyring = self.house.keyring
        database = await Database.open(self.url, keyring.database_key)

        def look(tx: Connection) -> kept.Held:
            with tx.begin_nested() as undone:
                if tamper is not None:
                    tamper(tx, self.house)
                held = kept.read(tx, keyring)
                undone.rollback()
            return held

        try:
            return await database.write(look)
        finally:
            await database.close()

    def faults(self, tamper: Callable[[Connection, House], Any] | None = None) -> tuple[int, int]:
        report = self.report(tamper)
        return report.lost, report.twice

    def cards(self) -> Iterator[tuple[Client, Message]]:
        """Check-ins that came with a cover and ended with thanks."""
        for client in self.people.clients:
            for message in self.state.chat(client.chat_id):
                opens = any(":0:-open" in str(button) for button in buttons(message, 0))
                if message.by_bot and opens and len(message.versions) > 3 and message.deleted_at is None:
                    yield client, message

    def spoken(self) -> Iterator[Message]:
        """All that the bot said to clients."""
        for client in self.people.clients:
            yield from (message for message in self.state.chat(client.chat_id) if message.by_bot)

    def letters(self, *heads: str) -> Iterator[Message]:
        """Summaries; those with the usual heads if none is named."""
        for client in self.people.clients:
            texts = self.house.texts[client.therapist.language]
            for message in self.state.chat(client.therapist.chat_id):
                for head in heads or ("head_first", "head"):
                    begins = texts[f"bot/summary/{head}"].format(client=client.alias, day="").strip()
                    if message.by_bot and seen(message.text).startswith(begins):
                        yield message

    @contextmanager
    def put(self, message: Message) -> Iterator[None]:
        """One more message on a phone, or another one in the place of one."""
        chat = self.state.messages[message.chat_id]
        before = dict(chat)
        chat[message.message_id] = message
        try:
            yield
        finally:
            chat.clear()
            chat.update(before)

    @contextmanager
    def without(self, message: Message) -> Iterator[None]:
        chat = self.state.messages[message.chat_id]
        before = dict(chat)
        del chat[message.message_id]
        try:
            yield
        finally:
            chat.clear()
            chat.update(before)


def buttons(message: Message, version: int) -> list[dict[str, Any]]:
    """But for the one for help."""
    return keys(message.versions[version])


def run_of(folder: Path, seed: int) -> Run:
    """Three weeks with six clients."""

    async def play() -> Run:
        async with played(CLINIC, folder, 3, 6, seed, False) as (stage, people):
            url = f"sqlite+aiosqlite:///{folder / 'attune.db'}"
            return Run(stage.state, stage.bot.house, people, stage.clock.now(), url)

    return asyncio.run(play())


def opens(message: Message) -> bool:
    """Whether it came as a cover."""
    return any(str(button.get("callback_data")).endswith(":-open") for button in buttons(message, 0))


def numbered(version: Version, number: str) -> Version:
    """The same page of another check-in."""
    rows = (version.markup or {})["inline_keyboard"]
    markup = [
        [{**one, "callback_data": f"{number}:{one['callback_data'].partition(':')[2]}"} for one in row]
        for row in rows
        if row[0]["callback_data"] != HELP
    ]
    return replace(version, markup={"inline_keyboard": markup})


def first(tx: Connection, table: Any, act: Any) -> None:
    """Do it to the table's first row."""
    row = tx.execute(select(table)).first()
    assert row is not None
    mine = [column == getattr(row, column.name) for column in table.primary_key]
    tx.execute(act(table).where(*mine))
