"""Whatever is logged or lies on a disk holds nobody's words: no name, no note, no answer and no token."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, select, text, update

from bot.core.model import Band, CheckInId, ClientId, DialogueId
from bot.demo.clock import DemoClock
from bot.demo.server import TOKEN, Failure, Fault, State, flood, refuse
from bot.demo.stage import Stage
from bot.logs import configure
from bot.service import work
from bot.storage import checkins, dialogues, people
from bot.storage.checkins import Kept
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import dialogues as dialogue_rows
from bot.storage.schema import metadata
from tests.house import furnished, meet, playing, seat_therapist

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TUESDAY_CHECK_IN = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)  # 18:00 in Vienna
WEDNESDAY_SESSION = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
LINDE, MILA, STRANGER = 101, 202, 303
THERAPIST, ALIAS = "Dr. Quittenbrot-Þ", "Zaubernuss"
NOTES = (
    "Der Rittersporn blüht",
    "قمر الزعفران",
    "ひまわり畑の秘密",
    "Ёлки-Иголочки 🪁",
    "plain Wolkenkuckuck",
)
LOST = "Nebelkrähenfeder"  # written where no check-in is open
CANARIES = (THERAPIST, ALIAS, *NOTES, LOST, TOKEN, TOKEN.partition(":")[2], "not_at_all")


def forms(word: str) -> set[bytes]:
    """As it may stand in a file: in plain bytes, in JSON, in a URL, or as Windows and databases write it."""
    escaped = json.dumps(word)[1:-1].encode()
    return {word.encode(), escaped, quote(word).encode(), word.encode("utf-16-le"), repr(word)[1:-1].encode()}


def found_in(content: bytes) -> list[str]:
    return [word for word in CANARIES if any(form in content for form in forms(word))]


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Everything that `attune run` would log at DEBUG."""
    levels = {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict}
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    caplog.set_level(logging.DEBUG)
    configure("DEBUG", "json")
    yield lambda: caplog.text + stream.getvalue()
    structlog.reset_defaults()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


async def play(stage: Stage) -> None:
    """A whole story, with all that goes wrong in it."""
    faults = stage.state.faults
    await stage.therapist(LINDE, THERAPIST, "en", "Europe/Vienna")
    await stage.client(
        LINDE, MILA, alias=ALIAS, band=Band.B18, language="en", zone="Europe/Vienna",
        session_day=2, session_at=time(16), check_in_day=1, check_in_at=time(18),
    )  # fmt: skip
    await stage.write(MILA, LOST)
    await stage.travel(TUESDAY_CHECK_IN)
    faults.next(Fault(Failure.RESET), "editMessageText")
    faults.next(Fault(Failure.NOT_JSON, after=True), "answerCallbackQuery")
    await stage.tap(MILA, "-open")
    await stage.travel(stage.clock.now() + timedelta(minutes=1))
    for choice in ("not_at_all", "slower", "yes", "mostly", "mostly", "mostly"):
        await stage.tap(MILA, choice)
    faults.next(Fault(Failure.GATEWAY, after=True, status=502), "sendMessage")
    faults.next(refuse(400, "Bad Request: it was too much"), "sendMessage")
    for words in NOTES[:-1]:
        await stage.write(MILA, words)
    faults.next(flood(3), "sendMessage")
    await failing(stage)
    stage.state.person(STRANGER, "Nobody", "de")
    await stage.write(STRANGER, LOST)
    await stage.travel(WEDNESDAY_SESSION)
    shown = "\n".join(message.text for message in stage.shown(LINDE))
    assert all(words in shown for words in (ALIAS, *NOTES)), "the therapist reads them; nobody else"


async def failing(stage: Stage) -> None:
    """An update fails with an error that quotes words, and succeeds at its second try."""
    house, database = stage.bot.house, stage.bot.database

    its = dialogue_rows.c.chat_id == MILA, dialogue_rows.c.open == 1

    def spoil(tx: Connection) -> bytes:
        row = tx.execute(select(dialogue_rows).where(*its)).one()
        place = f"dialogues.state/{row.id}"
        opened = json.loads(house.keyring.unseal(tx, row.client_id, place, row.state))
        sealed = house.keyring.seal(tx, row.client_id, place, json.dumps(opened | {"prompt_set": ALIAS}))
        tx.execute(update(dialogue_rows).where(*its).values(state=sealed))
        return bytes(row.state)

    def mend(tx: Connection, state: bytes) -> None:
        tx.execute(update(dialogue_rows).where(*its).values(state=state))

    def failed(tx: Connection) -> bool:
        return bool(tx.execute(text("SELECT 1 FROM inbox WHERE failures > 0")).all())

    state = await database.write(spoil)
    stage.state.write(MILA, NOTES[-1])
    while not await database.write(failed):
        assert not stage.playing.done()
    await database.write(mend, state)
    await stage.travel(stage.clock.now() + timedelta(minutes=1))


async def test_no_log_no_file_and_no_table_holds_anybodys_words(
    database_url: str,
    keyring: Keyring,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    logs: Callable[[], str],
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path / "temporary"))
    clock = DemoClock(MONDAY, speed=0)
    async with playing(database_url, keyring, clock, State(clock)) as stage:
        await play(stage)
        look_at_files(tmp_path, database_url)  # with the write-ahead log as it is in use
        await stage.bot.database.write(look_at_tables)
    look_at_files(tmp_path, database_url)
    said = logs()
    assert '"event": "update failed"' in said, "the logs are caught"
    assert "letter refused" in said
    assert found_in(said.encode()) == []


def look_at_files(folder: Path, database_url: str) -> None:
    files = [file for file in folder.rglob("*") if file.is_file()]
    if database_url.startswith("sqlite"):
        assert {"attune.db"} <= {file.name for file in files}
    for file in files:
        content = file.read_bytes()
        assert found_in(content) == [], file
        assert b"CREATE TABLE" not in content, "not even what the tables are called"


def look_at_tables(tx: Connection) -> None:
    """PostgreSQL's files are not encrypted, so what is in the tables is what somebody would find there."""
    for table in metadata.sorted_tables:
        for row in tx.execute(select(table)):
            for value in row:
                content = value if isinstance(value, bytes) else str(value).encode()
                assert found_in(content) == [], table.name


ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
MOVES = {
    "row": "answers SET choice = (SELECT choice FROM answers WHERE client_id = 1 AND prompt_id = 'safe')",
    "client": "notes SET words = (SELECT words FROM notes WHERE client_id = 2)",
    "column": "clients SET alias = (SELECT words FROM notes WHERE notes.client_id = clients.id)",
    "dialogue": "dialogues SET state = (SELECT state FROM dialogues WHERE id = 2)",
}
READS: dict[str, Callable[[Connection, Keyring], object]] = {
    "row": lambda tx, keyring: checkins.answers_of(tx, keyring, ClientId(1), ALWAYS),
    "client": lambda tx, keyring: checkins.notes_of(tx, keyring, ClientId(1), ALWAYS),
    "column": lambda tx, keyring: people.client(tx, keyring, ClientId(1)),
    "dialogue": lambda tx, keyring: dialogues.get(tx, keyring, DialogueId(1)),
}


@pytest.mark.parametrize("to_another", MOVES)
async def test_what_is_sealed_for_one_place_opens_in_no_other(
    database: Database, keyring: Keyring, to_another: str
) -> None:
    def fill(tx: Connection) -> None:
        house = furnished(keyring)
        therapist = seat_therapist(tx, keyring, LINDE)
        for number, chat in ((1, MILA), (2, STRANGER)):
            meet(tx, house, therapist, chat, MONDAY, check_ins=((0, time(17)),))
            work.take_timers(tx, house, MONDAY + timedelta(hours=7))
            for prompt in ("heard", "safe"):
                checkins.record(tx, keyring, ClientId(number), CheckInId(number), prompt, "mostly", MONDAY)
            note = Kept(7, NOTES[number], "en", None, MONDAY, topic=False)
            checkins.keep(tx, keyring, ClientId(number), CheckInId(number), note)

    read = READS[to_another]
    await database.write(fill)
    await database.write(read, keyring)
    await database.write(lambda tx: tx.execute(text(f"UPDATE {MOVES[to_another]}")))
    with pytest.raises(InvalidTag):
        await database.write(read, keyring)
