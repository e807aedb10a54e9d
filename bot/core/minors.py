"""Whether a guardian is needed: to lend an account, and to consent. As far as the age band can tell.

Of a client a band is known and no date of birth. Where a limit falls inside the band the therapist is asked.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.model import Band


class Need(StrEnum):
    """Whether a guardian is needed."""

    ALWAYS = "always"
    NEVER = "never"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class MinorRules:
    """``account``: the Telegram account is a guardian's. ``consent``: a guardian consents first."""

    account: Need
    consent: Need


def rules(band: Band, *, own_account_from: int, guardian_consent_under: int) -> MinorRules:
    """Both limits are ages in years; whoever has reached one needs no guardian for it."""
    return MinorRules(_need_under(own_account_from, band), _need_under(guardian_consent_under, band))


def _need_under(limit: int, band: Band) -> Need:
    if band.oldest < limit:
        return Need.ALWAYS
    return Need.NEVER if band.youngest >= limit else Need.ASK
