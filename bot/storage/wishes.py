"""What clients have decided about themselves: language, address, quiet hours, pauses, and to stop."""

from datetime import date, datetime, time

from sqlalchemy import Connection, update

from bot.core.model import Address, ClientId, Gender
from bot.storage.schema import clients


def speak(tx: Connection, client_id: ClientId, language: str) -> None:
    _set(tx, client_id, language=language)


def call(tx: Connection, client_id: ClientId, address: Address | None, gender: Gender | None) -> None:
    """What is None stays as it is."""
    chosen = {"address": address, "gender": gender}
    _set(tx, client_id, **{name: value for name, value in chosen.items() if value is not None})


def keep_quiet(tx: Connection, client_id: ClientId, quiet_from: time, quiet_to: time) -> None:
    hours = {"quiet_from": quiet_from.isoformat("minutes"), "quiet_to": quiet_to.isoformat("minutes")}
    _set(tx, client_id, **hours)


def pause(tx: Connection, client_id: ClientId, until: date | None) -> None:
    """Until before this local date; None: the pause is over."""
    _set(tx, client_id, paused_until=None if until is None else until.isoformat())


def stop(tx: Connection, client_id: ClientId, now: datetime) -> None:
    _set(tx, client_id, stopped_at=now)


def begin_again(tx: Connection, client_id: ClientId) -> None:
    _set(tx, client_id, stopped_at=None, paused_until=None)


def hold(tx: Connection, client_id: ClientId, since: datetime | None) -> None:
    """Prompts rest from now on; None: they begin again. Not the client's wish, but for their sake."""
    _set(tx, client_id, held_at=since)


def stay(tx: Connection, client_id: ClientId, country: str) -> None:
    """Where the client is: whose numbers are shown. "-" where no numbers are known."""
    _set(tx, client_id, country=country)


def _set(tx: Connection, client_id: ClientId, **values: object) -> None:
    if values:
        tx.execute(update(clients).where(clients.c.id == client_id).values(values))
