"""Small facts about this installation: the bot's name, the last poll, the zones' edition."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage.schema import facts

AWAY: Final = "away"  # the latest absence so long that messages may be lost: from when until when

_READ = select(facts.c.value).where(facts.c.name == bindparam("wanted"))
_PUT = upsert(facts).values(name=bindparam("name"), value=bindparam("value"))
_WRITE = _PUT.on_conflict_do_update(index_elements=["name"], set_={"value": _PUT.excluded.value})


def read(tx: Connection, name: str) -> str | None:
    value: str | None = tx.execute(_READ, {"wanted": name}).scalar_one_or_none()
    return value


def write(tx: Connection, name: str, value: str) -> None:
    tx.execute(_WRITE, {"name": name, "value": value})


def read_moment(tx: Connection, name: str) -> datetime | None:
    value = read(tx, name)
    return None if value is None else datetime.fromisoformat(value)


def write_span(tx: Connection, name: str, since: datetime, until: datetime) -> None:
    write(tx, name, f"{since.isoformat()} {until.isoformat()}")


def read_span(tx: Connection, name: str) -> tuple[datetime, datetime] | None:
    value = read(tx, name)
    if value is None:
        return None
    since, _, until = value.partition(" ")
    return datetime.fromisoformat(since), datetime.fromisoformat(until)
