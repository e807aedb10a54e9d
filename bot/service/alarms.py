"""Somebody may be in danger: what they see at once, who at the clinic is told, and that it goes on until
somebody has it.

No words of the client's are passed on. A child's guardian is never told of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
from bot.core.model import ChatId, ClientId
from bot.core.safety import Safety, Told
from bot.render.words import Words
from bot.service import calling, choices, countries
from bot.service.house import House
from bot.service.scene import Scene
from bot.service.who import client_words
from bot.storage import alerts, audit, people, wishes
from bot.storage.people import Client

FreeText = Wrote | Edited | SentOther


@dataclass(frozen=True, slots=True)
class Heard:
    """What may speak of danger, the gravest first, and whose it is: on a ``shared`` phone where nobody's page
    was open it may be any child's. ``words`` are whoever reads them."""

    found: Sequence[Match]
    clients: Sequence[Client]
    words: Words
    shared: bool


def overheard(tx: Connection, house: House, event: FreeText, whose: ClientId | None) -> Heard | None:
    """Whatever a client writes is looked at, kept or not. ``whose`` page it was written on, if known."""
    clients = people.clients_in(tx, house.keyring, event.chat_id)
    if not clients or not event.text or not (found := screen(house.danger, event.text)):
        return None
    meant = [client for client in clients if client.id == whose] or clients
    shared = any(client.guardian_account for client in clients)
    return Heard(found, meant, client_words(house, _youngest(meant)), shared)


def sound(tx: Connection, house: House, event: FreeText, heard: Heard, now: datetime) -> list[Event]:
    """The help card, and one alert, of the gravest kind. What comes back is to be handled next."""
    one = _youngest(heard.clients)
    for kind in dict.fromkeys(match.category for match in heard.found):
        audit.write(
            tx,
            house.keyring,
            "danger matched",
            f"client {one.id}: {kind} {' '.join(_patterns(heard, kind))}",
            now,
        )
    category = heard.found[0].category
    patterns = _patterns(heard, category)
    follows = _alert(tx, house, heard.clients, category, patterns, now)
    show(Scene(tx, house, event.chat_id, heard.words, now, one.id), category)
    return follows


def _patterns(heard: Heard, category: Category) -> list[str]:
    return [match.pattern for match in heard.found if match.category is category]


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
    tx, house = scene.tx, scene.house
    clients = people.clients_in(tx, house.keyring, scene.chat_id)
    scene.follows += _alert(tx, house, clients, effect.category, (), scene.now)
    raised = alerts.unanswered(tx, _youngest(clients).id, effect.category)
    if raised is not None:
        alerts.shown_on(tx, raised.id, scene.dialogue.id)


def _alert(
    tx: Connection,
    house: House,
    clients: Sequence[Client],
    category: Category,
    patterns: Sequence[str],
    now: datetime,
) -> list[Event]:
    """Prompts rest from now on, and what is open closes: who is in danger is not asked questions. There is
    one alert, also where it may be about any of several children, unless somebody is called already."""
    follows: list[Event] = []
    for client in clients:
        if client.held_at is None:
            wishes.hold(tx, client.id, now)
        if client.chat_id is not None:
            resting = Scene(tx, house, client.chat_id, client_words(house, client), now, client.id)
            choices.rest(resting, "held")
            follows += resting.follows
    one = _youngest(clients)
    if alerts.unanswered(tx, one.id, category) is None:
        answering = house.clinic.answering
        promised_by = None if answering is None else answering.promised_by(now)
        alert_id = alerts.raise_(tx, one.id, category, patterns, len(clients) > 1, promised_by, now)
        audit.write(tx, house.keyring, "alert raised", f"alert {alert_id}, client {one.id}", now)
        calling.call(tx, house, alert_id, clients, now)
    return follows


def _youngest(clients: Sequence[Client]) -> Client:
    """In whose words everybody is spoken to who may hold the phone."""
    return min(clients, key=lambda client: client.band.youngest)
