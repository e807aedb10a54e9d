"""A client is forgotten: the key first, then the rows. The open cards close, the therapists hear of it
by the client's code alone, and whoever asked for it gets a receipt."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.core.caseload import Inviting
from bot.core.effects import Ask, Say
from bot.core.model import ChatId, Kind
from bot.render.words import Ltr, Words, local
from bot.service.house import House
from bot.service.scene import Scene
from bot.service.who import client_words
from bot.storage import erase as erasing
from bot.storage import invitations, naming, outbox, people
from bot.storage.dialogues import Dialogue
from bot.storage.erase import Card, Receipt
from bot.storage.people import Client, PairingState

MONTH = timedelta(days=365.25) / 12


def erase(scene: Scene) -> None:
    """The client of this scene wants to be forgotten. What is said from here on is sealed by the house."""
    assert scene.client_id is not None, "only clients are forgotten"
    client = people.client(scene.tx, scene.house.keyring, scene.client_id)
    receipt = forget(scene.tx, scene.house, client, scene.now)
    scene.words, scene.client_id, scene.dialogue = client_words(scene.house, client), None, None
    moment = local(receipt.erased_at, client.zone)
    values = {
        "receipt": Ltr(receipt.number),
        "day": scene.words.day(moment),
        "time": scene.words.time(moment.time()),
    }
    message = "bot/guardian/erased" if client.guardian_account else "bot/erase/receipt"
    scene.say(Say(message, values), Kind.CONSENT)


def forget(tx: Connection, house: House, client: Client, now: datetime) -> Receipt:
    """Everything about the client goes, whoever wants it; nothing is said in their own chat."""
    words = client_words(house, client)
    cards = erasing.cards(tx, house.keyring, client.id)
    named = list(naming.dialogues_naming(tx, house.keyring, client.id))
    therapists = _therapists(tx, house, client)
    receipt = erasing.erase(tx, house.keyring, client.id, now)
    assert receipt is not None, "who is there can be erased"
    for card in cards:
        known = therapists.get(card.chat_id)
        _close(Scene(tx, house, card.chat_id, known or words, now), card, of_therapist=known is not None)
    for found in named:
        if found.without is not None:
            _show_again(tx, house, found.dialogue, found.without, now)
    for chat_id, spoken in therapists.items():
        there = Scene(tx, house, chat_id, spoken, now)
        there.send({"text": spoken("bot/erased/therapist", code=Ltr(client.code)), "silent": True}, Kind.NEWS)
    return receipt


def erase_the_stopped(tx: Connection, house: House, now: datetime) -> None:
    """Whoever stopped longer ago than the clinic keeps data is forgotten without a word in their chat."""
    before = now - MONTH * house.clinic.keep_after_stop_months
    for client_id in erasing.stopped_before(tx, before):
        forget(tx, house, people.client(tx, house.keyring, client_id), now)


def erase_who_never_began(tx: Connection, house: House, now: datetime) -> None:
    """Whoever was invited and has not begun in the time that the clinic waits is forgotten like everybody
    else, and so is a link that nobody used."""
    before = now - house.clinic.keep_if_not_begun
    for client_id in erasing.not_begun_before(tx, before):
        forget(tx, house, people.client(tx, house.keyring, client_id), now)
    invitations.forget_unused(tx, before)


def _therapists(tx: Connection, house: House, client: Client) -> dict[ChatId, Words]:
    """Where the client's therapists are, and in whose words they hear; nobody who was refused."""
    found = {}
    for paired in people.pairings_of(tx, client.id):
        therapist = people.therapist(tx, house.keyring, paired.therapist_id)
        if paired.state is not PairingState.REFUSED and therapist.chat_id is not None:
            found[therapist.chat_id] = house.words(therapist.language)
    return found


def _show_again(tx: Connection, house: House, dialogue: Dialogue, without: Inviting, now: datetime) -> None:
    """Somebody else is being invited: it goes on, and its page names the client no more."""
    words = house.words(without.language)
    there = Scene(tx, house, dialogue.chat_id, words, now, dialogue=replace(dialogue, state=without))
    there.ask(Ask() if dialogue.message_id is not None else Ask(Kind.REPLY, new=True))


def _close(scene: Scene, card: Card, *, of_therapist: bool) -> None:
    """Its questions and buttons go. A list of several people is taken away: it can be asked for again."""
    if card.shared:
        scene.conceal(card.message_id)
        return
    outbox.put(
        scene.tx,
        scene.house.keyring,
        chat_id=scene.chat_id,
        client_id=None,
        kind=Kind.EDIT,
        action="edit",
        body={"text": scene.words("bot/erased/card" if of_therapist else "bot/erase/card")},
        now=scene.now,
        target=card.message_id,
    )
