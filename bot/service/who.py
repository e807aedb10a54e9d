"""Who is speaking when no dialogue says it: a therapist, a client, or a stranger."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.content.languages import resolve, written_in
from bot.core.model import ClientId, Voice
from bot.core.reception import FromOutside, Role
from bot.render.words import Words
from bot.service.house import House
from bot.storage import people
from bot.storage.people import Client


@dataclass(frozen=True, slots=True)
class Who:
    """``client_id`` is None also where one account holds several clients: which of them, nobody has said.
    ``shared``: it is a guardian's phone. ``stopped``: all of its clients have stopped."""

    role: Role
    words: Words
    client_id: ClientId | None = None
    shared: bool = False
    stopped: bool = False


def speaks(tx: Connection, house: House, event: FromOutside) -> Who:
    """Known people hear their own language; strangers the one of their app, if we have it."""
    therapist = people.therapist_in(tx, house.keyring, event.chat_id)
    if therapist is not None:
        return Who(Role.THERAPIST, house.words(therapist.language))
    clients = people.clients_in(tx, house.keyring, event.chat_id)
    shared = any(client.guardian_account for client in clients)
    stopped = all(client.stopped_at is not None for client in clients)
    if len(clients) == 1:
        return Who(Role.CLIENT, client_words(house, clients[0]), clients[0].id, shared, stopped)
    if clients:
        return Who(Role.CLIENT, guardian_words(tx, house, clients[0]), shared=shared, stopped=stopped)
    tag = getattr(event, "language_code", "")
    return Who(Role.STRANGER, house.words(resolve(tag, tuple(house.texts)) or house.clinic.languages[0]))


def client_words(house: House, client: Client) -> Words:
    """The words for a client. On a guardian's phone it is the guardian who reads what stands outside of
    a check-in."""
    words = house.words(client.language)
    if client.guardian_account:
        return words.speaking(Voice.ADULT).about(client.alias)
    return words.speaking(client.band.voice).addressed(client.address, client.gender)


def guardian_words(tx: Connection, house: House, client: Client) -> Words:
    """The words for an account that holds several clients."""
    account = None if client.chat_id is None else people.account(tx, client.chat_id)
    language = client.language if account is None else account.language
    return house.words(language).speaking(Voice.ADULT)


def language_of(house: House, client: Client, words: str) -> str:
    """The language of what the client wrote: the one they speak here now, if its letters allow that."""
    return written_in(words, client.language, house.clinic.languages)
