"""What the page's clock can go to next: a check-in and a summary, when each comes and whose it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from bot.core.checkin import CheckIn
from bot.core.model import ChatId, ClientId
from bot.core.schedule import first
from bot.render.words import local
from bot.storage import dialogues, people, schedules, timers
from bot.storage.keys import Keyring
from bot.storage.people import Client
from bot.storage.timers import TimerKind

Landmark = Literal["check_in", "session"]


@dataclass(frozen=True, slots=True)
class Coming:
    """``whose`` are clients' names: two children of a family may be asked at the same moment."""

    at: datetime
    whose: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """``clients`` are the names of those whose account it is. ``answering``: a check-in is open, and was
    not put off."""

    clients: tuple[str, ...]
    coming: dict[Landmark, Coming]
    answering: bool


NOTHING = Ahead((), {}, answering=False)


def look_ahead(tx: Connection, keyring: Keyring, chat_id: ChatId) -> Ahead:
    """What comes next for the clients whose account this is."""
    clients = people.clients_in(tx, keyring, chat_id)
    open_ones = [one for one in dialogues.open_in(tx, keyring, chat_id) if isinstance(one.state, CheckIn)]
    put_off: list[tuple[ClientId | None, datetime]] = []
    for one in open_ones:
        moment = timers.due_at(tx, TimerKind.SNOOZE, one.id)
        if moment is not None:
            put_off.append((one.client_id, moment))
    check_ins = [(client, moment) for client in clients for moment in _check_ins(tx, client)]
    check_ins += [(client, moment) for client in clients for owner, moment in put_off if owner == client.id]
    sessions = [(client, moment) for client in clients for moment in _sessions(tx, client)]
    found: dict[Landmark, list[tuple[Client, datetime]]] = {"check_in": check_ins, "session": sessions}
    coming = {goal: _soonest(moments) for goal, moments in found.items() if moments}
    names = tuple(client.alias for client in clients)
    return Ahead(names, coming, answering=len(open_ones) > len(put_off))


def _soonest(moments: list[tuple[Client, datetime]]) -> Coming:
    soonest = min(moment for _, moment in moments)
    whose = dict.fromkeys(client.alias for client, moment in moments if moment == soonest)
    return Coming(soonest, tuple(whose))


def _check_ins(tx: Connection, client: Client) -> Iterator[datetime]:
    """When the next one comes; those that fall into a pause do not, and none while an alert is looked at."""
    if client.held_at is not None:
        return
    for schedule in schedules.of_client(tx, client.id):
        moment = timers.due_at(tx, TimerKind.CHECK_IN, schedule.id)
        if moment is None:
            continue
        while client.paused_until is not None and local(moment, client.zone).date() < client.paused_until:
            moment = first(schedule.rule, moment).due_at
        yield moment


def _sessions(tx: Connection, client: Client) -> Iterator[datetime]:
    for paired in people.pairings_of(tx, client.id):
        moment = timers.due_at(tx, TimerKind.SESSION, paired.id)
        if moment is not None:
            yield moment
