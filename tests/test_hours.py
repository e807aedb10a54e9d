"""Weekly hours: as the clinic writes them, when they hold, and when they hold next."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from bot.content.hours import week_hours
from bot.core.hours import Span, WeekHours

VIENNA = ZoneInfo("Europe/Vienna")
OFFICE = "Mon-Fri 09:00-17:00, Sat 10:00-12:00"

NINE, FIVE = time(9), time(17)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        (OFFICE, [((0, 1, 2, 3, 4), ((NINE, FIVE),)), ((5,), ((time(10), time(12)),))]),
        ("daily 07-22", [(tuple(range(7)), ((time(7), time(22)),))]),
        ("09:00-17:00", [(tuple(range(7)), ((NINE, FIVE),))]),
        ("Mon 9-12, 13-17", [((0,), ((NINE, time(12)), (time(13), FIVE)))]),
        ("Mon,Wed 9-17", [((0,), ((NINE, FIVE),)), ((2,), ((NINE, FIVE),))]),
        ("Sat-Mon 10-24", [((0,), ((time(10), time(0)),)), ((5, 6), ((time(10), time(0)),))]),
        ("Fri 22-02", [((4,), ((time(22), time(0)),)), ((5,), ((time(0), time(2)),))]),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(text: str, groups: list[object]) -> None:
    assert list(week_hours(text).groups()) == groups


@pytest.mark.parametrize(
    "text", ["", "Monday to Friday", "Mon 9", "Mon 25-26", "Mon 9:75-10", "Xyz 9-10", 17, None]
)
def test_what_cannot_be_read_is_told_with_its_cure(text: object) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        week_hours(text)
    assert "24/7" in (refused.value.context or {})["cure"]


@pytest.mark.parametrize(
    ("local", "holds", "next_open"),
    [
        ("2026-03-02T08:59", False, "2026-03-02T09:00"),
        ("2026-03-02T09:00", True, "2026-03-02T09:00"),
        ("2026-03-02T17:00", False, "2026-03-03T09:00"),
        ("2026-03-06T18:00", False, "2026-03-07T10:00"),
        ("2026-03-07T12:30", False, "2026-03-09T09:00"),
        ("2026-03-28T13:00", False, "2026-03-30T09:00"),  # the clocks go forward in between
    ],
)
def test_they_hold_from_opening_to_closing(local: str, holds: bool, next_open: str) -> None:
    hours, here = week_hours(OFFICE), datetime.fromisoformat(local).replace(tzinfo=VIENNA)
    assert hours.hold_at(here) is holds
    assert hours.next_open(here, "Europe/Vienna") == datetime.fromisoformat(next_open).replace(tzinfo=VIENNA)


def test_who_always_reads_is_always_there_and_who_never_does_never() -> None:
    now = datetime(2026, 3, 2, 3, tzinfo=VIENNA)
    assert WeekHours(always=True).next_open(now, "Europe/Vienna") == now
    assert not WeekHours().hold_at(now)
    assert WeekHours().next_open(now, "Europe/Vienna") is None
    assert list(WeekHours(always=True).groups()) == []


MIDNIGHT = datetime(2024, 1, 1, tzinfo=VIENNA)
SPANS = st.builds(
    Span, st.integers(0, 6), st.times().map(lambda at: at.replace(microsecond=0)), st.just(time(0))
)


@given(
    st.lists(SPANS, min_size=1, max_size=5).map(tuple),
    st.integers(0, 6 * 365 * 24 * 60).map(lambda minutes: MIDNIGHT + timedelta(minutes=minutes)),
)
def test_they_hold_when_they_hold_next_and_not_before(spans: tuple[Span, ...], here: datetime) -> None:
    hours = WeekHours(spans)
    opens = hours.next_open(here, "Europe/Vienna")
    assert opens is not None
    assert timedelta() <= opens - here <= timedelta(days=8)
    if not hours.hold_at(here):
        assert not hours.hold_at((opens - timedelta(seconds=1)).astimezone(VIENNA))
