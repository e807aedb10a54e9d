"""That a summary was read, and answered. The first time counts."""

from datetime import date, datetime

from sqlalchemy import Connection, bindparam, update

from bot.core.model import PairingId
from bot.storage.schema import summaries

_OF_SESSION = update(summaries).where(
    summaries.c.pairing_id == bindparam("pairing"), summaries.c.local_date == bindparam("day")
)
_READ = _OF_SESSION.where(summaries.c.read_at.is_(None)).values(read_at=bindparam("now"))
_ANSWERED = _OF_SESSION.where(summaries.c.answered_at.is_(None)).values(answered_at=bindparam("now"))


def mark_read(tx: Connection, pairing_id: PairingId, day: date, now: datetime) -> None:
    """The summary of the session on ``day``."""
    tx.execute(_READ, {"pairing": pairing_id, "day": day.isoformat(), "now": now})


def mark_answered(tx: Connection, pairing_id: PairingId, day: date, now: datetime) -> None:
    tx.execute(_ANSWERED, {"pairing": pairing_id, "day": day.isoformat(), "now": now})
