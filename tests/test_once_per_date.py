"""The whole loop from timer to timer, where clocks do odd things: every local date has exactly one
check-in, and none is delivered in quiet hours."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Connection, select

from bot.core.schedule import DAY, quiet
from bot.demo.due import next_moment
from bot.service import work
from bot.service.house import House
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import check_ins
from tests.house import Met, Phones, furnished, meet, seat_therapist
from tests.zones import shown, utc

# All in the past, where a newer tzdata cannot change them.
CHANGES = [
    ("America/Santiago", "2024-04-07 03:00"),  # two midnights
    ("America/Santiago", "2024-09-08 04:00"),  # none
    ("America/Havana", "2024-03-10 05:00"),  # none
    ("America/Havana", "2024-11-03 05:00"),  # the hour after midnight, twice
    ("Africa/Cairo", "2024-04-25 22:00"),  # a Friday that begins at one
    ("Africa/Cairo", "2024-10-31 21:00"),
    ("Australia/Lord_Howe", "2024-04-06 15:00"),  # half an hour
    ("Australia/Lord_Howe", "2024-10-05 15:30"),
    ("Pacific/Apia", "2011-12-30 10:00"),  # a date that never was
    ("Africa/Casablanca", "2024-03-10 02:00"),  # Ramadan turns it round
    ("Africa/Casablanca", "2024-04-14 02:00"),
    ("Europe/Vienna", "2024-03-31 01:00"),
    ("Europe/Vienna", "2024-10-27 01:00"),
]
NEVER = "2011-12-30"  # in Samoa
TIMES = (time(0, 15), time(2, 15), time(7, 30), time(20, 50))  # the third waits for the morning


def live(tx: Connection, house: House, zone: str, start: datetime, end: datetime) -> tuple[list[Met], Phones]:
    """Go from moment to moment, as the loops do, with four clients who are asked every day."""
    therapist = seat_therapist(tx, house.keyring, 1)
    met = [
        meet(
            tx,
            house,
            therapist,
            10 + n,
            start,
            zone=zone,
            check_ins=tuple((day, at) for day in range(7)),
            session=(3, time(20, 15)),
        )
        for n, at in enumerate(TIMES)
    ]
    phones, now = Phones(), start
    while True:
        now = max(now, next_moment(tx, now) or end)
        if now >= end:
            return met, phones
        while work.take_timers(tx, house, now):
            pass
        phones.deliver(tx, house, now)


def check(tx: Connection, house: House, zone: str, start: datetime, end: datetime) -> None:
    met, phones = live(tx, house, zone, start, end)
    for at, one in zip(TIMES, met, strict=True):
        found = tx.execute(
            select(check_ins.c.local_date, check_ins.c.due_at, check_ins.c.reason)
            .where(check_ins.c.client_id == one.client)
            .order_by(check_ins.c.id)
        ).all()
        dates = [date.fromisoformat(row.local_date) for row in found]
        assert len(dates) >= (end - start).days - 1
        assert all(after - before == DAY for before, after in pairwise(dates)), "each date once, in order"
        for row, day in zip(found, dates, strict=True):
            if row.local_date != NEVER:
                moved = shown(row.due_at, zone) - datetime.combine(day, at)
                assert timedelta() <= moved <= timedelta(hours=1)
        # The date that never was shares its moment with the next one, which takes its place at once.
        reasons = {row.reason for row in found[:-1] if row.local_date != NEVER}
        assert reasons == ({"late"} if at < time(6) else {"unanswered"}), "at night there is no way in time"
    clinic = house.clinic
    rung = [one for one in phones.arrived if one.letter.kind.unprompted]
    assert len(rung) >= 2 * ((end - start).days - 1)
    assert not any(quiet(one.at, clinic.quiet_from, clinic.quiet_to, zone) for one in rung)
    assert any(shown(one.at, zone).time() == clinic.quiet_to for one in rung)


@pytest.mark.parametrize(("zone", "change"), CHANGES)
async def test_around_a_change_of_the_clocks_each_date_has_one_check_in_and_none_comes_at_night(
    database: Database, keyring: Keyring, zone: str, change: str
) -> None:
    middle = utc(change)
    await database.write(check, furnished(keyring), zone, middle - 5 * DAY, middle + 5 * DAY)


async def test_what_waits_for_the_morning_is_not_sent_when_the_session_comes_first(
    database: Database, keyring: Keyring
) -> None:
    house, phones = furnished(keyring), Phones()
    due, session, eight = (utc(f"2026-03-05 {at}") for at in ("06:30", "06:45", "07:00"))

    def morning(tx: Connection) -> tuple[str, str]:
        therapist = seat_therapist(tx, keyring, 1)
        quick = ((3, time(7, 30)),)
        meet(tx, house, therapist, 2, due - DAY, check_ins=quick, session=(3, time(7, 45)))
        for now in (due, session, eight):
            work.take_timers(tx, house, now)
            phones.deliver(tx, house, now)
        return tuple(tx.execute(select(check_ins.c.state, check_ins.c.reason)).one())

    assert await database.write(morning) == ("skipped", "late")
    assert [one.parcel.chat_id for one in phones.arrived] == [1], "only the summary arrives"


async def test_of_two_that_wait_for_the_morning_only_the_later_rings(
    database: Database, keyring: Keyring
) -> None:
    house, phones = furnished(keyring), Phones()
    first, second, eight = (utc(f"2026-03-02 {at}") for at in ("06:10", "06:30", "07:00"))

    def morning(tx: Connection) -> list[str]:
        both = ((0, time(7, 10)), (0, time(7, 30)))
        meet(tx, house, seat_therapist(tx, keyring, 1), 2, first - DAY, check_ins=both)
        for now in (first, second, eight):
            work.take_timers(tx, house, now)
            phones.deliver(tx, house, now)
        return list(tx.execute(select(check_ins.c.reason).order_by(check_ins.c.due_at)).scalars())

    assert await database.write(morning) == ["late", ""]
    assert [one.at for one in phones.arrived] == [eight]


@pytest.mark.soak
@pytest.mark.parametrize(("zone", "year"), sorted({(zone, change[:4]) for zone, change in CHANGES}))
async def test_the_same_all_year_round(database: Database, keyring: Keyring, zone: str, year: str) -> None:
    await database.write(check, furnished(keyring), zone, utc(f"{year}-01-01"), utc(f"{int(year) + 1}-01-03"))
