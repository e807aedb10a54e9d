"""A client's welcome is begun: for the first time, on another account, or again."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.core import welcome
from bot.core.effects import Ask, Say
from bot.core.model import ClientId, Kind
from bot.core.welcome import FORMS, Occasion, Page, Welcome
from bot.service import countries
from bot.service.house import House
from bot.service.scene import Scene
from bot.service.timetable import wanted
from bot.service.who import client_words
from bot.storage import consents, dialogues, people
from bot.storage.dialogues import Dialogue
from bot.storage.people import Client, Paired, PairingState

WAITING = (PairingState.INVITED, PairingState.CLAIMED, PairingState.AGREED)


def begin(scene: Scene, paired: Paired, client: Client, occasion: Occasion, page: Page = Page.HELLO) -> None:
    """Welcome this client in the scene's chat. One who is just being welcomed there is shown it again."""
    going_on = open_in(scene, client.id)
    if going_on is not None:
        show(scene, going_on)
        return
    therapist = people.therapist(scene.tx, scene.house.keyring, paired.therapist_id)
    first = Welcome(
        paired.id,
        client.language,
        client.band,
        therapist.name,
        client.alias,
        scene.house.clinic.name,
        guardian_account=client.guardian_account,
        guardian_consent=client.guardian_consent,
        occasion=occasion,
        page=page,
        address=client.address,
        gender=client.gender,
        country=countries.of(scene.house, client),
        countries=countries.known(scene.house),
    )
    scene.client_id = client.id
    scene.words = client_words(scene.house, client)
    scene.begin(welcome.begin(first))


def open_in(scene: Scene, client_id: ClientId | None = None) -> Dialogue | None:
    """The welcome that is going on in this chat, for this client or whomever."""
    for found in dialogues.open_in(scene.tx, scene.house.keyring, scene.chat_id):
        if isinstance(found.state, Welcome) and client_id in (None, found.client_id):
            return found
    return None


def show(scene: Scene, dialogue: Dialogue) -> None:
    """The page where it was, below whatever was said."""
    assert isinstance(dialogue.state, Welcome)
    scene.dialogue = dialogue
    scene.turn_to(replace(dialogue.state, position=dialogue.state.position + 1))
    scene.ask(Ask(Kind.CONSENT, new=True))


def let_go(scene: Scene, state: Welcome) -> None:
    """It was somebody else: the welcome is over, and this chat hears no more."""
    scene.turn_to(replace(state, page=Page.NOT_LINKED))
    if state.page in FORMS:
        scene.ask(Ask())  # its buttons lead nowhere now
    message = "bot/guardian/not_linked" if state.guardian_account else "bot/welcome/not_linked"
    scene.say(Say(message), Kind.CONSENT)


def say_not_linked(scene: Scene, client: Client | None) -> None:
    """Either the therapist has still to say who it was, or nobody will any more: then it takes a new link."""
    found = [] if client is None else people.pairings_of(scene.tx, client.id)
    waits = any(paired.state in WAITING for paired in found)
    scene.say(Say("bot/client/not_linked" if waits else "bot/client/needs_link"))


def ask_to_read(tx: Connection, house: House, client: Client, now: datetime) -> None:
    """The words have changed since everybody agreed: once a quiet card says that there is something to
    read. Who never agreed, or has withdrawn it, gets none."""
    if client.chat_id is None or not wanted(client) <= consents.ever_in_force(tx, client.id):
        return
    scene = Scene(tx, house, client.chat_id, client_words(house, client), now, client.id)
    paired = active_pairing(tx, client)
    if paired is not None and open_in(scene, client.id) is None:
        begin(scene, paired, client, Occasion.RENEWED, Page.NEWS)


def active_pairing(tx: Connection, client: Client) -> Paired | None:
    """The pairing whose therapist's name the client reads: the first that is active."""
    return next((one for one in people.pairings_of(tx, client.id) if one.state is PairingState.ACTIVE), None)
