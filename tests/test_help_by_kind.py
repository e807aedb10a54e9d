"""Each kind of danger, at each age, in each language: words that its list finds bring the card for that,
and the clinic hears what kind it may be, and none of the words."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.content.danger import read_danger
from bot.core.danger import Category
from bot.core.model import Band
from bot.service import work
from bot.service.house import House
from bot.storage import wishes
from bot.storage.database import Database
from bot.storage.keys import Keyring
from tests.cards import MONDAY
from tests.house import CLINIC, Phones, furnished, meet, seat_therapist, wrote

LINDE, FIRST = 100, 501
LANGUAGES = ("en", "de", "ar")


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_kind_has_its_card_at_every_age_and_the_clinic_hears_of_it(
    database: Database, house: House, language: str
) -> None:
    found, _ = read_danger(CLINIC, language)
    assert found is not None
    house.danger.append(found.listed)
    patterns = found.fields.pattern
    said = {kind: next(one.must_match[0] for one in patterns if one.category is kind) for kind in Category}

    def story(tx: Connection) -> None:
        linde = seat_therapist(tx, house.keyring, LINDE)
        for chat, (band, category) in enumerate(itertools.product(Band, Category), FIRST):
            met = meet(tx, house, linde, chat, MONDAY, alias=f"Nobody {chat}", band=band)
            wishes.speak(tx, met.client, language)
            phones = Phones()
            work.take_updates(tx, house, [wrote(chat, chat, said[category])], MONDAY)
            phones.deliver(tx, house, MONDAY + timedelta(seconds=1))
            spoken = house.words(language).speaking(band.voice)
            card = str(list(phones.cards[chat].values())[-1]["text"])
            assert spoken(f"bot/safety/opening/{category}") in card, (band, category)
            assert "112" in card
            alerts = [str(one["text"]) for one in phones.cards[LINDE].values()]
            assert any(house.words("en")(f"bot/alert/kind/{category}") in one for one in alerts), category
            assert not any(said[category] in one for one in alerts)

    await database.write(story)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_a_card_stands_for_two_kinds_or_holds_an_exclamation_mark(
    house: House, language: str
) -> None:
    for band in Band:
        spoken = house.words(language).speaking(band.voice)
        openings = [spoken(f"bot/safety/opening/{category}") for category in Category]
        assert len(set(openings)) == len(Category), band
        assert not any(mark in one for one in openings for mark in "!！¡")
