"""An alert goes on until somebody at the clinic has it; then check-ins rest until a clinician says so."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.safety import Told
from bot.service import calling, desk
from bot.service.house import House
from bot.service.start import SetupProblem
from bot.storage import alerts, audit
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import alerts as alert_rows
from bot.storage.schema import audit as audit_rows
from bot.storage.schema import check_ins
from tests.alarm_room import DEPUTY, DESK, HEAD, PHRASES, SAID, Clinic, answering, play
from tests.cards import ADA, CHECK_IN, LINDE, MONDAY
from tests.house import furnished


@pytest.fixture
def house(keyring: Keyring) -> House:
    return answering(keyring)


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
        (alert,) = room.tx.execute(select(alert_rows).where(alert_rows.c.client_id.is_not(None))).all()
        assert alert.acknowledged_at == room.now
        room.taps(LINDE, "-release")
        assert room.alerted(DESK) == []

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


async def test_at_the_terminal_a_drill_says_who_is_called_and_how_long_the_last_one_took(
    database: Database, house: House
) -> None:
    def story(room: Clinic) -> None:
        first = desk.drilled(room.tx, room.house, room.now)
        assert first.called == ("Front desk",)
        assert first.promised_by == room.now + timedelta(minutes=30)
        room.wait(room.now + timedelta(minutes=7))
        room.taps(DESK, "-have")
        second = desk.drilled(room.tx, room.house, room.now)
        assert (second.before, second.taken) == (True, timedelta(minutes=7))

    await play(database, house, story)


async def test_a_drill_for_somebody_whom_nobody_invited_says_what_to_do(
    database: Database, house: House
) -> None:
    assert house.clinic.answering is not None
    elsewhere = replace(house.clinic.answering, on_call="Dr. Nobody")
    nameless = replace(house, clinic=replace(house.clinic, answering=elsewhere))

    def story(room: Clinic) -> None:
        with pytest.raises(SetupProblem, match=r"Dr\. Nobody is on call.*Linked: .*Front desk"):
            desk.drilled(room.tx, nameless, room.now)

    await play(database, house, story)
