"""Where an event happens: the transaction, the chat, whose dialogue, in which words, and when."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.core.effects import Ask, Say, StayOpen, Turn, WaitUntil
from bot.core.events import Event, Wait
from bot.core.model import ChatId, ClientId, DialogueId, Kind
from bot.core.reading import Reading
from bot.render.bodies import Action, Body
from bot.render.safety_cards import help_button
from bot.render.words import Ltr, Words
from bot.service.house import House
from bot.service.pages import card
from bot.storage import dialogues, outbox, timers
from bot.storage.dialogues import Dialogue, State
from bot.storage.timers import Timer, TimerKind


@dataclass(slots=True)
class Scene:
    """``dialogue`` is the one the event belongs to, if any; it changes as the event is decided.

    ``not_after`` is the latest moment at which an unprompted letter may still be sent. ``follows`` is what
    happens at once because of what was decided here.
    """

    tx: Connection
    house: House
    chat_id: ChatId
    words: Words
    now: datetime
    client_id: ClientId | None = None
    dialogue: Dialogue | None = None
    not_after: datetime | None = None
    follows: list[Event] = field(default_factory=list)

    def begin(self, turn: Turn[State]) -> Dialogue:
        """A new dialogue in this chat. Beginnings only ask and wait."""
        self.dialogue = dialogues.start(
            self.tx, self.house.keyring, self.chat_id, self.client_id, turn.dialogue, self.now
        )
        self._show(turn)
        return self.dialogue

    def go_on(self, dialogue: Dialogue, turn: Turn[State]) -> None:
        """A dialogue that is there already is shown again."""
        self.dialogue = dialogue
        self.turn_to(turn.dialogue)
        self._show(turn)

    def turn_to(self, state: State, *, still: bool = False) -> None:
        """The dialogue moves on; what it was is not kept. ``still``: nobody did anything there, and whatever
        came last in the chat stays the last."""
        assert self.dialogue is not None
        if state != self.dialogue.state:
            self.dialogue = replace(self.dialogue, state=state)
            dialogues.save(self.tx, self.house.keyring, self.dialogue, None if still else self.now)

    def _show(self, turn: Turn[State]) -> None:
        for effect in turn.effects:
            match effect:
                case Ask():
                    self.ask(effect)
                case WaitUntil():
                    self.wait(effect)
                case StayOpen(until):
                    self.stay_open(until)
                case _:
                    raise AssertionError(f"a dialogue cannot begin with {type(effect).__name__}")

    def say(self, effect: Say, kind: Kind = Kind.REPLY) -> None:
        clinic = self.house.clinic
        known = {"clinic": clinic.name, "phone": Ltr(clinic.phone), "emergency": Ltr(clinic.emergency_number)}
        body: Body = {"text": self.words(effect.message, **{**known, **effect.values})}
        if effect.receipt:
            if not self.house.screens(self.words.language):
                body["text"] += "\n" + self.words("bot/unscreened")
            body["buttons"] = [[help_button(self.words)]]
        self.send(body, kind)

    def send(self, body: Body, kind: Kind = Kind.REPLY) -> None:
        """A letter of its own."""
        outbox.put(
            self.tx,
            self.house.keyring,
            chat_id=self.chat_id,
            client_id=self.client_id,
            kind=kind,
            action=_action(body),
            body={**body, "repeat": self.words("bot/repeat")} if kind.must_arrive else body,
            now=self.now,
        )

    def conceal(self, message_id: int) -> None:
        """Take a message out of the chat again, whoever wrote it."""
        outbox.put(
            self.tx,
            self.house.keyring,
            chat_id=self.chat_id,
            client_id=self.client_id,
            kind=Kind.EDIT,
            action="delete",
            body={"text": ""},
            now=self.now,
            target=message_id,
        )

    def ask(self, effect: Ask) -> None:
        """The dialogue's page on its card: a fresh one, or the one that is there, edited."""
        dialogue = self.dialogue
        assert dialogue is not None, "only a dialogue has a card"
        body = card(self.tx, self.house, dialogue, effect.away, self.now)
        if effect.kind.must_arrive:
            body["repeat"] = self.words("bot/repeat")
        # What is over needs no card either, if it has not left yet: it would ring for nothing. But a
        # summary is told even when nobody is asked any more whether they have read it.
        over = not dialogue.state.open and not isinstance(dialogue.state, Reading)
        outbox.supersede(self.tx, dialogue.id, self.now, card=effect.new or over)
        outbox.put(
            self.tx,
            self.house.keyring,
            chat_id=dialogue.chat_id,
            client_id=dialogue.client_id,
            kind=effect.kind,
            action="send" if effect.new else "edit",
            body=body,
            now=self.now,
            dialogue_id=dialogue.id,
            not_after=self.not_after if effect.kind.unprompted else None,
        )

    def stay_open(self, until: datetime) -> None:
        """A child's own page on a shared phone; a later moment takes the place of an earlier one."""
        assert self.dialogue is not None, "only a dialogue has pages"
        timers.put(self.tx, Timer(TimerKind.ALONE, self.dialogue.id, until))

    def wait(self, effect: WaitUntil) -> None:
        assert self.dialogue is not None, "only a dialogue waits"
        match effect.wait:
            case Wait.REMINDER:
                kind = TimerKind.REMINDER
            case Wait.SNOOZE:
                kind = TimerKind.SNOOZE
            case Wait.EXPIRY:
                kind = TimerKind.EXPIRY
            case _:
                assert_never(effect.wait)
        timers.put(self.tx, Timer(kind, self.dialogue.id, effect.due_at))


def _action(body: Body) -> Action:
    """What the letter is, by what is in it."""
    actions: tuple[Action, ...] = ("photo", "file", "menu")
    return next((action for action in actions if action in body), "send")


def put_card(
    tx: Connection,
    house: House,
    dialogue_id: DialogueId,
    chat_id: ChatId,
    client_id: ClientId | None,
    message_id: int,
    now: datetime,
) -> None:
    """A fresh card takes the old one's place, and the old one is taken away: one card at a time.
    What the dialogue says is not looked at, so one that cannot be read stops no letters."""
    before = dialogues.card_of(tx, dialogue_id)
    dialogues.set_card(tx, dialogue_id, message_id)
    if before is not None and before != message_id:
        outbox.put(
            tx,
            house.keyring,
            chat_id=chat_id,
            client_id=client_id,
            kind=Kind.EDIT,
            action="delete",
            body={"text": ""},
            now=now,
            target=before,
        )
