"""What the list of belongings says about keeping is what housekeeping does: not sooner, and not later."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, Table, func, insert, select

from bot.core.model import ChatId, Kind
from bot.core.schedule import Weekly
from bot.service import forgetting, start
from bot.service.scene import Scene
from bot.storage import invitations, outbox, people
from bot.storage.belongings import BELONGINGS, OF_CHATS
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.people import PairingState
from bot.storage.schema import accounts, clients, erasures, inbox, link_tries
from bot.storage.schema import invitations as invitation_rows
from bot.storage.schema import outbox as letters
from tests.house import Met, Phones, furnished, meet, seat_therapist

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINDE, MILA, KIM, BEN, STRANGER = 100, 200, 300, 400, 900
TIMED = {one.table: one.kept for one in BELONGINGS if one.kept} | {
    table: kept for table, kept in OF_CHATS.items() if kept
}
BEFORE = timedelta(seconds=1)
NEVER_BEGUN = [state for state in PairingState if state is not PairingState.ACTIVE]


def leave(tx: Connection, keyring: Keyring, table: Table, at: datetime) -> None:
    """A row that was dealt with at that moment."""
    if table is letters:
        seat_therapist(tx, keyring, LINDE)
        outbox.put(
            tx, keyring, chat_id=ChatId(LINDE), client_id=None, kind=Kind.REPLY, action="send",
            body={"text": "hello"}, now=at,
        )  # fmt: skip
        outbox.mark_sent(tx, tx.execute(select(letters.c.id)).scalar_one(), 1, at)
    elif table is inbox:
        # The newest number stays always: it says which update comes next.
        values = [{"update_id": 1, "arrived_at": at, "body": b"failed"}]
        tx.execute(insert(inbox), values)
        tx.execute(insert(inbox), [{"update_id": 2, "arrived_at": at + timedelta(days=400)}])
    elif table is link_tries:
        tx.execute(insert(link_tries), [{"chat_id": STRANGER, "tried_at": at}])
    else:
        raise AssertionError(f"tell how {table.name} is left behind")


@pytest.mark.parametrize("table", TIMED, ids=lambda table: table.name)
async def test_each_table_is_emptied_when_the_list_says(
    database: Database, keyring: Keyring, table: Table
) -> None:
    def count(tx: Connection, now: datetime) -> int:
        start.tidy(tx, now)
        return tx.execute(select(func.count()).select_from(table)).scalar_one()

    await database.write(leave, keyring, table, MONDAY)
    kept = TIMED[table]
    assert kept is not None
    before = await database.write(count, MONDAY + kept - BEFORE)
    assert await database.write(count, MONDAY + kept + BEFORE) == before - 1


async def test_after_an_erasure_the_number_of_the_chat_is_gone_within_a_day(
    database: Database, keyring: Keyring
) -> None:
    house, phones = furnished(keyring), Phones()

    def forget(tx: Connection) -> None:
        met = meet(tx, house, seat_therapist(tx, keyring, LINDE), MILA, MONDAY)
        forgetting.erase(Scene(tx, house, ChatId(MILA), house.words("en"), MONDAY, met.client))
        phones.deliver(tx, house, MONDAY)

    def numbers(tx: Connection) -> list[int]:
        start.tidy(tx, MONDAY + timedelta(hours=18))
        return [
            *tx.execute(select(letters.c.chat_id)).scalars(),
            *tx.execute(select(accounts.c.chat_id)).scalars(),
        ]

    await database.write(forget)
    assert any("receipt number" in body["text"] for body in phones.cards[MILA].values())
    assert set(await database.write(numbers)) == {LINDE}
    assert len(await database.write(lambda tx: tx.execute(select(erasures)).all())) == 1


async def test_a_chat_that_somebody_still_sits_in_is_not_let_go(database: Database, keyring: Keyring) -> None:
    house = furnished(keyring)

    def tidy(tx: Connection) -> list[int]:
        therapist = seat_therapist(tx, keyring, LINDE)
        meet(tx, house, therapist, MILA, MONDAY)
        gone = meet(tx, house, therapist, STRANGER, MONDAY)
        people.seat_client(tx, gone.client, None)
        start.tidy(tx, MONDAY + timedelta(days=400))
        return sorted(tx.execute(select(accounts.c.chat_id)).scalars())

    assert await database.write(tidy) == [LINDE, MILA]


def invited(tx: Connection, keyring: Keyring, state: PairingState) -> tuple[Met, str]:
    """Somebody who came that far on Monday, and the secret of their link, which the therapist made."""
    house = furnished(keyring)
    met = meet(tx, house, seat_therapist(tx, keyring, LINDE), MILA, MONDAY, state=state)
    if state in (PairingState.INVITED, PairingState.REFUSED):
        people.seat_client(tx, met.client, None)
    therapist = people.therapist_in(tx, keyring, ChatId(LINDE))
    assert therapist is not None
    return met, invitations.make(tx, therapist.id, met.pairing, MONDAY)


def rows_of(tx: Connection, met: Met) -> int:
    return sum(
        len(tx.execute(select(one.table).where(one.rows), {"client": met.client}).all()) for one in BELONGINGS
    )


@pytest.mark.parametrize("state", NEVER_BEGUN)
async def test_who_was_invited_and_never_began_is_forgotten_when_the_clinic_says(
    database: Database, keyring: Keyring, state: PairingState
) -> None:
    house, phones = furnished(keyring), Phones()
    met, _ = await database.write(invited, keyring, state)
    before = await database.write(rows_of, met)
    assert house.clinic.keep_if_not_begun == timedelta(days=90)
    await database.write(forgetting.erase_who_never_began, house, MONDAY + timedelta(days=90) - BEFORE)
    assert await database.write(rows_of, met) == before > 0
    later = MONDAY + timedelta(days=90) + BEFORE
    await database.write(forgetting.erase_who_never_began, house, later)
    assert await database.write(rows_of, met) == 0
    assert len(await database.write(lambda tx: tx.execute(select(erasures)).all())) == 1
    await database.write(phones.deliver, house, later)
    told = [body["text"] for body in phones.cards[LINDE].values() if "C001" in body["text"]]
    assert len(told) == (state is not PairingState.REFUSED), "whom the therapist refused, they know of"


async def test_who_has_begun_is_kept_and_who_is_new_to_another_too(
    database: Database, keyring: Keyring
) -> None:
    house, later = furnished(keyring), MONDAY + timedelta(days=400)

    def forget(tx: Connection) -> set[int]:
        linde, okafor = seat_therapist(tx, keyring, LINDE), seat_therapist(tx, keyring, STRANGER)
        begun = meet(tx, house, linde, MILA, MONDAY)
        both = meet(tx, house, linde, KIM, MONDAY)
        people.pair(tx, okafor, both.client, Weekly(1, time(9), "Europe/Vienna"), MONDAY)
        asked_again = meet(tx, house, linde, BEN, MONDAY, state=PairingState.REFUSED)
        people.pair(tx, okafor, asked_again.client, Weekly(1, time(9), "Europe/Vienna"), later)
        forgetting.erase_who_never_began(tx, house, later)
        return {begun.client, both.client, asked_again.client} ^ set(
            tx.execute(select(clients.c.id)).scalars()
        )

    assert await database.write(forget) == set()


async def test_a_link_that_nobody_used_goes_and_one_that_was_used_stays(
    database: Database, keyring: Keyring
) -> None:
    """Even one of somebody who takes part, and a therapist's own."""
    house = furnished(keyring)

    def links(tx: Connection, now: datetime) -> int:
        forgetting.erase_who_never_began(tx, house, now)
        return tx.execute(select(func.count()).select_from(invitation_rows)).scalar_one()

    def make(tx: Connection) -> None:
        met, secret = invited(tx, keyring, PairingState.ACTIVE)
        assert invitations.claim(tx, secret, ChatId(MILA), MONDAY).outcome is invitations.Outcome.CLAIMED
        therapist = people.therapist_in(tx, keyring, ChatId(LINDE))
        assert therapist is not None
        invitations.make(tx, therapist.id, met.pairing, MONDAY)
        invitations.make(tx, therapist.id, None, MONDAY)

    await database.write(make)
    ran_out = MONDAY + invitations.VALID + house.clinic.keep_if_not_begun
    assert await database.write(links, ran_out - BEFORE) == 3
    assert await database.write(links, ran_out + BEFORE) == 1
