"""Whose account it must be, and whose consent, where only an age band is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.minors import MinorRules, Need, rules
from bot.core.model import Band

ALWAYS, NEVER, ASK = Need.ALWAYS, Need.NEVER, Need.ASK
LEAST_FIRST = (NEVER, ASK, ALWAYS)
BANDS, AGES = st.sampled_from(Band), st.integers(0, 130)


def needs(limit: int) -> tuple[Need, ...]:
    """A guardian's account for each band, from the youngest to the oldest."""
    return tuple(rules(band, own_account_from=limit, guardian_consent_under=0).account for band in Band)


@pytest.mark.parametrize(
    ("limit", "wanted"),
    [
        (0, (NEVER, NEVER, NEVER, NEVER, NEVER)),
        (6, (NEVER, NEVER, NEVER, NEVER, NEVER)),
        (7, (ASK, NEVER, NEVER, NEVER, NEVER)),
        (8, (ASK, NEVER, NEVER, NEVER, NEVER)),
        (9, (ALWAYS, NEVER, NEVER, NEVER, NEVER)),
        (12, (ALWAYS, ASK, NEVER, NEVER, NEVER)),
        (13, (ALWAYS, ALWAYS, NEVER, NEVER, NEVER)),
        (14, (ALWAYS, ALWAYS, ASK, NEVER, NEVER)),
        (16, (ALWAYS, ALWAYS, ASK, NEVER, NEVER)),
        (17, (ALWAYS, ALWAYS, ASK, NEVER, NEVER)),
        (18, (ALWAYS, ALWAYS, ALWAYS, NEVER, NEVER)),
        (21, (ALWAYS, ALWAYS, ALWAYS, ASK, ASK)),
    ],
)
def test_a_guardian_is_needed_below_the_limit_and_the_therapist_asked_where_it_falls_inside(limit, wanted):
    assert needs(limit) == wanted


def test_account_and_consent_follow_their_own_limits():
    assert rules(Band.B13, own_account_from=18, guardian_consent_under=14) == MinorRules(ALWAYS, ASK)
    assert rules(Band.B13, own_account_from=13, guardian_consent_under=18) == MinorRules(NEVER, ALWAYS)


@given(BANDS, AGES, AGES, AGES)
def test_a_higher_limit_never_makes_a_guardian_less_needed(band, low, high, other):
    low, high = sorted((low, high))
    accounts = [rules(band, own_account_from=at, guardian_consent_under=other).account for at in (low, high)]
    consents = [rules(band, own_account_from=other, guardian_consent_under=at).consent for at in (low, high)]
    for less, more in (accounts, consents):
        assert LEAST_FIRST.index(less) <= LEAST_FIRST.index(more)


@given(BANDS, AGES)
def test_what_is_decided_without_asking_is_right_for_every_age_of_the_band(band, limit):
    under = {age < limit for age in range(band.youngest, band.oldest + 1)}
    wanted = ASK if len(under) == 2 else ALWAYS if under == {True} else NEVER
    assert rules(band, own_account_from=limit, guardian_consent_under=limit) == MinorRules(wanted, wanted)


def test_the_bands_of_the_young_follow_each_other_and_an_adult_may_be_asked_as_the_old_are():
    young = (Band.B06, Band.B09, Band.B13, Band.B18)
    ages = [age for band in young for age in range(band.youngest, band.oldest + 1)]
    assert ages == list(range(6, 65))
    assert Band.B65.youngest == Band.B18.youngest
    assert Band.B65.oldest > Band.B18.oldest
