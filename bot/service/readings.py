"""A summary is read, and its client hears of it: quietly, once, and only who still wants to hear."""

from dataclasses import replace
from datetime import date

from bot.core import reading
from bot.core.effects import Ask, MarkRead
from bot.core.model import Kind
from bot.core.reading import Page, Reading
from bot.render.words import Words
from bot.service import reaching
from bot.service.scene import Scene
from bot.service.who import client_words
from bot.storage import dialogues, people, summaries
from bot.storage.people import Client, Paired, Therapist


def begin(
    scene: Scene,
    paired: Paired,
    client: Client,
    therapist: Therapist,
    text: str,
    local_date: date | None,
    *,
    known: bool,
) -> None:
    """The summary's last letter, which asks whether it was read. An older one asks no longer. ``known``: the
    client has been told already that what stands in it was read."""
    for older in dialogues.open_in(scene.tx, scene.house.keyring, scene.chat_id):
        if isinstance(older.state, Reading) and older.state.pairing_id == paired.id:
            there = Scene(
                scene.tx, scene.house, scene.chat_id, scene.words, scene.now, older.client_id, older
            )
            there.turn_to(reading.overtake(older.state).dialogue)
            there.ask(Ask())
    opened = Reading(
        paired.id,
        therapist.language,
        client.alias,
        therapist.name,
        client.band,
        text,
        scene.now,
        local_date,
        client.guardian_account,
        known,
    )
    scene.begin(reading.begin(opened))


def mark(scene: Scene, effect: MarkRead) -> None:
    """The client is told, but nothing that they know already. Whether the therapist may still see them, and
    whether they want to hear from us, is looked up again; if not, the card says so."""
    tx, house = scene.tx, scene.house
    therapist = people.therapist_in(tx, house.keyring, scene.chat_id)
    mine = [] if therapist is None else people.caseload(tx, therapist.id)
    paired = next((one for one in mine if one.id == effect.pairing_id), None)
    if therapist is None or paired is None:
        _leave_untold(scene)
        return
    if effect.local_date is not None:  # one on request is no session's: it is noted nowhere
        note = summaries.mark_answered if effect.answer else summaries.mark_read
        note(tx, paired.id, effect.local_date, scene.now)
    client = people.client(tx, house.keyring, paired.client_id)
    letter = _letter(scene)
    if client.chat_id is None or not reaching.hears(tx, client):
        _leave_untold(scene)
        return
    if not effect.answer and letter.known:
        return
    # On a guardian's phone too it is the child who is spoken to.
    words = client_words(house, client).speaking(client.band.voice)
    there = Scene(tx, house, client.chat_id, words, scene.now, client.id)
    there.send({"text": _told(words, client, therapist, effect), "silent": True}, Kind.NEWS)
    summaries.know_read(tx, paired.id, letter.made_at)


def _told(words: Words, client: Client, therapist: Therapist, effect: MarkRead) -> str:
    """On a guardian's phone it says for whom it is."""
    name = therapist.name
    if effect.own:
        text = words("bot/after/own", therapist=name, words=effect.answer)
    elif effect.answer:
        text = words(f"bot/after/answer/{effect.answer}", therapist=name)
    else:
        text = words("bot/after/read", therapist=name)
    return f"{words('bot/after/for', client=client.alias)}\n{text}" if client.guardian_account else text


def _leave_untold(scene: Scene) -> None:
    scene.turn_to(replace(_letter(scene), page=Page.UNTOLD))


def _letter(scene: Scene) -> Reading:
    assert scene.dialogue is not None, "a reading is a dialogue"
    assert isinstance(scene.dialogue.state, Reading), "only a reading says that it was read"
    return scene.dialogue.state
