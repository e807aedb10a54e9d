"""The report finds what is kept of whoever erased themselves, and whoever hears of them afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, insert

from bot.core.model import ChatId, Kind
from bot.demo.headless.persons import Client
from bot.demo.server import Message
from bot.demo.server.things import Version
from bot.service.house import House
from bot.storage import outbox
from bot.storage.schema import accounts, consents, erasures
from tests.tampering import Run, run_of

LATER = timedelta(hours=30)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """In this play one of six erases themselves."""
    return run_of(tmp_path_factory.mktemp("run"), 7)


@pytest.fixture
def gone(run: Run) -> Client:
    (client,) = (one for one in run.people.clients if one.wishes.erased_at is not None)
    return client


def said(run: Run, chat_id: int, text: str, client: Client) -> Message:
    """One more message of the bot's, long after the erasure."""
    assert client.wishes.erased_at is not None
    at = client.wishes.erased_at + LATER
    like = next(message for message in run.state.chat(chat_id) if message.by_bot)
    return replace(like, message_id=9_000_000, deleted_at=None, versions=[Version(at, text, None)])


def test_who_is_gone_is_whole_in_that(run: Run, gone: Client) -> None:
    report = run.report()
    assert (report.lost, report.twice, report.breach) == (0, 0, 0)
    assert gone.alias in {one.client.alias for one in report.clients}


def test_a_row_that_is_left_is_found(run: Run, gone: Client) -> None:
    def keep(tx: Connection, house: House) -> None:
        number = tx.execute(erasures.select()).one().client_id
        tx.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        values = {"client_id": number, "version": "1", "language": "en", "agreed_at": run.now}
        tx.execute(insert(consents).values(values))

    assert run.report(keep).breach == 1


def test_a_chat_that_is_still_known_is_found(run: Run, gone: Client) -> None:
    values = {"chat_id": gone.chat_id, "language": "en"}
    assert run.report(lambda tx, _: tx.execute(insert(accounts).values(values))).breach == 1


def test_a_letter_that_waits_and_names_them_is_found(run: Run, gone: Client) -> None:
    def wait(tx: Connection, house: House) -> None:
        outbox.put(
            tx, house.keyring, chat_id=ChatId(gone.therapist.chat_id), client_id=None, kind=Kind.NEWS,
            action="send", body={"text": f"Was it {gone.alias}?"}, now=run.now,
        )  # fmt: skip

    assert run.report(wait).breach == 1


def test_a_receipt_of_which_nobody_knows_is_lost(run: Run, gone: Client) -> None:
    assert run.faults(lambda tx, _: tx.execute(delete(erasures))) == (1, 0)


def test_a_therapist_who_reads_of_them_is_found(run: Run, gone: Client) -> None:
    with run.put(said(run, gone.therapist.chat_id, f"{gone.alias} has not answered", gone)):
        assert run.report().breach == 1


def test_what_comes_to_their_phone_by_itself_is_found(run: Run, gone: Client) -> None:
    with run.put(said(run, gone.chat_id, "How was it", gone)):
        assert run.report().breach >= 1
