"""People with phones. They see what Telegram shows them, tap only what is there, are impatient,
tap twice, go back, write a line; and every act of theirs is remembered with its update's number."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Literal

from bot.demo.headless.phones import keys
from bot.demo.server import Message
from tests.process.telegram import Watched

SCREEN = 8  # messages
TRIES = 3  # then they take a card for dead
# They do not put it off, and share it as it is: other tests do that.
LEFT_ALONE = ("-later", "-why", "-add", "-topic", "-again")
WORDS = ("Ich war müde", "كل شيء بخير", "Better today 🙂", "…", "=1+1")


@dataclass(frozen=True, slots=True)
class Act:
    """``dialogue``, ``position`` and ``shown`` (the words) are of the card that was looked at."""

    number: int
    chat_id: int
    did: Literal["tapped", "wrote", "commanded"]
    dialogue: int = 0
    position: int = 0
    choice: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    message_id: int
    versions: int
    dialogue: int
    position: int
    choices: tuple[str, ...]
    shown: str

    @classmethod
    def read(cls, message: Message) -> "Card":
        pressed = [button["callback_data"].split(":") for button in keys(message)]
        dialogue, position, _ = pressed[0]
        choices = tuple(
            choice
            for _, _, choice in pressed
            if choice not in LEFT_ALONE and not choice.startswith(("give_", "gone_"))
        )
        return cls(
            message.message_id,
            len(message.versions),
            int(dialogue),
            int(position),
            choices,
            message.text,
        )


@dataclass
class Person:
    """``asks``: begins check-ins of their own, one after the other. Others answer what comes, unless
    they are ``silent``; ``ignores`` are messages that they leave alone."""

    telegram: Watched
    chat_id: int
    dice: Random
    closing: asyncio.Event
    asks: bool = False
    silent: bool = False
    ignores: set[int] = field(default_factory=set)
    acts: list[Act] = field(default_factory=list)
    _tries: dict[tuple[int, int], int] = field(default_factory=dict)
    _acted_at: float = 0.0

    async def live(self) -> None:
        """Until there is nothing to answer after closing time."""
        while not (self.silent and self.closing.is_set()):
            await asyncio.sleep(self.dice.uniform(0.05, 0.4))  # looks at the phone now and then
            if self.silent:
                continue
            card = self._card()
            if card is not None:
                self._look_at(card)
            elif self.closing.is_set():
                return
            elif self.asks and not self._is_waiting_for_card():
                self._command("/checkin")

    def _card(self) -> Card | None:
        """The newest card with buttons that is still on the screen."""
        chat = self.telegram.messages.get(self.chat_id, {})
        for message in islice(reversed(chat.values()), SCREEN):
            seen = message.by_bot and message.deleted_at is None
            if seen and message.message_id not in self.ignores and keys(message):
                card = Card.read(message)
                if card.choices:
                    return card
        return None

    def _is_waiting_for_card(self) -> bool:
        return bool(self.acts) and self.acts[-1].did == "commanded" and not self._is_impatient()

    def _look_at(self, card: Card) -> None:
        tries = self._tries.setdefault((card.message_id, card.versions), 0)
        if tries and not self._is_impatient():
            return
        if tries == TRIES:
            self.ignores.add(card.message_id)
            return
        self._tries[card.message_id, card.versions] += 1
        self._acted_now()
        if "-nothing" in card.choices and self.dice.random() < 0.6:
            self._write(card)
        elif "-back" in card.choices and self.dice.random() < 0.07:
            self._tap(card, "-back")
        else:
            self._answer(card)

    def _answer(self, card: Card) -> None:
        """One of the answers; sometimes the finger slips onto a second one."""
        choices = [choice for choice in card.choices if choice != "-back"]
        self._tap(card, self.dice.choice(choices))
        if self.dice.random() < 0.08:
            self._tap(card, self.dice.choice(choices))

    def _tap(self, card: Card, choice: str) -> None:
        data = f"{card.dialogue}:{card.position}:{choice}"
        number = self.telegram.tap(self.chat_id, card.message_id, data).update_id
        numbers = [number]
        if self.dice.random() < 0.04:  # Telegram brings it once more, under a number of its own
            numbers.append(self.telegram.repeat(number, fresh=True))
        known = [act.number for act in self.acts[-9:] if act.number in self.telegram.updates.confirmed]
        if known and self.dice.random() < 0.04:  # or an earlier one under the same
            self.telegram.repeat(self.dice.choice(known), fresh=False)
        self.acts += [
            Act(one, self.chat_id, "tapped", card.dialogue, card.position, choice, card.shown)
            for one in numbers
        ]

    def _write(self, card: Card) -> None:
        words = f"{self.dice.choice(WORDS)} {self.chat_id}/{len(self.acts)}"
        number = self.telegram.write(self.chat_id, words).update_id
        assert number is not None
        self.acts.append(Act(number, self.chat_id, "wrote", card.dialogue, card.position, words, card.shown))

    def _command(self, command: str) -> None:
        self._acted_now()
        number = self.telegram.write(self.chat_id, command).update_id
        assert number is not None
        self.acts.append(Act(number, self.chat_id, "commanded"))

    def _is_impatient(self) -> bool:
        return asyncio.get_running_loop().time() > self._acted_at

    def _acted_now(self) -> None:
        self._acted_at = asyncio.get_running_loop().time() + self.dice.uniform(3, 6)


def confirmed(people: Collection[Person], numbers: Collection[int]) -> list[Act]:
    """What reached the bot, in Telegram's order."""
    acts = [act for person in people for act in person.acts if act.number in numbers]
    return sorted(acts, key=lambda act: act.number)
