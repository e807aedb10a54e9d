"""The report finds what somebody did not want, or should not see; and knows when people want to hear."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection, select, update

from bot.content.clinic import Clinic
from bot.core.model import Band
from bot.demo.headless.dates import heard_of_news, occasions
from bot.demo.headless.persons import Client, Therapist
from bot.demo.headless.phones import Phone
from bot.demo.server import Message
from bot.demo.server.things import Version
from bot.service.house import House
from bot.storage.schema import answers
from tests.tampering import Run, run_of

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
CLINIC = cast(
    Clinic,
    SimpleNamespace(
        quiet_from=time(21),
        quiet_to=time(8),
        remind_after_days=1,
        expire_after_days=2,
        summary_before=timedelta(hours=2),
    ),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_of(tmp_path_factory.mktemp("run"), 2)


@pytest.fixture
def client() -> Client:
    """In UTC; sessions on Saturdays at noon, check-ins on Tuesdays at 10."""
    phone = Phone(cast(Any, None), 1)
    therapist = Therapist(2, "Dr. Linde", "en", "UTC", phone, Random(1))
    session, check_in = (5, time(12)), (1, time(10))
    one = Client(1, "Mila", Band.B18, "en", "UTC", therapist, session, check_in, phone, Random(1))
    one.linked_at = FIRST
    return one


def news(run: Run) -> Iterator[Message]:
    """What clients heard of their therapists."""
    texts = run.house.texts
    ends = {
        texts[language][f"bot/after/read/{voice}"].partition("}")[2]
        for language in texts
        for voice in ("child", "teen", "adult")
    }
    yield from (m for m in run.spoken() if any(m.text.endswith(end) for end in ends))


def test_a_reading_reaches_its_client_once(run: Run) -> None:
    heard = next(news(run))
    with run.without(heard):
        assert run.faults() == (1, 0)
    again = replace(heard, message_id=heard.message_id + 1_000_000)
    with run.put(again):
        assert run.faults() == (0, 1)


def test_what_rings_at_night_by_itself_is_found(run: Run) -> None:
    heard = next(news(run))
    client = next(one for one in run.people.clients if one.chat_id == heard.chat_id)
    nights = (heard.sent_at + timedelta(hours=hours) for hours in range(24))
    clinic = run.house.clinic
    quiet = next(at for at in nights if heard_of_news(at, client, clinic) > at + timedelta(hours=1))
    rang = [replace(heard.versions[0], at=quiet)]
    late = replace(heard, message_id=heard.message_id + 1_000_000, versions=rang)
    with run.put(late):
        assert run.report().breach >= 1


def test_what_is_kept_back_and_was_not_is_found(run: Run) -> None:
    def hold(tx: Connection, _: House) -> None:
        row = tx.execute(select(answers).where(answers.c.held_back == 0)).first()
        assert row is not None
        mine = (answers.c.check_in_id == row.check_in_id) & (answers.c.prompt_id == row.prompt_id)
        tx.execute(update(answers).where(mine).values(held_back=1))

    assert run.report(hold).breach == 1


def test_a_name_on_a_strangers_phone_is_found(run: Run) -> None:
    one, *_, other = run.people.clients
    shown = next(m for m in run.spoken() if m.chat_id == other.chat_id and not m.versions[0].markup)
    told = Version(shown.sent_at, f"{shown.text} {one.alias}", None)
    with run.put(replace(shown, versions=[told])):
        assert run.report().breach == 1


def test_another_day_is_kept_and_keeps_its_distance(client: Client) -> None:
    changed = FIRST + DAY + timedelta(hours=3)  # on Tuesday, after the check-in: from now on Thursdays
    client.wishes.rule.change(changed, (3, time(10)))
    found = occasions(client, CLINIC, FIRST + 14 * DAY, lambda ring: True)
    assert [one.local_date.day for one in found] == [3, 12]


def test_what_did_not_arrive_keeps_no_distance(client: Client) -> None:
    changed = FIRST + DAY + timedelta(hours=3)
    client.wishes.rule.change(changed, (3, time(10)))
    found = occasions(client, CLINIC, FIRST + 14 * DAY, lambda ring: False)
    assert [one.local_date.day for one in found] == [3, 5, 12]


def test_in_a_pause_nothing_is_sent_and_after_a_stop_nothing_is_due(client: Client) -> None:
    client.wishes.paused.change(FIRST, (FIRST + 7 * DAY).date())
    client.wishes.stopped.change(FIRST + 10 * DAY, True)
    found = occasions(client, CLINIC, FIRST + 28 * DAY, lambda ring: True)
    assert [(one.local_date.day, one.paused) for one in found] == [(3, True), (10, False)]


def test_news_wait_for_the_end_of_a_pause_and_of_quiet_hours(client: Client) -> None:
    client.wishes.quiet.change(FIRST, (time(19), time(9)))
    assert heard_of_news(FIRST + timedelta(hours=11), client, CLINIC) == FIRST + DAY
    client.wishes.paused.change(FIRST + DAY, (FIRST + 7 * DAY).date())
    assert heard_of_news(FIRST + 2 * DAY, client, CLINIC) == FIRST + 7 * DAY
