"""Every language's phrases of danger. Reading them takes seconds, so it begins when the bot does and goes on
beside; but nobody's words are looked at before all of them are there."""

import asyncio
from collections.abc import Callable, Sequence

from bot.core.danger import DangerList


class Phrasebook:
    """``read`` may take long; ``lists`` is where what it brings is looked up."""

    def __init__(self, read: Callable[[], Sequence[DangerList]], lists: list[DangerList]) -> None:
        self._read, self._lists = read, lists
        self._opening = asyncio.Lock()
        self.is_open = bool(lists)

    async def open(self) -> None:
        """Come back when everything is there. Raises whatever is wrong with the lists."""
        async with self._opening:
            if not self.is_open:
                self._lists.extend(await asyncio.to_thread(self._read))
                self.is_open = True
