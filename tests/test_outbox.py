"""Which letters the outbox gives out, and how it finds them among many."""

import pytest
from sqlalchemy import event

from bot.core.model import Kind
from bot.storage import outbox
from tests.test_storage import NOW, SOON, put


async def claimed(database, keyring, resting=(), most=10):
    return await database.write(outbox.claim, keyring, SOON, resting, most)


async def test_only_resting_chats_that_have_a_letter_are_held_up(database, keyring):
    for chat in (100, 200, 300, 400):
        await database.write(put, keyring, chat)
    resting = {300, 100, 900}
    assert [letter.chat_id for letter in await claimed(database, keyring, resting, 1)] == [200]
    assert await database.write(outbox.held_up, SOON, resting) == {100, 300}


async def test_when_the_last_letter_left_is_known_unless_one_is_in_doubt(database, keyring):
    assert await database.write(outbox.last_settled) is None
    await database.write(put, keyring, 100)
    await database.write(put, keyring, 200)
    assert await database.write(outbox.last_settled) is None
    one, two = await claimed(database, keyring)
    await database.write(outbox.mark_sending, [one.id])
    await database.write(outbox.mark_sent, one.id, 5, SOON)
    assert await database.write(outbox.last_settled) == SOON
    await database.write(outbox.mark_sending, [two.id])
    assert await database.write(outbox.last_settled) is None
    await database.write(outbox.postpone, two.id, SOON, again=False)
    assert await database.write(outbox.last_settled) is None


async def test_a_letter_past_its_latest_moment_is_not_sent_even_before_it_lapses(database, keyring):
    await database.write(put, keyring, 100, Kind.CHECK_IN, not_after=NOW)
    await database.write(put, keyring, 200, Kind.CHECK_IN, not_after=SOON)
    assert [letter.chat_id for letter in await claimed(database, keyring)] == [200]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL reads so few rows whole
async def test_the_unsent_are_found_by_their_index(database, keyring):
    def plans(tx):
        seen = []
        event.listen(tx, "before_cursor_execute", lambda *given: seen.append(given[2:4]))
        outbox.claim(tx, keyring, NOW, (), 10)
        outbox.lapse(tx, NOW)
        outbox.recover(tx, NOW)
        explained = [tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given).all() for said, given in seen[:]]
        return [" ".join(str(row) for row in rows) for rows in explained]

    found = await database.write(plans)
    assert len(found) == 3
    assert all("outbox_unsent" in plan for plan in found)
