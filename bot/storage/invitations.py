"""One-time links. Only a hash of the token is kept, for 24 hours, for one claim. Of a client's links one is
good at a time: the newest, until one of them is used."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.core.model import ChatId, PairingId, TherapistId
from bot.storage.schema import invitations, link_tries, pairings

VALID = timedelta(hours=24)
TRIES, TRIES_WITHIN = 5, timedelta(hours=1)


class Outcome(StrEnum):
    """What became of an opened link."""

    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True)
class Claim:
    """``pairing_id`` is None for a therapist's own link."""

    outcome: Outcome
    therapist_id: TherapistId | None = None
    pairing_id: PairingId | None = None


_FIND = select(invitations).where(invitations.c.token_hash == bindparam("wanted"))
_USE = (
    update(invitations)
    .where(invitations.c.token_hash == bindparam("wanted"), invitations.c.used_at.is_(None))
    .values(used_at=bindparam("now"), used_by=bindparam("chat"))
    .returning(invitations.c.token_hash)
)
_CLIENT = select(pairings.c.client_id).where(pairings.c.id == bindparam("pairing")).scalar_subquery()
_VOID = (
    update(invitations)
    .where(
        invitations.c.pairing_id.in_(select(pairings.c.id).where(pairings.c.client_id == _CLIENT)),
        invitations.c.used_at.is_(None),
        invitations.c.expires_at > bindparam("now"),
    )
    .values(expires_at=bindparam("now"))
)
_TRIES = (
    select(func.count())
    .select_from(link_tries)
    .where(link_tries.c.chat_id == bindparam("chat"), link_tries.c.tried_at > bindparam("since"))
)


def make(tx: Connection, therapist_id: TherapistId, pairing_id: PairingId | None, now: datetime) -> str:
    """A fresh token of 128 bits, fit for a start link; it is not kept. An older one for the same client is
    void."""
    if pairing_id is not None:
        make_void(tx, pairing_id, now)
    token = secrets.token_urlsafe(16)
    tx.execute(
        insert(invitations),
        {
            "token_hash": _hash(token),
            "therapist_id": therapist_id,
            "pairing_id": pairing_id,
            "expires_at": now + VALID,
        },
    )
    return token


def make_void(tx: Connection, pairing_id: PairingId, now: datetime) -> None:
    """The links for this pairing's client that nobody has used run out now."""
    tx.execute(_VOID, {"pairing": pairing_id, "now": now})


def known(tx: Connection, token: str) -> bool:
    """Whether there is such an invitation, used or not."""
    return tx.execute(_FIND, {"wanted": _hash(token)}).one_or_none() is not None


def taken_by(tx: Connection, token: str, chat_id: ChatId) -> bool:
    """Whether this chat is the one that used the invitation."""
    row = tx.execute(_FIND, {"wanted": _hash(token)}).one_or_none()
    return row is not None and row.used_by == chat_id


def claim(tx: Connection, token: str, chat_id: ChatId, now: datetime) -> Claim:
    """Take the invitation, if it is there to be taken; then all others for its client are void. Wrong tries
    are counted for each chat."""
    tried = tx.execute(_TRIES, {"chat": chat_id, "since": now - TRIES_WITHIN}).scalar_one()
    if tried >= TRIES:
        return Claim(Outcome.TOO_OFTEN)
    row = tx.execute(_FIND, {"wanted": _hash(token)}).one_or_none()
    if row is None:
        return _failed(tx, Outcome.UNKNOWN, chat_id, now)
    if row.used_at is not None:
        return _failed(tx, Outcome.USED, chat_id, now)
    if row.expires_at <= now:
        return _failed(tx, Outcome.EXPIRED, chat_id, now)
    if tx.execute(_USE, {"wanted": _hash(token), "now": now, "chat": chat_id}).one_or_none() is None:
        return _failed(tx, Outcome.USED, chat_id, now)
    if row.pairing_id is not None:
        make_void(tx, row.pairing_id, now)
    return Claim(Outcome.CLAIMED, row.therapist_id, row.pairing_id)


def forget_unused(tx: Connection, before: datetime) -> None:
    """Those that ran out before then and were used by nobody: whoever opens one now hears that there is no
    such link, and no longer that it is too old."""
    unused = invitations.c.used_at.is_(None), invitations.c.expires_at < before
    tx.execute(delete(invitations).where(*unused))


def prune(tx: Connection, now: datetime) -> None:
    tx.execute(delete(link_tries).where(link_tries.c.tried_at < now - TRIES_WITHIN))


def _failed(tx: Connection, outcome: Outcome, chat_id: ChatId, now: datetime) -> Claim:
    tx.execute(insert(link_tries), {"chat_id": chat_id, "tried_at": now})
    return Claim(outcome)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
