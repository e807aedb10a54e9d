"""How people come together: an invitation, a link, a consent, and a therapist who says who it was."""

import base64
import io
from dataclasses import replace

from bot.content.languages import resolve
from bot.core import caseload, pairing
from bot.core.caseload import Inviting
from bot.core.effects import Agree, Draft, Pair, Say, Unpair
from bot.core.model import Kind, PairingId, TherapistId
from bot.core.pairing import Pairing
from bot.core.schedule import Weekly
from bot.core.welcome import FORMS, Occasion, Page, Welcome
from bot.render.words import Ltr
from bot.service import moving, occasions, renewing, welcoming
from bot.service.profiles import therapist_menu
from bot.service.scene import Scene
from bot.service.telling import therapist_scene
from bot.service.timetable import may_be_asked
from bot.service.who import client_words
from bot.storage import audit, consents, invitations, people, schedules, wishes
from bot.storage.invitations import Claim, Outcome
from bot.storage.people import Client, Paired, PairingState


def begin_inviting(scene: Scene) -> None:
    """``/invite``: the first page of the invitation."""
    therapist = people.therapist_in(scene.tx, scene.house.keyring, scene.chat_id)
    assert therapist is not None, "the reception lets only therapists invite"
    mine = people.caseload(scene.tx, therapist.id)
    named = tuple((p.id, people.client(scene.tx, scene.house.keyring, p.client_id).alias) for p in mine)
    scene.begin(caseload.begin(Inviting(therapist.language, clients=named)))


def invite(scene: Scene, draft: Draft) -> None:
    """A client, a pairing, and a one-time link."""
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
        guardian_account=draft.guardian_account,
        guardian_consent=draft.guardian_consent,
    )
    schedules.add(tx, client_id, Weekly(draft.check_in_day, draft.check_in_at, draft.zone), now)
    session = Weekly(draft.session_day, draft.session_at, therapist.zone)
    pairing_id = people.pair(tx, therapist.id, client_id, session, now)
    audit.write(tx, house.keyring, "client invited", f"therapist {therapist.id} client {client_id}", now)
    _send_link(replace(scene, client_id=client_id), therapist.id, pairing_id, draft.alias)


def relink(scene: Scene, pairing_id: PairingId) -> None:
    """A fresh link for somebody who is linked. Whether they are this therapist's is looked up again."""
    tx, house, now = scene.tx, scene.house, scene.now
    therapist = people.therapist_in(tx, house.keyring, scene.chat_id)
    mine = [] if therapist is None else people.caseload(tx, therapist.id)
    paired = next((one for one in mine if one.id == pairing_id), None)
    if paired is None:
        scene.say(Say("bot/summary/nobody"))
        return
    client = people.client(tx, house.keyring, paired.client_id)
    about = f"therapist {paired.therapist_id} client {client.id}"
    audit.write(tx, house.keyring, "client invited again", about, now)
    _send_link(replace(scene, client_id=client.id), paired.therapist_id, paired.id, client.alias)


def _send_link(scene: Scene, therapist_id: TherapistId, pairing_id: PairingId, alias: str) -> None:
    """The link with its QR picture. The scene is the client's, whose alias it says."""
    link = scene.house.link(invitations.make(scene.tx, therapist_id, pairing_id, scene.now))
    caption = scene.words("bot/invite/link", client=alias, link=Ltr(link))
    scene.send({"text": caption, "photo": qr_picture(link), "protect": False}, Kind.CONSENT)


def qr_picture(link: str) -> str:
    """The link as a QR code: PNG, base64, with the quiet margin that cameras need."""
    import segno  # only invitations need it

    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="png", scale=8, border=4)
    return base64.b64encode(picture.getvalue()).decode()


def open_link(scene: Scene, token: str, language_code: str) -> None:
    """Somebody opened a one-time link. The first to do so takes it; the therapist says who it was."""
    tx, house = scene.tx, scene.house
    seated = people.therapist_in(tx, house.keyring, scene.chat_id) is not None
    if seated and invitations.known(tx, token):
        scene.say(Say("bot/link/own"))
        return
    if invitations.taken_by(tx, token, scene.chat_id) and _welcome_back(scene):
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
            _welcome(scene, people.pairing(tx, pairing_id), language_code)
        case _:
            scene.say(Say(f"bot/link/{claim.outcome}"))


def _welcome(scene: Scene, paired: Paired, language_code: str) -> None:
    """In the language of their app, if the band is offered it; else as the therapist chose."""
    tx, house = scene.tx, scene.house
    client = people.client(tx, house.keyring, paired.client_id)
    if paired.state is PairingState.ACTIVE:
        moving.open_link(scene, paired, client)
        return
    spoken = resolve(language_code, house.offer.languages.get(client.band, ()))
    if spoken is not None and spoken != client.language:
        wishes.speak(tx, client.id, spoken)
    people.know_account(tx, scene.chat_id, spoken or client.language)
    people.seat_client(tx, client.id, scene.chat_id)
    people.move(tx, paired.id, PairingState.CLAIMED, scene.now)
    welcoming.begin(scene, paired, people.client(tx, house.keyring, client.id), Occasion.FIRST)


def _welcome_back(scene: Scene) -> bool:
    """To their own link people come back, for it is how they find the bot: it goes on where it was."""
    going_on = welcoming.open_in(scene)
    if going_on is not None:
        welcoming.show(scene, going_on)
    elif people.clients_in(scene.tx, scene.house.keyring, scene.chat_id):
        renewing.greet(scene)
    else:
        return False
    return True


def agree(scene: Scene, effect: Agree) -> None:
    """Consent is stored. When everybody has given it the therapist is asked whether it was the right
    person; who takes part already begins again."""
    tx, house, now = scene.tx, scene.house, scene.now
    state, paired, client = _theirs(scene)
    if state.occasion is Occasion.MOVED:
        if effect.complete:
            moving.ask_therapist(scene, paired, client)
        return
    consents.give(tx, client.id, effect.version, client.language, effect.given_by, now)
    what = f"consent {effect.version} given by {effect.given_by}"
    audit.write(tx, house.keyring, what, f"client {client.id}", now)
    if not effect.complete:
        return
    if state.occasion is Occasion.RENEWED:
        renewing.begin_again(scene, client)
        return
    people.move(tx, paired.id, PairingState.AGREED, now)
    there = therapist_scene(tx, house, paired, now)
    if there is not None:
        therapist = people.therapist(tx, house.keyring, paired.therapist_id)
        there.begin(pairing.begin(Pairing(paired.id, therapist.language, client.alias)))


def decline(scene: Scene) -> None:
    """No consent: the chat is let go, and the therapist hears that it was declined. If somebody before
    them had agreed, that counts no longer."""
    tx, house, now = scene.tx, scene.house, scene.now
    state, paired, client = _theirs(scene)
    match state.occasion:
        case Occasion.MOVED:
            moving.decline(scene, paired, client)
            return
        case Occasion.RENEWED:
            renewing.decline(scene, client)
            return
        case Occasion.FIRST:
            people.move(tx, paired.id, PairingState.REFUSED, now)
            people.seat_client(tx, client.id, None)
            consents.withdraw(tx, client.id, now)
    audit.write(tx, house.keyring, "consent declined", f"client {client.id}", now)
    there = therapist_scene(tx, house, paired, now)
    if there is not None:
        there.say(Say("bot/pairing/declined", {"client": client.alias}), Kind.CONSENT)


def confirm(scene: Scene, effect: Pair) -> None:
    """It was the right person: check-ins begin, and the client hears when."""
    tx, now = scene.tx, scene.now
    if effect.moving is not None:
        moving.confirm(scene, effect.pairing_id, effect.moving)
        return
    paired = people.pairing(tx, effect.pairing_id)
    if paired.state is not PairingState.AGREED:
        return
    people.move(tx, paired.id, PairingState.ACTIVE, now)
    first = occasions.arm(tx, scene.house, paired, now)
    about = f"therapist {paired.therapist_id} client {paired.client_id}"
    audit.write(tx, scene.house.keyring, "pairing confirmed", about, now)
    client = people.client(tx, scene.house.keyring, paired.client_id)
    there = _client_scene(scene, client)
    if there is None or not may_be_asked(tx, client):
        return
    if there.dialogue is not None and isinstance(there.dialogue.state, Welcome):
        # Who is still asked how to be addressed is asked that to the end.
        state = there.dialogue.state
        asked = replace(state, linked=True) if state.page in FORMS else replace(state, page=Page.LINKED)
        there.turn_to(asked)
    renewing.say_when(there, client, first, "linked")


def refuse(scene: Scene, effect: Unpair) -> None:
    """It was somebody else: the chat is let go and hears no more; what they agreed to does not count."""
    tx, now = scene.tx, scene.now
    if effect.moving is not None:
        moving.refuse(scene, effect.moving)
        return
    paired = people.pairing(tx, effect.pairing_id)
    if paired.state is not PairingState.AGREED:
        return
    people.move(tx, paired.id, PairingState.REFUSED, now)
    consents.withdraw(tx, paired.client_id, now)
    about = f"therapist {paired.therapist_id} client {paired.client_id}"
    audit.write(tx, scene.house.keyring, "pairing refused", about, now)
    client = people.client(tx, scene.house.keyring, paired.client_id)
    there = _client_scene(scene, client)
    if there is not None and there.dialogue is not None and isinstance(there.dialogue.state, Welcome):
        welcoming.let_go(there, there.dialogue.state)
    people.seat_client(tx, paired.client_id, None)


def _theirs(scene: Scene) -> tuple[Welcome, Paired, Client]:
    assert scene.dialogue is not None, "a welcome is a dialogue"
    assert isinstance(scene.dialogue.state, Welcome), "consent is given in the welcome"
    state = scene.dialogue.state
    paired = people.pairing(scene.tx, state.pairing_id)
    return state, paired, people.client(scene.tx, scene.house.keyring, paired.client_id)


def _client_scene(scene: Scene, client: Client) -> Scene | None:
    """The client's chat, and in it the welcome that waits for the therapist's word."""
    if client.chat_id is None:
        return None
    house = scene.house
    there = Scene(scene.tx, house, client.chat_id, client_words(house, client), scene.now, client.id)
    there.dialogue = welcoming.open_in(there, client.id)
    return there
