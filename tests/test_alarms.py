"""Somebody may be in danger: they see help at once, and the clinic is told, whatever else is going on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core.danger import Category
from bot.core.helplines import Country
from bot.core.safety import HELP, Told
from bot.service.house import House
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import alerts as alert_rows
from bot.storage.schema import notes
from tests.alarm_room import DEPUTY, DESK, HEAD, SAID, Clinic, answering, play
from tests.cards import ADA, CHECK_IN, FAMILY, KAYA, LINDE, STRANGER
from tests.house import wrote


@pytest.fixture
def house(keyring: Keyring) -> House:
    return answering(keyring)


async def test_help_is_shown_at_once_and_the_clinic_is_told(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        room.writes(ADA, SAID)
        assert room.card().category is Category.SUICIDE
        assert room.card().told is Told.DELIVERED, "both letters had arrived by then"
        assert "+43 000 000 000" in room.shown(ADA)
        for chat in (LINDE, DESK):
            (alert,) = room.alerted(chat)
            assert (alert.codes, alert.category) == ((room.client().code,), Category.SUICIDE)
            assert SAID not in room.shown(chat)
            assert room.client().alias not in room.shown(chat)
        assert room.alerted(KAYA) == room.alerted(DEPUTY) == room.alerted(HEAD) == []
        assert {"danger matched", "alert raised"} <= set(room.done())

    await play(database, house, story)


@pytest.mark.parametrize("state", ["paused", "stopped", "held", "in a check-in", "nothing open"])
async def test_it_is_noticed_in_every_state(database: Database, house: House, state: str) -> None:
    def story(room: Clinic) -> None:
        match state:
            case "paused":
                room.writes(ADA, "/pause")
                room.taps(ADA, "2")
            case "stopped":
                room.writes(ADA, "/stop")
                room.taps(ADA, "yes")
            case "held":
                room.writes(ADA, "qwyx")
            case "in a check-in":
                room.wait(CHECK_IN)
                room.taps(ADA, "-open")
            case _:
                pass
        room.writes(ADA, SAID)
        assert room.card().category is Category.SUICIDE
        assert any(one.category is Category.SUICIDE for one in room.alerted(LINDE))

    await play(database, house, story)


async def test_the_client_is_told_that_the_clinic_knows_only_when_a_letter_has_arrived(
    database: Database, house: House
) -> None:
    def story(room: Clinic) -> None:
        deliver, room.phones.deliver = room.phones.deliver, lambda *_: None  # type: ignore[method-assign]
        room.writes(ADA, SAID)
        assert room.card().told is Told.TRYING
        room.phones.deliver = deliver  # type: ignore[method-assign]
        room.phones.deliver(room.tx, room.house, room.now)
        assert room.card().told is Told.DELIVERED

    await play(database, house, story)


async def test_a_second_cry_shows_help_again_and_makes_no_second_alert(
    database: Database, house: House
) -> None:
    def story(room: Clinic) -> None:
        room.writes(ADA, SAID)
        cards = len(room.phones.cards[ADA])
        room.writes(ADA, SAID)
        assert len(room.phones.cards[ADA]) > cards
        assert len(room.tx.execute(select(alert_rows).where(alert_rows.c.client_id.is_not(None))).all()) == 1
        assert room.card().told is Told.DELIVERED
        room.writes(ADA, "qwyx")
        assert len(room.tx.execute(select(alert_rows).where(alert_rows.c.client_id.is_not(None))).all()) == 2

    await play(database, house, story)


async def test_a_child_s_disclosure_never_reaches_the_guardian(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        room.phones.cards[FAMILY][500] = {"text": "qwyx"}  # till it is taken out
        room.take([wrote(500, FAMILY, "qwyx")])
        assert 500 not in room.phones.cards[FAMILY]
        codes = {room.client("Kim").code, room.client("Lea").code}
        assert all(set(one.codes) == codes for one in room.alerted(KAYA)), "nobody said whose words they were"
        assert len(room.alerted(KAYA)) == len(room.alerted(DESK)) == 1
        assert room.client("Kim").held_at == room.client("Lea").held_at == room.now, "whoever it was"
        assert "not saved" not in str(room.phones.cards[FAMILY])
        card = room.card(FAMILY)
        assert card.guardian
        room.wait(room.now + timedelta(minutes=16))
        left = [str(body["text"]) for body in room.phones.cards[FAMILY].values()]
        assert not [text for text in left if "fault" in text or "+43" in text], left
        room.taps(KAYA, "-have")
        room.taps(KAYA, "-release")
        assert room.client("Kim").held_at is room.client("Lea").held_at is None

    await play(database, house, story)


async def test_help_is_one_press_away_and_tells_nobody_by_itself(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        room.presses(ADA, 1, [HELP])
        assert room.card().category is None
        assert room.tx.execute(select(alert_rows).where(alert_rows.c.client_id.is_not(None))).all() == []
        room.taps(ADA, "-tell")
        assert [one.category for one in room.alerted(LINDE)] == [Category.ASKING_FOR_HELP]
        assert room.card().told is Told.DELIVERED
        assert room.client().held_at is not None

    await play(database, house, story)


async def test_the_numbers_are_those_of_the_country_the_client_is_in(
    database: Database, house: House
) -> None:
    def story(room: Clinic) -> None:
        room.writes(ADA, "/help")
        assert "112" in room.shown(ADA)
        room.taps(ADA, "-country", "-other")
        assert "112" not in room.shown(ADA)
        assert "findahelpline.com" in room.shown(ADA)
        assert room.client().country == "-"
        room.taps(ADA, "-country", "DE")
        room.writes(ADA, "/help")
        assert "110" in room.shown(ADA), "also on the next card"
        assert "112" not in room.shown(ADA)
        room.taps(ADA, "-country", "AT")
        assert "112" in room.shown(ADA)

    await play(database, replace(house, helplines={"DE": Country("110")}), story)


async def test_the_card_can_be_taken_out_of_the_chat(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        room.writes(ADA, "/help")
        number = max(room.phones.cards[ADA])
        room.taps(ADA, "-hide")
        assert number not in room.phones.cards[ADA]

    await play(database, house, story)


async def test_a_stranger_s_words_and_a_therapist_s_alarm_nobody(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        room.writes(STRANGER, SAID)
        room.writes(LINDE, SAID)
        assert room.tx.execute(select(alert_rows).where(alert_rows.c.client_id.is_not(None))).all() == []

    await play(database, house, story)


async def test_words_that_are_not_kept_are_looked_at_all_the_same(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        chat = {"id": ADA, "type": "private"}
        picture = {"message_id": 900, "chat": chat, "from": {"id": ADA}, "photo": [{}], "caption": SAID}
        room.take([(900, {"message": picture})])
        assert room.card().category is Category.SUICIDE
        assert room.tx.execute(select(notes)).all() == []

    await play(database, house, story)


async def test_an_edited_message_is_looked_at_again(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        room.writes(ADA, "nothing much")
        assert room.alerted(LINDE) == []
        message = {
            "message_id": 77,
            "chat": {"id": ADA, "type": "private"},
            "from": {"id": ADA},
            "text": SAID,
        }
        room.take([(901, {"edited_message": message})])
        assert len(room.alerted(LINDE)) == 1

    await play(database, house, story)
