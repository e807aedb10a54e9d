"""Right time: one occurrence per local date, in every zone, through every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.schedule import (
    DAY,
    GRACE,
    Occurrence,
    Weekly,
    first,
    following,
    instant,
    late,
    same_hour,
)
from tests.zones import NAMES, Change, changes, shown, utc

QUARTER = timedelta(minutes=15)
TICK = timedelta(microseconds=1)


def expected(wall: datetime, change: Change) -> datetime:
    """By the law itself: the first moment that shows ``wall``, else ``wall`` moved by the gap."""
    second = int(wall.replace(tzinfo=UTC).timestamp())
    is_before = second - change.before < change.at
    is_after = second - change.after >= change.at
    use_after = is_after and not is_before
    return datetime.fromtimestamp(second - (change.after if use_after else change.before), UTC)


def check_around(change: Change, around: timedelta) -> int:
    """Each quarter hour around a change as the time of a rule: how many cases were right."""
    # Quarter hours of the wall clock, where the clocks stood before and where they stand after.
    low, high = sorted((change.before, change.after))
    start = datetime.fromtimestamp(change.at + low, UTC).replace(tzinfo=None) - around
    end = datetime.fromtimestamp(change.at + high, UTC).replace(tzinfo=None) + around
    wall = start.replace(minute=start.minute // 15 * 15, second=0)
    cases = 0
    while wall <= end:
        rule = Weekly(wall.weekday(), wall.time(), change.zone)
        due_at = expected(wall, change)
        meant = Occurrence(wall.date(), due_at)
        earlier = first(rule, due_at - timedelta(days=9))
        assert earlier.local_date == wall.date() - timedelta(weeks=1), (change, wall)
        assert following(rule, earlier.local_date) == meant, (change, wall)
        assert first(rule, earlier.due_at) == meant, (change, wall)
        assert first(rule, due_at - TICK) == meant, (change, wall)
        later = first(rule, due_at)
        assert later.local_date == wall.date() + timedelta(weeks=1), (change, wall)
        assert following(rule, meant.local_date) == later, (change, wall)
        assert earlier.due_at < due_at < later.due_at, (change, wall)
        # A rule for every day of the week does not repeat, skip or swap dates either.
        days = [instant(wall.date() + days * DAY, wall.time(), change.zone) for days in range(-2, 3)]
        assert all(one < other for one, other in pairwise(days)), (change, wall)
        wall += QUARTER
        cases += 1
    return cases


def test_every_zone_and_every_change_until_2037_gives_one_occurrence_per_local_date():
    found = changes(2024, 2038, alike=True)
    assert len(found) > 500
    assert sum(check_around(change, timedelta(hours=6)) for change in found) > 25_000


@pytest.mark.soak
def test_the_same_for_every_name_of_every_zone_and_a_day_around():
    found = changes(2024, 2038, alike=False)
    assert sum(check_around(change, timedelta(days=1)) for change in found) > 1_000_000


@pytest.mark.soak
def test_the_same_for_every_change_in_living_memory():
    for change in changes(1930, 2024, alike=True):
        if abs(change.after - change.before) < 20 * 3600:  # a date left out whole is told below
            check_around(change, timedelta(hours=3))


@pytest.mark.parametrize(
    ("zone", "at", "after", "due"),
    [
        ("Europe/Berlin", "09:00", "2025-03-03 07:00", "2025-03-03 08:00"),
        ("Europe/Berlin", "09:00", "2025-03-03 08:00", "2025-03-04 08:00"),
        ("Europe/Berlin", "09:00", "2025-03-29 09:00", "2025-03-30 07:00"),  # clocks went forward at night
        ("Europe/Berlin", "02:30", "2025-03-29 12:00", "2025-03-30 01:30"),  # 02:30 is left out: 03:30
        ("Europe/Berlin", "02:30", "2025-10-25 12:00", "2025-10-26 00:30"),  # 02:30 comes twice: the first
        ("Europe/Berlin", "02:30", "2025-10-26 00:30", "2025-10-27 01:30"),  # and not again
        ("America/Santiago", "00:00", "2025-09-06 12:00", "2025-09-07 04:00"),  # midnight is left out: 01:00
        ("America/Santiago", "00:30", "2025-09-06 12:00", "2025-09-07 04:30"),
        ("America/Santiago", "23:30", "2025-04-05 12:00", "2025-04-06 02:30"),  # the last half hour, twice
        ("America/Santiago", "23:30", "2025-04-06 02:30", "2025-04-07 03:30"),
        ("America/Havana", "00:15", "2025-03-08 12:00", "2025-03-09 05:15"),
        ("America/Havana", "00:30", "2025-11-01 12:00", "2025-11-02 04:30"),
        ("America/Havana", "00:30", "2025-11-02 04:30", "2025-11-03 05:30"),
        ("Africa/Cairo", "00:00", "2025-04-24 12:00", "2025-04-24 22:00"),
        ("Africa/Cairo", "23:30", "2025-10-30 12:00", "2025-10-30 20:30"),
        ("Africa/Cairo", "23:30", "2025-10-30 20:30", "2025-10-31 21:30"),
        ("America/Nuuk", "23:30", "2025-03-29 12:00", "2025-03-30 01:30"),  # moved into the next local date
        ("America/Nuuk", "23:30", "2025-03-30 01:10", "2025-03-30 01:30"),  # where it is still to come
        ("Australia/Lord_Howe", "02:15", "2025-10-04 12:00", "2025-10-04 15:45"),  # half an hour: 02:45
        ("Australia/Lord_Howe", "01:45", "2025-04-05 12:00", "2025-04-05 14:45"),
        ("Europe/Dublin", "01:30", "2025-03-29 12:00", "2025-03-30 01:30"),  # "summer" is standard time here
        ("Europe/Dublin", "01:30", "2025-10-25 12:00", "2025-10-26 00:30"),
        ("Africa/Casablanca", "02:30", "2025-02-22 12:00", "2025-02-23 01:30"),  # Ramadan turns it round
        ("America/New_York", "21:00", "2025-03-08 22:00", "2025-03-09 02:00"),  # 9 pm stays 9 pm
        ("America/New_York", "21:00", "2025-03-09 02:00", "2025-03-10 01:00"),
        ("Pacific/Apia", "09:00", "2011-12-29 19:00", "2011-12-30 19:00"),  # 30 December never was
        ("UTC", "00:00", "2024-02-28 00:00", "2024-02-29 00:00"),
    ],
)
def test_a_time_of_every_day_in_places_where_others_fail(zone, at, after, due):
    """As seven weekly rules. The examples lie in the past, where a newer tzdata cannot change them."""
    rules = [Weekly(weekday, time.fromisoformat(at), zone) for weekday in range(7)]
    assert min(first(rule, utc(after)).due_at for rule in rules) == utc(due)


def test_a_date_left_out_whole_is_kept_as_an_occurrence_a_day_later():
    """Nobody in Samoa had a 30 December 2011, nobody on Kwajalein a 21 August 1993."""
    nine = time(9)
    samoa = first(Weekly(4, nine, "Pacific/Apia"), utc("2011-12-27 00:00"))
    assert samoa == Occurrence(date(2011, 12, 30), instant(date(2011, 12, 31), nine, "Pacific/Apia"))
    assert first(Weekly(4, nine, "Pacific/Apia"), samoa.due_at - TICK) == samoa
    assert first(Weekly(4, nine, "Pacific/Apia"), samoa.due_at).local_date == date(2012, 1, 6)
    kwajalein = first(Weekly(5, nine, "Pacific/Kwajalein"), utc("1993-08-18 00:00"))
    assert kwajalein == Occurrence(date(1993, 8, 21), utc("1993-08-21 21:00"))
    assert shown(kwajalein.due_at, "Pacific/Kwajalein") == datetime.fromisoformat("1993-08-22 09:00")


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("1947-03-16", "1947-03-16 02:30"),
        ("1947-04-13", "1947-04-13 01:30"),
        ("1947-08-10", "1947-08-10 00:30"),
        ("1947-11-02", "1947-11-02 01:30"),
    ],
)
def test_clocks_that_go_forward_twice_and_back_twice_in_a_year_do_not_confuse_us(day, due):
    """London had double summer time in 1947."""
    assert instant(date.fromisoformat(day), time(2, 30), "Europe/London") == utc(due)


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Pacific/Chatham"]
)
@pytest.mark.parametrize("at", ["00:00", "01:45", "02:30", "02:45", "23:45"])
def test_a_clock_that_ticks_for_two_years_meets_every_local_date_once_and_in_order(zone, at):
    """What the loops do: when an occurrence is due, it happens and the following one waits."""
    now, end, happened = utc("2024-01-01 00:00"), utc("2026-01-01 00:00"), []
    rules = [Weekly(weekday, time.fromisoformat(at), zone) for weekday in range(7)]
    waiting = {rule: first(rule, now) for rule in rules}
    while now < end:
        for rule, occurrence in waiting.items():
            if occurrence.due_at <= now:
                happened.append(occurrence.local_date)
                waiting[rule] = following(rule, occurrence.local_date)
        now += 12 * QUARTER
    assert happened == [happened[0] + days * DAY for days in range(len(happened))]
    assert happened[0] <= date(2024, 1, 2)
    assert happened[-1] >= date(2025, 12, 30)


def test_after_a_long_absence_the_dates_are_those_that_a_punctual_clock_would_have_met():
    rule = Weekly(6, time(2, 30), "Europe/Berlin")
    dates = [first(rule, utc("2025-01-01 00:00")).local_date]
    while dates[-1] < date(2026, 2, 5):  # 400 days later
        dates.append(following(rule, dates[-1]).local_date)
    assert dates == [date(2025, 1, 5) + weeks * timedelta(weeks=1) for weeks in range(58)]


def test_the_day_of_the_week_is_the_clients():
    rule = Weekly(0, time(0, 30), "Pacific/Auckland")
    assert first(rule, utc("2025-03-01 00:00")) == Occurrence(date(2025, 3, 3), utc("2025-03-02 11:30"))


@pytest.mark.parametrize(
    ("zone", "due_at", "days", "again"),
    [
        ("Europe/Berlin", "2025-03-03 08:00", 1, "2025-03-04 08:00"),
        ("Europe/Berlin", "2025-03-29 08:00", 1, "2025-03-30 07:00"),
        ("Europe/Berlin", "2025-10-25 07:00", 2, "2025-10-27 08:00"),
        ("Europe/Berlin", "2025-03-29 01:30", 1, "2025-03-30 01:30"),  # into the gap
        ("Europe/Berlin", "2025-10-25 00:30", 1, "2025-10-26 00:30"),  # into the repeated hour: once
        ("Europe/Berlin", "2024-10-27 01:30", 364, "2025-10-26 00:30"),  # from its second half too
        ("Europe/Berlin", "2025-03-30 01:30", 1, "2025-03-31 01:30"),  # moved to 03:30, stays at 03:30
        ("America/Havana", "2025-03-08 05:30", 1, "2025-03-09 05:30"),
        ("UTC", "2025-12-31 23:59:59.999999", 0, "2025-12-31 23:59:59.999999"),
    ],
)
def test_days_later_at_the_same_hour(zone, due_at, days, again):
    assert same_hour(utc(due_at), days, zone) == utc(again)


def test_two_hours_are_not_late_and_any_longer_is():
    due_at = utc("2026-03-29 01:00")
    assert not late(due_at, due_at - DAY)
    assert not late(due_at, due_at + GRACE)
    assert late(due_at, due_at + GRACE + TICK)
    assert timedelta(hours=2) == GRACE


zones = st.sampled_from(NAMES)
minutes = st.times().map(lambda at: at.replace(second=0, microsecond=0))
moments = st.datetimes(
    datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2037-12-01"), timezones=st.just(UTC)
)


@given(zones, minutes, st.integers(0, 6), moments)
@example("America/Nuuk", time(23, 30), 5, datetime(2025, 3, 30, 1, 10, tzinfo=UTC))
def test_first_is_after_and_within_eight_days_and_nothing_lies_between(zone, at, weekday, after):
    rule = Weekly(weekday, at, zone)
    found = first(rule, after)
    assert after < found.due_at <= after + timedelta(days=8)
    assert found.local_date.weekday() == weekday
    before = found.local_date - timedelta(weeks=1)
    assert instant(before, at, zone) <= after
    assert following(rule, before) == found
    assert first(rule, found.due_at) == following(rule, found.local_date)


@given(zones, minutes, st.dates(date(2024, 1, 1), date(2037, 12, 1)))
def test_the_clocks_show_the_time_that_was_meant_or_one_just_after_a_gap(zone, at, day):
    wall = shown(instant(day, at, zone), zone)
    meant = datetime.combine(day, at)
    assert meant <= wall <= meant + timedelta(hours=1)
    if wall != meant:
        assert shown(instant(day, at, zone) - (wall - meant), zone) < meant


@given(zones, moments, st.integers(1, 30))
def test_days_later_is_later_and_shows_that_date(zone, due_at, days):
    again = same_hour(due_at, days, zone)
    assert again > due_at
    assert shown(again, zone) - (shown(due_at, zone) + days * DAY) in (
        timedelta(0),
        timedelta(minutes=30),
        timedelta(hours=1),
    )
