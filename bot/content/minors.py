"""From which age people may have a Telegram account of their own, by country, in Telegram's own terms.

The terms for the European Union (telegram.org/tos/eu, read in an archived copy in November 2026) say:
"Users from EU countries must be at least 18 years old to sign up." The general terms before them said
16 for the EU and the United Kingdom; the United Kingdom keeps that. For other countries the terms name
no age, and we take the same 16.
"""

from typing import Final

TERMS: Final = "telegram.org/tos"

_EUROPEAN_UNION: Final = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
# The terms do not name these three. They apply the same laws for services and data, so the safe number is
# the same.
_EUROPEAN_ECONOMIC_AREA: Final = frozenset({"IS", "LI", "NO"})
# Parts of Finland, France and Spain that have letters of their own.
_BELONGING: Final = frozenset({"AX", "GF", "GP", "MF", "MQ", "RE", "YT", "EA", "IC"})

_IN_EUROPE: Final = 18
_ELSEWHERE: Final = 16


def own_account_by_terms(country: str) -> int:
    """The youngest age at which Telegram's terms allow an account in this country (two letters)."""
    if country in _EUROPEAN_UNION | _EUROPEAN_ECONOMIC_AREA | _BELONGING:
        return _IN_EUROPE
    return _ELSEWHERE
