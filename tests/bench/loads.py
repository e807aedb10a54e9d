"""What people do to a bot while it is measured. The same for each bot, at the same rate."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.bench.bots import Running
from tests.bench.people import BACK, CHOICES
from tests.bench.telegram import Act, Telegram

RATE = 25.0  # taps a second, in all: Telegram allows 30 letters, our pacer keeps below 28
ONE_EVERY = 1.1  # seconds between two taps of one person: Telegram allows one letter a second in a chat
TAIL = 0.5  # seconds after the last answer in which the bot may still tidy up; they count


@dataclass(slots=True)
class Work:
    """What a bot did, and what it took: ``cpu`` and ``seconds``, from the first tap to the last answer."""

    taps: int
    pressed: list[Any] = field(default_factory=list)
    edits: list[Act] = field(default_factory=list)
    cpu: float = 0
    seconds: float = 0

    @property
    def per_tap(self) -> float:
        """Milliseconds of CPU."""
        return 1000 * self.cpu / self.taps

    @property
    def characters(self) -> float:
        """Of each edit: two bots that show the same have the same."""
        return sum(len(edit.text) for edit in self.edits) / self.taps

    def waits(self) -> list[float]:
        """Seconds from each tap to its edit: within a chat the first belongs to the first."""
        edited: dict[int | None, list[datetime]] = {}
        for edit in self.edits:
            edited.setdefault(edit.chat_id, []).append(edit.at)
        return [
            (edited[press["chat_id"]].pop(0) - datetime.fromisoformat(press["at"])).total_seconds()
            for press in self.pressed
        ]


async def open_cards(telegram: Telegram, chats: Sequence[int]) -> dict[int, int]:
    """Each person asks for a check-in; the cards' message numbers, by chat."""
    since = await telegram.count()
    async for chat in _paced(chats):
        await telegram.act("write", chat_id=chat, text="/checkin")
    sent = await telegram.wait_for("sendMessage", len(chats), since)
    await asyncio.sleep(TAIL)
    return {act.chat_id: act.message_id for act in sent if act.chat_id and act.message_id}


async def steadily(telegram: Telegram, bot: Running, chats: Sequence[int]) -> Work:
    """Everybody answers a whole check-in; taps come one by one, evenly."""
    cards = await open_cards(telegram, chats)
    async with _measured(telegram, bot, len(CHOICES) * len(chats)) as work:
        async for chat, choice in _paced([(chat, choice) for choice in CHOICES for chat in chats]):
            work.pressed.append(await telegram.act("tap", chat_id=chat, message_id=cards[chat], which=choice))
    return work


async def at_once(telegram: Telegram, bot: Running, chats: Sequence[int]) -> Work:
    """Everybody taps at the same moment, and again when the last of them has been answered."""
    cards = await open_cards(telegram, chats)
    async with _measured(telegram, bot, len(CHOICES) * len(chats)) as work:
        for choice in CHOICES:
            since = await telegram.count()
            taps = [{"chat_id": chat, "message_id": cards[chat], "which": choice} for chat in chats]
            work.pressed += await telegram.act("taps", taps=taps)
            await telegram.wait_for("editMessageText", len(chats), since)
    return work


async def alone(telegram: Telegram, bot: Running, chat: int, taps: int) -> Work:
    """One person answers and goes back, again and again, about once a second."""
    card = (await open_cards(telegram, [chat]))[chat]
    async with _measured(telegram, bot, taps) as work:
        for number in range(taps):
            since = await telegram.count()
            which = BACK if number % 2 else CHOICES[0]
            work.pressed.append(await telegram.act("tap", chat_id=chat, message_id=card, which=which))
            await asyncio.gather(telegram.wait_for("editMessageText", 1, since), asyncio.sleep(ONE_EVERY))
    return work


async def idle(bot: Running, seconds: float) -> float:
    """Milliseconds of CPU in a second in which nobody does anything."""
    before = bot.cpu()
    await asyncio.sleep(seconds)
    return 1000 * (bot.cpu() - before) / seconds


@asynccontextmanager
async def _measured(telegram: Telegram, bot: Running, taps: int) -> AsyncIterator[Work]:
    """From before the first tap until each was answered twice: by an edit, and its spinner's end."""
    loop = asyncio.get_running_loop()
    work = Work(taps)
    since, began, before = await telegram.count(), loop.time(), bot.cpu()
    yield work
    work.edits = await telegram.wait_for("editMessageText", taps, since)
    answers = await telegram.wait_for("answerCallbackQuery", taps, since)
    work.seconds = loop.time() - began
    await asyncio.sleep(TAIL)
    work.cpu = bot.cpu() - before
    if (len(work.edits), len(answers)) != (taps, taps):
        raise RuntimeError(f"{taps} taps had {len(work.edits)} edits and {len(answers)} answers")


async def _paced(things: Sequence[Any]) -> AsyncIterator[Any]:
    """One after the other at the rate, however long each takes."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, thing in enumerate(things):
        await asyncio.sleep(max(began + number / RATE - loop.time(), 0))
        yield thing
