"""Alerts on their second way: an e-mail to each address of the clinic's, until its server has taken it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.core.model import AlertId
from bot.storage.schema import alert_mails


@dataclass(frozen=True, slots=True)
class Mail:
    """``tries`` is how often it was tried before."""

    id: int
    alert_id: AlertId
    address: str
    tries: int


_DUE = select(alert_mails).where(alert_mails.c.try_at <= bindparam("now")).order_by(alert_mails.c.id)
_TRIED = update(alert_mails).where(alert_mails.c.id == bindparam("wanted")).values(
    tries=alert_mails.c.tries + 1, try_at=bindparam("try_at"), sent_at=bindparam("sent_at")
)  # fmt: skip


def put(tx: Connection, alert_id: AlertId, addresses: Sequence[str], now: datetime) -> None:
    for address in addresses:
        tx.execute(insert(alert_mails), {"alert_id": alert_id, "address": address, "try_at": now})


def due(tx: Connection, now: datetime) -> list[Mail]:
    return [
        Mail(row.id, AlertId(row.alert_id), row.address, row.tries) for row in tx.execute(_DUE, {"now": now})
    ]


def sent(tx: Connection, number: int, now: datetime) -> None:
    """The server has taken it."""
    tx.execute(_TRIED, {"wanted": number, "try_at": None, "sent_at": now})


def failed(tx: Connection, number: int, again_at: datetime | None) -> None:
    """It was not taken; ``again_at`` is None when it is given up."""
    tx.execute(_TRIED, {"wanted": number, "try_at": again_at, "sent_at": None})
