"""Erased means gone: the key first, then the rows, and nothing that comes later brings it back."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import NoResultFound

from bot.core.model import CheckInState
from bot.service import delivery, forgetting, work
from bot.service.house import House
from bot.storage import checkins, consents, erase, goals, people, wishes
from bot.storage.belongings import BELONGINGS
from bot.storage.checkins import Kept
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import erasures, keys, metadata
from bot.transport.sender import Sent
from tests.house import Met, Phones, furnished, meet, pressed, seat_therapist, wrote

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
LINDE, MILA, KIM = 100, 200, 300
NOTE = 7  # the message in which Mila wrote it
CANARIES = ("Zaunkönigin", "nobody may ever read this", "sleep like a marmot")


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


def begin(tx: Connection, house: House, phones: Phones) -> tuple[Met, Met]:
    """Mila and Kim have each been sent a check-in; Mila has said things."""
    therapist = seat_therapist(tx, house.keyring, LINDE)
    mila = meet(tx, house, therapist, MILA, MONDAY, alias=CANARIES[0], check_ins=((0, time(17)),))
    kim = meet(tx, house, therapist, KIM, MONDAY, alias="Kim", check_ins=((0, time(17)),))
    work.take_timers(tx, house, DUE)
    phones.deliver(tx, house, DUE)
    (row,) = checkins.of_client(tx, mila.client, MONDAY - timedelta(days=9))
    checkins.record(tx, house.keyring, mila.client, row.id, "heard", "mostly", DUE)
    note = Kept(NOTE, CANARIES[1], "en", None, DUE, topic=False)
    checkins.keep(tx, house.keyring, mila.client, row.id, note)
    goals.propose(tx, house.keyring, mila.client, CANARIES[2], "en", DUE)
    return mila, kim


def theirs(tx: Connection, client: int) -> dict[str, list[object]]:
    found = {}
    for one in BELONGINGS:
        statement = select(one.table).where(one.rows)
        found[one.table.name] = [tuple(row) for row in tx.execute(statement, {"client": client})]
    return found


def through_the_door(tx: Connection, house: House, phones: Phones) -> None:
    """/erase, said twice by buttons."""
    work.take_updates(tx, house, [wrote(1, MILA, "/erase")], DUE)
    phones.deliver(tx, house, DUE)
    for number in (2, 3):
        card, data = phones.newest(MILA)
        (yes,) = [one for one in data if one.endswith(":yes")]
        work.take_updates(tx, house, [pressed(number, MILA, card, yes)], DUE)
        phones.deliver(tx, house, DUE)


async def test_said_twice_it_is_done_once_and_nothing_of_it_is_left(database: Database, house: House) -> None:
    phones = Phones()
    mila, kim = await database.write(begin, house, phones)
    wrapped = await database.write(
        lambda tx: tx.execute(select(keys.c.wrapped).where(keys.c.owner == str(mila.client))).scalar_one()
    )
    before = await database.write(theirs, kim.client)
    await database.write(through_the_door, house, phones)
    assert not any((await database.write(theirs, mila.client)).values())
    assert await database.write(theirs, kim.client) == before, "another's rows are as they were"

    def everything(tx: Connection) -> bytes:
        values = [v for table in metadata.sorted_tables for row in tx.execute(select(table)) for v in row]
        return b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in values)

    content = await database.write(everything)
    assert bytes(wrapped) not in content
    assert not any(canary.encode() in content for canary in CANARIES)
    shown = [body["text"] for body in phones.cards[MILA].values()]
    (receipt,) = await database.write(lambda tx: tx.execute(select(erasures)).all())
    assert any(receipt.receipt in text for text in shown), "a receipt is given"
    (told,) = [body["text"] for body in phones.cards[LINDE].values() if receipt.code in body["text"]]
    assert CANARIES[0] not in told, "the therapist hears the code alone"


async def test_what_was_sealed_for_them_does_not_open_any_more(database: Database, house: House) -> None:
    mila, _ = await database.write(begin, house, Phones())

    def forget(tx: Connection) -> bytes:
        sealed = house.keyring.seal(tx, mila.client, "somewhere", "said once")
        erase.erase(tx, house.keyring, mila.client, DUE)
        return sealed

    sealed = await database.write(forget)
    with pytest.raises(NoResultFound):  # there is no key any more, neither in its table nor in memory
        await database.write(lambda tx: house.keyring.unseal(tx, mila.client, "somewhere", sealed))


async def test_one_that_is_rolled_back_leaves_everything_readable(database: Database, house: House) -> None:
    mila, _ = await database.write(begin, house, Phones())
    before = await database.write(theirs, mila.client)

    def fail(tx: Connection) -> None:
        erase.erase(tx, house.keyring, mila.client, DUE)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(fail)
    assert await database.write(theirs, mila.client) == before
    assert (await database.write(people.client, house.keyring, mila.client)).alias == CANARIES[0]


async def test_whatever_comes_afterwards_brings_nothing_back(database: Database, house: House) -> None:
    phones = Phones()
    mila, _ = await database.write(begin, house, phones)

    def forget_in_flight(tx: Connection) -> None:
        card, data = phones.newest(MILA)
        work.take_updates(tx, house, [wrote(1, MILA, "/help")], DUE)
        ((letter, parcel),) = delivery.claim(tx, house, DUE, (), 1)
        first = erase.erase(tx, house.keyring, mila.client, DUE)
        again = erase.erase(tx, house.keyring, mila.client, DUE + timedelta(days=1))
        assert again == first, "a second time changes nothing"
        delivery.settle(tx, house, letter, Sent(phones.show(letter, parcel, DUE)), DUE)
        work.take_updates(tx, house, [pressed(5, MILA, card, one) for one in data], DUE)
        edited = {"edited_message": wrote(6, MILA, "more", NOTE)[1]["message"]}
        work.take_updates(tx, house, [(6, edited), wrote(8, MILA, "hello")], DUE)
        work.take_timers(tx, house, DUE + timedelta(days=8))
        phones.deliver(tx, house, DUE + timedelta(days=8))

    await database.write(forget_in_flight)
    assert not any((await database.write(theirs, mila.client)).values())
    failed = select(metadata.tables["inbox"]).where(metadata.tables["inbox"].c.failures > 0)
    assert (await database.write(lambda tx: tx.execute(failed).all())) == []


async def test_a_restored_backup_forgets_them_again(database: Database, house: House) -> None:
    mila, kim = await database.write(begin, house, Phones())

    def restored(tx: Connection) -> None:
        values = {"client_id": mila.client, "code": "C001", "receipt": "R", "erased_at": DUE}
        tx.execute(erasures.insert().values(values))

    await database.write(restored)
    assert await database.write(erase.reapply, house.keyring, DUE) == [mila.client]
    assert not any((await database.write(theirs, mila.client)).values())
    assert (await database.write(people.client, house.keyring, kim.client)).alias == "Kim"


async def test_numbers_of_the_erased_are_not_given_again(database: Database, house: House) -> None:
    _, kim = await database.write(begin, house, Phones())

    def once_more(tx: Connection) -> int:
        erase.erase(tx, house.keyring, kim.client, DUE)
        therapist = people.therapist_in(tx, house.keyring, LINDE)
        return meet(tx, house, therapist.id, 400, DUE, alias="Ben").client

    assert await database.write(once_more) == kim.client + 1


async def test_who_stopped_long_ago_is_forgotten_and_nobody_else(database: Database, house: House) -> None:
    mila, kim = await database.write(begin, house, Phones())

    def stop(tx: Connection) -> None:
        for client, moment in ((mila.client, DUE), (kim.client, DUE + timedelta(days=60))):
            consents.withdraw(tx, client, moment)
            wishes.stop(tx, client, moment)
        later = DUE + timedelta(days=365 * 2 + 3)
        assert house.clinic.keep_after_stop_months == 24
        forgetting.erase_the_stopped(tx, house, later)

    await database.write(stop)
    assert not any((await database.write(theirs, mila.client)).values())
    assert (await database.write(people.client, house.keyring, kim.client)).stopped_at is not None


async def test_the_check_in_of_another_goes_on(database: Database, house: House) -> None:
    mila, kim = await database.write(begin, house, Phones())
    await database.write(erase.erase, house.keyring, mila.client, DUE)
    (row,) = await database.write(checkins.of_client, kim.client, MONDAY - timedelta(days=9))
    assert row.state is CheckInState.OPEN
