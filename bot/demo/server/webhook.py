"""The other way to the bot: each update is posted to its address until it says 2xx.

One after the other within a lane (a chat's messages, a person's presses), so lanes can overtake
each other. A failed one is tried again at once, then after 2, 4, 8 … seconds, at most 60 to 120.
"""

import asyncio
import json
import random
import re
from collections import defaultdict, deque
from datetime import datetime
from typing import TYPE_CHECKING, Final

import aiohttp
from yarl import URL

from bot.demo.server.things import Json, bad
from bot.demo.server.waiting import Waiting

if TYPE_CHECKING:  # the memory is this file's owner
    from bot.demo.server.memory import Memory

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name only
SECRET_MAX: Final = 256
RESEND_MAX: Final = 60.0
RETRY_AFTER_MAX: Final = 3600.0
ANSWER_WITHIN: Final = 60.0

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


class Webhook:
    def __init__(self, memory: "Memory") -> None:
        self.url = ""
        self.secret = ""
        self.max_connections = 0
        self.last_error: tuple[datetime, str] | None = None
        self._memory = memory
        self._sending: asyncio.Task[None] | None = None
        self._under_way: set[int] = set()
        self._dice = random.Random(0)  # noqa: S311  # only spreads the retries

    def is_set(self, url: str, secret: str, max_connections: int) -> bool:
        return (self.url, self.secret, self.max_connections) == (url, secret, max_connections)

    def set(self, url: str, secret: str, max_connections: int) -> None:
        """Begin to send there, or refuse as Telegram would. (Unlike Telegram's, http:// will do.)"""
        address = URL(url)
        if address.scheme not in ("http", "https") or not address.host:
            raise bad("invalid webhook URL specified")
        if len(secret) > SECRET_MAX:
            raise bad("secret token is too long")
        if not _SECRET.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        self.delete()
        self.url, self.secret, self.max_connections = url, secret, max_connections
        self._sending = asyncio.create_task(self._send_all())

    def delete(self) -> None:
        self.url = self.secret = ""
        self.max_connections = 0
        self.last_error = None
        self._under_way.clear()
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None

    async def close(self) -> None:
        sending = self._sending
        self.delete()
        if sending is not None:
            await asyncio.gather(sending, return_exceptions=True)

    def info(self) -> Json:
        """As getWebhookInfo tells it."""
        updates = self._memory.updates
        info: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": updates.count(self._memory.now()),
        }
        if self.last_error is not None:
            at, words = self.last_error
            info |= {"last_error_date": int(at.timestamp()), "last_error_message": words}
        if self.url:
            info |= {"max_connections": self.max_connections, "ip_address": "127.0.0.1"}
        if updates.allowed is not None:
            info["allowed_updates"] = sorted(updates.allowed)
        return info

    async def _send_all(self) -> None:
        """A worker for each lane that has something to send."""
        memory, updates = self._memory, self._memory.updates
        lanes: defaultdict[str, deque[Waiting]] = defaultdict(deque)
        slots = asyncio.Semaphore(self.max_connections)

        async def work(lane: str, session: aiohttp.ClientSession) -> None:
            while lanes[lane]:
                waiting = lanes[lane][0]
                await self._deliver(waiting, session, slots)
                lanes[lane].popleft()
                updates.forget(waiting)
                self._under_way.discard(waiting.update_id)
            del lanes[lane]

        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as workers:
            while True:
                updates.arrived.clear()
                repeats = updates.take_repeats()
                fresh = [
                    waiting
                    for waiting in updates.peek(-1, memory.now())
                    if waiting.update_id not in self._under_way
                ]
                self._under_way |= {waiting.update_id for waiting in fresh}
                for waiting in fresh + repeats:
                    idle = not lanes[waiting.lane]
                    lanes[waiting.lane].append(waiting)
                    if idle:
                        workers.create_task(work(waiting.lane, session))
                await updates.arrived.wait()

    async def _deliver(
        self, waiting: Waiting, session: aiohttp.ClientSession, slots: asyncio.Semaphore
    ) -> None:
        """Until it is taken or its time is over."""
        failures = 0
        while self._memory.now() < waiting.expires_at:
            async with slots:
                rest = await self._post(waiting, session)
            if rest is None:
                return
            if rest == 0:
                rest = resend_in(failures, self._dice.uniform(RESEND_MAX, 2 * RESEND_MAX))
            failures += 1
            await asyncio.sleep(self._memory.real(rest))

    async def _post(self, waiting: Waiting, session: aiohttp.ClientSession) -> float | None:
        """None if it was taken, otherwise the seconds that the bot asks us to wait, or 0."""
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers[SECRET_HEADER] = self.secret
        body = json.dumps({"update_id": waiting.update_id} | waiting.body).encode()
        try:
            async with session.post(
                self.url,
                data=body,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN),
            ) as response:
                await response.read()
                if 200 <= response.status <= 299:
                    return None
                words = f"Wrong response from the webhook: {response.status} {response.reason}"
                asked = response.headers.get("Retry-After", "")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            words, asked = f"Connection failed: {type(error).__name__}", ""
        self.last_error = (self._memory.now(), words)
        return min(float(asked), RETRY_AFTER_MAX) if asked.isdecimal() else 0.0


def resend_in(failures: int, most: float) -> float:
    """Seconds until the next try, when so many tries had failed before this one."""
    return 0.0 if failures == 0 else min(most, 2.0 ** min(failures, 10))
