"""The stand-in for Telegram in the test's own process, so that a test can act at an exact moment."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from bot.demo.server import State
from bot.demo.server.__main__ import StandingClock
from bot.demo.server.memory import _FIRST_UPDATE
from bot.demo.server.things import Message
from bot.demo.server.waiting import UpdateQueue, Waiting

Moment = Literal["call", "letter", "poll", "updates"]
LETTERS = ("sendMessage", "sendPhoto", "sendDocument")


class Watched(State):
    """``poll``: the bot asks for updates. ``updates``: it gets some. ``letter``: a message of its
    has just arrived and it does not know yet. ``call``: it did anything else that can be seen."""

    def __init__(self) -> None:
        super().__init__(StandingClock())
        self.updates: Recording = Recording(self._happened)
        self._traps: dict[Moment, tuple[int, Callable[[], object]]] = {}

    def at(self, moment: Moment, act: Callable[[], object], *, nth: int = 1) -> None:
        """Do this within the ``nth`` such moment from now on, before the bot hears of it."""
        self._traps[moment] = nth, act

    def forget(self) -> None:
        self._traps.clear()

    def record(self, method: str, message: Message | None = None, text: str = "") -> None:
        super().record(method, message, text)
        self._happened("letter" if method in LETTERS else "call")

    def _happened(self, moment: Moment) -> None:
        if moment not in self._traps:
            return
        left, act = self._traps.pop(moment)
        if left == 1:
            act()
        else:
            self._traps[moment] = left - 1, act


class Recording(UpdateQueue):
    """``confirmed`` are the numbers of the updates that the bot told us it has."""

    def __init__(self, happened: Callable[[Moment], None]) -> None:
        super().__init__(_FIRST_UPDATE)
        self.confirmed: set[int] = set()
        self._happened = happened

    def confirm(self, offset: int) -> None:
        before = set(self._waiting)
        super().confirm(offset)
        self.confirmed |= before - set(self._waiting)
        self._happened("poll")

    def peek(self, limit: int, now: datetime) -> list[Waiting]:
        found = super().peek(limit, now)
        if found:
            self._happened("updates")
        return found
