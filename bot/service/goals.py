"""Goals in the client's own words: proposed by one, agreed with the other, and one day reached or let go."""

from collections.abc import Iterator

from bot.core import agreeing, caseload, phrasing
from bot.core.agreeing import Agreeing
from bot.core.caseload import Choosing
from bot.core.effects import Ask, Propose, Say
from bot.core.model import ClientId, GoalId, Kind, PairingId
from bot.core.phrasing import Page, Phrasing
from bot.service.scene import Scene
from bot.service.who import client_words, language_of
from bot.storage import audit, dialogues, goals, people
from bot.storage.goals import Goal
from bot.storage.people import Paired, PairingState


def propose(scene: Scene, effect: Propose) -> None:
    """The client says what they want to work on; each of their therapists is asked."""
    if effect.pairing_id is not None:
        _keep(scene, effect.words, effect.pairing_id)
        return
    tx, keyring = scene.tx, scene.house.keyring
    assert scene.client_id is not None, "a goal is a client's"
    client = people.client(tx, keyring, scene.client_id)
    language = language_of(scene.house, client, effect.words)
    goal_id = goals.propose(tx, keyring, client.id, effect.words, language, scene.now)
    if goal_id is None:
        scene.say(Say("bot/goal/full"))
        return
    for paired, there in _therapists(scene, client.id):
        card = Agreeing(paired.id, goal_id, there.words.language, client.alias, effect.words)
        there.begin(agreeing.begin(card))


def settle(scene: Scene, goal_id: GoalId, agreed: bool) -> None:
    """A therapist has answered. Whether they may is looked up again; the first answer counts, and the
    cards of others close."""
    tx, keyring = scene.tx, scene.house.keyring
    goal = goals.one(tx, keyring, goal_id)
    state = _card(scene)
    mine = goal is not None and any(one.client_id == goal.client_id for one in _caseload(scene))
    if goal is None or not mine or not goals.settle(tx, goal_id, agreed, scene.now):
        scene.turn_to(agreeing.gone(state))
        return
    if agreed:
        _write(scene, "goal agreed", goal)
    _close_cards(scene, goal)
    _tell_client(scene, goal.client_id, "agreed" if agreed else "talk_first")


def let_go(scene: Scene, goal_id: GoalId, reached: bool) -> None:
    """The client has reached it, or it is no longer theirs. Who agreed to it hears so, quietly."""
    tx, keyring = scene.tx, scene.house.keyring
    goal = goals.one(tx, keyring, goal_id)
    if goal is None or goal.client_id != scene.client_id or not goals.end(tx, goal_id, reached, scene.now):
        return
    _close_cards(scene, goal)
    if goal.agreed_at is None:
        return
    client = people.client(tx, keyring, goal.client_id)
    message = "bot/goal/reached_therapist" if reached else "bot/goal/let_go_therapist"
    for _, there in _therapists(scene, client.id):
        text = there.words(message, client=client.alias, words=goal.words)
        there.send({"text": text, "silent": True, "protect": True}, Kind.NEWS)


def begin_phrasing(scene: Scene, pairing_id: PairingId | None) -> None:
    """``/goal``: the therapist says whose, if there are several clients, and then what it is."""
    tx, keyring = scene.tx, scene.house.keyring
    mine = [paired for paired in _caseload(scene) if pairing_id in (None, paired.id)]
    named = tuple((paired.id, people.client(tx, keyring, paired.client_id).alias) for paired in mine)
    language = scene.words.language
    match mine:
        case []:
            scene.say(Say("bot/summary/nobody"))
        case [only]:
            # What is typed about a client is sealed with that client's key.
            there = Scene(tx, scene.house, scene.chat_id, scene.words, scene.now, only.client_id)
            there.begin(phrasing.begin(Phrasing(only.id, language, named[0][1])))
        case _:
            scene.begin(caseload.begin(Choosing(language, named, what="goal")))


def _keep(scene: Scene, words: str, pairing_id: PairingId) -> None:
    """The therapist wrote down what was agreed face to face."""
    tx, keyring = scene.tx, scene.house.keyring
    assert scene.dialogue is not None, "goals are written down in a dialogue"
    state = scene.dialogue.state
    assert isinstance(state, Phrasing), "goals are written down in a dialogue of their own"
    paired = next((one for one in _caseload(scene) if one.id == pairing_id), None)
    if paired is None:
        scene.turn_to(phrasing.closed(state, Page.CANCELLED))
        return
    language = language_of(scene.house, people.client(tx, keyring, paired.client_id), words)
    goal_id = goals.propose(tx, keyring, paired.client_id, words, language, scene.now)
    if goal_id is None:
        scene.turn_to(phrasing.closed(state, Page.FULL))
        return
    goals.settle(tx, goal_id, True, scene.now)
    goal = goals.one(tx, keyring, goal_id)
    assert goal is not None, "it has just been written"
    _write(scene, "goal agreed", goal)
    _tell_client(scene, paired.client_id, "agreed")


def _tell_client(scene: Scene, client_id: ClientId, answer: str) -> None:
    """It comes by itself, and may show on a locked screen: no name and no words stand in it, but on a
    guardian's account whom it is for."""
    client = people.client(scene.tx, scene.house.keyring, client_id)
    if client.chat_id is None or client.stopped_at is not None:
        return
    words = client_words(scene.house, client)
    there = Scene(scene.tx, scene.house, client.chat_id, words, scene.now, client.id)
    if client.guardian_account:
        text = words(f"bot/goal/{answer}_for", client=client.alias)
    else:
        text = words(f"bot/goal/{answer}")
    there.send({"text": text, "silent": True}, Kind.NEWS)


def _close_cards(scene: Scene, goal: Goal) -> None:
    """On no other card there is anything left to settle."""
    here = None if scene.dialogue is None else scene.dialogue.id
    for paired in people.pairings_of(scene.tx, goal.client_id):
        chat = people.therapist(scene.tx, scene.house.keyring, paired.therapist_id).chat_id
        for found in [] if chat is None else dialogues.open_in(scene.tx, scene.house.keyring, chat):
            state = found.state
            if isinstance(state, Agreeing) and state.goal_id == goal.id and found.id != here:
                words = scene.house.words(state.language)
                there = Scene(scene.tx, scene.house, found.chat_id, words, scene.now, found.client_id, found)
                there.turn_to(agreeing.gone(state))
                there.ask(Ask())


def _therapists(scene: Scene, client_id: ClientId) -> Iterator[tuple[Paired, Scene]]:
    """The chats of all who work with the client."""
    for paired in people.pairings_of(scene.tx, client_id):
        therapist = people.therapist(scene.tx, scene.house.keyring, paired.therapist_id)
        if paired.state is PairingState.ACTIVE and therapist.chat_id is not None:
            words = scene.house.words(therapist.language)
            yield paired, Scene(scene.tx, scene.house, therapist.chat_id, words, scene.now, client_id)


def _caseload(scene: Scene) -> list[Paired]:
    """Through whom the therapist in this chat may see a client; nobody else may see anyone."""
    therapist = people.therapist_in(scene.tx, scene.house.keyring, scene.chat_id)
    return [] if therapist is None else people.caseload(scene.tx, therapist.id)


def _card(scene: Scene) -> Agreeing:
    assert scene.dialogue is not None, "goals are settled in a dialogue"
    assert isinstance(scene.dialogue.state, Agreeing), "goals are settled on a card of their own"
    return scene.dialogue.state


def _write(scene: Scene, what: str, goal: Goal) -> None:
    audit.write(scene.tx, scene.house.keyring, what, f"client {goal.client_id} goal {goal.id}", scene.now)
