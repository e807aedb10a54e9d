"""Alerts: that somebody may be in danger, who was told, and who has it. No words are in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.core.alerting import Step
from bot.core.danger import Category
from bot.core.model import AlertId, ClientId, DialogueId, TherapistId
from bot.storage.schema import alert_letters, alerts


@dataclass(frozen=True, slots=True)
class Alert:
    """``client_id`` and ``category`` are None for a drill. ``shared``: the words may be of another
    child on the same phone. ``card`` is the client's help card."""

    id: AlertId
    client_id: ClientId | None
    category: Category | None
    shared: bool
    raised_at: datetime
    step: Step
    promised_by: datetime | None
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: TherapistId | None
    released_at: datetime | None
    card: DialogueId | None

    @property
    def drill(self) -> bool:
        return self.client_id is None


@dataclass(frozen=True, slots=True)
class Letter:
    """One person's card of an alert."""

    therapist_id: TherapistId
    dialogue_id: DialogueId
    step: Step


_ADD = insert(alerts).returning(alerts.c.id)
_ONE = select(alerts).where(alerts.c.id == bindparam("wanted"))
_UNANSWERED = (
    select(alerts)
    .where(
        alerts.c.client_id == bindparam("client"),
        alerts.c.category == bindparam("category"),
        alerts.c.acknowledged_at.is_(None),
    )
    .order_by(alerts.c.id)
)
_LAST_DRILL = select(alerts).where(alerts.c.client_id.is_(None)).order_by(alerts.c.id.desc()).limit(1)
# The last drill of which it is known how it went: somebody had it, or the time was over.
_LAST_TRIED = (
    select(alerts)
    .where(
        alerts.c.client_id.is_(None), (alerts.c.acknowledged_at.is_not(None)) | (alerts.c.step > Step.FIRST)
    )
    .order_by(alerts.c.id.desc())
    .limit(1)
)
_MOVE = update(alerts).where(alerts.c.id == bindparam("wanted")).values(
    step=bindparam("step"), promised_by=bindparam("promised_by")
)  # fmt: skip
_SHOW = update(alerts).where(alerts.c.id == bindparam("wanted")).values(card=bindparam("card"))
_DELIVERED = (
    update(alerts)
    .where(alerts.c.id == bindparam("wanted"), alerts.c.delivered_at.is_(None))
    .values(delivered_at=bindparam("now"))
    .returning(alerts.c.card)
)
_ACKNOWLEDGED = (
    update(alerts)
    .where(alerts.c.id == bindparam("wanted"), alerts.c.acknowledged_at.is_(None))
    .values(acknowledged_at=bindparam("now"), acknowledged_by=bindparam("by"))
    .returning(alerts.c.id)
)
_RELEASED = (
    update(alerts)
    .where(alerts.c.client_id == bindparam("client"), alerts.c.released_at.is_(None))
    .values(released_at=bindparam("now"))
    .returning(alerts.c.id)
)
_TELL = upsert(alert_letters)
_TELL = _TELL.on_conflict_do_update(
    index_elements=["alert_id", "therapist_id"], set_={"dialogue_id": _TELL.excluded.dialogue_id}
)
_LETTERS = select(alert_letters).where(alert_letters.c.alert_id == bindparam("wanted")).order_by(
    alert_letters.c.therapist_id
)  # fmt: skip
_ARRIVED = (
    update(alert_letters)
    .where(alert_letters.c.dialogue_id == bindparam("dialogue"), alert_letters.c.delivered_at.is_(None))
    .values(delivered_at=bindparam("now"))
    .returning(alert_letters.c.alert_id)
)


def raise_(
    tx: Connection,
    client_id: ClientId | None,
    category: Category | None,
    patterns: Sequence[str],
    shared: bool,
    promised_by: datetime | None,
    now: datetime,
) -> AlertId:
    values = {
        "client_id": client_id,
        "category": category or "",
        "patterns": ",".join(patterns),
        "shared": int(shared),
        "raised_at": now,
        "promised_by": promised_by,
    }
    return AlertId(tx.execute(_ADD, values).scalar_one())


def one(tx: Connection, alert_id: AlertId) -> Alert | None:
    row = tx.execute(_ONE, {"wanted": alert_id}).one_or_none()
    return None if row is None else _alert(row)


def last_drill(tx: Connection) -> Alert | None:
    row = tx.execute(_LAST_DRILL).one_or_none()
    return None if row is None else _alert(row)


def last_drill_passed(tx: Connection) -> bool:
    """Whether somebody acknowledged it in the promised time. Not the one that still waits."""
    row = tx.execute(_LAST_TRIED).one_or_none()
    if row is None:
        return False
    by = row.promised_by
    return row.step == Step.FIRST and by is not None and bool(row.acknowledged_at <= by)


def unanswered(tx: Connection, client_id: ClientId, category: Category) -> Alert | None:
    """The alert of this kind that nobody has acknowledged yet."""
    row = tx.execute(_UNANSWERED, {"client": client_id, "category": category}).first()
    return None if row is None else _alert(row)


def move(tx: Connection, alert_id: AlertId, step: Step, promised_by: datetime | None) -> None:
    tx.execute(_MOVE, {"wanted": alert_id, "step": step, "promised_by": promised_by})


def shown_on(tx: Connection, alert_id: AlertId, card: DialogueId) -> None:
    """The client's newest help card is the one that says how far the alert has come."""
    tx.execute(_SHOW, {"wanted": alert_id, "card": card})


def told(
    tx: Connection, alert_id: AlertId, therapist_id: TherapistId, card: DialogueId, step: Step, now: datetime
) -> None:
    values = {
        "alert_id": alert_id,
        "therapist_id": therapist_id,
        "dialogue_id": card,
        "step": step,
        "made_at": now,
    }
    tx.execute(_TELL, values)


def letters(tx: Connection, alert_id: AlertId) -> list[Letter]:
    rows = tx.execute(_LETTERS, {"wanted": alert_id})
    return [Letter(row.therapist_id, row.dialogue_id, Step(row.step)) for row in rows]


def arrived(tx: Connection, card: DialogueId, now: datetime) -> AlertId | None:
    """Telegram has taken this person's card. The alert, if it was the first of it that arrived."""
    number: int | None = tx.execute(_ARRIVED, {"dialogue": card, "now": now}).scalar_one_or_none()
    if number is None or tx.execute(_DELIVERED, {"wanted": number, "now": now}).one_or_none() is None:
        return None
    return AlertId(number)


def acknowledge(tx: Connection, alert_id: AlertId, by: TherapistId | None, now: datetime) -> bool:
    """Whether it was the first acknowledgement."""
    values = {"wanted": alert_id, "by": by, "now": now}
    return tx.execute(_ACKNOWLEDGED, values).one_or_none() is not None


def release(tx: Connection, client_id: ClientId, now: datetime) -> list[AlertId]:
    """Every alert of this client is done with."""
    return [AlertId(number) for number in tx.execute(_RELEASED, {"client": client_id, "now": now}).scalars()]


def _alert(row: Any) -> Alert:
    return Alert(
        id=row.id,
        client_id=row.client_id,
        category=Category(row.category) if row.category else None,
        shared=bool(row.shared),
        raised_at=row.raised_at,
        step=Step(row.step),
        promised_by=row.promised_by,
        delivered_at=row.delivered_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        released_at=row.released_at,
        card=row.card,
    )
