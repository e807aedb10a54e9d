"""One dialogue cannot block others: what fails is tried again, then parked; everybody else goes on; and
no log quotes anybody."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection, select, text, update

from bot.core.events import Wait, WasAway
from bot.core.model import DialogueId
from bot.service import delivery, work
from bot.service.house import House
from bot.storage import dialogues, inbox, outbox, timers
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import answers, check_ins, clients
from bot.storage.schema import dialogues as dialogue_rows
from bot.storage.schema import inbox as inbox_rows
from bot.storage.schema import timers as timer_rows
from bot.storage.timers import TimerKind
from tests.house import Met, Phones, furnished, meet, pressed, seat_therapist, wrote

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)  # 17:00 in Vienna
LINDE, ADA, BEN = 100, 201, 202
SECRET = "Himmelschlüssel"


@pytest.fixture
def logs(capsys: pytest.CaptureFixture[str]) -> Iterator[list[Any]]:
    """What is logged; afterwards none of it, and nothing that was printed, quotes the dialogue."""
    with structlog.testing.capture_logs() as entries:
        yield entries
    printed = capsys.readouterr()
    assert SECRET not in str(entries) + printed.out + printed.err


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


@pytest.fixture
async def phones(database: Database, house: House) -> Phones:
    """Ada and Ben have each been sent their check-in."""
    phones = Phones()

    def begin(tx: Connection) -> None:
        therapist = seat_therapist(tx, house.keyring, LINDE)
        for chat in (ADA, BEN):
            meet(tx, house, therapist, chat, MONDAY, check_ins=((0, time(17)),))
        work.take_timers(tx, house, DUE)
        phones.deliver(tx, house, DUE)

    await database.write(begin)
    return phones


def spoil(tx: Connection, house: House, chat: int) -> bytes:
    """Damage the dialogue in this chat, such that whoever reads it gets an error that quotes it."""
    row = tx.execute(select(dialogue_rows).where(dialogue_rows.c.chat_id == chat)).one()
    place = f"dialogues.state/{row.id}"
    opened = json.loads(house.keyring.unseal(tx, row.client_id, place, row.state))
    sealed = house.keyring.seal(tx, row.client_id, place, json.dumps(opened | {"prompt_set": SECRET}))
    tx.execute(update(dialogue_rows).where(dialogue_rows.c.id == row.id).values(state=sealed))
    return row.state


def mend(tx: Connection, chat: int, state: bytes) -> None:
    tx.execute(update(dialogue_rows).where(dialogue_rows.c.chat_id == chat).values(state=state))


def opens(phones: Phones, number: int, chat: int) -> tuple[int, dict[str, Any]]:
    """The update that tells of a press on the card in this chat."""
    message, data = phones.newest(chat) or (0, [""])
    return pressed(number, chat, message, data[0])


async def shown(database: Database, house: House, phones: Phones, now: datetime, chat: int) -> str:
    await database.write(phones.deliver, house, now)
    return phones.cards[chat][max(phones.cards[chat])]["text"]


async def test_an_update_that_fails_is_tried_three_times_and_parked_and_the_others_go_on(
    database, house, phones, logs
):
    await database.write(spoil, house, ADA)
    batch = [opens(phones, 1, ADA), opens(phones, 2, BEN), wrote(3, ADA, "/privacy")]
    presses = await database.write(work.take_updates, house, batch, DUE)
    assert [press.id for press in presses] == ["p1", "p2"], "the spinner ends all the same"
    assert "●○○○" in await shown(database, house, phones, DUE, BEN)
    assert "Lindenhof" in await shown(database, house, phones, DUE, ADA), "Ada's chat goes on"
    now = DUE
    for tried in (1, 2, 0, 0):
        now += timedelta(minutes=1)
        assert await database.write(work.take_failed, house, now) == (1 if tried else 0)
    assert await database.write(inbox.parked) == [1]
    assert [entry["event"] for entry in logs] == ["update failed"] * 3
    assert [entry["failures"] for entry in logs] == [1, 2, 3]
    assert {entry["error"] for entry in logs} == {"KeyError"}


async def test_what_is_mended_in_time_is_handled_as_if_it_had_come_just_now(database, house, phones, logs):
    state = await database.write(spoil, house, ADA)
    await database.write(work.take_updates, house, [opens(phones, 1, ADA)], DUE)
    await database.write(mend, ADA, state)
    assert await database.write(work.take_failed, house, DUE) == 0, "not at once"
    assert await database.write(work.take_failed, house, DUE + inbox.AGAIN_AFTER) == 1
    assert "●○○○" in await shown(database, house, phones, DUE + inbox.AGAIN_AFTER, ADA)
    kept = await database.write(lambda tx: tx.execute(select(inbox_rows)).one())
    assert (kept.body, kept.try_at) == (None, None), "its words are not kept"
    assert await database.write(inbox.parked) == []


async def test_the_next_tap_is_not_held_up_by_one_that_waits_to_be_tried_again(database, house, phones, logs):
    state = await database.write(spoil, house, ADA)
    late = opens(phones, 1, ADA)
    await database.write(work.take_updates, house, [late], DUE)
    await database.write(mend, ADA, state)
    await database.write(work.take_updates, house, [(2, late[1])], DUE)
    await database.write(phones.deliver, house, DUE)
    _, data = phones.newest(ADA)
    answer = next(one for one in data if one.endswith(":mostly"))
    message, _ = phones.newest(ADA)
    await database.write(work.take_updates, house, [pressed(3, ADA, message, answer)], DUE)
    assert await database.write(work.take_failed, house, DUE + timedelta(minutes=1)) == 1
    assert "●●○○" in await shown(database, house, phones, DUE + timedelta(minutes=1), ADA), "not reopened"
    assert len(await database.write(lambda tx: tx.execute(select(answers)).all())) == 1


async def test_a_timer_that_fails_is_put_off_ever_longer_and_the_others_go_on(database, house, phones, logs):
    await database.write(spoil, house, ADA)
    now = DUE + timedelta(days=1)  # the reminder
    waits = []
    for _ in range(4):
        await database.write(work.take_timers, house, now)
        again = (await database.write(reminder_of, ADA)).try_at
        waits.append(again - now)
        now = again
    assert waits == [work.TIMER_AGAIN * 2**failures for failures in range(4)]
    assert "ready" in await shown(database, house, phones, DUE + timedelta(days=1), BEN)
    assert (
        len([one for one in phones.arrived if one.parcel.chat_id == BEN]) == 2 + 1
    )  # and the old card taken away
    assert {(entry["event"], entry["kind"]) for entry in logs} == {("timer failed", TimerKind.REMINDER)}


def reminder_of(tx: Connection, chat: int) -> Any:
    number = tx.execute(select(dialogue_rows.c.id).where(dialogue_rows.c.chat_id == chat)).scalar_one()
    return tx.execute(
        select(timer_rows).where(timer_rows.c.kind == Wait.REMINDER, timer_rows.c.key == number)
    ).one_or_none()


@pytest.mark.parametrize(("after", "reason"), [(timedelta(hours=1), ""), (timedelta(hours=3), "late")])
async def test_a_check_in_that_failed_is_as_late_as_it_is(database, house, logs, after, reason):
    """Its questions were gone from the clinic's folder; then somebody put them back."""

    def begin(tx: Connection) -> Met:
        met = meet(tx, house, seat_therapist(tx, house.keyring, LINDE), ADA, MONDAY)
        tx.execute(update(clients).values(prompt_set="gone"))
        return met

    def put_back(tx: Connection) -> None:
        tx.execute(update(clients).values(prompt_set="starter"))

    await database.write(begin)
    now = DUE
    while now < DUE + after:
        await database.write(work.take_timers, house, now)
        now = await database.write(timers.next_due_at)
    await database.write(put_back)
    await database.write(work.take_timers, house, now)
    row = await database.write(lambda tx: tx.execute(select(check_ins)).one())
    assert (row.due_at, row.reason) == (DUE, reason)


async def test_a_damaged_dialogue_does_not_stop_what_comes_after_an_absence(database, house, phones, logs):
    await database.write(spoil, house, ADA)
    now = DUE + timedelta(minutes=5)

    def come_back(tx: Connection) -> None:
        work.tell(tx, house, [WasAway(number) for number in dialogues.open_cards(tx)], now)

    await database.write(come_back)
    assert "I was away" in await shown(database, house, phones, now, BEN)
    assert [entry["event"] for entry in logs] == ["event failed"]


async def test_a_damaged_dialogue_whose_letter_comes_too_late_does_not_stop_the_post(
    database, house, phones, logs
):
    def late_letters(tx: Connection) -> None:
        for chat in (ADA, BEN):
            row = tx.execute(select(dialogue_rows).where(dialogue_rows.c.chat_id == chat)).one()
            outbox.put(
                tx, house.keyring, chat_id=chat, client_id=row.client_id, kind=outbox.Kind.CHECK_IN,
                action="send", body={"text": "late"}, now=DUE, dialogue_id=DialogueId(row.id), not_after=DUE,
            )  # fmt: skip
        work.take_updates(tx, house, [wrote(1, BEN, "/help")], DUE)
        spoil(tx, house, ADA)

    await database.write(late_letters)
    sent = await database.write(delivery.exchange, house, [], DUE + timedelta(minutes=1), (), 8)
    assert [letter.chat_id for letter, _ in sent] == [BEN]
    reasons = "SELECT reason FROM check_ins ORDER BY id"
    assert await database.write(lambda tx: list(tx.execute(text(reasons)).scalars())) == ["", "late"]


async def test_a_letter_of_a_damaged_dialogue_is_settled_like_any_other(database, house, phones, logs):
    def fresh_cards(tx: Connection) -> None:
        work.take_updates(tx, house, [wrote(n, chat, "/checkin") for n, chat in ((1, ADA), (2, BEN))], DUE)
        spoil(tx, house, ADA)
        phones.deliver(tx, house, DUE)

    await database.write(fresh_cards)
    assert [len(phones.cards[chat]) for chat in (ADA, BEN)] == [1, 1], "the new card took the old one's place"
    assert logs == []
