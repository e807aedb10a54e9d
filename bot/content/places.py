"""What people call the places they live in, and the time zone of each."""

from collections.abc import Iterable
from typing import Final
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

from bot.core.caseload import place_name

# Legacy names that mean no place, or a place by another's name.
_NO_PLACE: Final = ("Etc/", "SystemV/", "US/", "posix/", "right/")


def zones_by_name(languages: Iterable[str]) -> dict[str, str]:
    """Time zones by IANA name, by city and by country, in English and in these languages.

    A country is there only if it has a single zone. Names are spelled as ``place_name`` does.
    """
    known = available_timezones()
    zones = sorted(zone for zone in known if "/" in zone and not zone.startswith(_NO_PLACE))
    found = {place_name(zone): zone for zone in zones}
    for zone in zones:
        found.setdefault(place_name(zone.rpartition("/")[2]), zone)
    territories: dict[str, list[str]] = {}
    for zone, territory in get_global("zone_territories").items():
        territories.setdefault(territory, []).append(zone)
    for language in dict.fromkeys(("en", *languages)):
        locale = Locale.parse(language)
        for zone, names in locale.time_zones.items():
            if zone in known and "city" in names:
                found.setdefault(place_name(names["city"]), zone)
        for territory, in_it in territories.items():
            if len(in_it) == 1 and in_it[0] in known and territory in locale.territories:
                found.setdefault(place_name(locale.territories[territory]), in_it[0])
    return found
