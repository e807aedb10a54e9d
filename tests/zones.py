"""What the zones of the pinned tzdata do, found by looking at the clocks and not at our code."""

from datetime import UTC, datetime
from importlib import resources
from typing import NamedTuple
from zoneinfo import ZoneInfo

NAMES = (resources.files("tzdata") / "zones").read_text("utf-8").split()


class Change(NamedTuple):
    """From the moment ``at`` (seconds since 1970) on, the offset is ``after`` seconds."""

    zone: str
    at: int
    before: int
    after: int


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shown(moment: datetime, zone: str) -> datetime:
    """What the clocks on the wall show: this way round nothing is ambiguous."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def offset(second: int, zone: ZoneInfo) -> int:
    return int(datetime.fromtimestamp(second, zone).utcoffset().total_seconds())


def changes(start: int, end: int, *, alike: bool) -> list[Change]:
    """Every change of every zone's clocks; ``alike`` takes zones with the same changes once."""
    root = resources.files("tzdata") / "zoneinfo"
    files = {root.joinpath(name).read_bytes() if alike else name: name for name in NAMES}
    found = {}
    for name in files.values():
        zone, own = ZoneInfo(name), []
        before = offset(first_second(start), zone)
        for second in range(first_second(start), first_second(end), 86_400):
            after = offset(second + 86_400, zone)
            if after != before:
                low, high = second, second + 86_400
                while high - low > 1:
                    middle = (low + high) // 2
                    low, high = (middle, high) if offset(middle, zone) == before else (low, middle)
                own.append(Change(name, high, before, after))
                before = after
        found[tuple(change[1:] for change in own) if alike else name] = own
    return [change for own in found.values() for change in own]


def first_second(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
