"""The three things that go on all day, side by side: receiving, the clock's work, delivering."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy import Connection

from bot.core.events import WasAway
from bot.service import delivery, work
from bot.service.house import House
from bot.service.work import Press, Update
from bot.storage import dialogues, facts, inbox
from bot.storage.database import Database
from bot.storage.outbox import Letter
from bot.transport.pacer import Pacer
from bot.transport.sender import Outcome, Parcel, Slower, TelegramSender
from bot.transport.updates import TelegramUpdates, Unreached

log = structlog.get_logger(__name__)

LAST_ANSWERS = timedelta(seconds=2)  # how long a stop waits for buttons' spinners to end
POLL = timedelta(seconds=25)
AWAY = timedelta(minutes=2)  # Telegram keeps presses for 150 s, so after this some may be lost
LONG_AWAY = timedelta(hours=24)  # and messages for a day
TICK = timedelta(seconds=1)
REST = timedelta(milliseconds=100)  # how soon to look again while chats rest between two letters
BATCH = 8  # letters claimed at once: a third of a second's worth, so an urgent one waits no longer
IN_FLIGHT = 24

Delivery = asyncio.Task[tuple[Letter, Outcome]]


class Clock(Protocol):
    """The time, and waiting for it. The demo's can jump, and runs faster when nobody watches."""

    def now(self) -> datetime: ...
    def awake(self) -> float:
        """Seconds that passed for this machine, asleep or not; jumps of the clock do not count."""
        ...

    async def sleep(self, seconds: float) -> None: ...


@dataclass(slots=True)
class Bot:
    """Everything the loops share. ``stop`` ends them in good order; ``wake`` says there are letters."""

    database: Database
    house: House
    updates: TelegramUpdates
    sender: TelegramSender
    clock: Clock
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)


async def run(bot: Bot) -> None:
    """Run until ``bot.stop`` is set. If one loop fails, the others stop and its error comes out."""
    await bot.database.write(delivery.recover, bot.clock.now())
    async with asyncio.TaskGroup() as loops:
        receiving = loops.create_task(_receive(bot))
        loops.create_task(_keep_time(bot))
        loops.create_task(_deliver(bot))
        await bot.stop.wait()
        receiving.cancel()  # what a cancelled poll brought was not confirmed: it comes again
        bot.wake.set()


async def _receive(bot: Bot) -> None:
    answers: set[asyncio.Task[None]] = set()
    try:
        await _listen(bot, answers)
    finally:
        if answers:
            await asyncio.wait(answers, timeout=LAST_ANSWERS.total_seconds())


async def _listen(bot: Bot, answers: set[asyncio.Task[None]]) -> None:
    """Store and handle a batch in one transaction; asking for the next confirms it to Telegram."""
    offset = await bot.database.write(inbox.next_offset)
    before = await bot.database.write(facts.read_moment, "last poll")
    heard: float | None = None
    trouble = 0
    while True:
        asked, asked_at = bot.clock.awake(), bot.clock.now()
        try:
            batch = await bot.updates.fetch(offset, POLL)
        except Unreached as error:
            trouble += 1
            if trouble == 1:
                log.warning("Telegram cannot be reached; trying again until it can")
            await asyncio.sleep((error.wait or timedelta(seconds=min(2**trouble, 60))).total_seconds())
            continue
        if trouble:
            log.info("Telegram is reached again", tries=trouble)
            trouble = 0
        if heard is not None:
            gap = timedelta(seconds=asked - heard)
        else:
            gap = timedelta() if before is None else asked_at - before
        # A poll that took longer than it may was frozen with us, and heard nothing for the rest.
        gap = max(gap, timedelta(seconds=bot.clock.awake() - asked) - POLL)
        presses = await bot.database.write(_take, bot.house, batch, gap, bot.clock.now())
        heard = bot.clock.awake()
        bot.started.set()
        if batch:
            offset = batch[-1][0] + 1
            bot.wake.set()
        for press in presses:
            answer = asyncio.create_task(bot.sender.answer(press.id, press.hint))
            answers.add(answer)
            answer.add_done_callback(answers.discard)


def _take(
    tx: Connection, house: House, batch: Sequence[tuple[int, Update]], gap: timedelta, now: datetime
) -> list[Press]:
    """One batch. After a gap the open cards ask for the tap again; a very long one is remembered."""
    presses = work.take_updates(tx, house, batch, now)
    if gap > AWAY:
        log.warning("was away; open cards ask for the tap again", minutes=int(gap.total_seconds() / 60))
        work.tell(tx, house, [WasAway(number) for number in dialogues.open_cards(tx)], now)
    if gap > LONG_AWAY:
        facts.write_span(tx, facts.AWAY, now - gap, now)
    facts.write(tx, "last poll", now.isoformat())
    return presses


async def _keep_time(bot: Bot) -> None:
    """Handle what is due, and try again what failed."""
    while not bot.stop.is_set():
        done = await bot.database.write(_due, bot.house, bot.clock.now())
        if done:
            bot.wake.set()
        else:
            await _first(asyncio.create_task(bot.stop.wait()), asyncio.create_task(_pause(bot.clock, TICK)))


def _due(tx: Connection, house: House, now: datetime) -> int:
    return work.take_timers(tx, house, now) + work.take_failed(tx, house, now)


async def _deliver(bot: Bot) -> None:
    """Claim, send at Telegram's pace, settle. What is settled and what is claimed share a commit."""
    pacer = Pacer(bot.clock.now())
    on_their_way: set[Delivery] = set()
    while not (bot.stop.is_set() and not on_their_way):
        bot.wake.clear()
        finished = [task.result() for task in on_their_way if task.done()]
        on_their_way = {task for task in on_their_way if not task.done()}
        now = bot.clock.now()
        for _, outcome in finished:
            if isinstance(outcome, Slower):
                pacer.hold(now + outcome.wait)
        room = 0 if bot.stop.is_set() else min(BATCH, IN_FLIGHT - len(on_their_way))
        resting = pacer.resting(now)
        letters = await bot.database.write(delivery.exchange, bot.house, finished, now, resting, room)
        for letter, parcel in letters:
            wait = pacer.wait(bot.clock.now())
            if wait:
                await bot.clock.sleep(wait.total_seconds())
            pacer.sent(letter.chat_id, bot.clock.now(), change=letter.action in ("edit", "delete", "menu"))
            on_their_way.add(asyncio.create_task(_send(bot.sender, letter, parcel)))
        if not letters:
            pause = asyncio.create_task(_pause(bot.clock, REST if resting else TICK))
            await _first(asyncio.create_task(bot.wake.wait()), pause, keep=on_their_way)


async def _send(sender: TelegramSender, letter: Letter, parcel: Parcel) -> tuple[Letter, Outcome]:
    return letter, await sender.send(parcel)


async def _pause(clock: Clock, pause: timedelta) -> None:
    await clock.sleep(pause.total_seconds())


async def _first(*waits: asyncio.Task[Any], keep: Iterable[Delivery] = ()) -> None:
    """Wait until one of these is over; those in ``keep`` go on, the others end."""
    try:
        await asyncio.wait({*waits, *keep}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
