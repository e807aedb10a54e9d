"""A client comes with another phone or account. Nothing changes before the therapist has said that it is
they; then everything that is theirs comes along, and the old chat knows nothing more."""

from dataclasses import replace

from bot.core import pairing
from bot.core.checkin import CheckIn
from bot.core.effects import Say
from bot.core.events import Rested
from bot.core.model import ChatId, DialogueId, Kind, PairingId
from bot.core.pairing import Pairing
from bot.core.welcome import FORMS, Occasion, Page, Welcome
from bot.service import countries, occasions, renewing, welcoming
from bot.service.scene import Scene
from bot.service.telling import therapist_scene
from bot.service.who import client_words
from bot.storage import audit, consents, dialogues, outbox, people, wishes
from bot.storage.people import Client, Paired, PairingState


def open_link(scene: Scene, paired: Paired, client: Client) -> None:
    """From their own account it just goes on; from any other somebody is welcomed who may be another."""
    if client.chat_id == scene.chat_id:
        renewing.greet(scene)
        return
    people.know_account(scene.tx, scene.chat_id, client.language)
    welcoming.begin(scene, paired, client, Occasion.MOVED)


def ask_therapist(scene: Scene, paired: Paired, client: Client) -> None:
    """Everybody there has agreed: was it the right person?"""
    assert scene.dialogue is not None, "a welcome is a dialogue"
    there = therapist_scene(scene.tx, scene.house, paired, scene.now)
    if there is not None:
        language = people.therapist(scene.tx, scene.house.keyring, paired.therapist_id).language
        there.begin(pairing.begin(Pairing(paired.id, language, client.alias, moving=scene.dialogue.id)))


def decline(scene: Scene, paired: Paired, client: Client) -> None:
    """Whoever it was has not agreed: the link is void, and the client stays where they are."""
    audit.write(scene.tx, scene.house.keyring, "move declined", f"client {client.id}", scene.now)
    there = therapist_scene(scene.tx, scene.house, paired, scene.now)
    if there is not None:
        there.say(Say("bot/pairing/move_declined", {"client": client.alias}), Kind.CONSENT)


def confirm(scene: Scene, pairing_id: PairingId, moving: DialogueId) -> None:
    """It was the right person: they are seated in the new chat, with what was agreed to and chosen there."""
    tx, house, now = scene.tx, scene.house, scene.now
    paired = people.pairing(tx, pairing_id)
    client = people.client(tx, house.keyring, paired.client_id)
    there = _waiting(scene, moving)
    if there is None or paired.state is not PairingState.ACTIVE:
        return  # they have gone again meanwhile
    assert there.dialogue is not None
    assert isinstance(there.dialogue.state, Welcome)
    state = there.dialogue.state
    if client.chat_id is not None and client.chat_id != there.chat_id:
        _leave(scene, client, client.chat_id, there.chat_id)
    people.seat_client(tx, client.id, there.chat_id)
    consents.withdraw(tx, client.id, now)
    for given in state.given:
        consents.give(tx, client.id, given.version, state.language, given.by, given.at)
    if client.stopped_at is not None:
        wishes.begin_again(tx, client.id)
    wishes.speak(tx, client.id, state.language)
    wishes.call(tx, client.id, state.address, state.gender)
    countries.stay(tx, client.id, state.country)
    audit.write(tx, house.keyring, "client moved", f"client {client.id}", now)
    first = occasions.arm(tx, house, paired, now)
    client = people.client(tx, house.keyring, client.id)
    there.words, there.client_id = client_words(house, client), client.id
    there.turn_to(replace(state, linked=True) if state.page in FORMS else replace(state, page=Page.LINKED))
    renewing.say_when(there, client, first, "goes_on")


def refuse(scene: Scene, moving: DialogueId) -> None:
    """It was somebody else: their chat hears no more, and nothing has changed."""
    there = _waiting(scene, moving)
    if there is None:
        return
    assert there.dialogue is not None
    assert isinstance(there.dialogue.state, Welcome)
    about = f"client {there.dialogue.client_id}"
    audit.write(scene.tx, scene.house.keyring, "move refused", about, scene.now)
    welcoming.let_go(there, there.dialogue.state)


def _leave(scene: Scene, client: Client, old: ChatId, new: ChatId) -> None:
    """The old chat hears that it is over. What is open there closes, and its cards are taken away: that
    phone may be somebody else's now. What was answered there goes on in the new chat."""
    tx, house = scene.tx, scene.house
    there = Scene(tx, house, old, client_words(house, client), scene.now, client.id)
    outbox.withhold(tx, old, client.id, scene.now)
    for found in dialogues.open_in(tx, house.keyring, old):
        if found.client_id != client.id:
            continue
        if found.message_id is not None:
            there.conceal(found.message_id)
        if isinstance(found.state, CheckIn):
            scene.follows.append(Rested(found.id, "moved"))
        else:
            dialogues.forget(tx, found.id)
    dialogues.bring_along(tx, client.id, old, new)
    text = there.words("bot/guardian/moved" if client.guardian_account else "bot/welcome/moved")
    there.send({"text": text, "silent": True}, Kind.NEWS)


def _waiting(scene: Scene, moving: DialogueId) -> Scene | None:
    """The new chat, and in it the welcome that waits for the therapist's word."""
    found = dialogues.get(scene.tx, scene.house.keyring, moving)
    if found is None or not isinstance(found.state, Welcome) or not found.state.open:
        return None
    words = scene.house.words(found.state.language).speaking(found.state.band.voice)
    return Scene(scene.tx, scene.house, found.chat_id, words, scene.now, found.client_id, found)
