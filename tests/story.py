"""A story with everything in it, told transaction by transaction, so that any of them can be broken off."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from bot.service import delivery, running, work
from bot.service.house import House
from bot.storage import timers
from bot.transport.sender import Sent
from tests.house import Phones, pressed, wrote

THERAPIST, CLIENT, OTHER, WRONG, STRANGER, GROUP = 100, 200, 300, 400, 500, -600
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Transact(Protocol):
    """Runs one transaction of the bot; how often it is broken off on the way is its own affair."""

    def __call__(self, work: Callable[..., Any], *args: Any, at: datetime) -> Awaitable[Any]: ...


class Story:
    """Everybody does something once a minute. ``moments`` counts the transactions."""

    def __init__(self, house: House, transact: Transact) -> None:
        self.phones = Phones()
        self._house, self._transact = house, transact
        self._now = MONDAY
        self._update = 0

    async def tell(self) -> None:
        """Two people come together, two do not; a check-in is answered, another is not."""
        await self._meet(CLIENT, "Mila", "-next", "-next", "yes")
        await self._tap(THERAPIST, "yes")
        await self._meet(OTHER, "Noor", "-next", "-next", "no")
        await self._meet(WRONG, "Ada", "-next", "-next", "yes")
        await self._tap(THERAPIST, "no")
        await self._until(MONDAY + timedelta(days=3))
        for choice in ("-open", "not_at_all", "slower", "yes", "mostly", "-back", "skip", "dont_know"):
            await self._tap(CLIENT, choice)
        await self._tap(CLIENT, "mostly")
        note = await self._write(CLIENT, "It was good to talk about school.")
        await self._changed(CLIENT, note, "It was good.")
        await self._write(CLIENT, "/checkin")
        await self._other(CLIENT, photo=[{"file_id": "x"}])
        await self._other(STRANGER, sticker={})
        await self._until(MONDAY + timedelta(days=13))
        await self._write(THERAPIST, "/summary")
        await self._write(STRANGER, "/start not-a-secret")
        for status in ("kicked", "member"):
            await self._membership(CLIENT, "private", status)
        await self._membership(GROUP, "group", "member")

    async def _meet(self, chat: int, alias: str, *choices: str) -> None:
        if not self.phones.cards[THERAPIST]:
            secret = await self._transact(
                running.invite, self._house.keyring, "Dr. Linde", "en", "Europe/Vienna", self._now,
                at=self._now,
            )  # fmt: skip
            await self._write(THERAPIST, f"/start {secret}")
        await self._write(THERAPIST, "/invite")
        await self._write(THERAPIST, alias)
        for choice in ("b18", "en", "-here", "3", "1400", "2", "1700", "-create"):
            await self._tap(THERAPIST, choice)
        link = next(
            a.parcel.body["text"] for a in reversed(self.phones.arrived) if a.parcel.action == "photo"
        )
        await self._write(chat, f"/start {link.partition('start=')[2].split()[0].rstrip(chr(0x2069))}")
        for choice in choices:
            await self._tap(chat, choice)

    async def _tap(self, chat: int, choice: str) -> None:
        """Press the newest button that means this."""
        for number, body in sorted(self.phones.cards[chat].items(), reverse=True):
            for row in body.get("buttons", []):
                for button in row:
                    if button["data"].endswith(f":{choice}"):
                        await self._happened(pressed(self._next(), chat, number, button["data"]))
                        return
        raise AssertionError(f"chat {chat} shows no button that means {choice}")

    async def _write(self, chat: int, text: str) -> int:
        update = self._next()
        await self._happened(wrote(update, chat, text))
        return update

    async def _changed(self, chat: int, message_id: int, text: str) -> None:
        number, update = wrote(self._next(), chat, text, message_id)
        await self._happened((number, {"edited_message": update["message"]}))

    async def _other(self, chat: int, **content: object) -> None:
        await self._happened(wrote(self._next(), chat, "", **content))

    async def _membership(self, chat: int, kind: str, status: str) -> None:
        by = {"id": abs(chat), "is_bot": False, "first_name": "A"}
        change = {"chat": {"id": chat, "type": kind}, "from": by, "new_chat_member": {"status": status}}
        await self._happened((self._next(), {"my_chat_member": change}))

    async def _happened(self, update: tuple[int, dict[str, Any]]) -> None:
        await self._transact(work.take_updates, self._house, [update], self._now, at=self._now)
        await self._deliver()
        self._now += MINUTE

    async def _until(self, end: datetime) -> None:
        """Go from timer to timer."""
        while True:
            due_at = await self._transact(timers.next_due_at, at=self._now)
            if due_at is None or due_at > end:
                self._now = end
                return
            self._now = max(due_at, self._now)
            await self._transact(work.take_timers, self._house, self._now, at=self._now)
            await self._deliver()

    async def _deliver(self) -> None:
        """Half a minute later, so that what failed at first had its second try."""
        finished: Sequence[Any] = []
        now = self._now + MINUTE / 2
        while True:
            letters = await self._transact(delivery.exchange, self._house, finished, now, (), 8, at=now)
            if not letters:
                return
            finished = [(one, Sent(self.phones.show(one, parcel, now))) for one, parcel in letters]

    def _next(self) -> int:
        self._update += 1
        return self._update
