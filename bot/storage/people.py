"""Therapists, clients, and who is paired with whom. Names are sealed."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.core.model import (
    Address,
    Band,
    ChatId,
    ClientId,
    Gender,
    PairingId,
    TherapistId,
)  # fmt: skip
from bot.core.schedule import Weekly
from bot.storage.chats import account as account
from bot.storage.chats import know_account as know_account
from bot.storage.chats import mark_reachable as mark_reachable
from bot.storage.chats import unreachable_among as unreachable_among
from bot.storage.keys import Keyring
from bot.storage.schedules import weekly_columns, weekly_of
from bot.storage.schema import clients, erasures, pairings, therapists


class PairingState(StrEnum):
    INVITED = "invited"
    CLAIMED = "claimed"  # somebody opened the link
    AGREED = "agreed"  # and agreed; the therapist has not yet said who it was
    ACTIVE = "active"
    REFUSED = "refused"


THERAPIST: Final = "therapist"
ADMIN: Final = "admin"  # gets alerts and looks after settings; has no clients


@dataclass(frozen=True, slots=True)
class Therapist:
    id: TherapistId
    name: str
    language: str
    zone: str
    chat_id: ChatId | None
    role: str = THERAPIST


@dataclass(frozen=True, slots=True)
class Client:
    """``quiet`` are the client's own quiet hours, None where the clinic's hold. Check-ins rest until the
    local date ``paused_until``, and for good from ``stopped_at``."""

    id: ClientId
    code: str
    alias: str
    band: Band
    language: str
    zone: str
    prompt_set: str
    chat_id: ChatId | None
    guardian_account: bool
    guardian_consent: bool
    address: Address
    gender: Gender
    quiet: tuple[time, time] | None
    paused_until: date | None
    stopped_at: datetime | None
    held_at: datetime | None
    country: str


@dataclass(frozen=True, slots=True)
class Paired:
    """A therapist and a client, and when their sessions are."""

    id: PairingId
    therapist_id: TherapistId
    client_id: ClientId
    state: PairingState
    session: Weekly


_THERAPIST = select(therapists).where(therapists.c.id == bindparam("wanted"))
_THERAPIST_IN = select(therapists).where(therapists.c.chat_id == bindparam("wanted"))
_SEATED = select(therapists).where(therapists.c.chat_id.is_not(None)).order_by(therapists.c.id)
_CLIENT = select(clients).where(clients.c.id == bindparam("wanted"))
_CLIENTS_IN = select(clients).where(clients.c.chat_id == bindparam("wanted")).order_by(clients.c.id)
_CODED = select(clients.c.id).where(clients.c.code == bindparam("wanted"))
_ASKED_WITH = select(clients.c.prompt_set, clients.c.band).distinct()
_LAST_CLIENT, _LAST_ERASED = select(func.max(clients.c.id)), select(func.max(erasures.c.client_id))
_PAIRING = select(pairings).where(pairings.c.id == bindparam("wanted"))
_OF_CLIENT = select(pairings).where(pairings.c.client_id == bindparam("wanted")).order_by(pairings.c.id)
_OF_THERAPIST = select(pairings).where(
    pairings.c.therapist_id == bindparam("wanted"), pairings.c.state == PairingState.ACTIVE
).order_by(pairings.c.id)  # fmt: skip
_MOVE = update(pairings).where(pairings.c.id == bindparam("wanted")).values(
    state=bindparam("to"), changed_at=bindparam("now")
)  # fmt: skip
_NAME_THERAPIST = (
    update(therapists).where(therapists.c.id == bindparam("wanted")).values(name=bindparam("sealed"))
)
_NAME_CLIENT = update(clients).where(clients.c.id == bindparam("wanted")).values(alias=bindparam("sealed"))
_SEAT_THERAPIST = (
    update(therapists).where(therapists.c.id == bindparam("wanted")).values(chat_id=bindparam("chat"))
)
_SEAT_CLIENT = update(clients).where(clients.c.id == bindparam("wanted")).values(chat_id=bindparam("chat"))


def add_therapist(
    tx: Connection, keyring: Keyring, name: str, language: str, zone: str, role: str = THERAPIST
) -> TherapistId:
    values = {"language": language, "zone": zone, "role": role}
    number = tx.execute(insert(therapists).values(values).returning(therapists.c.id)).scalar_one()
    sealed = keyring.seal(tx, None, f"therapists.name/{number}", name)
    tx.execute(_NAME_THERAPIST, {"wanted": number, "sealed": sealed})
    return TherapistId(number)


def therapist(tx: Connection, keyring: Keyring, therapist_id: TherapistId) -> Therapist:
    return _therapist(tx, keyring, tx.execute(_THERAPIST, {"wanted": therapist_id}).one())


def therapist_in(tx: Connection, keyring: Keyring, chat_id: ChatId) -> Therapist | None:
    row = tx.execute(_THERAPIST_IN, {"wanted": chat_id}).one_or_none()
    return None if row is None else _therapist(tx, keyring, row)


def everybody(tx: Connection, keyring: Keyring) -> list[Therapist]:
    """All who work at the clinic and have opened their link."""
    return [_therapist(tx, keyring, row) for row in tx.execute(_SEATED)]


def seat_therapist(tx: Connection, therapist_id: TherapistId, chat_id: ChatId) -> None:
    tx.execute(_SEAT_THERAPIST, {"wanted": therapist_id, "chat": chat_id})


def add_client(
    tx: Connection,
    keyring: Keyring,
    *,
    alias: str,
    band: Band,
    language: str,
    zone: str,
    prompt_set: str,
    guardian_account: bool = False,
    guardian_consent: bool = False,
) -> ClientId:
    """A client with a key of their own and the next free code, C001, C002 … Numbers of clients who were
    erased are not given again."""
    number = ClientId(1 + max(tx.execute(last).scalar() or 0 for last in (_LAST_CLIENT, _LAST_ERASED)))
    values = {
        "id": number,
        "code": f"C{number:03d}",
        "band": band,
        "language": language,
        "zone": zone,
        "prompt_set": prompt_set,
        "guardian_account": int(guardian_account),
        "guardian_consent": int(guardian_consent),
    }
    tx.execute(insert(clients), values)
    keyring.make(tx, number)
    sealed = keyring.seal(tx, number, f"clients.alias/{number}", alias)
    tx.execute(_NAME_CLIENT, {"wanted": number, "sealed": sealed})
    return number


def client(tx: Connection, keyring: Keyring, client_id: ClientId) -> Client:
    return _client(tx, keyring, tx.execute(_CLIENT, {"wanted": client_id}).one())


def clients_in(tx: Connection, keyring: Keyring, chat_id: ChatId) -> list[Client]:
    """The clients whose account this is; a guardian's may hold several."""
    return [_client(tx, keyring, row) for row in tx.execute(_CLIENTS_IN, {"wanted": chat_id}).all()]


def coded(tx: Connection, code: str) -> ClientId | None:
    """Who has this code; None if nobody has."""
    number: int | None = tx.execute(_CODED, {"wanted": code}).scalar_one_or_none()
    return None if number is None else ClientId(number)


def asked_with(tx: Connection) -> list[tuple[str, Band]]:
    """The prompt sets and bands that clients are asked with."""
    return [(row.prompt_set, Band(row.band)) for row in tx.execute(_ASKED_WITH)]


def seat_client(tx: Connection, client_id: ClientId, chat_id: ChatId | None) -> None:
    tx.execute(_SEAT_CLIENT, {"wanted": client_id, "chat": chat_id})


def pair(
    tx: Connection, therapist_id: TherapistId, client_id: ClientId, session: Weekly, now: datetime
) -> PairingId:
    values = {
        "therapist_id": therapist_id,
        "client_id": client_id,
        "state": PairingState.INVITED,
        "changed_at": now,
        **weekly_columns(session),
    }
    return PairingId(tx.execute(insert(pairings).values(values).returning(pairings.c.id)).scalar_one())


def pairing(tx: Connection, pairing_id: PairingId) -> Paired:
    return _paired(tx.execute(_PAIRING, {"wanted": pairing_id}).one())


def pairing_left(tx: Connection, pairing_id: PairingId) -> Paired | None:
    """The same for what comes late: None if its client has been erased meanwhile."""
    row = tx.execute(_PAIRING, {"wanted": pairing_id}).one_or_none()
    return None if row is None else _paired(row)


def pairings_of(tx: Connection, client_id: ClientId) -> list[Paired]:
    return [_paired(row) for row in tx.execute(_OF_CLIENT, {"wanted": client_id})]


def caseload(tx: Connection, therapist_id: TherapistId) -> list[Paired]:
    """The pairings through which this therapist may see a client: the one place that decides it."""
    return [_paired(row) for row in tx.execute(_OF_THERAPIST, {"wanted": therapist_id})]


def move(tx: Connection, pairing_id: PairingId, to: PairingState, now: datetime) -> None:
    tx.execute(_MOVE, {"wanted": pairing_id, "to": to, "now": now})


def _therapist(tx: Connection, keyring: Keyring, row: Any) -> Therapist:
    name = keyring.unseal(tx, None, f"therapists.name/{row.id}", row.name)
    return Therapist(row.id, name, row.language, row.zone, row.chat_id, row.role)


def _client(tx: Connection, keyring: Keyring, row: Any) -> Client:
    alias = keyring.unseal(tx, row.id, f"clients.alias/{row.id}", row.alias)
    quiet = None
    if row.quiet_from is not None:
        quiet = (time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_to))
    return Client(
        id=row.id,
        code=row.code,
        alias=alias,
        band=Band(row.band),
        language=row.language,
        zone=row.zone,
        prompt_set=row.prompt_set,
        chat_id=row.chat_id,
        guardian_account=bool(row.guardian_account),
        guardian_consent=bool(row.guardian_consent),
        address=Address(row.address),
        gender=Gender(row.gender),
        quiet=quiet,
        paused_until=date.fromisoformat(row.paused_until) if row.paused_until else None,
        stopped_at=row.stopped_at,
        held_at=row.held_at,
        country=row.country,
    )


def _paired(row: Any) -> Paired:
    return Paired(row.id, row.therapist_id, row.client_id, PairingState(row.state), weekly_of(row))
