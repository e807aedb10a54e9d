"""What comes by itself reaches a client when they want it: outside their quiet hours, not while they pause,
and never after they have stopped. News wait; a check-in is given up."""

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, select, update

from bot.core.model import ChatId, CheckInState, ClientId, Kind
from bot.core.schedule import quiet
from bot.service import work
from bot.service.house import House
from bot.storage import outbox, timers
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import check_ins, clients
from bot.storage.schema import outbox as letters
from bot.storage.timers import TimerKind
from tests.house import Met, Phones, furnished, meet, seat_therapist
from tests.zones import NAMES, changes, first_second, shown

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LINDE, MILA = 100, 200
HOUR = timedelta(hours=1)


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


def wish(tx: Connection, client: ClientId, **values: object) -> None:
    tx.execute(update(clients).where(clients.c.id == client).values(values))


def put(
    tx: Connection, house: House, client: ClientId, now: datetime, kind: Kind = Kind.NEWS, chat: int = MILA
) -> None:
    outbox.put(
        tx, house.keyring, chat_id=ChatId(chat), client_id=client, kind=kind, action="send",
        body={"text": "It was read."}, now=now,
    )  # fmt: skip


def arrival(tx: Connection, house: House, now: datetime) -> datetime | None:
    """When the one letter that waits reaches its phone; None if it never does."""
    phones = Phones()
    for _ in range(9):
        phones.deliver(tx, house, now)
        if phones.arrived:
            return now
        due_at = outbox.next_at(tx)
        if due_at is None:
            return None
        assert due_at > now, "what waits waits for something"
        now = due_at
    raise AssertionError("it waits again and again")


async def test_in_1_000_random_cases_news_come_outside_quiet_hours_and_after_every_pause(
    database: Database, house: House
) -> None:
    dice = random.Random(2)
    found = changes(2024, 2038, alike=True)

    def try_all(tx: Connection) -> None:
        met = meet(tx, house, seat_therapist(tx, house.keyring, LINDE), MILA, NOON)
        held = 0
        for number in range(1_000):
            if number % 2:
                change = dice.choice(found)
                zone, middle, spread = change.zone, change.at, 60 * 3600
            else:
                zone, middle, spread = dice.choice(NAMES), first_second(2031), 7 * 365 * 86_400
            now = datetime.fromtimestamp(middle + dice.randrange(-spread, spread), UTC)
            own = [time(dice.randrange(24), dice.choice((0, 15, 30, 45))) for _ in range(2)]
            hours = own if dice.random() < 0.7 else [house.clinic.quiet_from, house.clinic.quiet_to]
            today = shown(now, zone).date()
            pause = today + timedelta(days=dice.randint(-1, 4)) if dice.random() < 0.5 else None
            wish(
                tx, met.client, zone=zone, paused_until=None if pause is None else pause.isoformat(),
                quiet_from=hours[0].isoformat("minutes") if hours is own else None,
                quiet_to=hours[1].isoformat("minutes") if hours is own else None,
            )  # fmt: skip
            put(tx, house, met.client, now)
            came = arrival(tx, house, now)
            case = (zone, now, hours, pause, came)
            assert came is not None, case
            assert not quiet(came, hours[0], hours[1], zone), case
            assert pause is None or shown(came, zone).date() >= pause, case
            waits = pause is not None and today < pause
            assert (came > now) == (waits or quiet(now, hours[0], hours[1], zone)), case
            assert came < now + timedelta(days=(pause - today).days if waits and pause else 0) + 49 * HOUR, (
                case
            )
            held += came > now
        assert held > 300

    await database.write(try_all)


async def test_news_of_a_client_who_pauses_come_when_the_morning_of_their_return_begins(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        met = meet(tx, house, seat_therapist(tx, house.keyring, LINDE), MILA, NOON)
        wish(tx, met.client, paused_until="2026-03-09", quiet_from="20:00", quiet_to="09:30")
        put(tx, house, met.client, NOON)
        assert arrival(tx, house, NOON) == datetime(2026, 3, 9, 8, 30, tzinfo=UTC)

    await database.write(story)


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [({"paused_until": "2026-03-16"}, "paused"), ({"stopped_at": NOON}, "stopped")],
)
async def test_a_check_in_that_was_still_waiting_is_given_up(
    database: Database, house: House, wishes: dict[str, object], reason: str
) -> None:
    def story(tx: Connection) -> None:
        met = due(tx, house)
        wish(tx, met.client, **wishes)
        phones = Phones()
        phones.deliver(tx, house, MONDAY)
        assert phones.arrived == []
        (row,) = tx.execute(select(check_ins.c.state, check_ins.c.reason)).all()
        assert tuple(row) == (CheckInState.SKIPPED, reason)
        assert outbox.counts(tx) == {"lapsed": 1}

    await database.write(story)


@pytest.mark.parametrize(("until", "comes"), [("2026-03-09", True), ("2026-03-10", False)])
async def test_a_pause_is_over_on_its_last_date_and_not_before(
    database: Database, house: House, until: str, *, comes: bool
) -> None:
    def story(tx: Connection) -> None:
        met = due(tx, house)
        wish(tx, met.client, paused_until=until)
        phones = Phones()
        phones.deliver(tx, house, MONDAY)
        assert bool(phones.arrived) is comes

    await database.write(story)


async def test_after_a_stop_no_news_come_and_their_words_are_gone(database: Database, house: House) -> None:
    def story(tx: Connection) -> None:
        met = meet(tx, house, seat_therapist(tx, house.keyring, LINDE), MILA, NOON)
        put(tx, house, met.client, NOON)
        wish(tx, met.client, stopped_at=NOON)
        assert arrival(tx, house, NOON) is None
        assert tx.execute(select(letters.c.state, letters.c.body)).all() == [("lapsed", None)]

    await database.write(story)


async def test_what_is_news_to_a_therapist_keeps_none_of_their_clients_wishes(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        met = meet(tx, house, seat_therapist(tx, house.keyring, LINDE), MILA, NOON)
        wish(tx, met.client, paused_until="2026-04-01", quiet_from="00:00", quiet_to="23:45", stopped_at=NOON)
        put(tx, house, met.client, NOON, chat=LINDE)
        assert arrival(tx, house, NOON) == NOON

    await database.write(story)


async def test_an_answer_to_somebody_who_is_awake_is_held_back_by_nothing(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        met = meet(tx, house, seat_therapist(tx, house.keyring, LINDE), MILA, NOON)
        wish(tx, met.client, paused_until="2026-04-01", quiet_from="00:00", quiet_to="23:45", stopped_at=NOON)
        for kind in (Kind.REPLY, Kind.EDIT, Kind.CONSENT):
            put(tx, house, met.client, NOON, kind)
        phones = Phones()
        phones.deliver(tx, house, NOON)
        assert [one.letter.kind for one in phones.arrived] == [Kind.REPLY, Kind.EDIT, Kind.CONSENT]

    await database.write(story)


async def test_news_that_wait_for_the_morning_let_an_answer_by(database: Database, house: House) -> None:
    def story(tx: Connection) -> None:
        met = meet(tx, house, seat_therapist(tx, house.keyring, LINDE), MILA, NOON)
        wish(tx, met.client, quiet_from="12:00", quiet_to="18:00")
        put(tx, house, met.client, NOON)
        put(tx, house, met.client, NOON, Kind.REPLY)
        phones = Phones()
        phones.deliver(tx, house, NOON)
        assert [one.letter.kind for one in phones.arrived] == [Kind.REPLY]
        phones.deliver(tx, house, datetime(2026, 3, 4, 17, 0, tzinfo=UTC))
        assert [one.letter.kind for one in phones.arrived] == [Kind.REPLY, Kind.NEWS]

    await database.write(story)


MONDAY = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)


def due(tx: Connection, house: House) -> Met:
    """A client whose check-in has just come due; it has not left yet."""
    met = meet(tx, house, seat_therapist(tx, house.keyring, LINDE), MILA, NOON)
    (timer,) = timers.of_kind(tx, TimerKind.CHECK_IN)
    assert (timer.due_at, timer.local_date) == (MONDAY, date(2026, 3, 9))
    work.take_timers(tx, house, MONDAY)
    return met
