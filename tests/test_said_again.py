"""Every ninety days it is said once more, with a check-in, what this is and what it is not."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.service.house import House
from bot.service.timetable import is_time_to_say
from bot.storage.database import Database
from bot.storage.keys import Keyring
from tests.cards import ADA, CHECK_IN, MONDAY, Room
from tests.house import furnished

SAID = "As a reminder"


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_it_stands_on_one_cover_in_ninety_days(database: Database, house: House) -> None:
    def story(tx: Connection) -> None:
        room = Room(tx, house)
        covers = []
        for week in range(27):
            room.wait(CHECK_IN + timedelta(weeks=week))
            number, _ = room.phones.newest(ADA) or (0, [])
            covers.append(str(room.phones.cards[ADA][number]["text"]))
        said = [week for week, cover in enumerate(covers) if SAID in cover]
        assert said == [13, 26], "ninety days after they agreed, and ninety later"

    await database.write(story)


@pytest.mark.parametrize(
    ("last", "due", "said"),
    [
        (None, 3, False),
        (80, 87, False),
        (87, 94, True),
        (94, 101, False),
        (87, 200, True),  # after a long break once, not twice
        (176, 183, True),
        (None, 95, True),
        (-7, 1, False),  # they have just agreed again
    ],
)
def test_once_in_each_ninety_days_and_after_a_break(last: int | None, due: int, said: bool) -> None:
    def day(number: int) -> datetime:
        return MONDAY + timedelta(days=number)

    assert is_time_to_say(MONDAY, None if last is None else day(last), day(due)) is said
