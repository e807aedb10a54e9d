"""A clinic in a real database, in which check-ins, reminders and summaries fall due within seconds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count, cycle
from random import Random

from sqlalchemy import Connection

from bot.core.events import CheckInDue
from bot.core.model import Band, ChatId, ClientId, GivenBy, PairingId, TherapistId
from bot.core.schedule import Weekly
from bot.core.welcome import CONSENT_VERSION
from bot.render.words import local
from bot.service import delivery
from bot.service.handle import handle
from bot.service.house import House
from bot.storage import consents, people, schedules, timers
from bot.storage.people import PairingState
from bot.storage.timers import Timer, TimerKind
from bot.transport.sender import Sent
from tests.process.telegram import Watched

DAY = timedelta(days=1)
BANDS = (Band.B09, Band.B18, Band.B06, Band.B13, Band.B65)


class Part(StrEnum):
    """What a client does in the play."""

    ASKS = "asks"  # begins check-ins by command
    DUE = "due"  # gets one by schedule
    REMINDED = "reminded"  # got one yesterday, and is to be reminded of it


@dataclass(frozen=True)
class Cast:
    """How many there are of each, and in how many seconds all that is planned falls due."""

    asks: int
    due: int
    reminded: int
    summaries: int
    seconds: float


@dataclass(frozen=True)
class Client:
    """``has`` is the message that a reminded client has from yesterday."""

    id: ClientId
    chat_id: ChatId
    alias: str
    part: Part
    band: Band
    language: str
    has: int | None = None


@dataclass(frozen=True)
class Session:
    """A session that is to get a summary."""

    pairing_id: PairingId
    client_id: ClientId
    alias: str
    chat_id: ChatId  # the therapist's


@dataclass(frozen=True)
class Clinic:
    """``until`` is when the last of what was planned has fallen due."""

    until: datetime
    clients: tuple[Client, ...]
    sessions: tuple[Session, ...]


def found(tx: Connection, house: House, telegram: Watched, cast: Cast, dice: Random, now: datetime) -> Clinic:
    """Everybody is linked and has agreed. Where they live it is noon, so nothing is quiet."""
    builder = _Builder(tx, house, telegram, noon_zone(now), now)
    parts = [Part.ASKS] * cast.asks + [Part.DUE] * cast.due + [Part.REMINDED] * cast.reminded
    clients = tuple(builder.client(part, _soon(dice, cast, now)) for part in parts)
    sessions = tuple(builder.session(_soon(dice, cast, now)) for _ in range(cast.summaries))
    return Clinic(now + timedelta(seconds=cast.seconds), clients, sessions)


def noon_zone(now: datetime) -> str:
    """A zone whose clocks show about noon."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"  # these names count the other way


def _soon(dice: Random, cast: Cast, now: datetime) -> datetime:
    return now + timedelta(seconds=dice.uniform(1, cast.seconds))


class _Builder:
    def __init__(self, tx: Connection, house: House, telegram: Watched, zone: str, now: datetime) -> None:
        self.tx, self.house, self.telegram, self.zone, self.now = tx, house, telegram, zone, now
        self._bands, self._languages = cycle(BANDS), cycle(house.texts)
        self._clients = count(1)
        self._therapists = self._seated_therapists()

    def client(self, part: Part, at: datetime) -> Client:
        made, _ = self._paired(part, self._weekly(self.now + 3 * DAY))
        match part:
            case Part.ASKS:
                return made
            case Part.DUE:
                schedule = schedules.add(self.tx, made.id, self._weekly(at), self.now)
                timers.put(self.tx, Timer(TimerKind.CHECK_IN, schedule, at, local(at, self.zone).date()))
                return made
            case Part.REMINDED:
                return self._asked_yesterday(made, at - DAY)

    def session(self, at: datetime) -> Session:
        starts_at = at + self.house.clinic.summary_before
        made, (pairing_id, chat_id) = self._paired(Part.DUE, self._weekly(starts_at))
        timers.put(self.tx, Timer(TimerKind.SESSION, pairing_id, at, local(starts_at, self.zone).date()))
        return Session(pairing_id, made.id, made.alias, chat_id)

    def _paired(self, part: Part, session: Weekly) -> tuple[Client, tuple[PairingId, ChatId]]:
        number, band, language = next(self._clients), next(self._bands), next(self._languages)
        chat_id, alias = ChatId(10_000 + number), f"Alias{number:04d}"
        self.telegram.person(chat_id, alias, language, started=True)
        people.know_account(self.tx, chat_id, language)
        client_id = people.add_client(
            self.tx,
            self.house.keyring,
            alias=alias,
            band=band,
            language=language,
            zone=self.zone,
            prompt_set=self.house.clinic.prompt_set,
        )
        people.seat_client(self.tx, client_id, chat_id)
        consents.give(self.tx, client_id, CONSENT_VERSION, language, GivenBy.CLIENT, self.now)
        therapist_id, seat = next(self._therapists)
        pairing_id = people.pair(self.tx, therapist_id, client_id, session, self.now)
        people.move(self.tx, pairing_id, PairingState.ACTIVE, self.now)
        return Client(client_id, chat_id, alias, part, band, language), (pairing_id, seat)

    def _asked_yesterday(self, client: Client, at: datetime) -> Client:
        """What the bot did then, with the card put into the chat by hand."""
        rule = self._weekly(at)
        schedule = schedules.add(self.tx, client.id, rule, at)
        handle(self.tx, self.house, CheckInDue(schedule, local(at, self.zone).date(), at), at)
        ((letter, parcel),) = delivery.claim(self.tx, self.house, at, (), 1)
        keyboard = [
            [{"text": one["text"], "callback_data": one["data"]} for one in row]
            for row in parcel.body["buttons"]
        ]
        card = self.telegram.post(
            self.telegram.somebody(client.chat_id),
            self.telegram.me,
            parcel.body["text"],
            markup={"inline_keyboard": keyboard},
        )
        delivery.settle(self.tx, self.house, letter, Sent(card.message_id), at)
        return replace(client, has=card.message_id)

    def _weekly(self, at: datetime) -> Weekly:
        there = local(at, self.zone)
        return Weekly(there.weekday(), there.time().replace(second=0, microsecond=0, tzinfo=None), self.zone)

    def _seated_therapists(self) -> Iterator[tuple[TherapistId, ChatId]]:
        """Each has seven clients: a chat gets one letter a second."""
        for number in count(1):
            chat_id, language = ChatId(1_000 + number), next(self._languages)
            self.telegram.person(chat_id, f"Dr. {number}", language, started=True)
            people.know_account(self.tx, chat_id, language)
            made = people.add_therapist(self.tx, self.house.keyring, f"Dr. {number}", language, self.zone)
            people.seat_therapist(self.tx, made, chat_id)
            yield from [(made, chat_id)] * 7
