"""Who at the clinic is called: one after the other, until somebody says that they have the alert.

No words of the client's are passed on; a guardian is never told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection

from bot.core import alerting
from bot.core.alerting import Alerting, Step
from bot.core.events import Acknowledged, AlertWaited, Delivered, Released
from bot.core.model import AlertId, ChatId, DialogueId, Kind
from bot.service import writing
from bot.service.house import House
from bot.service.scene import Scene
from bot.storage import alerts, audit, dialogues, mails, people, timers, wishes
from bot.storage.alerts import Alert
from bot.storage.people import ADMIN, Client, PairingState, Therapist
from bot.storage.timers import Timer, TimerKind

DRILL_EVERY: Final = timedelta(days=30)


def call(tx: Connection, house: House, alert_id: AlertId, clients: Sequence[Client], now: datetime) -> None:
    """The clients' therapists and who is on call, at once; the next when the promised time is over."""
    answering = house.clinic.answering
    on_call = [] if answering is None else _named(tx, house, answering.on_call)
    theirs = [therapist for client in clients for therapist in _therapists(tx, house, client)]
    _tell(tx, house, alert_id, [*theirs, *on_call], Step.FIRST, now)
    _wait(tx, alert_id, None if answering is None else answering.promised_by(now))


def drill(tx: Connection, house: House, now: datetime) -> AlertId | None:
    """A test alert for who is on call, and on from there like any other; None if nobody is named."""
    answering = house.clinic.answering
    if answering is None:
        return None
    alert_id = alerts.raise_(tx, None, None, (), False, answering.promised_by(now), now)
    audit.write(tx, house.keyring, "drill raised", f"alert {alert_id}", now)
    _tell(tx, house, alert_id, _named(tx, house, answering.on_call), Step.FIRST, now)
    _wait(tx, alert_id, answering.promised_by(now))
    return alert_id


def drill_when_due(tx: Connection, house: House, now: datetime) -> AlertId | None:
    """Once a month, while somebody reads alerts and is there to read them."""
    answering, last = house.clinic.answering, alerts.last_drill(tx)
    if answering is None or answering.opens(now) != now or not _named(tx, house, answering.on_call):
        return None
    return None if last is not None and now < last.raised_at + DRILL_EVERY else drill(tx, house, now)


def waited(tx: Connection, house: House, event: AlertWaited, now: datetime) -> None:
    """Nobody has it yet: the next are called, and at last all of them again."""
    alert, answering = alerts.one(tx, event.alert_id), house.clinic.answering
    if alert is None or alert.acknowledged_at is not None or answering is None:
        return
    step = alert.step.next
    audit.write(tx, house.keyring, f"alert unanswered, step {step.name.lower()}", f"alert {alert.id}", now)
    if alert.drill and alert.step is Step.FIRST:
        _switched(tx, house, "off", now)
    called = _named(tx, house, answering.deputy) if step is Step.DEPUTY else _admins(tx, house)
    _again(tx, house, alert, now)
    _tell(tx, house, alert.id, called, step, now)
    promised_by = answering.promised_by(now)
    alerts.move(tx, alert.id, step, promised_by)
    _wait(tx, alert.id, promised_by)


def arrived(tx: Connection, card: DialogueId, now: datetime) -> list[Delivered]:
    """Telegram has taken somebody's alert: now it is true that the clinic was told."""
    alert_id = alerts.arrived(tx, card, now)
    alert = None if alert_id is None else alerts.one(tx, alert_id)
    return [] if alert is None or alert.card is None else [Delivered(alert.card)]


def acknowledge(scene: Scene, alert_id: AlertId) -> None:
    """Whoever pressed it has the alert; everybody else, and the client, see that somebody does."""
    alert, therapist = alerts.one(scene.tx, alert_id), _here(scene)
    if alert is None or therapist is None:
        return
    could_write = writing.may_write(scene.tx, scene.house)
    if not alerts.acknowledge(scene.tx, alert_id, therapist.id, scene.now):
        return
    audit.write(
        scene.tx, scene.house.keyring, "alert acknowledged", f"alert {alert_id} by {therapist.id}", scene.now
    )
    timers.remove(scene.tx, TimerKind.ALERT, alert_id)
    if writing.may_write(scene.tx, scene.house) and not could_write:
        _switched(scene.tx, scene.house, "on", scene.now)
    for number in _cards(scene, alert):
        scene.follows.append(Acknowledged(number, therapist.name))


def release(scene: Scene, alert_id: AlertId) -> None:
    """Check-ins begin again, as they are due. Only a clinician's card has the button."""
    alert, therapist = alerts.one(scene.tx, alert_id), _here(scene)
    if alert is None or alert.client_id is None or therapist is None:
        return
    client = people.client(scene.tx, scene.house.keyring, alert.client_id)
    held = [client]
    if alert.shared and client.chat_id is not None:
        held = people.clients_in(scene.tx, scene.house.keyring, client.chat_id)
    for one in held:
        wishes.hold(scene.tx, one.id, None)
    audit.write(
        scene.tx,
        scene.house.keyring,
        "hold released",
        f"client {alert.client_id} by {therapist.id}",
        scene.now,
    )
    for done in alerts.release(scene.tx, alert.client_id, scene.now):
        other = alerts.one(scene.tx, done)
        assert other is not None, "it has just been released"
        for number in _cards(scene, other):
            scene.follows.append(Released(number, therapist.name))


def _switched(tx: Connection, house: House, to: Literal["on", "off"], now: datetime) -> None:
    """What a drill has done to free words: who looks after the clinic's settings is told."""
    if not house.clinic.free_words:
        return
    audit.write(tx, house.keyring, f"free words {to}", "after a drill", now)
    for one in caretakers(tx, house):
        assert one.chat_id is not None, "everybody here has opened their link"
        there = Scene(tx, house, one.chat_id, house.words(one.language), now)
        there.send({"text": there.words(f"bot/alert/writing/{to}", clinic=house.clinic.name)}, Kind.NEWS)


def _tell(
    tx: Connection,
    house: House,
    alert_id: AlertId,
    called: Sequence[Therapist],
    step: Step,
    now: datetime,
) -> None:
    """A card each, for who has none of this alert yet; and an e-mail to each address, where there are any."""
    alert = alerts.one(tx, alert_id)
    assert alert is not None, "it has just been raised"
    if house.clinic.answering is not None:
        mails.put(tx, alert_id, house.clinic.answering.email, now)
    have = {letter.therapist_id for letter in alerts.letters(tx, alert_id)}
    for therapist in {one.id: one for one in called if one.id not in have}.values():
        assert therapist.chat_id is not None, "only who has opened their link is called"
        card = card_of(
            tx, house, alert, therapist.language, therapist.zone, clinician=therapist.role != ADMIN
        )
        words = house.words(therapist.language)
        there = Scene(tx, house, therapist.chat_id, words, now, alert.client_id)
        begun = there.begin(alerting.begin(card))
        alerts.told(tx, alert_id, therapist.id, begun.id, step, now)


def card_of(
    tx: Connection, house: House, alert: Alert, language: str, zone: str, *, clinician: bool = False
) -> Alerting:
    """What somebody at the clinic is shown of it."""
    client = None if alert.client_id is None else people.client(tx, house.keyring, alert.client_id)
    return Alerting(
        alert_id=alert.id,
        language=language,
        zone=zone,
        codes=() if client is None else _codes(tx, house, client, alert.shared),
        category=alert.category,
        raised_at=alert.raised_at,
        clinician=clinician,
    )


def _codes(tx: Connection, house: House, client: Client, shared: bool) -> tuple[str, ...]:
    if not shared or client.chat_id is None:
        return (client.code,)
    return tuple(one.code for one in people.clients_in(tx, house.keyring, client.chat_id))


def _again(tx: Connection, house: House, alert: Alert, now: datetime) -> None:
    """Who has been told already is told once more, and rings."""
    for letter in alerts.letters(tx, alert.id):
        found = dialogues.get(tx, house.keyring, letter.dialogue_id)
        if found is None or not isinstance(found.state, Alerting):
            continue
        words = house.words(found.state.language)
        there = Scene(tx, house, found.chat_id, words, now, found.client_id)
        there.go_on(found, alerting.again(found.state))


def _wait(tx: Connection, alert_id: AlertId, until: datetime | None) -> None:
    if until is not None:
        timers.put(tx, Timer(TimerKind.ALERT, alert_id, until))


def _cards(scene: Scene, alert: Alert) -> list[DialogueId]:
    """Every card that speaks of the alert, but for the one that is being pressed."""
    found = [letter.dialogue_id for letter in alerts.letters(scene.tx, alert.id)]
    found += [] if alert.card is None else [alert.card]
    here = None if scene.dialogue is None else scene.dialogue.id
    return [number for number in found if number != here]


def _therapists(tx: Connection, house: House, client: Client) -> list[Therapist]:
    """Those who are linked with the client now, and can be reached."""
    found = [
        people.therapist(tx, house.keyring, paired.therapist_id)
        for paired in people.pairings_of(tx, client.id)
        if paired.state is PairingState.ACTIVE
    ]
    return [one for one in found if one.chat_id is not None]


def _named(tx: Connection, house: House, name: str) -> list[Therapist]:
    wanted = name.strip().casefold()
    return [one for one in people.everybody(tx, house.keyring) if one.name.strip().casefold() == wanted]


def _admins(tx: Connection, house: House) -> list[Therapist]:
    return [one for one in people.everybody(tx, house.keyring) if one.role == ADMIN]


def caretakers(tx: Connection, house: House) -> list[Therapist]:
    """Who looks after the clinic's settings; everybody, where nobody was invited for it."""
    return _admins(tx, house) or people.everybody(tx, house.keyring)


def _here(scene: Scene) -> Therapist | None:
    return people.therapist_in(scene.tx, scene.house.keyring, ChatId(scene.chat_id))
