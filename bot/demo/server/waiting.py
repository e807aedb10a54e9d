"""The updates that wait for the bot: confirmed by a higher offset, gone after their time."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.demo.server.things import Json

KEPT: Final = timedelta(hours=24)
PRESS_KEPT: Final = timedelta(seconds=150)

# What a bot gets that never said what it wants.
NOT_BY_ITSELF: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

# An offset this far beyond the newest update is taken for a mistake and confirms nothing.
BEYOND: Final = 10

# So many updates can still be delivered once more, however long ago they were confirmed.
REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """``lane``: a webhook gets the updates of one lane one after the other."""

    update_id: int
    body: Json
    expires_at: datetime
    lane: str


class Interrupted(Exception):
    """A long poll ended because somebody else polls, or a webhook was set."""


class UpdateQueue:
    def __init__(self, first_id: int) -> None:
        self._next_id = first_id
        self._waiting: dict[int, Waiting] = {}
        self._repeats: list[Waiting] = []
        self._known: dict[int, Waiting] = {}
        self._allowed: frozenset[str] | None = None
        self._poll: asyncio.Future[None] | None = None
        self.arrived = asyncio.Event()  # set with every update
        self.polled = asyncio.Event()  # set when somebody has begun to wait for updates

    @property
    def polling(self) -> bool:
        """Whether somebody waits for updates just now."""
        return self._poll is not None

    @property
    def allowed(self) -> frozenset[str] | None:
        """None as long as the bot has not said what it wants."""
        return self._allowed

    def allow(self, kinds: Iterable[str]) -> None:
        """Sticky: until it is said anew. Naming none means all but a few again."""
        self._allowed = frozenset(kinds) or None

    def add(self, kind: str, content: Json, lane: str, now: datetime) -> int | None:
        """The number of the new update; None if the bot does not want this kind."""
        unwanted = kind in NOT_BY_ITSELF if self._allowed is None else kind not in self._allowed
        if unwanted:
            return None
        return self._put({kind: content}, lane, now + (PRESS_KEPT if kind == "callback_query" else KEPT))

    def inject(self, update: Json, now: datetime) -> int:
        """Any JSON, wanted or not; only its number is ours."""
        return self._put(update, "injected", now + KEPT)

    def repeat(self, update_id: int, *, fresh: bool) -> int:
        """Deliver once more: under a fresh number, or once under the same, confirmed or not."""
        known = self._known[update_id]
        if fresh:
            return self._put(known.body, known.lane, known.expires_at)
        self._repeats.append(known)
        self._wake()
        return update_id

    def confirm(self, offset: int) -> None:
        """Delete what is numbered below ``offset``; a negative one keeps only the last of them."""
        if offset < 0:
            for update_id in list(self._waiting)[:offset]:
                del self._waiting[update_id]
        elif offset <= self._next_id + BEYOND:
            while self._waiting and (first := next(iter(self._waiting))) < offset:
                del self._waiting[first]

    def forget(self, waiting: Waiting) -> None:
        self._waiting.pop(waiting.update_id, None)

    def peek(self, limit: int, now: datetime) -> list[Waiting]:
        """The oldest first. What is over is dropped on the way."""
        found = []
        for waiting in self._alive(now):
            found.append(waiting)
            if len(found) == limit:
                break
        return found

    def take_repeats(self) -> list[Waiting]:
        repeats, self._repeats = self._repeats, []
        return repeats

    def count(self, now: datetime) -> int:
        return sum(1 for _ in self._alive(now)) + len(self._repeats)

    def clear(self) -> None:
        self._waiting.clear()
        self._repeats.clear()

    async def wait(self, real_seconds: float) -> None:
        """Until something arrives or the time is over. Interrupted if another poll begins."""
        self.interrupt()
        poll = self._poll = asyncio.get_running_loop().create_future()
        self.polled.set()
        try:
            async with asyncio.timeout(real_seconds):
                await poll
        except TimeoutError:
            pass
        finally:
            if self._poll is poll:
                self._poll = None

    def interrupt(self) -> None:
        """End the poll that waits now, if any, with Interrupted."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(Interrupted())
        self._poll = None

    def end(self) -> None:
        """Let the poll that waits now go home with nothing."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def _put(self, body: Json, lane: str, expires_at: datetime) -> int:
        update_id = self._next_id
        self._next_id += 1
        self._known[update_id] = self._waiting[update_id] = Waiting(update_id, body, expires_at, lane)
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        self._wake()
        return update_id

    def _wake(self) -> None:
        self.arrived.set()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def _alive(self, now: datetime) -> Iterator[Waiting]:
        over = [waiting for waiting in self._waiting.values() if waiting.expires_at <= now]
        for waiting in over:
            del self._waiting[waiting.update_id]
        yield from self._waiting.values()
