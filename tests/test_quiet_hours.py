"""Quiet hours as the client's clocks show them, over midnight and through every change."""

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.schedule import quiet, quiet_until
from tests.zones import NAMES, changes, first_second, shown, utc

TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("hours", "zone", "now", "until"),
    [
        ("21:00-08:00", "Europe/Berlin", "2025-01-01 19:59:59.999999", None),
        ("21:00-08:00", "Europe/Berlin", "2025-01-01 20:00", "2025-01-02 07:00"),
        ("21:00-08:00", "Europe/Berlin", "2025-01-02 06:59:59.999999", "2025-01-02 07:00"),
        ("21:00-08:00", "Europe/Berlin", "2025-01-02 07:00", None),
        ("21:00-08:00", "Europe/Berlin", "2025-03-29 22:00", "2025-03-30 06:00"),  # a short night
        ("21:00-08:00", "Europe/Berlin", "2025-10-25 22:00", "2025-10-26 07:00"),  # a long one
        ("12:00-14:00", "Europe/Berlin", "2025-01-01 12:30", "2025-01-01 13:00"),
        ("12:00-14:00", "Europe/Berlin", "2025-01-01 11:00", "2025-01-01 13:00"),
        ("12:00-14:00", "Europe/Berlin", "2025-01-01 13:00", None),
        ("00:00-00:00", "Europe/Berlin", "2025-01-01 23:00", None),  # equal times: never quiet
        ("08:00-08:00", "Europe/Berlin", "2025-01-01 23:00", None),
        ("21:00-02:30", "Europe/Berlin", "2025-03-29 22:00", "2025-03-30 01:00"),  # 02:30 is left out
        ("03:15-02:30", "Europe/Berlin", "2025-03-29 22:00", "2025-03-30 01:00"),  # a rest of 15 minutes
        ("03:00-02:00", "Europe/Berlin", "2025-03-29 22:00", "2025-03-31 00:00"),  # no rest in that night
        ("21:00-02:30", "Europe/Berlin", "2025-10-25 22:00", "2025-10-26 00:30"),  # 02:30 the first time
        ("21:00-02:30", "Europe/Berlin", "2025-10-26 01:10", "2025-10-26 01:30"),  # and the second
        ("02:30-08:00", "Europe/Berlin", "2025-10-26 00:45", "2025-10-26 01:00"),  # back before it began
        ("21:00-00:00", "America/Santiago", "2025-09-07 03:00", "2025-09-07 04:00"),  # no midnight
        ("21:00-09:00", "Pacific/Apia", "2011-12-30 08:00", "2011-12-30 19:00"),  # a date left out
    ],
)
def test_quiet_hours(hours, zone, now, until):
    quiet_from, quiet_to = (time.fromisoformat(text) for text in hours.split("-"))
    assert quiet_until(utc(now), quiet_from, quiet_to, zone) == (until and utc(until))
    assert quiet(utc(now), quiet_from, quiet_to, zone) == (until is not None)


def test_a_moment_given_in_the_clients_own_repeated_hour_is_understood():
    berlin = ZoneInfo("Europe/Berlin")
    second = utc("2025-10-26 01:30").astimezone(berlin)
    assert quiet_until(second, time(12), time(14), "Europe/Berlin") is None
    assert quiet_until(second, time(21), time(8), "Europe/Berlin") == utc("2025-10-26 07:00")


def test_no_message_in_quiet_hours_in_10_000_random_cases_half_of_them_at_a_change():
    dice = random.Random(1)
    found = changes(2024, 2038, alike=True)
    held = 0
    for number in range(10_000):
        if number % 2:
            change = dice.choice(found)
            zone, middle, spread = change.zone, change.at, 26 * 3600
        else:
            zone, middle, spread = dice.choice(NAMES), first_second(2031), 7 * 365 * 86_400
        now = datetime.fromtimestamp(middle + dice.randrange(-spread, spread), UTC)
        quiet_from, quiet_to = (time(dice.randrange(24), dice.choice((0, 15, 30, 45))) for _ in range(2))
        until = quiet_until(now, quiet_from, quiet_to, zone)
        case = (zone, now, quiet_from, quiet_to, until)
        assert is_quiet(shown(now, zone).time(), quiet_from, quiet_to) == (until is not None), case
        if until is None:
            continue
        held += 1
        assert until > now, case
        assert until - now < timedelta(hours=49), case
        assert not quiet(until, quiet_from, quiet_to, zone), case
        assert not is_quiet(shown(until, zone).time(), quiet_from, quiet_to), case
        assert quiet(until - TICK, quiet_from, quiet_to, zone), case
        for _ in range(20):  # the very first moment: everything between is quiet
            between = now + (until - now) * dice.random()
            assert quiet(min(between, until - TICK), quiet_from, quiet_to, zone), case
    assert held > 3_000


def is_quiet(now: time, quiet_from: time, quiet_to: time) -> bool:
    """The same said otherwise: walking round the dial from now, the end comes before the start."""
    if quiet_from == quiet_to:
        return False
    minutes = [moment.hour * 60 + moment.minute for moment in (now, quiet_from, quiet_to)]
    return (minutes[2] - minutes[0] - 1) % 1440 < (minutes[1] - minutes[0] - 1) % 1440
