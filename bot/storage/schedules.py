"""When a client's check-ins come: a rule, and who chose it."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.core.model import ClientId, ScheduleId
from bot.core.schedule import Weekly
from bot.storage.schema import schedules


@dataclass(frozen=True, slots=True)
class Schedule:
    """``chosen_by`` is "therapist" or "client"."""

    id: ScheduleId
    client_id: ClientId
    rule: Weekly
    chosen_by: str
    chosen_at: datetime | None


_SCHEDULE = select(schedules).where(schedules.c.id == bindparam("wanted"))
_SCHEDULES_OF = select(schedules).where(schedules.c.client_id == bindparam("wanted"))


def add(tx: Connection, client_id: ClientId, rule: Weekly, now: datetime) -> ScheduleId:
    values = {"client_id": client_id, **weekly_columns(rule), "chosen_by": "therapist", "chosen_at": now}
    return ScheduleId(tx.execute(insert(schedules).values(values).returning(schedules.c.id)).scalar_one())


def one(tx: Connection, schedule_id: ScheduleId) -> Schedule | None:
    row = tx.execute(_SCHEDULE, {"wanted": schedule_id}).one_or_none()
    return None if row is None else _schedule(row)


def change(tx: Connection, schedule_id: ScheduleId, rule: Weekly, chosen_by: str, now: datetime) -> None:
    values = {"chosen_by": chosen_by, "chosen_at": now, **weekly_columns(rule)}
    tx.execute(update(schedules).where(schedules.c.id == schedule_id).values(values))


def of_client(tx: Connection, client_id: ClientId) -> list[Schedule]:
    rows = tx.execute(_SCHEDULES_OF, {"wanted": client_id})
    return [_schedule(row) for row in rows]


def _schedule(row: Any) -> Schedule:
    return Schedule(row.id, row.client_id, weekly_of(row), row.chosen_by, row.chosen_at)


def weekly_columns(rule: Weekly) -> dict[str, object]:
    return {"weekday": rule.weekday, "at": rule.at.isoformat("minutes"), "zone": rule.zone}


def weekly_of(row: Any) -> Weekly:
    return Weekly(row.weekday, time.fromisoformat(row.at), row.zone)
