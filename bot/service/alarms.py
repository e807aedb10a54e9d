"""Somebody may be in danger: what they see at once, who at the clinic is told, and that it goes on until
somebody has it.

No words of the client's are passed on. A child's guardian is never told of it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.core import safety
from bot.core.alarms import Alarm
from bot.core.danger import Category, Match, screen
from bot.core.events import (
    Edited,
    Event,
    SentOther,
    Wrote,
)  # fmt: skip
from bot.core.model import AlertId, ChatId, ClientId
from bot.core.safety import Safety, Told
from bot.service import calling, choices, countries
from bot.service.house import House
from bot.service.scene import Scene
from bot.service.who import client_words
from bot.storage import alerts, audit, people, wishes
from bot.storage.people import Client

FreeText = Wrote | Edited | SentOther


def overheard(
    tx: Connection, house: House, event: FreeText, whose: ClientId | None, now: datetime
) -> list[Event]:
    """Whatever a client writes is looked at, kept or not. ``whose`` page it was written on; where that is
    not known, on a shared phone, it may be any child's. What comes back is to be handled next."""
    clients = people.clients_in(tx, house.keyring, event.chat_id)
    if not clients or not event.text:
        return []
    found = screen(house.danger, event.text)
    if not found:
        return []
    meant = [client for client in clients if client.id == whose] or clients
    follows: list[Event] = []
    for client in meant:
        follows += _match(tx, house, client, found, len(meant) > 1, now)
    one = _youngest(meant)
    show(Scene(tx, house, event.chat_id, client_words(house, one), now, one.id), found[0].category)
    return follows


def asked(tx: Connection, house: House, chat_id: ChatId, now: datetime) -> bool:
    """Somebody on this phone asks for help. Whether it is a client's."""
    clients = people.clients_in(tx, house.keyring, chat_id)
    if not clients:
        return False
    client = _youngest(clients)
    show(Scene(tx, house, chat_id, client_words(house, client), now, client.id), None)
    return True


def show(scene: Scene, category: Category | None) -> None:
    """The help card, below whatever was said. ``category`` is None where help was asked for."""
    tx, house = scene.tx, scene.house
    assert scene.client_id is not None, "help cards are for clients"
    client = people.client(tx, house.keyring, scene.client_id)
    alert = None if category is None else alerts.unanswered(tx, client.id, category)
    told = Told.NOT if alert is None else Told.TRYING if alert.delivered_at is None else Told.DELIVERED
    card = Safety(
        language=client.language,
        band=client.band,
        address=client.address,
        gender=client.gender,
        country=countries.of(house, client),
        countries=countries.known(house),
        guardian=client.guardian_account,
        category=category,
        told=told,
    )
    begun = scene.begin(safety.begin(card, scene.now))
    if alert is not None:
        alerts.shown_on(tx, alert.id, begun.id)


def alarm(scene: Scene, effect: Alarm) -> None:
    """Whoever holds this card asks that the clinic be told; the card is the one that says how far that is."""
    assert scene.dialogue is not None, "the card on which it was asked for"
    clients = people.clients_in(scene.tx, scene.house.keyring, scene.chat_id)
    for client in clients:
        alert = alerts.unanswered(scene.tx, client.id, effect.category)
        if alert is None:
            alert_id, follows = _raise(
                scene.tx, scene.house, client, effect.category, (), len(clients) > 1, scene.now
            )
            scene.follows += follows
        else:
            alert_id = alert.id
        if client.id == scene.client_id:
            alerts.shown_on(scene.tx, alert_id, scene.dialogue.id)


def _match(
    tx: Connection, house: House, client: Client, found: Sequence[Match], shared: bool, now: datetime
) -> list[Event]:
    follows: list[Event] = []
    for category in dict.fromkeys(match.category for match in found):
        patterns = [match.pattern for match in found if match.category is category]
        about = f"client {client.id}: {category} {' '.join(patterns)}"
        audit.write(tx, house.keyring, "danger matched", about, now)
        if alerts.unanswered(tx, client.id, category) is None:
            follows += _raise(tx, house, client, category, patterns, shared, now)[1]
    return follows


def _raise(
    tx: Connection,
    house: House,
    client: Client,
    category: Category,
    patterns: Sequence[str],
    shared: bool,
    now: datetime,
) -> tuple[AlertId, list[Event]]:
    """Prompts rest from now on, and what is open closes: who is in danger is not asked questions."""
    answering = house.clinic.answering
    promised_by = None if answering is None else answering.promised_by(now)
    alert_id = alerts.raise_(tx, client.id, category, patterns, shared, promised_by, now)
    audit.write(tx, house.keyring, "alert raised", f"alert {alert_id}, client {client.id}", now)
    if client.held_at is None:
        wishes.hold(tx, client.id, now)
    calling.call(tx, house, alert_id, client, now)
    if client.chat_id is None:
        return alert_id, []
    resting = Scene(tx, house, client.chat_id, client_words(house, client), now, client.id)
    choices.rest(resting, "held")
    return alert_id, resting.follows


def _youngest(clients: Sequence[Client]) -> Client:
    """In whose words everybody is spoken to who may hold the phone."""
    return min(clients, key=lambda client: client.band.youngest)
