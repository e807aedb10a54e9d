"""Who is speaking when no dialogue says it: a therapist, a client, or a stranger."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.content.languages import resolve
from bot.core.model import ClientId
from bot.core.reception import FromOutside, Role
from bot.render.words import Words
from bot.service.house import House
from bot.storage import people


@dataclass(frozen=True, slots=True)
class Who:
    role: Role
    words: Words
    client_id: ClientId | None = None


def speaks(tx: Connection, house: House, event: FromOutside) -> Who:
    """Known people hear their own language; strangers the one of their app, if we have it."""
    therapist = people.therapist_in(tx, house.keyring, event.chat_id)
    if therapist is not None:
        return Who(Role.THERAPIST, house.words(therapist.language))
    clients = people.clients_in(tx, house.keyring, event.chat_id)
    if clients:
        return Who(Role.CLIENT, _client_words(house, clients[0]), clients[0].id)
    tag = getattr(event, "language_code", "")
    return Who(Role.STRANGER, house.words(resolve(tag, tuple(house.texts)) or house.clinic.languages[0]))


def client_words(tx: Connection, house: House, client_id: ClientId) -> Words:
    return _client_words(house, people.client(tx, house.keyring, client_id))


def _client_words(house: House, client: people.Client) -> Words:
    return house.words(client.language).speaking(client.band.voice)
