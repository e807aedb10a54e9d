"""A house of the repository's own content, people who have met, and a post office that loses nothing."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from bot.content.library import Library
from bot.core.model import Band, ChatId, ClientId, GivenBy, PairingId, ScheduleId, TherapistId
from bot.core.safety import HELP
from bot.core.schedule import Weekly
from bot.core.welcome import CONSENT_VERSION
from bot.demo.clock import DemoClock
from bot.demo.server import TOKEN, State, serve
from bot.demo.stage import Stage, drilled
from bot.render.bodies import Body
from bot.service import delivery, occasions, running, start
from bot.service.house import House
from bot.storage import consents, people, schedules
from bot.storage.keys import Keyring
from bot.storage.outbox import Letter
from bot.transport.sender import Parcel, Sent

CLINIC = Path(__file__).parents[1]
VIENNA = "Europe/Vienna"
LONG_AGO = datetime(2026, 1, 1, 12, tzinfo=UTC)


@cache
def library() -> Library:
    return start.load(CLINIC)


def furnished(keyring: Keyring) -> House:
    return start.furnish(library(), keyring, "attune_demo_bot")


@dataclass(frozen=True, slots=True)
class Met:
    client: ClientId
    pairing: PairingId
    schedules: tuple[ScheduleId, ...]


def seat_therapist(tx: Connection, keyring: Keyring, chat: int, name: str = "Dr. Linde") -> TherapistId:
    """A therapist who has opened their link in this chat, and has answered a drill."""
    number = people.add_therapist(tx, keyring, name, "en", VIENNA)
    people.know_account(tx, ChatId(chat), "en")
    people.seat_therapist(tx, number, ChatId(chat))
    drilled(tx, LONG_AGO)
    return number


def meet(
    tx: Connection,
    house: House,
    therapist: TherapistId,
    chat: int,
    now: datetime,
    *,
    alias: str = "Mila",
    band: Band = Band.B13,
    zone: str = VIENNA,
    check_ins: tuple[tuple[int, time], ...] = ((0, time(17)),),
    session: tuple[int, time] = (3, time(14)),
    state: people.PairingState = people.PairingState.ACTIVE,
    guardian: bool = False,
) -> Met:
    """A client who was invited, has agreed, and was confirmed. Monday is 0."""
    client = people.add_client(
        tx,
        house.keyring,
        alias=alias,
        band=band,
        language="en",
        zone=zone,
        prompt_set="starter",
        guardian_account=guardian,
        guardian_consent=guardian,
    )
    own = tuple(schedules.add(tx, client, Weekly(day, at, zone), now) for day, at in check_ins)
    pairing = people.pair(tx, therapist, client, Weekly(*session, VIENNA), now)
    people.know_account(tx, ChatId(chat), "en")
    people.seat_client(tx, client, ChatId(chat))
    for given_by in (GivenBy.CLIENT, GivenBy.GUARDIAN)[: 2 if guardian else 1]:
        consents.give(tx, client, CONSENT_VERSION, "en", given_by, now)
    people.move(tx, pairing, state, now)
    if state is people.PairingState.ACTIVE:
        occasions.arm(tx, house, people.pairing(tx, pairing), now)
    return Met(client, pairing, own)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter as it reached a phone."""

    at: datetime
    letter: Letter
    parcel: Parcel


class Phones:
    """What every chat shows. It is filled by the real delivery, with a Telegram that takes everything."""

    def __init__(self) -> None:
        self.cards: defaultdict[int, dict[int, Body]] = defaultdict(dict)
        self.arrived: list[Arrived] = []
        self._last = 1000

    def deliver(self, tx: Connection, house: House, now: datetime) -> None:
        """Send all that may be sent now."""
        letters = delivery.exchange(tx, house, [], now, (), 50)
        while letters:
            finished = [(letter, Sent(self.show(letter, parcel, now))) for letter, parcel in letters]
            letters = delivery.exchange(tx, house, finished, now, (), 50)

    def newest(self, chat: int) -> tuple[int, list[str]] | None:
        """The newest card with buttons, but for the one for help: its number and what they mean to us."""
        for number in sorted(self.cards[chat], reverse=True):
            data = [button["data"] for row in self.cards[chat][number].get("buttons", []) for button in row]
            if data:
                return number, data
        return None

    def show(self, letter: Letter, parcel: Parcel, now: datetime) -> int | None:
        self.arrived.append(Arrived(now, letter, parcel))
        chat = self.cards[parcel.chat_id]
        if parcel.action == "menu":
            return None
        if parcel.action == "delete":
            del chat[parcel.message_id or 0]
            return None
        number = parcel.message_id
        if parcel.action != "edit" or number is None:
            self._last += 1
            number = self._last
        chat[number] = without_help(parcel.body)
        return number


def without_help(body: Body) -> Body:
    """The button for help is on every card of a client's, and says nothing about the page."""
    rows = [row for row in body.get("buttons", []) if [one["data"] for one in row] != [HELP]]
    if rows == body.get("buttons", []):
        return body
    rest = body.copy()
    del rest["buttons"]
    if rows:
        rest["buttons"] = rows
    return rest


def wrote(update: int, chat: int, text: str, message_id: int = 0, **more: Any) -> tuple[int, dict[str, Any]]:
    """Telegram's update about words, or with ``more`` about something else."""
    message = {
        "message_id": message_id or update,
        "date": 0,
        "chat": {"id": chat, "type": "private"},
        "from": {"id": chat, "is_bot": False, "first_name": "A", "language_code": "en"},
    }
    return update, {"message": message | ({"text": text} if text else {}) | more}


def pressed(update: int, chat: int, message_id: int, data: object) -> tuple[int, dict[str, Any]]:
    """Telegram's update about a button."""
    person = {"id": chat, "is_bot": False, "first_name": "A"}
    card = {"message_id": message_id, "date": 0, "chat": {"id": chat, "type": "private"}}
    return update, {"callback_query": {"id": f"p{update}", "from": person, "message": card, "data": data}}


def rows(tx: Connection, *tables: Table) -> dict[str, list[tuple[Any, ...]]]:
    """All that stands in these tables, byte by byte."""
    return {
        table.name: [tuple(row) for row in tx.execute(select(table).order_by(*table.primary_key.columns))]
        for table in tables
    }


@asynccontextmanager
async def playing(
    database_url: str, keyring: Keyring, clock: DemoClock, state: State
) -> AsyncIterator[Stage]:
    """The whole bot against the stand-in for Telegram, on either database; start and stop it as you like."""
    async with (
        serve(state) as server,
        running.opened(TOKEN, server.url, database_url, keyring, library(), clock) as bot,
    ):
        await bot.database.write(drilled, clock.now())
        stage = Stage(bot, server, clock)
        try:
            yield stage
        finally:
            await stage.close()
