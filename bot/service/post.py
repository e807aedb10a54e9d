"""Letters between the outbox and Telegram: claimed, sent at Telegram's pace, and come back.

The outbox knows each as being sent until it is settled. One exchange at a time settles what has
come back and claims what goes out next, in one commit. What has just been received is handled in
it too, so that a tap, and the page that answers it, cost one commit.
"""

import asyncio
from collections import deque
from datetime import datetime, timedelta
from typing import Final, Protocol

from bot.service.delivery import Claimed, Exchange
from bot.storage.outbox import Letter
from bot.transport.pacer import Pacer
from bot.transport.sender import Outcome, Parcel, Sender, Sent, Slower

TICK: Final = timedelta(seconds=2)  # how often there is an exchange, whatever happens
BATCH: Final = 8  # letters claimed at once: a third of a second's worth, so an urgent one waits no longer
IN_FLIGHT: Final = 24

OnItsWay = asyncio.Task[tuple[Letter, Outcome]]


class Clock(Protocol):
    """The time, and waiting for it. The demo's can jump, and runs faster when nobody watches."""

    def now(self) -> datetime: ...
    def awake(self) -> float:
        """Seconds that passed for this machine, asleep or not; jumps of the clock do not count."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Post:
    """``quiet_since`` is when the last letter of the process before us may have left.

    ``wake`` is set with everything that the delivering loop should look at.
    """

    def __init__(self, clock: Clock, quiet_since: datetime) -> None:
        self.turn = asyncio.Lock()  # whoever exchanges holds it
        self.wake = asyncio.Event()
        self._clock = clock
        self._pacer = Pacer(quiet_since)
        self._claimed: deque[tuple[Letter, Parcel]] = deque()
        self._on_their_way: set[OnItsWay] = set()
        self._back: list[tuple[Letter, Outcome]] = []
        self._look_at = self._swept_at = quiet_since
        self._hurry = False  # whether something came back that is to be settled at once

    @property
    def empty(self) -> bool:
        """Whether all that was claimed is settled, and nothing more is being claimed."""
        return not (self._claimed or self._on_their_way or self._back or self.turn.locked())

    def rest(self, *, closing: bool) -> timedelta:
        """How long until an exchange is needed, if none comes before; zero if it is needed now."""
        self._collect()
        if self._hurry or (closing and self._back):
            return timedelta()
        if closing or not self._room():
            return TICK  # or until something comes back
        return max(self._look_at - self._clock.now(), timedelta())

    def give(self, *, closing: bool) -> Exchange:
        """What the next exchange is about. No more letters go out when ``closing``."""
        self._collect()
        back, self._back, self._hurry = self._back, [], False
        now = self._clock.now()
        sweep = not self._swept_at <= now < self._swept_at + TICK
        if sweep:
            self._swept_at = now
        return Exchange(back, self._pacer.resting(now), 0 if closing else self._room(), now, sweep)

    def take(self, claimed: Claimed) -> None:
        """What an exchange has brought; it has been committed."""
        self._claimed.extend(claimed.letters)
        now, planned = self._clock.now(), self._look_at
        until = [self._pacer.free_at(chat_id, now) for chat_id in claimed.held_up]
        self._look_at = now if claimed.more else min([now + 2 * TICK, *until])
        if claimed.letters or self._look_at < planned:
            self.wake.set()

    async def send(self, sender: Sender) -> None:
        """Send what was claimed, each as soon as it may go; does not wait for answers."""
        while self._claimed:
            wait = self._pacer.wait(self._clock.now())
            if wait:
                await self._clock.sleep(wait.total_seconds())
            letter, parcel = self._claimed.popleft()
            change = letter.action in ("edit", "delete", "menu")
            self._pacer.sent(letter.chat_id, self._clock.now(), change=change)
            on_its_way = asyncio.create_task(_send(sender, letter, parcel))
            self._on_their_way.add(on_its_way)
            on_its_way.add_done_callback(lambda _: self.wake.set())

    def _room(self) -> int:
        """How many letters may be claimed."""
        claimed = len(self._claimed)
        return max(min(BATCH - claimed, IN_FLIGHT - len(self._on_their_way) - claimed), 0)

    def _collect(self) -> None:
        """See what has come back. It is settled at once, but an edit that arrived can wait for the next
        exchange: should we be killed before, it is made once more, and nobody notices.

        Raises if no letter can go out any more.
        """
        for task in [task for task in self._on_their_way if task.done()]:
            self._on_their_way.discard(task)
            letter, outcome = task.result()
            self._back.append((letter, outcome))
            self._hurry |= not (letter.kind.harmless and isinstance(outcome, Sent))
            if isinstance(outcome, Slower):
                self._pacer.hold(self._clock.now() + outcome.wait)


async def _send(sender: Sender, letter: Letter, parcel: Parcel) -> tuple[Letter, Outcome]:
    return letter, await sender.send(parcel)
