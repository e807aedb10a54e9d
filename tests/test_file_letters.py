"""Files and deletions go the whole way: sealed, sent, shown on the phone, and no longer kept by us."""

import base64
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from bot.core.model import ChatId
from bot.demo.clock import DemoClock
from bot.demo.server import refuse
from bot.demo.stage import Stage, staged
from bot.render.bodies import Body
from bot.service.scene import Scene
from bot.storage.schema import outbox as letters
from tests.phones import Phone, Unlike

CLINIC = Path(__file__).parents[1]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KIM = 202
PAGE = "<p>Kim said: \u2068مدرسة\u2069</p>"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(CLINIC, DemoClock(MONDAY, speed=0), tmp_path) as stage:
        stage.state.person(KIM, "Kim", started=True)
        yield stage


async def post(stage: Stage, body: Body) -> None:
    await act(stage, lambda scene: scene.send(body))


async def take_away(stage: Stage, message_id: int) -> None:
    await act(stage, lambda scene: scene.conceal(message_id))


async def act(stage: Stage, what: Callable[[Scene], None]) -> None:
    """Something happens in Kim's chat, and the letters that come of it leave."""

    def happen(tx: Connection) -> None:
        house = stage.bot.house
        what(Scene(tx, house, ChatId(KIM), house.words("en"), stage.clock.now()))

    await stage.bot.database.write(happen)
    stage.bot.wake.set()
    await stage.settled()


async def states(stage: Stage) -> list[tuple[str, bytes | None]]:
    def read(tx: Connection) -> list[tuple[str, bytes | None]]:
        rows = tx.execute(select(letters.c.state, letters.c.body).order_by(letters.c.id))
        return [(row.state, row.body) for row in rows]

    return await stage.bot.database.write(read)


def file(content: bytes, name: str = "all.html", caption: str = "All of it") -> Body:
    return {"text": caption, "file": base64.b64encode(content).decode(), "file_name": name}


def phone(stage: Stage) -> Phone:
    return Phone(stage, KIM, "Kim", "en", ZoneInfo("Europe/Vienna"), [])


async def test_two_megabytes_arrive_whole_and_are_emptied_afterwards(stage: Stage) -> None:
    content = bytes(range(256)) * 8_000
    await post(stage, file(content))
    (message,) = stage.shown(KIM)
    assert (message.text, message.content["document"]["file_name"]) == ("All of it", "all.html")
    assert stage.state.files[message.file_id].content == content
    assert await states(stage) == [("sent", None)]


async def test_a_file_that_provably_did_not_leave_is_sent_once(stage: Stage) -> None:
    stage.state.faults.next(refuse(429), "sendDocument")
    await post(stage, file(b"once"))
    await stage.travel(MONDAY + timedelta(minutes=1))
    assert [message.text for message in stage.shown(KIM)] == ["All of it"]


async def test_a_story_can_tell_of_a_file_its_name_and_what_is_in_it(stage: Stage) -> None:
    kims = phone(stage)
    await post(stage, file(PAGE.encode()))
    kims.notice([], [], rang=False)
    assert "[file: all.html]" in kims.news()
    for unlike in (
        {"file": "all.json"},
        {"holds": ["Kim said", "nothing"]},
        {"file": "all.html", "holds": ["x"]},
    ):
        with pytest.raises(Unlike):
            kims.check("sees", "All of it", unlike)
    kims.check("sees", "All of it", {"file": "all.html", "holds": ["مدرسة", "Kim said: مدرسة"]})
    assert kims.unread == []


async def test_a_story_finds_a_name_on_a_locked_screen_in_a_files_name_too(stage: Stage) -> None:
    kims = phone(stage)
    kims.discreet = True
    await post(stage, file(b"x", "Dr. Linde.html"))
    with pytest.raises(Unlike, match="locked screen"):
        kims.notice([], ["Linde"], rang=True)


async def test_what_a_person_wrote_is_taken_away_and_a_story_can_tell_so(stage: Stage) -> None:
    kims = phone(stage)
    kims.act("writes", "my secret")
    await stage.settled()
    with pytest.raises(Unlike, match="still stands"):
        kims.check("words_are_gone", "my secret", {})
    with pytest.raises(Unlike, match="never"):
        kims.check("words_are_gone", "another", {})
    await take_away(stage, kims._wrote["my secret"])
    kims.check("words_are_gone", "my secret", {})
    assert "my secret" not in [message.text for message in stage.shown(KIM)]


async def test_what_is_too_old_to_be_taken_away_holds_up_nothing(stage: Stage) -> None:
    written = stage.state.write(KIM, "long ago")
    await stage.settled()
    await stage.travel(MONDAY + timedelta(hours=49))
    await take_away(stage, written.message_id)
    await post(stage, {"text": "Hello"})
    assert written.deleted_at is None
    assert stage.shown(KIM)[-1].text == "Hello"
    assert [state for state, _ in await states(stage)][-2:] == ["failed", "sent"]
