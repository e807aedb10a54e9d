"""Who takes part already agrees again: because the words have changed, or after a time without."""

from datetime import datetime
from typing import Literal

from bot.core.effects import Say
from bot.core.model import ClientId, Kind
from bot.core.welcome import Occasion, Page
from bot.service import menus, occasions, reaching, timetable, welcoming
from bot.service.scene import Scene
from bot.service.telling import tell_therapists
from bot.service.who import client_words
from bot.storage import audit, consents, people, wishes
from bot.storage.people import Client, PairingState


def begin(scene: Scene, client_id: ClientId | None, page: Page = Page.HELLO) -> None:
    """The welcome again, without a link and without the therapist's word: it is known who it is."""
    here = people.clients_in(scene.tx, scene.house.keyring, scene.chat_id)
    client = next((one for one in here if client_id in (None, one.id)), None)
    paired = None if client is None else welcoming.active_pairing(scene.tx, client)
    if client is None or paired is None:
        welcoming.say_not_linked(scene, client)
    else:
        welcoming.begin(scene, paired, client, Occasion.RENEWED, page)


def greet(scene: Scene) -> None:
    """Hello to a client who comes by. If nobody in this chat takes part any more: shall it begin again, and
    for whom?"""
    here = people.clients_in(scene.tx, scene.house.keyring, scene.chat_id)
    if not here or any(client.stopped_at is None for client in here):
        scene.say(Say("bot/client/hello"))
        return
    client = menus.for_whom(scene, "welcome", None, Page.AGAIN)
    if client is not None:
        begin(scene, client.id, Page.AGAIN)


def begin_again(scene: Scene, client: Client) -> None:
    """Everybody has agreed: check-ins come again, and the therapists hear of it, quietly."""
    tx, house, now = scene.tx, scene.house, scene.now
    if client.stopped_at is not None:
        wishes.begin_again(tx, client.id)
        reaching.let_links_go(tx, client, now)
    moments = [
        occasions.arm(tx, house, paired, now)
        for paired in people.pairings_of(tx, client.id)
        if paired.state is PairingState.ACTIVE
    ]
    tell_therapists(tx, house, client, "bot/pairing/renewed", now)
    client = people.client(tx, house.keyring, client.id)
    there = Scene(tx, house, scene.chat_id, client_words(house, client), now, client.id)
    upcoming = min((moment for moment in moments if moment is not None), default=None)
    say_when(there, client, upcoming, "goes_on")


def decline(scene: Scene, client: Client) -> None:
    """They do not agree to it any more: what they agreed to before is withdrawn, and nothing is sent."""
    consents.withdraw(scene.tx, client.id, scene.now)
    if client.stopped_at is not None:
        return  # it stays as it was
    wishes.stop(scene.tx, client.id, scene.now)
    timetable.disarm(scene.tx, client)
    audit.write(scene.tx, scene.house.keyring, "consent declined", f"client {client.id}", scene.now)
    tell_therapists(scene.tx, scene.house, client, "bot/pairing/not_renewed", scene.now)


def say_when(
    scene: Scene, client: Client, upcoming: datetime | None, which: Literal["linked", "goes_on"]
) -> None:
    """The client, or whoever the phone belongs to, hears when the next check-in comes."""
    if upcoming is not None:
        message = "bot/guardian/linked" if client.guardian_account else f"bot/welcome/{which}"
        values = {"day": scene.words.day(upcoming), "time": scene.words.time(upcoming.time())}
        scene.say(Say(message, {**values, "client": client.alias}), Kind.CONSENT)
