"""Somebody may be in danger: they see help at once, the clinic is told, and it goes on until somebody has it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.content.hours import week_hours
from bot.core.alerting import Alerting, Answering
from bot.core.danger import Category, DangerList, Pattern, Phrase
from bot.core.model import ChatId
from bot.core.near import Near
from bot.core.safety import HELP, Safety, Told
from bot.service import calling
from bot.service.house import House
from bot.storage import alerts, audit, dialogues, people
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import alerts as alert_rows
from bot.storage.schema import audit as audit_rows
from bot.storage.schema import check_ins, notes
from tests.cards import ADA, CHECK_IN, FAMILY, KAYA, LINDE, MONDAY, STRANGER, Room
from tests.house import VIENNA, furnished, seat_therapist, wrote

DESK, DEPUTY, HEAD = 110, 111, 112
SAID = "nobody would know the words: zzyzx"  # means nothing but in these tests' list


def listed(category: Category, word: str) -> Pattern:
    return Pattern(f"{category}_word", category, (Phrase(rf"\b{word}\b", frozenset({word})),), ())


PHRASES = DangerList.of(
    "en",
    [listed(Category.SUICIDE, "zyzx"), listed(Category.ABUSE, "qwyx")],
    Near.of([], [], 6),
    {},
    spaced=True,
)
ANSWERING = Answering(
    week_hours("Mon-Fri 09:00-17:00"), VIENNA, "Front desk", "Deputy", timedelta(minutes=30)
)


@pytest.fixture
def house(keyring: Keyring) -> House:
    house = furnished(keyring)
    house.danger[:] = [PHRASES]
    return replace(house, clinic=replace(house.clinic, answering=ANSWERING))


class Clinic(Room):
    """With somebody on call, a deputy, and an administrator who sees no clients."""

    def __init__(self, tx: Connection, house: House) -> None:
        super().__init__(tx, house)
        seat_therapist(tx, house.keyring, DESK, "Front desk")
        seat_therapist(tx, house.keyring, DEPUTY, "deputy")
        number = people.add_therapist(tx, house.keyring, "Head", "en", VIENNA, "admin")
        people.know_account(tx, ChatId(HEAD), "en")
        people.seat_therapist(tx, number, ChatId(HEAD))
        self.now = CHECK_IN - timedelta(hours=6)  # Monday, in the monitored hours

    def alerted(self, chat: int) -> list[Alerting]:
        found = dialogues.open_in(self.tx, self.house.keyring, ChatId(chat))
        return [one.state for one in found if isinstance(one.state, Alerting)]

    def card(self, chat: int = ADA) -> Safety:
        found = dialogues.open_in(self.tx, self.house.keyring, ChatId(chat))
        return next(one.state for one in found if isinstance(one.state, Safety))

    def shown(self, chat: int) -> str:
        """The help card or alert as it stands in the chat now: the newest message."""
        cards = self.phones.cards[chat]
        return str(cards[max(cards)]["text"])

    def done(self) -> list[str]:
        return [str(one) for one in self.tx.execute(select(audit_rows.c.what)).scalars()]

    def client(self, alias: str = "Ada") -> people.Client:
        return people.client(self.tx, self.house.keyring, self.met[alias].client)


Story = Callable[[Clinic], None]


async def play(database: Database, house: House, story: Story) -> None:
    await database.write(lambda tx: story(Clinic(tx, house)))


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


async def test_prompts_rest_until_a_clinician_lets_them_begin_again(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        room.wait(CHECK_IN)
        room.taps(ADA, "-open")
        room.writes(ADA, SAID)
        states = room.tx.execute(select(check_ins.c.state, check_ins.c.reason)).all()
        assert [tuple(one) for one in states if one.reason == "held"] == [("expired", "held")]
        assert room.client().held_at == room.now
        room.wait(CHECK_IN + timedelta(days=7))
        latest = room.tx.execute(
            select(check_ins.c.reason)
            .where(check_ins.c.client_id == room.met["Ada"].client)
            .order_by(check_ins.c.id)
        ).scalars()
        assert list(latest) == ["held", "held"], "what would have come a week later did not"
        room.writes(ADA, "/checkin")
        assert "rest until" in room.shown(ADA)
        room.taps(LINDE, "-have")
        room.taps(LINDE, "-release")
        assert room.client().held_at is None
        assert "hold released" in room.done()
        room.writes(ADA, "/checkin")
        assert "rest until" not in room.shown(ADA)

    await play(database, house, story)


async def test_unacknowledged_it_goes_to_the_deputy_then_to_every_admin_and_round_again(
    database: Database, house: House
) -> None:
    def story(room: Clinic) -> None:
        room.writes(ADA, SAID)
        begun = room.now
        room.wait(begun + timedelta(minutes=29))
        assert room.alerted(DEPUTY) == []
        room.wait(begun + timedelta(minutes=30))
        assert len(room.alerted(DEPUTY)) == 1
        assert room.alerted(HEAD) == []
        room.wait(begun + timedelta(minutes=60))
        assert len(room.alerted(HEAD)) == 1
        rung = len(room.phones.arrived)
        room.wait(begun + timedelta(minutes=90))
        again = [one.parcel.chat_id for one in room.phones.arrived[rung:] if one.parcel.action == "send"]
        assert sorted(again) == sorted([LINDE, DESK, DEPUTY, HEAD])
        assert room.done().count("alert unanswered, step admins") == 2
        assert "alert unanswered, step deputy" in room.done()
        room.taps(DEPUTY, "-have")
        rung = len(room.phones.arrived)
        room.wait(begun + timedelta(hours=5))
        assert [one for one in room.phones.arrived[rung:] if one.parcel.action == "send"] == []

    await play(database, house, story)


async def test_outside_the_monitored_hours_nobody_further_is_woken_before_they_begin(
    database: Database, house: House
) -> None:
    def story(room: Clinic) -> None:
        room.now = datetime(2026, 3, 6, 20, 0, tzinfo=MONDAY.tzinfo)  # Friday evening
        room.writes(ADA, SAID)
        assert len(room.alerted(DESK)) == 1, "who is on call is told at once"
        room.wait(datetime(2026, 3, 9, 8, 29, tzinfo=MONDAY.tzinfo))
        assert room.alerted(DEPUTY) == []
        room.wait(datetime(2026, 3, 9, 8, 30, tzinfo=MONDAY.tzinfo))  # half past nine in Vienna
        assert len(room.alerted(DEPUTY)) == 1

    await play(database, house, story)


async def test_whoever_has_it_is_told_to_all_others_and_to_the_client(
    database: Database, house: House
) -> None:
    def story(room: Clinic) -> None:
        room.writes(ADA, SAID)
        room.taps(DESK, "-have")
        assert room.alerted(LINDE)[0].by == "Front desk"
        assert "Front desk" in room.shown(LINDE)
        assert room.card().told is Told.SEEN
        (alert,) = room.tx.execute(select(alert_rows)).all()
        assert alert.acknowledged_at == room.now
        room.taps(LINDE, "-release")
        assert room.alerted(DESK) == []

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
        assert len(room.tx.execute(select(alert_rows)).all()) == 1
        assert room.card().told is Told.DELIVERED
        room.writes(ADA, "qwyx")
        assert len(room.tx.execute(select(alert_rows)).all()) == 2

    await play(database, house, story)


async def test_a_child_s_disclosure_never_reaches_the_guardian(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        room.phones.cards[FAMILY][500] = {"text": "qwyx"}  # till it is taken out
        room.take([wrote(500, FAMILY, "qwyx")])
        assert 500 not in room.phones.cards[FAMILY]
        codes = {room.client("Kim").code, room.client("Lea").code}
        assert all(set(one.codes) == codes for one in room.alerted(KAYA)), "nobody said whose words they were"
        assert len(room.alerted(KAYA)) == 2
        card = room.card(FAMILY)
        assert card.guardian
        room.wait(room.now + timedelta(minutes=16))
        left = [str(body["text"]) for body in room.phones.cards[FAMILY].values()]
        assert not [text for text in left if "fault" in text or "+43" in text], left

    await play(database, house, story)


async def test_help_is_one_press_away_and_tells_nobody_by_itself(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        room.presses(ADA, 1, [HELP])
        assert room.card().category is None
        assert room.tx.execute(select(alert_rows)).all() == []
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
        room.taps(ADA, "-country", "AT")
        assert "112" in room.shown(ADA)

    await play(database, house, story)


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
        assert room.tx.execute(select(alert_rows)).all() == []

    await play(database, house, story)


async def test_words_that_are_not_kept_are_looked_at_all_the_same(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        room.take([(900, {"message": {
            "message_id": 900, "chat": {"id": ADA, "type": "private"}, "from": {"id": ADA}, "photo": [{}], "caption": SAID,
        }})])  # fmt: skip
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


async def test_a_drill_goes_the_same_way_and_says_that_it_is_one(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        number = calling.drill(room.tx, room.house, room.now)
        assert number is not None
        room.phones.deliver(room.tx, room.house, room.now)
        (card,) = room.alerted(DESK)
        assert card.drill
        assert room.alerted(LINDE) == []
        begun = room.now
        room.wait(begun + timedelta(minutes=30))
        assert len(room.alerted(DEPUTY)) == 1
        room.taps(DEPUTY, "-have")
        found = alerts.one(room.tx, number)
        assert found is not None
        assert found.acknowledged_at == begun + timedelta(minutes=30)
        assert found.client_id is None

    await play(database, house, story)


async def test_where_nobody_is_named_the_client_s_own_therapist_is_told(
    database: Database, keyring: Keyring
) -> None:
    house = furnished(keyring)
    house.danger[:] = [PHRASES]
    alone = replace(house, clinic=replace(house.clinic, answering=None))

    def story(room: Clinic) -> None:
        room.writes(ADA, SAID)
        assert len(room.alerted(LINDE)) == 1
        assert room.alerted(DESK) == []
        assert calling.drill(room.tx, room.house, room.now) is None

    await play(database, alone, story)


async def test_the_audit_holds_no_words_and_stays_whole(database: Database, house: House) -> None:
    def story(room: Clinic) -> None:
        room.writes(ADA, SAID)
        told = room.tx.execute(
            select(audit_rows.c.about).where(audit_rows.c.what == "danger matched")
        ).scalars()
        assert list(told) == [f"client {room.met['Ada'].client}: suicide en/suicide_word"]
        assert audit.broken_at(room.tx, room.house.keyring) is None

    await play(database, house, story)
