"""`attune demo --headless` plays the same story again, tells what came of it, and finds what is broken."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.core.model import CheckInState, Kind
from bot.core.summary import PastCheckIn
from bot.demo.headless import company
from bot.demo.headless.play import played
from bot.service import delivery, occasions, readings, reports
from bot.service.scene import Scene
from bot.storage import checkins, outbox

CLINIC = Path(__file__).parents[1]
KEYS = [
    *("due", "sent", "answered", "expired", "summaries", "readings"),
    *("typed", "held_back", "taken_back", "put_off", "looked_again", "decided"),
    *("lost", "twice", "breach", "uncertain", "seconds"),
]


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("ATTUNE_FOLDER", str(CLINIC))
    monkeypatch.setattr("bot.cli.configure", lambda level, form: None)  # it would keep this test's stderr

    def run(*options: str) -> Result:
        return CliRunner().invoke(app, ["demo", "--headless", *options], catch_exceptions=False)

    return run


def test_a_week_of_six_clients_loses_nothing_and_sends_nothing_twice(demo: Callable[..., Result]) -> None:
    result = demo("--weeks", "1", "--clients", "6", "--seed", "1", "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout.splitlines()[-1])
    assert list(report) == KEYS
    assert report["due"] == report["summaries"] == 6
    assert report["lost"] == report["twice"] == report["breach"] == report["uncertain"] == 0
    assert 0 < report["answered"] + report["expired"] <= report["sent"] <= report["due"]
    assert result.stderr == ""


async def test_the_same_seed_tells_the_same_story(tmp_path: Path) -> None:
    async def story(folder: Path) -> list[list[str]]:
        async with played(CLINIC, folder, 1, 2, 4, False) as (stage, people):
            chats = [stage.state.chat(one.chat_id) for one in (*people.therapists, *people.clients)]
        return [[one.text for one in chat if "start" not in one.text] for chat in chats]  # no random links

    assert await story(tmp_path / "a") == await story(tmp_path / "b")


async def test_the_cast_has_all_bands_languages_and_zones_with_clock_changes(tmp_path: Path) -> None:
    async with played(CLINIC, tmp_path, 0, 0, 1, False) as (stage, _):
        house = stage.bot.house
        people = company.assemble(stage.state, house, 20, 1)
    assert {client.band for client in people.clients} == set(house.offer.languages)
    assert {client.language for client in people.clients} == set(house.texts)
    assert {therapist.language for therapist in people.therapists} == set(house.texts)
    assert len(people.therapists) == 4
    assert len({client.zone for client in people.clients}) == len(company.ZONES) - 2
    assert [len(family) for family in people.families()].count(2) == 2  # brothers and sisters share a zone
    assert len({client.alias for client in people.clients}) == 20


async def test_the_stage_settles_when_more_comes_in_the_midst_of_a_batch(tmp_path: Path) -> None:
    """Delivering sleeps between two letters of a batch, and does not hear that there are more."""
    async with played(CLINIC, tmp_path, 0, 0, 1, False) as (stage, _), asyncio.timeout(30):
        numbers = range(1, 13)
        async with asyncio.TaskGroup() as meetings:
            for number in numbers:
                meetings.create_task(stage.therapist(number, f"Dr. {number}", "en", "Europe/Vienna"))
        for _ in range(2):
            for number in numbers:
                stage.state.write(number, "/help")
            await asyncio.sleep(0.01)
            stage.bot.wake.set()
        await stage.settled()
        assert all(stage.shown(number)[-1].text.startswith("This is Attune") for number in numbers)


def keep_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkins, "record", lambda *_: None)


def send_covers_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    put = outbox.put

    def again(*args: Any, kind: Kind, **rest: Any) -> None:
        for _ in range(2 if kind is Kind.CHECK_IN else 1):
            put(*args, kind=kind, **rest)

    monkeypatch.setattr(outbox, "put", again)


def make_no_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "send", lambda *_: None)


def pass_over_occasions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(occasions, "check_in_due", lambda *_: None)


def read_every_clock_as_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.core.schedule._zone", lambda _: __import__("zoneinfo").ZoneInfo("UTC"))


def tell_no_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "_notes", lambda *_: [])


def tell_what_is_still_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if everything were closed the moment it is begun."""
    as_it_is = reports._past

    def closed(*known: Any) -> PastCheckIn:
        found = as_it_is(*known)
        return replace(found, state=CheckInState.PARTLY) if found.state is CheckInState.OPEN else found

    monkeypatch.setattr(reports, "_past", closed)


def keep_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkins, "hold_back", lambda *_: None)


def ring_at_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "quiet_until", lambda *_: None)


def tell_nobody_that_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "mark", lambda *_: None)


def leave_on_the_phone_what_a_child_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scene, "conceal", lambda *_: None)


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (keep_no_answer, "lost"),
        (send_covers_twice, "twice"),
        (make_no_summary, "lost"),
        (pass_over_occasions, "lost"),
        (read_every_clock_as_utc, "lost"),
        (tell_no_notes, "lost"),
        (tell_what_is_still_open, "lost"),
        (keep_nothing_back, "breach"),
        (ring_at_night, "breach"),
        (tell_nobody_that_it_was_read, "lost"),
        (leave_on_the_phone_what_a_child_typed, "breach"),
    ],
)
def test_a_broken_bot_is_found(
    demo: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[pytest.MonkeyPatch], None],
    key: str,
) -> None:
    fault(monkeypatch)
    result = demo("--weeks", "2", "--clients", "6", "--seed", "5", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout.splitlines()[-1])[key] > 0


def test_for_people_there_is_a_table_and_a_sentence(demo: Callable[..., Result]) -> None:
    result = demo("--weeks", "1", "--clients", "1", "--seed", "5")
    assert result.exit_code == 0
    assert "b06" in result.stdout
    assert "nothing was lost and nothing came twice" in result.stdout.splitlines()[-1]
