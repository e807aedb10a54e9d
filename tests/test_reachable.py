"""Whoever speaks is there, even if Telegram never said that they unblocked the bot. Whoever is not there
is left in peace, and their therapists are told once each time."""

from datetime import time, timedelta

import pytest
from sqlalchemy import Connection

from bot.core.model import ChatId, CheckInState, Kind
from bot.core.schedule import Weekly
from bot.service import delivery, work
from bot.storage import checkins, people
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.transport.sender import Unreachable
from tests.house import VIENNA, furnished, seat_therapist
from tests.play import ADA, LINDE, NOW, Play

DUE = NOW.replace(hour=16)  # 17:00 in Vienna
SOMEBODY = {"id": 501, "is_bot": False, "first_name": "Kim"}
CHAT = {"id": 501, "type": "private"}
MESSAGE = {"message_id": 9, "date": 0, "chat": CHAT, "from": SOMEBODY, "text": "hello"}
PRESS = {"id": "77", "from": SOMEBODY, "message": {"message_id": 8, "chat": CHAT}, "data": "x"}
LEFT = {"chat": CHAT, "from": SOMEBODY, "new_chat_member": {"status": "kicked"}}


@pytest.mark.parametrize(
    ("updates", "reachable"),
    [
        ([{"message": MESSAGE}], True),
        ([{"callback_query": PRESS}], True),
        ([{"message": MESSAGE}, {"my_chat_member": LEFT}], False),
        ([{"edited_message": MESSAGE | {"chat": CHAT | {"id": 502}}}], False),
        ([{"message": MESSAGE | {"chat": {"id": -7, "type": "group"}}}], False),
        ([{"message": {"from": {"id": 1 << 70}, "chat": CHAT}}], False),
    ],
)
async def test_a_word_or_a_tap_makes_somebody_reachable_again(database, keyring, updates, reachable):
    house = furnished(keyring)
    await database.write(seat_therapist, keyring, 501)
    await database.write(people.mark_reachable, ChatId(501), False)
    await database.write(work.take_updates, house, list(enumerate(updates, 1)), NOW)
    account = await database.write(people.account, ChatId(501))
    assert account.reachable is reachable


@pytest.fixture
def play(database: Database, keyring: Keyring) -> Play:
    return Play(database, keyring)


async def test_the_therapist_is_told_once_that_a_client_is_gone_and_once_that_they_are_back(
    play: Play,
) -> None:
    met = await play.meet(ADA)
    for _ in range(2):
        await play.membership(ADA, "kicked")
    lost = play.says("bot/reach/lost", client="Mila")
    assert await play.heard(LINDE) == lost
    for day in range(0, 14, 7):
        await play.until(DUE + timedelta(days=day))
    assert play.shows(LINDE).count(lost) == 1
    assert play.shows(ADA) == []
    await play.membership(ADA, "member")
    await play.write(ADA, "/start")
    back = play.says("bot/reach/back", client="Mila")
    assert [text for text in play.shows(LINDE) if text in (lost, back)] == [lost, back]
    assert play.shows(ADA) == [await play.heard(ADA)], "a hello, and nothing of what was missed"
    past = await play.database.write(checkins.of_client, met.client, NOW - timedelta(days=1))
    assert [(one.state, one.reason) for one in past] == [(CheckInState.SKIPPED, "unreachable")] * 2
    quiet = [one for one in play.phones.arrived if one.letter.kind is Kind.NEWS]
    assert all(one.parcel.body.get("silent") for one in quiet)


async def test_a_letter_that_cannot_be_delivered_says_it_too_and_a_word_that_they_are_back(
    play: Play,
) -> None:
    await play.meet(ADA)

    def refused(tx: Connection) -> None:
        work.take_timers(tx, play.house, DUE)
        for letter, _ in delivery.exchange(tx, play.house, [], DUE, (), 5):
            delivery.settle(tx, play.house, letter, Unreachable(), DUE)

    await play.database.write(refused)
    play.now = DUE
    lost, back = (play.says(f"bot/reach/{one}", client="Mila") for one in ("lost", "back"))
    assert await play.heard(LINDE) == lost
    await play.write(ADA, "hello")
    assert await play.heard(LINDE) == back


async def test_on_coming_back_the_open_card_is_refreshed_and_nothing_else_comes(play: Play) -> None:
    await play.meet(ADA)
    await play.until(DUE)
    await play.tap(ADA, "-open")
    await play.membership(ADA, "kicked")
    before = len([one for one in play.phones.arrived if one.letter.chat_id == ADA])
    await play.membership(ADA, "member")
    came = [one for one in play.phones.arrived if one.letter.chat_id == ADA][before:]
    assert [one.parcel.action for one in came] == ["edit"]


async def test_both_therapists_of_both_children_in_a_chat_are_told_and_nobody_who_is_not_linked(
    play: Play,
) -> None:
    await play.meet(ADA)
    noor = await play.meet(ADA, alias="Noor")
    await play.meet(ADA, alias="Dan", state=people.PairingState.CLAIMED)

    def another(tx: Connection) -> None:
        quitte = seat_therapist(tx, play.house.keyring, 102, "Dr. Quitte")
        pairing = people.pair(tx, quitte, noor.client, Weekly(3, time(14), VIENNA), NOW)
        people.move(tx, pairing, people.PairingState.ACTIVE, NOW)

    await play.database.write(another)
    await play.membership(ADA, "kicked")
    assert play.shows(LINDE) == [play.says("bot/reach/lost", client=name) for name in ("Mila", "Noor")]
    await play.heard(102)
    assert play.shows(102) == [play.says("bot/reach/lost", client="Noor")]
