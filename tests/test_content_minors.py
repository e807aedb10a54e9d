"""From which age an account may be one's own: as the clinic says, or else as Telegram's terms do."""

from pathlib import Path

import pytest

from bot.content.clinic import Clinic
from bot.content.library import load
from bot.content.minors import own_account_by_terms
from tests.broken import CLINIC, good, problems_of, replaced

EUROPEAN_UNION = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return good(tmp_path)


def clinic(folder: Path) -> Clinic:
    library, _ = load(folder)
    assert library is not None
    return library.clinic


@pytest.mark.parametrize("country", [*EUROPEAN_UNION, "IS", "LI", "NO", "AX", "RE", "GP"])
def test_an_account_of_ones_own_begins_at_18_in_the_european_union_and_its_economic_area(country):
    assert own_account_by_terms(country) == 18


@pytest.mark.parametrize("country", ["GB", "CH", "US", "TR", "EG", "UA", "JP", "NC"])
def test_it_begins_at_16_everywhere_else(country):
    assert own_account_by_terms(country) == 16


@pytest.mark.parametrize(("country", "age"), [("AT", 18), ("NO", 18), ("GB", 16), ("US", 16)])
def test_a_clinic_that_says_nothing_keeps_to_the_terms_of_its_country(folder, country, age):
    replaced(CLINIC, 'country = "AT"', f'country = "{country}"')(folder)
    assert clinic(folder).own_account_from == age


@pytest.mark.parametrize(("country", "age"), [("AT", 18), ("AT", 21), ("GB", 16), ("GB", 18), ("US", 16)])
def test_the_age_of_the_terms_or_a_higher_one_is_no_mistake(folder, country, age):
    replaced(CLINIC, 'country = "AT"', f'country = "{country}"')(folder)
    replaced(CLINIC, "# own_account_from = 18", f"own_account_from = {age}")(folder)
    assert problems_of(folder) == []
    assert clinic(folder).own_account_from == age


@pytest.mark.parametrize("age", [0, 14, 17])
def test_a_clinic_that_decides_for_a_lower_age_is_taken_at_its_word(folder, age):
    replaced(CLINIC, "# own_account_from = 18", f"own_account_from = {age}")(folder)
    assert clinic(folder).own_account_from == age
    assert len(problems_of(folder)) == 1


def test_consent_and_keeping_are_as_the_clinic_says(folder):
    assert (clinic(folder).guardian_consent_under, clinic(folder).keep_after_stop_months) == (14, 24)
    replaced(CLINIC, "guardian_consent_under = 14", "guardian_consent_under = 0")(folder)
    replaced(CLINIC, "months_after_stop = 24", "months_after_stop = 1")(folder)
    said = clinic(folder)
    assert (said.guardian_consent_under, said.keep_after_stop_months) == (0, 1)


def test_without_a_word_from_the_clinic_guardians_consent_for_everybody_under_age(folder):
    replaced(CLINIC, "guardian_consent_under = 14", "")(folder)
    assert clinic(folder).guardian_consent_under == 18
