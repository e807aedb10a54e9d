"""Both databases keep what the outbox, the inbox and the keys promise."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text

from bot.core.model import Band, ChatId, Kind
from bot.core.schedule import Weekly
from bot.storage import audit, facts, inbox, invitations, outbox, people, timers
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.timers import Timer, TimerKind

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(seconds=1)


def put(tx, keyring, chat=100, kind=Kind.REPLY, text_="hello", **more):
    outbox.put(
        tx, keyring, chat_id=ChatId(chat), client_id=None, kind=kind, action="send",
        body={"text": text_}, now=NOW, **more,
    )  # fmt: skip


async def test_a_fact_is_what_was_written_last(database):
    await database.write(facts.write, "bot name", "one")
    await database.write(facts.write, "bot name", "two")
    assert await database.write(facts.read, "bot name") == "two"
    assert await database.write(facts.read, "nothing") is None


async def test_an_update_arrives_once(database):
    assert await database.write(inbox.next_offset) == 0
    assert await database.write(inbox.take, [7, 8], NOW) == {7, 8}
    assert await database.write(inbox.take, [8, 9, 9], NOW) == {9}
    assert await database.write(inbox.next_offset) == 10


async def test_a_failed_update_is_tried_three_times_and_then_parked(database, keyring):
    await database.write(inbox.take, [7], NOW)
    now = NOW
    for failures in range(inbox.FAILURES_MAX):
        await database.write(inbox.mark_failed, keyring, 7, {"update_id": 7}, failures, now)
        now += timedelta(hours=1)
        waiting = await database.write(inbox.to_try_again, keyring, now)
        assert [one.failures for one in waiting] == ([failures + 1] if failures < 2 else [])
    assert await database.write(inbox.parked) == [7]


async def test_an_old_update_number_is_forgotten_but_never_the_newest(database):
    await database.write(inbox.take, [7, 8], NOW)
    await database.write(inbox.prune, NOW + timedelta(days=30))
    assert await database.write(inbox.next_offset) == 9
    assert await database.write(inbox.take, [7, 8], NOW) == {7}


async def test_each_chat_is_served_in_order_and_urgent_letters_first(database, keyring):
    def letters(tx):
        put(tx, keyring, 100, Kind.CHECK_IN, "planned")
        put(tx, keyring, 200, Kind.CHECK_IN, "first of its chat")
        put(tx, keyring, 200, Kind.REPLY, "second of its chat")
        put(tx, keyring, 300, Kind.REPLY, "urgent")

    await database.write(letters)
    claimed = await database.write(outbox.claim, keyring, SOON, (), 10)
    assert [letter.body["text"] for letter in claimed] == ["urgent", "planned", "first of its chat"]
    rested = await database.write(outbox.claim, keyring, SOON, (300, 100), 10)
    assert [letter.body["text"] for letter in rested] == ["first of its chat"]


async def test_a_letter_being_sent_holds_back_the_rest_of_its_chat(database, keyring):
    await database.write(put, keyring, 100, text_="one")
    await database.write(put, keyring, 100, text_="two")
    (one,) = await database.write(outbox.claim, keyring, SOON, (), 10)
    await database.write(outbox.mark_sending, [one.id])
    assert await database.write(outbox.claim, keyring, SOON, (), 10) == []
    await database.write(outbox.mark_sent, one.id, 55, SOON)
    (two,) = await database.write(outbox.claim, keyring, SOON, (), 10)
    assert two.body["text"] == "two"


async def test_a_postponed_letter_is_not_overtaken(database, keyring):
    await database.write(put, keyring, 100, text_="one")
    await database.write(put, keyring, 100, text_="two")
    (one,) = await database.write(outbox.claim, keyring, SOON, (), 10)
    await database.write(outbox.postpone, one.id, SOON + timedelta(minutes=1), again=False)
    assert await database.write(outbox.claim, keyring, SOON, (), 10) == []


async def test_a_check_in_that_waits_for_the_morning_lets_an_answer_by(database, keyring):
    await database.write(put, keyring, 100, Kind.CHECK_IN, "in the morning")
    await database.write(put, keyring, 100, Kind.REPLY, "now")
    (first,) = await database.write(outbox.claim, keyring, SOON, (), 10)
    await database.write(outbox.postpone, first.id, SOON + timedelta(hours=9), again=False)
    assert [x.body["text"] for x in await database.write(outbox.claim, keyring, SOON, (), 10)] == ["now"]


@pytest.mark.parametrize(
    ("kind", "state", "again"),
    [
        (Kind.CHECK_IN, "uncertain", 0),
        (Kind.REMINDER, "uncertain", 0),
        (Kind.REPLY, "uncertain", 0),
        (Kind.SUMMARY, "waiting", 1),
        (Kind.CONSENT, "waiting", 1),
        (Kind.ALERT, "waiting", 1),
        (Kind.EDIT, "waiting", 0),
    ],
)
async def test_what_was_being_sent_at_a_crash_is_in_doubt(database, keyring, kind, state, again):
    await database.write(put, keyring, 100, kind)
    (letter,) = await database.write(outbox.claim, keyring, SOON, (), 10)
    await database.write(outbox.mark_sending, [letter.id])
    assert await database.write(outbox.recover, SOON) == {kind: 1}
    row = await database.write(lambda tx: tx.execute(text("SELECT state, again, body FROM outbox")).one())
    assert (row.state, row.again) == (state, again)
    assert (row.body is None) == (state == "uncertain")


async def test_a_letter_past_its_latest_moment_lapses(database, keyring):
    await database.write(put, keyring, 100, Kind.CHECK_IN, dialogue_id=5, not_after=NOW)
    (lapsed,) = await database.write(outbox.lapse, SOON)
    assert (lapsed.dialogue_id, lapsed.kind) == (5, Kind.CHECK_IN)
    assert await database.write(outbox.counts) == {"lapsed": 1}


async def test_a_newer_page_takes_the_place_of_an_edit_that_waits(database, keyring):
    def edits(tx):
        for words in ("old", "new"):
            outbox.supersede(tx, 5, NOW)
            outbox.put(
                tx, keyring, chat_id=ChatId(1), client_id=None, kind=Kind.EDIT, action="edit",
                body={"text": words}, now=NOW, dialogue_id=5,
            )  # fmt: skip

    await database.write(edits)
    assert [x.body["text"] for x in await database.write(outbox.claim, keyring, SOON, (), 10)] == ["new"]


async def test_a_sealed_body_moved_to_another_row_does_not_open(database, keyring):
    await database.write(put, keyring, 100, text_="one")
    await database.write(put, keyring, 200, text_="two")
    await database.write(
        lambda tx: tx.execute(text("UPDATE outbox SET body = (SELECT body FROM outbox WHERE chat_id = 100)"))
    )
    with pytest.raises(InvalidTag):
        await database.write(outbox.claim, keyring, SOON, (), 10)


async def test_a_timer_set_again_moves_and_the_longest_due_comes_first(database):
    await database.write(timers.put, Timer(TimerKind.CHECK_IN, 1, NOW, NOW.date()))
    await database.write(timers.put, Timer(TimerKind.CHECK_IN, 1, NOW + timedelta(hours=1), NOW.date()))
    await database.write(timers.put, Timer(TimerKind.EXPIRY, 1, NOW))
    assert [timer.kind for timer in await database.write(timers.due, NOW, 10)] == [TimerKind.EXPIRY]
    late = await database.write(timers.due, NOW + timedelta(hours=2), 10)
    assert [timer.kind for timer in late] == [TimerKind.EXPIRY, TimerKind.CHECK_IN]


def therapist(tx, keyring):
    return people.add_therapist(tx, keyring, "Dr. Linde", "de", "Europe/Berlin")


async def test_a_link_is_claimed_once_whoever_comes(database, keyring):
    def work(tx):
        token = invitations.make(tx, therapist(tx, keyring), None, NOW)
        return [invitations.claim(tx, token, ChatId(chat), SOON).outcome for chat in range(50)]

    outcomes = await database.write(work)
    assert outcomes.count("claimed") == 1
    assert outcomes.count("used") == 49


async def test_a_link_runs_out_after_a_day(database, keyring):
    def work(tx):
        token = invitations.make(tx, therapist(tx, keyring), None, NOW)
        return invitations.claim(tx, token, ChatId(1), NOW + invitations.VALID).outcome

    assert await database.write(work) == "expired"


async def test_a_sixth_try_within_an_hour_is_not_looked_at(database, keyring):
    def work(tx):
        token = invitations.make(tx, therapist(tx, keyring), None, NOW)
        wrong = [invitations.claim(tx, "wrong", ChatId(1), NOW).outcome for _ in range(5)]
        right = invitations.claim(tx, token, ChatId(1), SOON).outcome
        later = invitations.claim(tx, token, ChatId(1), NOW + timedelta(hours=1)).outcome
        return wrong, right, later

    assert await database.write(work) == (["unknown"] * 5, "too_often", "claimed")


async def test_only_active_pairings_are_in_a_caseload(database, keyring):
    def work(tx):
        mine = therapist(tx, keyring)
        client = people.add_client(
            tx,
            keyring,
            alias="Mila",
            band=Band.B09,
            language="de",
            zone="Europe/Berlin",
            prompt_set="starter",
        )
        pairing = people.pair(tx, mine, client, Weekly(3, NOW.time(), "Europe/Berlin"), NOW)
        before = people.caseload(tx, mine)
        people.move(tx, pairing, people.PairingState.ACTIVE, NOW)
        return (
            before,
            [one.client_id for one in people.caseload(tx, mine)],
            client,
            people.client(tx, keyring, client),
        )

    before, after, client_id, client = await database.write(work)
    assert before == []
    assert after == [client_id]
    assert (client.code, client.alias) == ("C001", "Mila")


async def test_a_changed_audit_row_is_found(database, keyring):
    for what in ("one", "two", "three"):
        await database.write(audit.write, keyring, what, "client 1", NOW)
    assert await database.write(audit.broken_at, keyring) is None
    await database.write(lambda tx: tx.execute(text("UPDATE audit SET what = 'zwei' WHERE what = 'two'")))
    assert await database.write(audit.broken_at, keyring) == 2


async def test_a_transaction_that_raises_leaves_nothing(database):
    def work(tx):
        facts.write(tx, "half", "done")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(work)
    assert await database.write(facts.read, "half") is None


async def test_another_key_opens_no_client(database, keyring):
    await database.write(put, keyring, 100)
    from bot.storage.keys import KeyProblem

    with pytest.raises(KeyProblem, match="ATTUNE_KEY_FILE"):
        await database.write(outbox.claim, Keyring(bytes(32)), SOON, (), 10)


async def test_the_tables_are_as_the_migrations_make_them(database: Database):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from bot.storage.schema import metadata

    def differences(tx):
        return compare_metadata(MigrationContext.configure(tx, opts={"compare_type": False}), metadata)

    assert await database.write(differences) == []
