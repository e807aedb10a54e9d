"""One person's phone: what it shows, and what its owner does with it. Nothing else is known to them."""

import re
from datetime import datetime
from typing import Final

from bot.core.safety import HELP
from bot.demo.headless.reading import seen
from bot.demo.server import Message, State
from bot.demo.server.things import Json, Kind, Version

_HELP_CARD: Final = re.compile(r":(-hide|[A-Z]{2})$")  # what only its buttons mean


class Phone:
    """``away`` are the times when its owner had blocked the bot; the last one may have no end yet.
    ``aside`` are messages with buttons that are no check-in's: its owner knows what they asked for."""

    def __init__(self, state: State, chat_id: int) -> None:
        self.chat_id = chat_id
        self.away: list[tuple[datetime, datetime | None]] = []
        self.aside: set[int] = set()
        self._state = state

    def now(self) -> datetime:
        return self._state.now()

    def card(self) -> Message | None:
        """The newest message that has buttons to press, but for those aside."""
        for message in reversed(self._state.chat(self.chat_id)):
            if message.message_id not in self.aside and _offers(message):
                return message
        return None

    def offering(self, choice: str, since: datetime) -> Message | None:
        """The first message from then on that has such a button."""
        shown = (one for one in self._state.chat(self.chat_id) if one.sent_at >= since and _offers(one))
        return next((one for one in shown if choice in choices(one)), None)

    def naming(self, name: str, since: datetime) -> tuple[Message, str] | None:
        """The first message from then on with this name on a button, and what the button means."""
        for message in self._state.chat(self.chat_id):
            for button in keys(message) if message.sent_at >= since and _offers(message) else ():
                if seen(str(button["text"])) == name:
                    return message, _choice(str(button["callback_data"]))
        return None

    def choices(self) -> list[str]:
        """What the card's buttons mean, in their order."""
        card = self.card()
        return [] if card is None else choices(card)

    def label(self, choice: str) -> str:
        """What stands on the card's button, as an eye sees it."""
        card = self.card()
        buttons = [] if card is None else keys(card)
        return next(str(one["text"]) for one in buttons if _choice(str(one["callback_data"])) == choice)

    def tap(self, choice: str, *, times: int = 1, on: Message | None = None) -> None:
        """Press a button of the card, perhaps again before anything has changed."""
        card = on or self.card()
        assert card is not None, "a person looks before they tap"
        for button in keys(card):
            if _choice(data := str(button["callback_data"])) == choice:
                for _ in range(times):
                    self._state.tap(self.chat_id, card.message_id, data)
                return

    def tap_old(self, which: int) -> None:
        """Press one of the buttons that stood here before, as if the phone had not heard of the change."""
        old = [
            (message.message_id, str(button["callback_data"]))
            for message in self._state.chat(self.chat_id)
            if message.by_bot
            for version in message.versions[: None if message.deleted_at else -1]
            for button in keys(version)
        ]
        if old:
            message_id, data = old[-1 - which % len(old)]
            self._state.tap(self.chat_id, message_id, data, forged=True)

    def repeat_press(self) -> None:
        """Telegram delivers the last press once more, under another number."""
        mine = [press for press in self._state.presses.values() if press.chat_id == self.chat_id]
        if mine and mine[-1].update_id is not None:
            self._state.repeat(mine[-1].update_id, fresh=True)

    def write(self, text: str) -> Message:
        return self._state.write(self.chat_id, text)

    def edit(self, message: Message, text: str) -> None:
        self._state.edit(self.chat_id, message.message_id, text)

    def send(self, kind: Kind) -> None:
        """Something else than words."""
        self._state.send(self.chat_id, kind)

    def block(self) -> None:
        self.away.append((self._state.now(), None))
        self._state.block(self.chat_id)

    def unblock(self) -> None:
        self.away[-1] = self.away[-1][0], self._state.now()
        self._state.unblock(self.chat_id)

    def reachable(self, since: datetime, until: datetime) -> bool:
        """Whether messages got through all the time from ``since`` to ``until``."""
        return all(until < left or (back is not None and back < since) for left, back in self.away)


def choices(message: Message) -> list[str]:
    """What a message's buttons mean, in their order."""
    return [_choice(str(button["callback_data"])) for button in keys(message)]


def keys(shown: Message | Version) -> list[Json]:
    """The buttons, but for the one that asks for help: it is on every card, and says nothing about it. The
    help card itself, which may come at any time, is read and left alone."""
    rows = (shown.markup or {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row if button["callback_data"] != HELP]
    return [] if any(_HELP_CARD.search(str(one["callback_data"])) for one in buttons) else buttons


def _offers(message: Message) -> bool:
    return message.by_bot and message.deleted_at is None and bool(keys(message))


def _choice(data: str) -> str:
    return data.split(":", 2)[2]
