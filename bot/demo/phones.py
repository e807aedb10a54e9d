"""One person's phone: what it shows, and what its owner does with it. Nothing else is known to them."""

from datetime import datetime

from bot.demo.server import Message, State
from bot.demo.server.things import Kind


class Phone:
    """``away`` are the times when its owner had blocked the bot; the last one may have no end yet."""

    def __init__(self, state: State, chat_id: int) -> None:
        self.chat_id = chat_id
        self.away: list[tuple[datetime, datetime | None]] = []
        self._state = state

    def now(self) -> datetime:
        return self._state.now()

    def card(self) -> Message | None:
        """The newest message that came with buttons, if it still has some to press."""
        for message in reversed(self._state.chat(self.chat_id)):
            if message.by_bot and any(version.markup for version in message.versions):
                return message if message.deleted_at is None and message.buttons() else None
        return None

    def choices(self) -> list[str]:
        """What the card's buttons mean, in their order."""
        card = self.card()
        return [] if card is None else [_choice(str(button["callback_data"])) for button in card.buttons()]

    def tap(self, choice: str, *, times: int = 1) -> None:
        """Press a button of the card, perhaps again before anything has changed."""
        card = self.card()
        assert card is not None, "a person looks before they tap"
        for button in card.buttons():
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
            for row in (version.markup or {}).get("inline_keyboard", [])
            for button in row
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


def _choice(data: str) -> str:
    return data.split(":", 2)[2]
