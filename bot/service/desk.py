"""What a clinic does for a client who asks there and not in the chat: hand over a copy, or forget them."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.core.model import ClientId
from bot.render.dossiers import as_json, as_page
from bot.service import calling, dossiers, forgetting, start
from bot.service.clock import WallClock
from bot.service.house import House
from bot.service.start import SetupProblem
from bot.storage import alerts, audit, erase, facts, people
from bot.storage.database import Database
from bot.storage.erase import Receipt
from bot.storage.keys import Keyring, read_key_file


@dataclass(frozen=True, slots=True)
class Drilled:
    """Who was called, and until when somebody shall have it. ``taken`` is how long it took the last time,
    if there was one and somebody had it."""

    called: tuple[str, ...]
    promised_by: datetime | None
    before: bool
    taken: timedelta | None


async def export(
    database_url: str, key_file: Path | None, folder: Path, code: str, out: Path
) -> tuple[Path, Path]:
    """Everything about a client, children too, as a page and as JSON, readable by whoever runs this alone.
    Says where they are. Works while the bot runs."""
    files = out / f"{code}.html", out / f"{code}.json"
    for file in files:
        if file.exists():
            raise SetupProblem(f"{file} exists already and stays as it is. Name another folder.")
    async with _opened(database_url, key_file, folder) as (database, house):
        contents = await database.write(copy, house, code, WallClock().now())
    for file, content in zip(files, contents, strict=True):
        _write(file, content)
    return files


async def forget(database_url: str, key_file: Path | None, folder: Path, code: str) -> Receipt:
    """Erase a client, or say again that it was done. Works while the bot runs: its letters tell the
    therapist, and close what is open."""
    async with _opened(database_url, key_file, folder) as (database, house):
        return await database.write(erased, house, code, WallClock().now())


async def drill(database_url: str, key_file: Path | None, folder: Path) -> Drilled:
    """Raise a test alert; the bot that runs sends it."""
    async with _opened(database_url, key_file, folder) as (database, house):
        return await database.write(drilled, house, WallClock().now())


def drilled(tx: Connection, house: House, now: datetime) -> Drilled:
    """A test alert is on its way, unless nobody is there to get it."""
    answering, last = house.clinic.answering, alerts.last_drill(tx)
    if answering is None:
        raise SetupProblem("clinic.toml does not say who answers alerts. Fill in [alerts].")
    alert_id = calling.drill(tx, house, now)
    if alert_id is None or not (told := alerts.letters(tx, alert_id)):
        names = ", ".join(one.name for one in people.everybody(tx, house.keyring)) or "nobody"
        raise SetupProblem(
            f"{answering.on_call} is on call and has not opened a link under that name. Linked: {names}. "
            "Invite them with `attune therapist invite`, or change on_call in clinic.toml."
        )
    called = tuple(people.therapist(tx, house.keyring, one.therapist_id).name for one in told)
    taken = None if last is None or last.acknowledged_at is None else last.acknowledged_at - last.raised_at
    return Drilled(called, answering.promised_by(now), last is not None, taken)


def copy(tx: Connection, house: House, code: str, now: datetime) -> tuple[str, str]:
    """The page, in the client's language, and the JSON. That it was made is written down."""
    client = people.client(tx, house.keyring, _known(tx, code))
    known = dossiers.gather(tx, house, client, now, whole=True)
    audit.write(tx, house.keyring, "copy made at the clinic", f"client {client.id}", now)
    return as_page(house.words(client.language), known), as_json(known)


def erased(tx: Connection, house: House, code: str, now: datetime) -> Receipt:
    """The receipt. Who is gone already has the first one."""
    given = erase.receipt_for(tx, code)
    if given is not None and people.coded(tx, code) is None:
        return given
    return forgetting.forget(tx, house, people.client(tx, house.keyring, _known(tx, code)), now)


@asynccontextmanager
async def _opened(
    database_url: str, key_file: Path | None, folder: Path
) -> AsyncIterator[tuple[Database, House]]:
    library, keyring = start.load(folder), Keyring(read_key_file(key_file))
    database = await start.open_database(database_url, keyring, alone=False)
    try:
        name = await database.write(facts.read, "bot name")
        yield database, start.furnish(library, keyring, name or "")
    finally:
        await database.close()


def _known(tx: Connection, code: str) -> ClientId:
    client_id = people.coded(tx, code)
    if client_id is None:
        raise SetupProblem(f"No client has the code {code}. It looks like C001.")
    return client_id


def _write(file: Path, content: str) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            written.write(content)
    except OSError as error:
        raise SetupProblem(f"{file} cannot be written ({error.strerror}).") from None
