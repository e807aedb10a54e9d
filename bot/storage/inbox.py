"""Which updates we have seen, and the few that failed and wait to be tried again."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage.keys import Keyring
from bot.storage.schema import inbox

FAILURES_MAX = 3
AGAIN_AFTER = timedelta(seconds=5)
KEPT = timedelta(days=14)

_ADD = upsert(inbox).on_conflict_do_nothing().returning(inbox.c.update_id)
_LAST = select(func.max(inbox.c.update_id))
_FAILED = (
    update(inbox)
    .where(inbox.c.update_id == bindparam("failed"))
    .values(failures=inbox.c.failures + 1, body=bindparam("body"), try_at=bindparam("try_at"))
)
_DONE = update(inbox).where(inbox.c.update_id == bindparam("done")).values(body=None, try_at=None)
_AGAIN = select(inbox).where(inbox.c.try_at <= bindparam("now")).order_by(inbox.c.update_id).limit(20)
_PARKED = select(inbox.c.update_id).where(inbox.c.failures >= FAILURES_MAX, inbox.c.body.is_not(None))
_SEALED = select(inbox.c.update_id, inbox.c.body).where(inbox.c.body.is_not(None))
_OUTDATED = (
    update(inbox)
    .where(inbox.c.arrived_at < bindparam("before"), inbox.c.body.is_not(None))
    .values(body=None, try_at=None)
)
_PRUNE = delete(inbox).where(
    inbox.c.arrived_at < bindparam("before"), inbox.c.update_id < _LAST.scalar_subquery()
)

Update = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    update_id: int
    body: Update
    failures: int


def next_offset(tx: Connection) -> int:
    """The number Telegram is asked for next; asking confirms all below it."""
    return (tx.execute(_LAST).scalar() or -1) + 1


def take(tx: Connection, update_ids: Iterable[int], now: datetime) -> set[int]:
    """Note these updates as arrived; those not seen before come back."""
    rows = [{"update_id": number, "arrived_at": now} for number in update_ids]
    return set(tx.execute(_ADD, rows).scalars()) if rows else set()


def mark_failed(
    tx: Connection, keyring: Keyring, update_id: int, body: Update, failures: int, now: datetime
) -> None:
    """Keep it, sealed, for another try; after the last it stays parked for a person to look at."""
    sealed = keyring.seal(tx, None, f"inbox.body/{update_id}", json.dumps(body))
    again = now + AGAIN_AFTER * 2**failures if failures + 1 < FAILURES_MAX else None
    tx.execute(_FAILED, {"failed": update_id, "body": sealed, "try_at": again})


def mark_done(tx: Connection, update_id: int) -> None:
    """Handled after all: the body held private words, so only the fact that we saw it stays."""
    tx.execute(_DONE, {"done": update_id})


def to_try_again(tx: Connection, keyring: Keyring, now: datetime) -> list[Waiting]:
    return [
        Waiting(
            row.update_id,
            json.loads(keyring.unseal(tx, None, f"inbox.body/{row.update_id}", row.body)),
            row.failures,
        )
        for row in tx.execute(_AGAIN, {"now": now})
    ]


def parked(tx: Connection) -> list[int]:
    return list(tx.execute(_PARKED).scalars())


def forget(tx: Connection, keyring: Keyring, chat_id: int, *, presses: bool) -> None:
    """What failed in this chat, and waits to be tried again or looked at, is dropped. Without ``presses``
    pressed buttons stay: no words stand in them."""
    for row in tx.execute(_SEALED).all():
        body = json.loads(keyring.unseal(tx, None, f"inbox.body/{row.update_id}", row.body))
        if _is_from(body, chat_id) and (presses or "callback_query" not in body):
            mark_done(tx, row.update_id)


def prune(tx: Connection, now: datetime) -> None:
    """Telegram forgets updates after a day, so older numbers are not needed to know them again. Nor is
    what failed, if nobody has looked at it by then: somebody's words stand in it."""
    tx.execute(_OUTDATED, {"before": now - KEPT})
    tx.execute(_PRUNE, {"before": now - KEPT})


def _is_from(part: Any, chat_id: int) -> bool:
    """Whether this chat is named anywhere in it."""
    match part:
        case {"chat": {"id": number}} if number == chat_id:
            return True
        case dict():
            return any(_is_from(one, chat_id) for one in part.values())
        case list():
            return any(_is_from(one, chat_id) for one in part)
        case _:
            return False
