"""Many check-ins due at the same moment, with Telegram's limits enforced: when does each arrive?"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from sqlalchemy import Connection, func, select

from bot.service.clock import WallClock
from bot.service.house import House
from bot.storage.database import Database
from bot.storage.schema import outbox
from tests.bench import people
from tests.bench.telegram import Telegram

AHEAD = timedelta(seconds=3)
PER_SECOND = 30  # what Telegram allows in all
PATIENCE = 120.0
QUESTIONS = (4, 8, 12)  # seconds after the moment, at which somebody else asks for help


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Seconds from the moment they were due until the server accepted each, in order; and from a
    command that somebody wrote meanwhile until its reply."""

    seconds: list[float]
    replies: list[float]

    @property
    def ninety_fifth(self) -> float:
        return quantiles(self.seconds, n=20)[-1]


async def arrivals(
    telegram: Telegram, database: Database, house: House, chats: Sequence[int], stranger: int
) -> Arrivals:
    """Make one due for each of these, while the bot runs."""
    due_at = people.soon(WallClock().now(), AHEAD)
    await database.write(people.make_due, house, chats, due_at)
    since = await telegram.count()
    asking = asyncio.create_task(_ask(telegram, stranger, (due_at - WallClock().now()).total_seconds()))
    wanted = len(chats) + len(QUESTIONS)
    sent = await telegram.wait_for("sendMessage", wanted, since, PATIENCE)
    asked = await asking
    seconds = [(act.at - due_at).total_seconds() for act in sent if act.chat_id != stranger]
    if sorted(act.chat_id or 0 for act in sent if act.chat_id != stranger) != sorted(chats):
        raise RuntimeError("not everybody had exactly one check-in")
    answered = [act.at for act in sent if act.chat_id == stranger]
    replies = [(at - begun).total_seconds() for begun, at in zip(asked, answered, strict=True)]
    return Arrivals(sorted(seconds), replies)


def tried_again(tx: Connection) -> int:
    """How often a letter had to be sent once more: each refusal with 429 is one of these."""
    return int(tx.execute(select(func.coalesce(func.sum(outbox.c.attempts - 1), 0)).where(
        outbox.c.attempts > 0
    )).scalar_one())  # fmt: skip


async def _ask(telegram: Telegram, stranger: int, until: float) -> list[datetime]:
    asked: list[datetime] = []
    for number, at in enumerate(QUESTIONS):
        await asyncio.sleep(until + at if number == 0 else at - QUESTIONS[number - 1])
        asked.append(WallClock().now())
        await telegram.act("write", chat_id=stranger, text="/help")
    return asked
