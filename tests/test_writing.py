"""Clients can write in their own words only while it is shown that somebody answers alerts."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, select

from bot.service import calling, writing
from bot.service.house import House
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import alerts as alert_rows
from bot.storage.schema import notes
from tests.alarm_room import DEPUTY, DESK, HEAD, Clinic, answering
from tests.cards import ADA, CHECK_IN


@pytest.fixture
def house(keyring: Keyring) -> House:
    return answering(keyring)


def undrilled(tx: Connection, house: House) -> Clinic:
    room = Clinic(tx, house)
    tx.execute(delete(alert_rows))
    return room


def writes_in_a_check_in(room: Clinic) -> int:
    """How many notes are kept then."""
    room.writes(ADA, "/checkin")
    room.writes(ADA, "It was a good week")
    return len(room.tx.execute(select(notes)).all())


async def test_before_the_first_drill_nothing_is_kept_and_that_is_said(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        room = undrilled(tx, house)
        assert not writing.may_write(tx, house)
        assert writes_in_a_check_in(room) == 0
        assert "not saved" in room.shown(ADA)

    await database.write(story)


async def test_a_drill_that_somebody_has_in_time_switches_them_on_and_says_so(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        room = undrilled(tx, house)
        drilled(room)
        assert not writing.may_write(tx, house), "not before somebody has it"
        room.wait(room.now + timedelta(minutes=29))
        room.taps(DESK, "-have")
        assert writing.may_write(tx, house)
        assert "can write in their own words" in room.shown(HEAD)
        assert "free words on" in room.done()
        assert writes_in_a_check_in(room) == 1

    await database.write(story)


async def test_a_drill_that_nobody_has_in_time_switches_them_off_until_one_is(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        room = Clinic(tx, house)
        assert writing.may_write(tx, house)
        drilled(room)
        assert writing.may_write(tx, house), "it is still waited for"
        room.wait(room.now + timedelta(minutes=31))
        assert not writing.may_write(tx, house)
        assert "writing in their own words is off" in room.shown(HEAD)
        assert writes_in_a_check_in(room) == 0
        room.taps(DEPUTY, "-have")
        assert not writing.may_write(tx, house), "the deputy had it too late"
        drilled(room)
        room.taps(DESK, "-have")
        assert writing.may_write(tx, house)

    await database.write(story)


async def test_a_real_alert_says_nothing_about_drills(database: Database, house: House) -> None:
    def story(tx: Connection) -> None:
        room = Clinic(tx, house)
        room.writes(ADA, "/help")
        room.taps(ADA, "-tell")
        room.wait(CHECK_IN)
        assert writing.may_write(tx, house)

    await database.write(story)


def drilled(room: Clinic) -> None:
    assert calling.drill(room.tx, room.house, room.now) is not None
    room.wait(room.now)
