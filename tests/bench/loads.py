"""What people do to a bot while it is measured. The same for each bot, at the same rate."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from tests.bench.bots import Running
from tests.bench.counted import Counts
from tests.bench.people import BACK, CHOICES
from tests.bench.telegram import Act, Telegram

RATE: Final = 25.0  # taps a second, in all: Telegram allows 30 letters, our pacer keeps below 28
ONE_EVERY: Final = 1.1  # seconds between two taps of one person: Telegram allows one letter a second
TAIL: Final = 0.5  # seconds after the last answer in which the bot may still tidy up; they count

Cards = Mapping[int, int]  # the number of each person's newest card, by chat


@dataclass(slots=True)
class Work:
    """What a bot did from the first tap to the last answer, and what it took."""

    taps: int
    pressed: list[Any] = field(default_factory=list)
    edits: list[Act] = field(default_factory=list)
    cpu: float = 0
    counts: Counts = field(default_factory=lambda: Counts(0, 0, 0))

    @property
    def per_tap(self) -> float:
        """Milliseconds of CPU."""
        return 1000 * self.cpu / self.taps

    @property
    def characters(self) -> int:
        """Of all edits: two bots that show the same have the same."""
        return sum(len(edit.text) for edit in self.edits)

    def waits(self) -> list[float]:
        """Milliseconds from each tap to its edit: within a chat the first belongs to the first."""
        edited: dict[int | None, list[datetime]] = {}
        for edit in self.edits:
            edited.setdefault(edit.chat_id, []).append(edit.at)
        return [
            1000 * (edited[press["chat_id"]].pop(0) - datetime.fromisoformat(press["at"])).total_seconds()
            for press in self.pressed
        ]


async def open_cards(telegram: Telegram, chats: Sequence[int]) -> Cards:
    """Each person asks for a check-in."""
    since = await telegram.count()
    async for chat in _paced(chats, RATE):
        await telegram.act("write", chat_id=chat, text="/checkin")
    sent = await telegram.wait_for("sendMessage", len(chats), since)
    await asyncio.sleep(ONE_EVERY)
    return {act.chat_id: act.message_id for act in sent if act.chat_id and act.message_id}


async def steadily(telegram: Telegram, bot: Running, cards: Cards) -> Work:
    """Everybody answers a whole check-in; taps come one by one, evenly."""
    taps = [(chat, choice) for choice in CHOICES for chat in cards]
    async with _measured(telegram, bot, len(taps)) as work:
        async for chat, choice in _paced(taps, min(RATE, len(cards) / ONE_EVERY)):
            tap = await telegram.act("tap", chat_id=chat, message_id=cards[chat], which=choice)
            work.pressed.append(tap)
    return work


async def at_once(telegram: Telegram, bot: Running, cards: Cards) -> Work:
    """Everybody taps at the same moment, and again when all have been answered: the same rate over all."""
    async with _measured(telegram, bot, len(CHOICES) * len(cards)) as work:
        for choice in CHOICES:
            since = await telegram.count()
            taps = [{"chat_id": chat, "message_id": cards[chat], "which": choice} for chat in cards]
            work.pressed += await telegram.act("taps", taps=taps)
            rest = asyncio.sleep(max(len(cards) / RATE, ONE_EVERY))
            await asyncio.gather(telegram.wait_for("editMessageText", len(cards), since), rest)
    return work


async def alone(telegram: Telegram, bot: Running, chat: int, taps: int) -> Work:
    """One person answers a question and goes back, again and again, about once a second."""
    card = (await open_cards(telegram, [chat]))[chat]
    async with _measured(telegram, bot, taps) as work:
        for number in range(taps):
            since = await telegram.count()
            which = BACK if number % 2 else CHOICES[0]
            work.pressed.append(await telegram.act("tap", chat_id=chat, message_id=card, which=which))
            rest = asyncio.sleep(ONE_EVERY)
            await asyncio.gather(telegram.wait_for("editMessageText", 1, since), rest)
    return work


async def idle(bot: Running, seconds: float) -> float:
    """Milliseconds of CPU in a second in which nobody does anything."""
    before = bot.cpu()
    await asyncio.sleep(seconds)
    return 1000 * (bot.cpu() - before) / seconds


@asynccontextmanager
async def _measured(telegram: Telegram, bot: Running, taps: int) -> AsyncIterator[Work]:
    """From before the first tap until each was answered twice: by an edit, and its spinner's end."""
    work = Work(taps)
    since, before, counts = await telegram.count(), bot.cpu(), bot.counts()
    yield work
    work.edits = await telegram.wait_for("editMessageText", taps, since)
    answers = await telegram.wait_for("answerCallbackQuery", taps, since)
    await asyncio.sleep(TAIL)
    work.cpu, work.counts = bot.cpu() - before, bot.counts() - counts
    if (len(work.edits), len(answers)) != (taps, taps):
        raise RuntimeError(f"{taps} taps had {len(work.edits)} edits and {len(answers)} answers")


async def _paced(things: Sequence[Any], rate: float) -> AsyncIterator[Any]:
    """One after the other, ``rate`` a second, however long each takes."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, thing in enumerate(things):
        await asyncio.sleep(max(began + number / rate - loop.time(), 0))
        yield thing
