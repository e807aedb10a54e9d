"""A client's therapists are told what has become of them: quietly, and each in their own language."""

from datetime import datetime

from sqlalchemy import Connection

from bot.core.model import Kind
from bot.service.house import House
from bot.service.scene import Scene
from bot.storage import people
from bot.storage.people import Client, Paired, PairingState


def therapist_scene(tx: Connection, house: House, paired: Paired, now: datetime) -> Scene | None:
    """The chat of the pairing's therapist; None if they have not opened their own link yet. What is said
    there about the client is sealed with the client's key."""
    therapist = people.therapist(tx, house.keyring, paired.therapist_id)
    if therapist.chat_id is None:
        return None
    return Scene(tx, house, therapist.chat_id, house.words(therapist.language), now, paired.client_id)


def tell_therapists(tx: Connection, house: House, client: Client, message: str, now: datetime) -> None:
    """One quiet letter to each therapist whose client this is."""
    for paired in people.pairings_of(tx, client.id):
        if paired.state is PairingState.ACTIVE:
            tell_therapist(tx, house, paired, client, message, now)


def tell_therapist(
    tx: Connection, house: House, paired: Paired, client: Client, message: str, now: datetime
) -> None:
    there = therapist_scene(tx, house, paired, now)
    if there is not None:
        there.send({"text": there.words(message, client=client.alias), "silent": True}, Kind.NEWS)
