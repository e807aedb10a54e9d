"""The client's menu: opened at a page, for the right child, with what is known at that moment."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from bot.core import family, menu
from bot.core.checkin import CheckIn, Why
from bot.core.effects import Say
from bot.core.family import Family
from bot.core.goals import GoalState
from bot.core.menu import Goal, Known, Menu, Page
from bot.core.model import ClientId
from bot.core.schedule import first
from bot.core.sharing import look_again as open_again
from bot.core.sharing import may_look_again
from bot.render.words import local
from bot.service import occasions, timetable
from bot.service.house import House
from bot.service.pages import words_of
from bot.service.scene import Scene
from bot.service.welcoming import WAITING
from bot.service.who import client_words
from bot.service.writing import script_of
from bot.storage import dialogues, goals, people, schedules
from bot.storage.dialogues import Dialogue
from bot.storage.people import Client, PairingState

LOOKED_AT = 20  # so many of a client's dialogues back, for a check-in that can still be changed

Wanted = Literal["check_in", "later", "menu", "answers", "welcome"]


def for_whom(scene: Scene, what: Wanted, client_id: ClientId | None, page: str = "") -> Client | None:
    """The client a wish is about, with the scene set for them. Where one account holds several, and nothing
    says which, that is asked first; then nobody comes back."""
    tx, keyring = scene.tx, scene.house.keyring
    here = people.clients_in(tx, keyring, scene.chat_id)
    wanted = [one for one in here if client_id is None or one.id == client_id]
    match wanted:
        case [client]:
            scene.client_id = client.id
            scene.words = client_words(scene.house, client)
            return client
        case []:
            return None
        case _:
            account = people.account(tx, scene.chat_id)
            assert account is not None, "clients sit in an account"
            children = tuple((one.id, one.alias) for one in wanted)
            scene.client_id = None
            scene.begin(family.begin(Family(account.language, children, what, page)))
            return None


def begin(scene: Scene, page: str, client_id: ClientId | None) -> None:
    """The menu, below whatever was said; an older one of the same client goes."""
    client = for_whom(scene, "menu", client_id, page)
    if client is None:
        return
    if all(paired.state in WAITING for paired in people.pairings_of(scene.tx, client.id)):
        scene.say(Say("bot/client/not_linked"))
        return
    for older in _open_menus(scene):
        scene.dialogue = older
        assert isinstance(older.state, Menu)
        scene.turn_to(replace(older.state, page=Page.CLOSED))
        if older.message_id is not None:
            scene.conceal(older.message_id)
    scene.begin(menu.begin(Menu(known(scene.tx, scene.house, client, scene.now), Page(page or Page.MENU))))


def up_to_date(tx: Connection, house: House, dialogue: Dialogue, now: datetime) -> Dialogue:
    """The menu with what is known at this moment: since it was opened all may have changed."""
    assert isinstance(dialogue.state, Menu)
    assert dialogue.client_id is not None, "a menu is a client's"
    client = people.client(tx, house.keyring, dialogue.client_id)
    return replace(dialogue, state=replace(dialogue.state, known=known(tx, house, client, now)))


def refresh(scene: Scene) -> None:
    """What was decided has changed what is known: the page that comes shows it, in the words it asks for."""
    if scene.dialogue is not None and isinstance(scene.dialogue.state, Menu):
        now_known = up_to_date(scene.tx, scene.house, scene.dialogue, scene.now).state
        scene.turn_to(now_known)
        scene.words = words_of(scene.house, now_known)


def begin_check_in(scene: Scene, client_id: ClientId | None) -> None:
    client = for_whom(scene, "check_in", client_id)
    if client is None:
        return
    found = _check_ins(scene.tx, scene.house, client)
    going_on = next((dialogue for dialogue, state in found if state.open), None)
    if going_on is None:
        occasions.begin_now(scene)
    else:
        occasions.show_again(scene, going_on)


def put_off(scene: Scene, client_id: ClientId | None) -> None:
    """When a better time would be for the check-in that waits, below whatever was said."""
    client = for_whom(scene, "later", client_id)
    if client is None:
        return
    found = _check_ins(scene.tx, scene.house, client)
    waiting = next((dialogue for dialogue, state in found if state.waits), None)
    if waiting is None:
        scene.say(Say("bot/client/stopped" if client.stopped_at else "bot/client/nothing_open"))
    else:
        occasions.show_again(scene, waiting, "later")


def look_again(scene: Scene, client_id: ClientId | None) -> None:
    """The latest check-in whose answers can still be changed, below whatever was said."""
    client = for_whom(scene, "answers", client_id)
    if client is None:
        return
    for dialogue, state in _check_ins(scene.tx, scene.house, client):
        if state.open:
            occasions.show_again(scene, dialogue)
            return
        if may_look_again(state, scene.now):
            scene.go_on(dialogue, open_again(state, scene.now, below=True))
            return
    scene.say(Say("bot/client/stopped" if client.stopped_at else "bot/client/no_answers"))


def known(tx: Connection, house: House, client: Client, now: datetime) -> Known:
    """All that the menu's pages show and decide by."""
    active = [one for one in people.pairings_of(tx, client.id) if one.state is PairingState.ACTIVE]
    names = tuple(people.therapist(tx, house.keyring, one.therapist_id).name for one in active)
    schedule = next(iter(schedules.of_client(tx, client.id)), None) if active else None
    forms = house.forms[client.language, client.band]
    script = script_of(tx, house, client.prompt_set)
    sessions = [local(first(one.session, now).due_at, client.zone) for one in active]
    upcoming = timetable.next_check_in(tx, client)
    next_at = None if upcoming is None else local(upcoming, client.zone)
    agreed = goals.open_of(tx, house.keyring, client.id)
    return Known(
        language=client.language,
        band=client.band,
        client=client.alias,
        therapists=names,
        clinic=house.clinic.name,
        phone=house.clinic.phone,
        guardian=client.guardian_account,
        today=local(now, client.zone).date(),
        zone=client.zone,
        languages=house.offer.languages.get(client.band, ()),
        addresses=forms.addresses,
        genders=forms.genders,
        address=client.address,
        gender=client.gender,
        rule=None if schedule is None else schedule.rule,
        next_at=next_at,
        session_at=min(sessions, default=None),
        quiet=timetable.quiet_hours(house, client),
        paused_until=timetable.pause_of(client, now),
        stopped=client.stopped_at is not None,
        goals=tuple(Goal(one.id, one.words, one.state is GoalState.AGREED) for one in agreed),
        may_write=script.bands[client.band].free_words,
        answered=any(may_look_again(state, now) for _, state in _check_ins(tx, house, client)),
        why=_why(tx, house, client, next_at),
        waits=any(state.waits for _, state in _check_ins(tx, house, client)),
    )


def _why(tx: Connection, house: House, client: Client, next_at: datetime | None) -> Why | None:
    """Why the latest check-in came that came by itself: it knows, whatever was changed since then."""
    found = (state.about.why for _, state in _check_ins(tx, house, client))
    why = next((one for one in found if one is not None), None)
    return why if why is None or next_at is None else replace(why, following=next_at)


def _open_menus(scene: Scene) -> list[Dialogue]:
    found = dialogues.open_in(scene.tx, scene.house.keyring, scene.chat_id)
    return [one for one in found if isinstance(one.state, Menu) and one.client_id == scene.client_id]


def _check_ins(tx: Connection, house: House, client: Client) -> Iterator[tuple[Dialogue, CheckIn]]:
    """The client's latest check-ins, the newest first."""
    if client.chat_id is not None:
        for found in dialogues.latest_with(tx, house.keyring, client.chat_id, client.id, LOOKED_AT):
            if isinstance(found.state, CheckIn):
                yield found, found.state
