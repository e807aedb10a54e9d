"""How fast we may send: pure, it is told the time and says how long to wait.

Telegram allows about 30 letters a second in all and one a second in one chat. A letter counts
when it starts. One that starts late may be made up for by the next, so that being a little late
with each does not add up; even so at most 29 start in any second. A fresh pacer rests for a
second, because it cannot know what the process before it sent a moment ago.
"""

from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Final

EVERY_LETTER: Final = timedelta(milliseconds=36)
EVERY_CHAT: Final = timedelta(milliseconds=1050)
EVERY_CHANGE: Final = timedelta(milliseconds=350)  # in one chat, to a message that is there already
FIRST: Final = timedelta(seconds=1)


class Pacer:
    """``now`` may jump, as clocks do: a clock that was set back makes nobody wait the longer."""

    def __init__(self, started_at: datetime) -> None:
        self._seen = started_at
        self._lag = timedelta()  # how far the clock was set back, in all
        self._free_at = started_at + FIRST
        self._chat_free_at: dict[int, datetime] = {}
        self._ends: list[tuple[datetime, int]] = []  # a heap, so that only what is over is looked at

    def wait(self, now: datetime) -> timedelta:
        """How long before anything may be sent."""
        return max(self._free_at - self._steady(now), timedelta())

    def resting(self, now: datetime) -> frozenset[int]:
        """Chats that had a letter a moment ago; the others need not wait for them."""
        self._forget(self._steady(now))
        return frozenset(self._chat_free_at)

    def free_at(self, chat_id: int, now: datetime) -> datetime:
        """When the chat will have rested."""
        at = self._steady(now)
        return max(self._chat_free_at.get(chat_id, at), at) - self._lag

    def sent(self, chat_id: int, now: datetime, *, change: bool = False) -> None:
        """A letter starts now. A ``change`` of a message lets its chat rest for less: people turn pages."""
        at = self._steady(now)
        self._forget(at)
        self._free_at = max(self._free_at + EVERY_LETTER, at)
        self._rest(chat_id, at + (EVERY_CHANGE if change else EVERY_CHAT))

    def hold(self, until: datetime) -> None:
        """Nobody sends before this."""
        self._free_at = max(self._free_at, until + self._lag)

    def hold_chat(self, chat_id: int, until: datetime) -> None:
        """Nothing goes to this chat before then."""
        self._rest(chat_id, until + self._lag)

    def _rest(self, chat_id: int, until: datetime) -> None:
        if until > self._chat_free_at.get(chat_id, self._seen):
            self._chat_free_at[chat_id] = until
            heappush(self._ends, (until, chat_id))

    def _forget(self, at: datetime) -> None:
        while self._ends and self._ends[0][0] <= at:
            until, chat_id = heappop(self._ends)
            if self._chat_free_at.get(chat_id) == until:  # else it was made to rest longer since
                del self._chat_free_at[chat_id]

    def _steady(self, now: datetime) -> datetime:
        """The same moment on a clock that never goes back."""
        if now + self._lag < self._seen:
            self._lag = self._seen - now
        self._seen = now + self._lag
        return self._seen
