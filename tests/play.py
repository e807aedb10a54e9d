"""A therapist, clients and strangers at their phones, one act at a time, on a real database."""

from datetime import UTC, datetime, time
from itertools import count
from typing import Any

from sqlalchemy import Connection

from bot.core.model import Band, PairingId
from bot.core.schedule import Weekly
from bot.service import work
from bot.storage import invitations, people, schedules
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.people import PairingState
from tests.house import VIENNA, Met, Phones, furnished, meet, pressed, seat_therapist, wrote

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
LINDE, ADA, OTHER = 100, 201, 301
INVITED: dict[str, Any] = {
    "alias": "Mila", "band": Band.B13, "language": "en", "zone": VIENNA, "prompt_set": "starter"
}  # fmt: skip


class Play:
    """Acts, and what is heard. ``now`` is when."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self.database, self.house, self.phones = database, furnished(keyring), Phones()
        self.now = NOW
        self._numbers = count(1)

    async def write(self, chat: int, text: str, now: datetime | None = None) -> str:
        """The newest text in this chat afterwards."""
        update = wrote(next(self._numbers), chat, text)
        await self.database.write(work.take_updates, self.house, [update], now or self.now)
        return await self.heard(chat, now)

    async def tap(self, chat: int, *choices: str) -> str:
        """One button after the other, each on the newest card; what the chat shows then."""
        text = ""
        for choice in choices:
            number, data = self.phones.newest(chat) or (0, [])
            chosen = next((one for one in data if one.endswith(f":{choice}")), None)
            assert chosen is not None, f"{choice} is not among {data}"
            update = pressed(next(self._numbers), chat, number, chosen)
            await self.database.write(work.take_updates, self.house, [update], self.now)
            text = await self.heard(chat)
        return text

    async def membership(self, chat: int, status: str) -> None:
        """Telegram says that somebody blocked us ("kicked"), or no longer does ("member")."""
        private = {"id": chat, "type": "private"}
        change = {"chat": private, "from": private, "new_chat_member": {"status": status}}
        update = (next(self._numbers), {"my_chat_member": change})
        await self.database.write(work.take_updates, self.house, [update], self.now)
        await self.heard(chat)

    async def until(self, moment: datetime) -> None:
        """All that is due until then, in one go, and what is sent."""
        self.now = moment
        while await self.database.write(work.take_timers, self.house, moment):
            pass
        await self.database.write(self.phones.deliver, self.house, moment)

    async def heard(self, chat: int, now: datetime | None = None) -> str:
        await self.database.write(self.phones.deliver, self.house, now or self.now)
        cards = self.phones.cards[chat]
        return plain(cards[max(cards)]["text"]) if cards else ""

    def shows(self, chat: int) -> list[str]:
        """All that this chat shows, the oldest first."""
        return [plain(body["text"]) for _, body in sorted(self.phones.cards[chat].items())]

    def says(self, message: str, **values: str) -> str:
        return plain(self.house.words("en")(message, **values))

    async def meet(self, chat: int, **more: Any) -> Met:
        """A client of Dr. Linde's, linked."""

        def together(tx: Connection) -> Met:
            there = people.therapist_in(tx, self.house.keyring, LINDE)  # type: ignore[arg-type]
            therapist = seat_therapist(tx, self.house.keyring, LINDE) if there is None else there.id
            return meet(tx, self.house, therapist, chat, self.now, **more)

        return await self.database.write(together)

    async def invited(self, therapist_chat: int = LINDE, **more: Any) -> str:
        """The secret for a client who is invited by a therapist with this chat."""

        def invite(tx: Connection) -> str:
            keyring, draft = self.house.keyring, INVITED | more
            client = people.add_client(tx, keyring, **draft)
            schedules.add(tx, client, Weekly(0, time(17), VIENNA), self.now)
            therapist = seat_therapist(tx, keyring, therapist_chat)
            pairing = people.pair(tx, therapist, client, Weekly(3, time(14), VIENNA), self.now)
            return invitations.make(tx, therapist, pairing, self.now)

        return await self.database.write(invite)

    async def pairing(self) -> PairingState:
        return (await self.database.write(people.pairing, PairingId(1))).state


def plain(text: str) -> str:
    """Without the marks that only say in which direction to read."""
    return text.translate(dict.fromkeys((*range(0x2066, 0x206A), 0x200F)))
