"""What the bot has still to do: what stands in its tables, and what is on its way."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.core.model import Kind
from bot.storage import timers
from bot.storage.schema import inbox, outbox
from bot.transport.sender import Outcome, Parcel, TelegramSender

_LETTERS = (
    select(outbox.c.chat_id, outbox.c.kind, outbox.c.state, outbox.c.not_before)
    .where(outbox.c.state.in_(("waiting", "sending")))
    .order_by(outbox.c.id)
)
_TRIES = select(func.min(inbox.c.try_at))


def next_moment(tx: Connection, now: datetime) -> datetime | None:
    """The first moment at which the bot has something to do; one that has passed if it has already."""
    moments = [timers.next_due_at(tx), tx.execute(_TRIES).scalar()]
    heads: set[int] = set()
    for chat_id, kind, state, not_before in tx.execute(_LETTERS):
        if chat_id in heads:
            continue
        moments.append(now if state == "sending" else not_before)
        if not (Kind(kind).unprompted and not_before > now):  # only the quiet let others pass
            heads.add(chat_id)
    return min((moment for moment in moments if moment is not None), default=None)


class WatchedSender(TelegramSender):
    """Knows how much is on its way to Telegram just now."""

    def __init__(self, sender: TelegramSender) -> None:
        self.under_way = 0
        self._sender = sender

    async def send(self, letter: Parcel) -> Outcome:
        self.under_way += 1
        try:
            return await self._sender.send(letter)
        finally:
            self.under_way -= 1

    async def answer(self, press_id: str, text: str | None, alert: bool = False) -> None:
        self.under_way += 1
        try:
            await self._sender.answer(press_id, text, alert)
        finally:
            self.under_way -= 1
