"""Numbers that nobody has called for half a year are brought to mind, once a month, and to nobody else."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.content.hours import week_hours
from bot.core.helplines import Country, Line
from bot.service import reminding
from bot.service.house import House
from bot.storage.database import Database
from bot.storage.keys import Keyring
from tests.alarm_room import DESK, HEAD, Clinic, answering
from tests.cards import ADA, LINDE, MONDAY

CALLED_AGAIN = Line("Fresh", "0800 2", False, week_hours("24/7"), ("en",), False, date(2026, 2, 1))
FORGOTTEN = replace(CALLED_AGAIN, name="Forgotten", number="0800 1", confirmed_on=date(2025, 8, 1))


def told(room: Clinic, house: House, now: datetime) -> list[int]:
    """Whose phone shows something new."""
    before = {chat: dict(cards) for chat, cards in room.phones.cards.items()}
    reminding.of_old_numbers(room.tx, house, now)
    room.phones.deliver(room.tx, house, now)
    return [chat for chat, cards in room.phones.cards.items() if cards != before.get(chat, {})]


async def test_who_looks_after_the_settings_is_reminded_once_a_month(
    database: Database, keyring: Keyring
) -> None:
    plain = answering(keyring)
    house = replace(plain, helplines={"AT": Country("", (CALLED_AGAIN, FORGOTTEN))})

    def story(tx: Connection) -> None:
        room = Clinic(tx, house)
        assert told(room, house, MONDAY) == [HEAD]
        assert "Forgotten" in room.shown(HEAD)
        assert "Fresh" not in room.shown(HEAD)
        assert told(room, house, MONDAY + timedelta(days=29)) == []
        assert told(room, house, MONDAY + timedelta(days=31)) == [HEAD]

    await database.write(story)


async def test_without_old_numbers_nobody_is(database: Database, keyring: Keyring) -> None:
    house = replace(answering(keyring), helplines={"AT": Country("", (CALLED_AGAIN,))})

    def story(tx: Connection) -> None:
        room = Clinic(tx, house)
        assert told(room, house, MONDAY) == []
        assert {DESK, LINDE, ADA}.isdisjoint(told(room, house, MONDAY + timedelta(days=1)))

    await database.write(story)
