"""Who did what to whom, each row chained to the one before by HMAC. No names, no health content."""

import hashlib
import hmac
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from bot.storage.keys import Keyring
from bot.storage.schema import audit

_LAST = select(audit.c.chain).order_by(audit.c.id.desc()).limit(1)


def write(tx: Connection, keyring: Keyring, what: str, about: str, now: datetime) -> None:
    """``about`` names people by their numbers only, as in "therapist 1 client 2"."""
    before = tx.execute(_LAST).scalar_one_or_none() or b""
    link = _link(keyring, before, now, what, about)
    tx.execute(insert(audit), {"at": now, "what": what, "about": about, "chain": link})


def broken_at(tx: Connection, keyring: Keyring) -> int | None:
    """The first row that was changed, moved, or follows a missing one; None if the chain holds."""
    before = b""
    for row in tx.execute(select(audit).order_by(audit.c.id)):
        if not hmac.compare_digest(row.chain, _link(keyring, before, row.at, row.what, row.about)):
            return int(row.id)
        before = row.chain
    return None


def _link(keyring: Keyring, before: bytes, at: datetime, what: str, about: str) -> bytes:
    said = "\n".join((at.astimezone(UTC).isoformat(timespec="milliseconds"), what, about)).encode()
    return hmac.digest(keyring.audit_key, before + said, hashlib.sha256)
