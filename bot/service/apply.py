"""Each effect as the rows it stands for."""

from typing import assert_never

from bot.core.checkin import CheckIn
from bot.core.effects import (
    Acknowledge,
    Agree,
    Alarm,
    Ask,
    Begin,
    Call,
    Close,
    Conceal,
    Decline,
    Effect,
    Erase,
    Greet,
    HandOver,
    Hint,
    HoldBack,
    Invite,
    Keep,
    KeepQuiet,
    LetGo,
    MarkReachable,
    MarkRead,
    Pair,
    Pause,
    Propose,
    Record,
    Refuse,
    Release,
    Relink,
    Reschedule,
    Revise,
    Say,
    Settle,
    ShowPolicy,
    Speak,
    Start,
    Stay,
    StayOpen,
    Stop,
    Summarise,
    TakeAway,
    TakeBack,
    Unpair,
    WaitUntil,
    Withdraw,
)  # fmt: skip
from bot.core.events import RESTED
from bot.core.model import CheckInState
from bot.core.welcome import Page
from bot.service import (
    alarms,
    calling,
    choices,
    countries,
    dossiers,
    forgetting,
    goals,
    linking,
    menus,
    policies,
    reaching,
    readings,
    renewing,
    reports,
)  # fmt: skip
from bot.service.scene import Scene
from bot.service.who import language_of
from bot.storage import checkins, outbox, people
from bot.storage.checkins import Kept


def apply(scene: Scene, effect: Effect) -> str | None:
    """Write one effect down. A hint comes back in words; everything else is rows."""
    match effect:
        case Ask():
            scene.ask(effect)
        case Say():
            scene.say(effect)
        case Hint(message):
            return scene.words(message)
        case WaitUntil():
            scene.wait(effect)
        case Record() | Withdraw() | Keep() | TakeBack() | HoldBack() | Close():
            _write_check_in(scene, effect)
        case Revise(words, message_id):
            for client in people.clients_in(scene.tx, scene.house.keyring, scene.chat_id):
                checkins.revise(scene.tx, scene.house.keyring, client.id, message_id, words)
        case Conceal(message_id):
            scene.conceal(message_id)
        case StayOpen(until):
            scene.stay_open(until)
        case Start(token, language_code):
            linking.open_link(scene, token, language_code)
        case Greet():
            renewing.greet(scene)
        case Invite(draft):
            linking.invite(scene, draft)
        case Relink(pairing_id):
            linking.relink(scene, pairing_id)
        case Agree():
            linking.agree(scene, effect)
        case Decline():
            linking.decline(scene)
        case Pair():
            linking.confirm(scene, effect)
        case Unpair():
            linking.refuse(scene, effect)
        case MarkRead():
            readings.mark(scene, effect)
        case Propose():
            goals.propose(scene, effect)
            menus.refresh(scene)
        case Settle(goal_id, agreed):
            goals.settle(scene, goal_id, agreed)
        case LetGo(goal_id, reached):
            goals.let_go(scene, goal_id, reached)
            menus.refresh(scene)
        case Reschedule() | KeepQuiet() | Pause() | Stop() | Speak() | Call():
            _choose(scene, effect)
            menus.refresh(scene)
        case ShowPolicy():
            policies.show(scene)
        case HandOver():
            dossiers.hand_over(scene)
        case Erase():
            forgetting.erase(scene)
        case Begin():
            _begin(scene, effect)
        case Summarise(pairing_id):
            reports.now(scene, pairing_id)
        case MarkReachable(reachable):
            reaching.mark(scene.tx, scene.house, scene.chat_id, reachable, scene.now)
        case Refuse():
            _refuse(scene)
        case Alarm():
            alarms.alarm(scene, effect)
        case Acknowledge(alert_id):
            calling.acknowledge(scene, alert_id)
        case Release(alert_id):
            calling.release(scene, alert_id)
        case Stay(country):
            assert scene.client_id is not None, "clinics know where their own people are"
            countries.stay(scene.tx, scene.client_id, country)
        case TakeAway():
            if scene.dialogue is not None and scene.dialogue.message_id is not None:
                scene.conceal(scene.dialogue.message_id)
        case _:
            assert_never(effect)
    return None


def _begin(scene: Scene, effect: Begin) -> None:
    client_id = effect.client_id or scene.client_id  # a child's menu leads on for that child
    match effect.what:
        case "check_in":
            menus.begin_check_in(scene, client_id)
        case "menu":
            menus.begin(scene, effect.page, client_id)
        case "answers":
            menus.look_again(scene, client_id)
        case "later":
            menus.put_off(scene, client_id)
        case "welcome":
            renewing.begin(scene, client_id, Page(effect.page or Page.HELLO))
        case "inviting":
            linking.begin_inviting(scene)
        case "summary":
            reports.choose(scene)
        case "goal":
            goals.begin_phrasing(scene, effect.pairing_id)
        case "help":
            alarms.asked(scene.tx, scene.house, scene.chat_id, scene.now)
        case _:
            assert_never(effect.what)


def _choose(scene: Scene, effect: Reschedule | KeepQuiet | Pause | Stop | Speak | Call) -> None:
    match effect:
        case Reschedule(weekday, at):
            choices.reschedule(scene, weekday, at)
        case KeepQuiet(quiet_from, quiet_to):
            choices.keep_quiet(scene, quiet_from, quiet_to)
        case Pause(until):
            choices.pause(scene, until)
        case Stop():
            choices.stop(scene)
        case Speak(language):
            choices.speak(scene, language)
        case Call():
            choices.call(scene, effect)
        case _:
            assert_never(effect)


def _write_check_in(scene: Scene, effect: Record | Withdraw | Keep | TakeBack | HoldBack | Close) -> None:
    tx, keyring, now = scene.tx, scene.house.keyring, scene.now
    dialogue, client_id = scene.dialogue, scene.client_id
    assert dialogue is not None, "answers belong to a check-in"
    assert client_id is not None, "answers belong to a client"
    assert isinstance(dialogue.state, CheckIn), "answers belong to a check-in"
    check_in_id = dialogue.state.id
    match effect:
        case Record(prompt_id, choice):
            checkins.record(tx, keyring, client_id, check_in_id, prompt_id, choice, now)
        case Withdraw(prompt_id):
            checkins.withdraw(tx, check_in_id, prompt_id)
        case Keep(words, message_id, prompt_id, topic):
            language = language_of(scene.house, people.client(tx, keyring, client_id), words)
            note = Kept(message_id, words, language, prompt_id, now, topic)
            checkins.keep(tx, keyring, client_id, check_in_id, note)
        case TakeBack(message_id):
            checkins.take_back(tx, client_id, message_id)
        case HoldBack(prompt_id, held):
            checkins.hold_back(tx, check_in_id, prompt_id, held)
        case Close(CheckInState.EXPIRED, reason) if dialogue.message_id is None:
            # Nobody can leave unanswered what has not arrived, or may not have.
            if reason not in RESTED:
                reason = "late" if outbox.card_waits(tx, dialogue.id) else "in_doubt"
            checkins.close(tx, check_in_id, CheckInState.SKIPPED, reason, now)
        case Close(state, reason):
            checkins.close(tx, check_in_id, state, reason, now)
            if state is CheckInState.FINISHED:
                reports.add(scene)
        case _:
            assert_never(effect)


def _refuse(scene: Scene) -> None:
    """A group or a channel hears once a day that we talk to one person at a time."""
    today = scene.now.date()
    if scene.house.refused.get(scene.chat_id) != today:
        scene.say(Say("bot/group/refused"))
        scene.house.refused[scene.chat_id] = today
