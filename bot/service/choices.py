"""What clients decide for themselves, written down, and what follows from it."""

from datetime import date, time

from bot.core.checkin import CheckIn
from bot.core.effects import Call
from bot.core.events import Rested
from bot.core.model import ClientId
from bot.core.schedule import Weekly
from bot.service import timetable
from bot.service.scene import Scene
from bot.service.telling import tell_therapists
from bot.storage import audit, consents, dialogues, people, schedules, wishes
from bot.storage.people import Client


def reschedule(scene: Scene, weekday: int, at: time) -> None:
    """Check-ins come then; the next one not sooner than half a week after the last."""
    client = _client(scene)
    for schedule in schedules.of_client(scene.tx, client.id):
        rule = Weekly(weekday, at, client.zone)
        schedules.change(scene.tx, schedule.id, rule, "client", scene.now)
        timetable.arm_check_in(scene.tx, schedule.id, rule, scene.now)


def keep_quiet(scene: Scene, quiet_from: time, quiet_to: time) -> None:
    wishes.keep_quiet(scene.tx, _id(scene), quiet_from, quiet_to)


def pause(scene: Scene, until: date | None) -> None:
    """No check-ins before that day. What is open closes: nothing is asked in a pause."""
    wishes.pause(scene.tx, _id(scene), until)
    if until is not None:
        rest(scene, "paused")


def stop(scene: Scene) -> None:
    """Consent is withdrawn: nothing more is sent. What was answered stays, until it is erased."""
    tx, house, now = scene.tx, scene.house, scene.now
    client = _client(scene)
    consents.withdraw(tx, client.id, now)
    wishes.stop(tx, client.id, now)
    audit.write(tx, house.keyring, "consent withdrawn", f"client {client.id}", now)
    timetable.disarm(tx, client)
    rest(scene, "stopped")
    tell_therapists(tx, house, client, "bot/stopped/therapist", now)


def speak(scene: Scene, language: str) -> None:
    """From now on; in an account of their own that is the account's language too."""
    wishes.speak(scene.tx, _id(scene), language)
    if len(people.clients_in(scene.tx, scene.house.keyring, scene.chat_id)) == 1:
        people.know_account(scene.tx, scene.chat_id, language)


def call(scene: Scene, effect: Call) -> None:
    wishes.call(scene.tx, _id(scene), effect.address, effect.gender)


def rest(scene: Scene, reason: str) -> None:
    """Every check-in of this client that is open closes."""
    client = _client(scene)
    if client.chat_id is None:
        return
    for found in dialogues.open_in(scene.tx, scene.house.keyring, client.chat_id):
        if found.client_id == client.id and isinstance(found.state, CheckIn):
            scene.follows.append(Rested(found.id, reason))


def _client(scene: Scene) -> Client:
    return people.client(scene.tx, scene.house.keyring, _id(scene))


def _id(scene: Scene) -> ClientId:
    assert scene.client_id is not None, "only clients decide for themselves"
    return scene.client_id
