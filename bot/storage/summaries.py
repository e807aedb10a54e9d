"""The summary before each session: that it was made, read and answered. Each happens once."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.core.model import PairingId
from bot.storage.schema import pairings, summaries


@dataclass(frozen=True, slots=True)
class Told:
    """One summary. ``session_on`` is the session's date on the therapist's calendar."""

    session_on: date
    made_at: datetime
    read_at: datetime | None
    answered_at: datetime | None


_THE_ONE = summaries.c.pairing_id == bindparam("pairing"), summaries.c.local_date == bindparam("day")
_MAKE = upsert(summaries).on_conflict_do_nothing().returning(summaries.c.pairing_id)
_MADE_FOR = select(summaries.c.made_at).where(*_THE_ONE)
_MADE_BEFORE = select(func.max(summaries.c.made_at)).where(
    summaries.c.pairing_id == bindparam("pairing"), summaries.c.local_date < bindparam("day")
)
_READ = update(summaries).where(*_THE_ONE, summaries.c.read_at.is_(None)).values(read_at=bindparam("now"))
_ANSWERED = (
    update(summaries).where(*_THE_ONE, summaries.c.answered_at.is_(None)).values(answered_at=bindparam("now"))
)
_KNOWN_READ = select(pairings.c.read_until).where(pairings.c.id == bindparam("pairing"))
_KNOW_READ = (
    update(pairings).where(pairings.c.id == bindparam("pairing")).values(read_until=bindparam("until"))
)
_OF_PAIRING = (
    select(summaries).where(summaries.c.pairing_id == bindparam("pairing")).order_by(summaries.c.local_date)
)


def make(tx: Connection, pairing_id: PairingId, day: date, now: datetime) -> bool:
    """Note that it is made. Whether it is the first for the session on ``day``."""
    values = {"pairing_id": pairing_id, "local_date": day.isoformat(), "made_at": now}
    return tx.execute(_MAKE, values).one_or_none() is not None


def made_for(tx: Connection, pairing_id: PairingId, day: date) -> datetime | None:
    """When the summary of the session on ``day`` was made; None if it was not yet."""
    moment: datetime | None = tx.execute(_MADE_FOR, _which(pairing_id, day)).scalar_one_or_none()
    return moment


def made_before(tx: Connection, pairing_id: PairingId, day: date) -> datetime | None:
    """When the summary of the latest session before ``day`` was made."""
    moment: datetime | None = tx.execute(_MADE_BEFORE, _which(pairing_id, day)).scalar_one_or_none()
    return moment


def mark_read(tx: Connection, pairing_id: PairingId, day: date, now: datetime) -> None:
    tx.execute(_READ, _which(pairing_id, day) | {"now": now})


def mark_answered(tx: Connection, pairing_id: PairingId, day: date, now: datetime) -> None:
    tx.execute(_ANSWERED, _which(pairing_id, day) | {"now": now})


def known_read(tx: Connection, pairing_id: PairingId) -> datetime | None:
    """The client knows that what they had given until then was read; None if they know of nothing yet."""
    moment: datetime | None = tx.execute(_KNOWN_READ, {"pairing": pairing_id}).scalar_one_or_none()
    return moment


def know_read(tx: Connection, pairing_id: PairingId, until: datetime) -> None:
    """The client is told that what they had given until then was read."""
    tx.execute(_KNOW_READ, {"pairing": pairing_id, "until": until})


def of_pairing(tx: Connection, pairing_id: PairingId) -> list[Told]:
    """The earliest first."""
    return [
        Told(date.fromisoformat(row.local_date), row.made_at, row.read_at, row.answered_at)
        for row in tx.execute(_OF_PAIRING, {"pairing": pairing_id})
    ]


def _which(pairing_id: PairingId, day: date) -> dict[str, object]:
    return {"pairing": pairing_id, "day": day.isoformat()}
