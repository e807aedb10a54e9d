"""How people come together: an invitation, a link, a consent, and a therapist who says who it was."""

import base64
import io
from dataclasses import replace

from bot.core import caseload, pairing, welcome
from bot.core.caseload import Inviting
from bot.core.effects import Agree, Ask, Draft, Say
from bot.core.model import ClientId, Kind, PairingId
from bot.core.pairing import Pairing
from bot.core.schedule import Weekly
from bot.core.welcome import Page, Welcome
from bot.render.words import Ltr
from bot.service import occasions
from bot.service.profiles import therapist_menu
from bot.service.scene import Scene
from bot.storage import audit, consents, dialogues, invitations, people
from bot.storage.invitations import Claim, Outcome
from bot.storage.people import Client, Paired, PairingState


def begin_inviting(scene: Scene) -> None:
    """``/invite``: the first page of the invitation."""
    therapist = people.therapist_in(scene.tx, scene.house.keyring, scene.chat_id)
    assert therapist is not None, "the reception lets only therapists invite"
    scene.begin(caseload.begin(Inviting(therapist.language)))


def invite(scene: Scene, draft: Draft) -> None:
    """A client, a pairing, and a one-time link with its QR picture."""
    tx, house, now = scene.tx, scene.house, scene.now
    therapist = people.therapist_in(tx, house.keyring, scene.chat_id)
    assert therapist is not None, "only therapists invite"
    client_id = people.add_client(
        tx,
        house.keyring,
        alias=draft.alias,
        band=draft.band,
        language=draft.language,
        zone=draft.zone,
        prompt_set=house.clinic.prompt_set,
    )
    people.add_schedule(tx, client_id, Weekly(draft.check_in_day, draft.check_in_at, draft.zone), now)
    session = Weekly(draft.session_day, draft.session_at, therapist.zone)
    pairing_id = people.pair(tx, therapist.id, client_id, session, now)
    token = invitations.make(tx, therapist.id, pairing_id, now)
    audit.write(tx, house.keyring, "client invited", f"therapist {therapist.id} client {client_id}", now)
    link = house.link(token)
    caption = scene.words("bot/invite/link", client=draft.alias, link=Ltr(link))
    scene.send({"text": caption, "photo": qr_picture(link), "protect": False}, Kind.CONSENT)


def qr_picture(link: str) -> str:
    """The link as a QR code: PNG, base64, with the quiet margin that cameras need."""
    import segno  # only invitations need it

    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="png", scale=8, border=4)
    return base64.b64encode(picture.getvalue()).decode()


def open_link(scene: Scene, token: str) -> None:
    """Somebody opened a one-time link. The first to do so takes it; the therapist says who it was."""
    tx, house = scene.tx, scene.house
    seated = people.therapist_in(tx, house.keyring, scene.chat_id) is not None
    if seated and invitations.known(tx, token):
        scene.say(Say("bot/link/own"))
        return
    if scene.client_id is not None and invitations.taken_by(tx, token, scene.chat_id):
        _welcome_back(scene)
        return
    claim = invitations.claim(tx, token, scene.chat_id, scene.now)
    match claim:
        case Claim(Outcome.CLAIMED, therapist_id, None) if therapist_id is not None:
            therapist = people.therapist(tx, house.keyring, therapist_id)
            people.know_account(tx, scene.chat_id, therapist.language)
            people.seat_therapist(tx, therapist_id, scene.chat_id)
            audit.write(tx, house.keyring, "therapist linked", f"therapist {therapist_id}", scene.now)
            scene.words = house.words(therapist.language)
            scene.say(Say("bot/therapist/welcome", {"therapist": therapist.name}), Kind.CONSENT)
            scene.send({"text": "", "menu": therapist_menu(scene.words)}, Kind.EDIT)
        case Claim(Outcome.CLAIMED, _, pairing_id) if pairing_id is not None:
            _welcome(scene, people.pairing(tx, pairing_id))
        case _:
            scene.say(Say(f"bot/link/{claim.outcome}"))


def _welcome(scene: Scene, paired: Paired) -> None:
    tx, house = scene.tx, scene.house
    client = people.client(tx, house.keyring, paired.client_id)
    therapist = people.therapist(tx, house.keyring, paired.therapist_id)
    people.know_account(tx, scene.chat_id, client.language)
    people.seat_client(tx, client.id, scene.chat_id)
    people.move(tx, paired.id, PairingState.CLAIMED, scene.now)
    scene.client_id = client.id
    scene.words = house.words(client.language).speaking(client.band.voice)
    first = Welcome(paired.id, client.language, client.band, therapist.name, client.alias, house.clinic.name)
    scene.begin(welcome.begin(first))


def _welcome_back(scene: Scene) -> None:
    """To their own link people come back, for it is how they find the bot: it goes on where it was."""
    open_here = dialogues.open_in(scene.tx, scene.house.keyring, scene.chat_id)
    scene.dialogue = next((one for one in open_here if isinstance(one.state, Welcome)), None)
    if scene.dialogue is None:
        scene.say(Say("bot/client/hello"))
    else:
        scene.ask(Ask(Kind.CONSENT, new=True))


def renew(scene: Scene, client_id: ClientId | None) -> None:
    raise NotImplementedError


def agree(scene: Scene, effect: Agree) -> None:
    """Consent is stored; now the therapist is asked whether it was the right person."""
    tx, house, now = scene.tx, scene.house, scene.now
    paired, client = _theirs(scene)
    consents.give(tx, client.id, effect.version, client.language, effect.given_by, now)
    people.move(tx, paired.id, PairingState.AGREED, now)
    audit.write(tx, house.keyring, f"consent {effect.version} given", f"client {client.id}", now)
    there = _therapist_scene(scene, paired)
    if there is not None:
        therapist = people.therapist(tx, house.keyring, paired.therapist_id)
        there.begin(pairing.begin(Pairing(paired.id, therapist.language, client.alias)))


def decline(scene: Scene) -> None:
    """No consent: the chat is let go, and the therapist hears that it was declined."""
    paired, client = _theirs(scene)
    people.move(scene.tx, paired.id, PairingState.REFUSED, scene.now)
    people.seat_client(scene.tx, client.id, None)
    audit.write(scene.tx, scene.house.keyring, "consent declined", f"client {client.id}", scene.now)
    there = _therapist_scene(scene, paired)
    if there is not None:
        there.say(Say("bot/pairing/declined", {"client": client.alias}), Kind.CONSENT)


def confirm(scene: Scene, pairing_id: PairingId) -> None:
    """It was the right person: check-ins begin, and the client hears when."""
    tx, now = scene.tx, scene.now
    paired = people.pairing(tx, pairing_id)
    people.move(tx, pairing_id, PairingState.ACTIVE, now)
    first = occasions.arm(tx, scene.house, paired, now)
    about = f"therapist {paired.therapist_id} client {paired.client_id}"
    audit.write(tx, scene.house.keyring, "pairing confirmed", about, now)
    there = _client_scene(scene, paired)
    if there is not None and there.dialogue is not None and isinstance(there.dialogue.state, Welcome):
        there.turn_to(replace(there.dialogue.state, page=Page.LINKED))
        when = (
            {} if first is None else {"day": there.words.day(first), "time": there.words.time(first.time())}
        )
        there.say(Say("bot/welcome/linked", when), Kind.CONSENT)


def refuse(scene: Scene, pairing_id: PairingId) -> None:
    """It was somebody else: the chat is let go and hears no more."""
    tx, now = scene.tx, scene.now
    paired = people.pairing(tx, pairing_id)
    people.move(tx, pairing_id, PairingState.REFUSED, now)
    about = f"therapist {paired.therapist_id} client {paired.client_id}"
    audit.write(tx, scene.house.keyring, "pairing refused", about, now)
    there = _client_scene(scene, paired)
    if there is not None and there.dialogue is not None and isinstance(there.dialogue.state, Welcome):
        there.turn_to(replace(there.dialogue.state, page=Page.NOT_LINKED))
        there.say(Say("bot/welcome/not_linked"), Kind.CONSENT)
    people.seat_client(tx, paired.client_id, None)


def _theirs(scene: Scene) -> tuple[Paired, Client]:
    assert scene.dialogue is not None, "a welcome is a dialogue"
    assert isinstance(scene.dialogue.state, Welcome), "consent is given in the welcome"
    paired = people.pairing(scene.tx, scene.dialogue.state.pairing_id)
    return paired, people.client(scene.tx, scene.house.keyring, paired.client_id)


def _therapist_scene(scene: Scene, paired: Paired) -> Scene | None:
    therapist = people.therapist(scene.tx, scene.house.keyring, paired.therapist_id)
    if therapist.chat_id is None:
        return None
    return Scene(scene.tx, scene.house, therapist.chat_id, scene.house.words(therapist.language), scene.now)


def _client_scene(scene: Scene, paired: Paired) -> Scene | None:
    """The client's chat, and in it the welcome that waits for the therapist's word."""
    tx, house = scene.tx, scene.house
    client = people.client(tx, house.keyring, paired.client_id)
    if client.chat_id is None:
        return None
    waiting = next(
        (
            one
            for one in dialogues.open_in(tx, house.keyring, client.chat_id)
            if isinstance(one.state, Welcome) and one.state.pairing_id == paired.id
        ),
        None,
    )
    words = house.words(client.language).speaking(client.band.voice)
    return Scene(tx, house, client.chat_id, words, scene.now, client.id, waiting)
