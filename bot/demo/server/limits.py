"""Telegram's limits: how long words may be, and how often a bot may speak.

Lengths are counted in UTF-16 units, the strictest of the ways in which Telegram has counted.
"""

import re
from collections import defaultdict, deque
from datetime import datetime, timedelta
from math import ceil
from typing import Final, Protocol

from bot.demo.server.things import bad, too_many, utf16

TEXT_MAX: Final = 4096
TEXT_BYTES_MAX: Final = 32768
CAPTION_MAX: Final = 1024
HINT_MAX: Final = 200
BUTTON_DATA_BYTES_MAX: Final = 64
BUTTONS_MAX: Final = 100
START_MAX: Final = 64
PHOTO_BYTES_MAX: Final = 10 * 1024 * 1024
DOCUMENT_BYTES_MAX: Final = 50 * 1024 * 1024
DOWNLOAD_BYTES_MAX: Final = 20 * 1024 * 1024

DELETABLE_FOR: Final = timedelta(hours=48)
PRESS_ANSWERABLE_FOR: Final = timedelta(seconds=30)

OVERALL: Final = 30
GROUP: Final = 20
EDITS: Final = 3
SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)

# How much earlier than it should a message may come, because the line delays one more than
# another; in real time, so a clock that runs faster makes it more.
JITTER: Final = timedelta(milliseconds=50)

# The server takes these out of all words: control characters become spaces, and marks that turn
# the direction of what follows vanish (the isolates U+2066 to U+2069 stay).
_CONTROLS: Final = {code: " " for code in range(32) if code not in (10, 13)} | dict.fromkeys(
    [13, *range(0x2028, 0x202F)]
)
_UNCLEAN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\u2028-\u202e]")


class Clock(Protocol):
    """``speed`` is how many of its seconds pass in a real one."""

    def now(self) -> datetime: ...

    @property
    def speed(self) -> float: ...


def clean(text: str) -> str:
    """As Telegram keeps it."""
    return (text.translate(_CONTROLS) if _UNCLEAN.search(text) else text).strip()


def message_text(text: str) -> str:
    """The words of a message that is only words, cleaned, or a refusal."""
    if not text:
        raise bad("message text is empty")
    if len(text.encode()) > TEXT_BYTES_MAX:
        raise bad("text is too long")
    cleaned = clean(text)
    if not cleaned:
        raise bad("text must be non-empty")
    if utf16(cleaned) > TEXT_MAX:
        raise bad("message is too long")
    return cleaned


def caption_text(text: str) -> str:
    cleaned = clean(text)
    if utf16(cleaned) > CAPTION_MAX:
        raise bad("message caption is too long")
    return cleaned


class Rates:
    """How often: sliding windows over the clock's time. What is refused is not counted."""

    def __init__(self, clock: Clock) -> None:
        self.enforced = True
        self._clock = clock
        self._seen = clock.now()
        self._overall: deque[datetime] = deque(maxlen=OVERALL)
        self._groups: defaultdict[int, deque[datetime]] = defaultdict(lambda: deque(maxlen=GROUP))
        self._edits: defaultdict[int, deque[datetime]] = defaultdict(lambda: deque(maxlen=EDITS))
        self._last: dict[int, datetime] = {}

    def message(self, chat_id: int) -> None:
        """Count a new message, or refuse it with 429."""
        if not self.enforced:
            return
        now = self._now()
        overall, last = self._overall, self._last.get(chat_id)
        waits = [_rest(overall, OVERALL, SECOND, now, self._jitter())]
        if last is not None:
            waits.append(last + SECOND - self._jitter() - now)
        group = self._groups[chat_id] if chat_id < 0 else None
        if group is not None:
            waits.append(_rest(group, GROUP, MINUTE, now, self._jitter()))
        _refuse(max(waits))
        overall.append(now)
        self._last[chat_id] = now
        if group is not None:
            group.append(now)

    def edit(self, chat_id: int) -> None:
        """Count an edit, or refuse it with 429."""
        if not self.enforced:
            return
        now = self._now()
        edits = self._edits[chat_id]
        _refuse(_rest(edits, EDITS, SECOND, now, self._jitter()))
        edits.append(now)

    def _now(self) -> datetime:
        now = self._clock.now()
        if now < self._seen:  # it was set back: what was counted lies in its future
            self._overall.clear()
            self._groups.clear()
            self._edits.clear()
            self._last.clear()
        self._seen = now
        return now

    def _jitter(self) -> timedelta:
        return min(JITTER * max(self._clock.speed, 1.0), SECOND / 2)


def _rest(
    counted: deque[datetime], allowed: int, window: timedelta, now: datetime, jitter: timedelta
) -> timedelta:
    """How long until one more fits into the window."""
    return counted[0] + window - jitter - now if len(counted) == allowed else timedelta()


def _refuse(wait: timedelta) -> None:
    if wait > timedelta():
        raise too_many(max(ceil(wait.total_seconds()), 1))
