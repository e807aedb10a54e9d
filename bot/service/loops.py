"""The three things that go on all day, side by side: receiving, the clock's work, delivering."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.core.events import WasAway
from bot.service import delivery, work
from bot.service.delivery import Claimed, Exchange
from bot.service.house import House
from bot.service.phrasebook import Phrasebook
from bot.service.post import TICK, Clock, Post
from bot.service.work import Press, Update
from bot.storage import dialogues, erase, facts, inbox
from bot.storage.database import Database
from bot.transport.sender import TelegramSender
from bot.transport.updates import TelegramUpdates, Unreached, is_written

log = structlog.get_logger(__name__)

LAST_ANSWERS = timedelta(seconds=2)  # how long a stop waits for buttons' spinners to end
POLL = timedelta(seconds=25)
AWAY = timedelta(minutes=2)  # Telegram keeps presses for 150 s, so after this some may be lost
LONG_AWAY = timedelta(hours=24)  # and messages for a day
NOTED_EVERY = timedelta(seconds=10)  # how exactly we know, after a start, since when we were away


@dataclass(slots=True)
class Bot:
    """Everything the loops share. ``stop`` ends them in good order."""

    database: Database
    house: House
    updates: TelegramUpdates
    sender: TelegramSender
    clock: Clock
    post: Post
    phrasebook: Phrasebook
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def wake(self) -> asyncio.Event:
        """Set while the delivering loop has something to look at."""
        return self.post.wake


async def run(bot: Bot) -> None:
    """Run until ``bot.stop`` is set. If one loop fails, the others stop and its error comes out."""
    async with asyncio.TaskGroup() as loops:
        receiving = loops.create_task(_receive(bot))
        loops.create_task(_keep_time(bot))
        loops.create_task(_deliver(bot))
        await bot.stop.wait()
        async with bot.post.turn:  # so what was committed is not forgotten
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
    offset, noted_at = await bot.database.write(_left_off)
    heard: float | None = None
    trouble = 0
    while True:
        asked, asked_at = bot.clock.awake(), bot.clock.now()
        try:
            # The first look does not wait: after an absence open cards are refreshed at once.
            batch = await bot.updates.fetch(offset, timedelta() if heard is None else POLL)
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
            gap = timedelta() if noted_at is None else asked_at - noted_at
        # A poll that took longer than it may was frozen with us, and heard nothing for the rest.
        gap = max(gap, timedelta(seconds=bot.clock.awake() - asked) - POLL)
        if any(is_written(update) for _, update in batch):
            await bot.phrasebook.open()
        async with bot.post.turn:
            given = bot.post.give(closing=bot.stop.is_set())
            note = noted_at is None or not noted_at <= given.now < noted_at + NOTED_EVERY
            presses, claimed = await bot.database.write(_take, bot.house, batch, gap, note, given)
            bot.post.take(claimed)
        if note:
            noted_at = given.now
        heard = bot.clock.awake()
        bot.started.set()
        if batch:
            offset = batch[-1][0] + 1
        for press in presses:
            answer = asyncio.create_task(bot.sender.answer(press.id, press.hint))
            answers.add(answer)
            answer.add_done_callback(answers.discard)


def _left_off(tx: Connection) -> tuple[int, datetime | None]:
    """Which update comes next, and when we last heard from Telegram."""
    return inbox.next_offset(tx), facts.read_moment(tx, "last poll")


def _take(
    tx: Connection,
    house: House,
    batch: Sequence[tuple[int, Update]],
    gap: timedelta,
    note: bool,
    given: Exchange,
) -> tuple[list[Press], Claimed]:
    """One batch, and the letters that answer it. After a gap the open cards ask for the tap again; a
    very long one is remembered."""
    # What came back is settled first, so that a tap on a fresh card finds that it has arrived.
    delivery.exchange(tx, house, given.back, given.now, (), 0)
    presses = work.take_updates(tx, house, batch, given.now)
    if gap > AWAY:
        log.warning("was away; open cards ask for the tap again", minutes=int(gap.total_seconds() / 60))
        work.tell(tx, house, [WasAway(number) for number in dialogues.open_cards(tx)], given.now)
    if gap > LONG_AWAY:
        facts.write_span(tx, facts.AWAY, given.now - gap, given.now)
    if note:
        facts.write(tx, "last poll", given.now.isoformat())
    return presses, delivery.turn(tx, house, replace(given, back=()))


async def _keep_time(bot: Bot) -> None:
    """At every tick handle what is due, and try again what failed; without a pause while there is more."""
    while not bot.stop.is_set():
        async with bot.post.turn:
            given = bot.post.give(closing=bot.stop.is_set())
            done, claimed = await bot.database.write(_due, bot.house, given, again=bot.phrasebook.is_open)
            bot.post.take(claimed)
        if not done:
            await _first(bot.stop, bot.clock, TICK)


def _due(tx: Connection, house: House, given: Exchange, *, again: bool) -> tuple[int, Claimed]:
    """``again``: whether what failed may be tried again, for there may be words in it."""
    erase.drop_keys(tx, house.keyring)  # of those whom the clinic has erased beside us meanwhile
    done = work.take_timers(tx, house, given.now)
    done += work.take_failed(tx, house, given.now) if again else 0
    return done, delivery.turn(tx, house, given)


async def _deliver(bot: Bot) -> None:
    """Send at Telegram's pace what was claimed; claim and settle what no other exchange does in time."""
    post = bot.post
    while not (bot.stop.is_set() and post.empty):
        post.wake.clear()
        await post.send(bot.sender)
        rest = post.rest(closing=bot.stop.is_set())
        if rest:
            await _woken(post.wake, bot.clock, rest)
        else:
            async with post.turn:
                given = post.give(closing=bot.stop.is_set())
                post.take(await bot.database.write(delivery.turn, bot.house, given))


async def _first(event: asyncio.Event, clock: Clock, pause: timedelta) -> None:
    """Wait until this happens, but not longer than that."""
    happens, over = asyncio.create_task(event.wait()), _pause(clock, pause)
    try:
        await asyncio.wait((happens, over), return_when=asyncio.FIRST_COMPLETED)
    finally:
        happens.cancel()
        over.cancel()


async def _woken(event: asyncio.Event, clock: Clock, pause: timedelta) -> None:
    """Wait until this happens; after that long it does."""
    over = _pause(clock, pause)
    over.add_done_callback(lambda done: None if done.cancelled() else event.set())
    try:
        await event.wait()
    finally:
        over.cancel()


def _pause(clock: Clock, pause: timedelta) -> asyncio.Task[None]:
    return asyncio.create_task(clock.sleep(pause.total_seconds()))
