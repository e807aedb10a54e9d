"""Failures on demand: which call shall fail next, how, and before or after it took effect."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.demo.server.things import Refusal

# Constantly under way, so a fault hits it only if it is named.
POLLING: Final = "getupdates"


class Failure(StrEnum):
    REFUSE = "refuse"  # Telegram's own ``ok: false``, with ``status``, ``description``, ``retry_after``
    GATEWAY = "gateway"  # a page of HTML with ``status``, as a proxy in front of Telegram sends it
    RESET = "reset"  # the line is torn down without an answer
    HANG_UP = "hang_up"  # the line is closed in good order without an answer
    DELAY = "delay"  # the answer comes ``seconds`` (real ones) later
    NOT_JSON = "not_json"
    NO_RESULT = "no_result"  # ``ok: true`` and nothing else
    LIST = "list"  # JSON, but a list
    WRONG_RESULT = "wrong_result"  # ``ok: true`` with a result of another kind
    TRUNCATED = "truncated"  # half of the answer, then the line is closed
    EMPTY = "empty"  # 200 and no bytes


_WORDS: Final = {
    400: "Bad Request: the fault was asked for",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """``after``: the call takes effect and only its answer fails. With ``DELAY`` before the effect,
    the call is performed when the time is over, even if the client has left."""

    failure: Failure
    after: bool = False
    status: int = 500
    description: str = ""
    retry_after: int = 0
    seconds: float = 0.0

    def refusal(self) -> Refusal:
        words = self.description or _WORDS.get(self.status, "Bad Request")
        if self.status == 429 and not self.description:
            words = f"Too Many Requests: retry after {self.retry_after}"
        return Refusal(self.status, words, self.retry_after)


def flood(retry_after: int) -> Fault:
    return Fault(Failure.REFUSE, status=429, retry_after=retry_after)


def refuse(status: int, description: str = "", *, after: bool = False) -> Fault:
    return Fault(Failure.REFUSE, after, status, description)


@dataclass(slots=True)
class _Planned:
    fault: Fault
    methods: frozenset[str]  # in small letters; empty means all but polling
    times: int | None  # None: again and again, by chance
    probability: float = 1.0

    def hits(self, method: str) -> bool:
        return method in self.methods if self.methods else method != POLLING


class Faults:
    """The first plan that hits a call is taken: those by number in order, then those by chance."""

    def __init__(self) -> None:
        self.happened: list[tuple[str, Fault]] = []  # method in small letters
        self._planned: list[_Planned] = []
        self._chances: list[_Planned] = []
        self._dice = random.Random(0)  # noqa: S311  # a test's chance, repeatable on purpose

    def next(self, fault: Fault, *methods: str, times: int = 1) -> None:
        """Let the next ``times`` calls fail: of these methods, or of any but getUpdates."""
        self._planned.append(_Planned(fault, _small(methods), times))

    def sometimes(self, fault: Fault, probability: float, *methods: str, seed: int | None = None) -> None:
        """Let a share of the calls fail until ``clear``. A seed starts the dice anew."""
        if seed is not None:
            self._dice.seed(seed)
        self._chances.append(_Planned(fault, _small(methods), None, probability))

    def clear(self) -> None:
        self._planned.clear()
        self._chances.clear()

    @property
    def left(self) -> int:
        """How many planned failures did not happen yet."""
        return sum(plan.times or 0 for plan in self._planned)

    def take(self, method: str) -> Fault | None:
        """What shall happen to this call. ``method`` in small letters."""
        if not self._planned and not self._chances:
            return None
        for plan in self._planned:
            if plan.hits(method) and plan.times:
                plan.times -= 1
                if not plan.times:
                    self._planned.remove(plan)
                self.happened.append((method, plan.fault))
                return plan.fault
        for plan in self._chances:
            if plan.hits(method) and self._dice.random() < plan.probability:
                self.happened.append((method, plan.fault))
                return plan.fault
        return None


def _small(methods: Collection[str]) -> frozenset[str]:
    return frozenset(method.lower() for method in methods)
