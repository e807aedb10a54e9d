"""At the clinic's terminal: a copy of everything for a client who asks there, and erasing them."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select
from typer.testing import CliRunner

from bot.cli import app
from bot.core.model import Band, CheckInState
from bot.service import desk
from bot.service.start import SetupProblem, open_database
from bot.storage import audit, checkins, people
from bot.storage.checkins import Kept
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import audit as audit_rows
from bot.storage.schema import clients, erasures
from tests.house import furnished, meet, seat_therapist
from tests.process.attune import Home, Nursery

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINDE, MILA = 100, 200
SAID = "The mole in the garden is mine"


def fill(tx: Connection, keyring: Keyring) -> None:
    """A child on a guardian's phone, who has said something."""
    house = furnished(keyring)
    met = meet(tx, house, seat_therapist(tx, keyring, LINDE), MILA, MONDAY, band=Band.B09)
    tx.execute(clients.update().values(guardian_account=1))
    number = checkins.start(
        tx, met.client, schedule_id=None, local_date=MONDAY.date(), ordinal=0, due_at=MONDAY,
        prompt_set="starter", version=1, language="en", band=Band.B09,
        asked=("heard", "a_prompt_of_long_ago"), state=CheckInState.OPEN,
    )  # fmt: skip
    assert number is not None
    checkins.record(tx, keyring, met.client, number, "heard", "a_lot", MONDAY)
    checkins.record(tx, keyring, met.client, number, "a_prompt_of_long_ago", "a_step_of_long_ago", MONDAY)
    checkins.keep(tx, keyring, met.client, number, Kept(7, SAID, "en", "heard", MONDAY, topic=True))


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    home = Home(tmp_path, "http://127.0.0.1:9")
    await home.prepare()
    database = await open_database(home.database_url, home.keyring, alone=False)
    await database.write(fill, home.keyring)
    await database.close()
    return home


async def test_a_copy_is_whole_for_a_child_too_and_readable_by_nobody_else(
    home: Home, nursery: Nursery
) -> None:
    out = home.folder / "copies"
    code, said = await nursery.command(home, "client", "export", "c001", "--out", str(out))
    assert code == 0, said
    page, data = out / "C001.html", out / "C001.json"
    assert f"Wrote {page}" in said
    assert f"Wrote {data}" in said
    assert SAID in page.read_text("utf-8")
    known = json.loads(data.read_text("utf-8"))
    assert [note["words"] for note in known["notes"]] == [SAID]
    given = [(one["prompt"], one["choice"]) for one in known["check_ins"][0]["answers"]]
    assert sorted(given) == [("a_prompt_of_long_ago", "a_step_of_long_ago"), ("heard", "a_lot")]
    assert known["answers_left_out"] is False
    for file in (page, data):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert SAID not in said
    before = page.read_bytes()
    code, said = await nursery.command(home, "client", "export", "C001", "--out", str(out))
    assert code == 1
    assert "exists already" in said
    assert page.read_bytes() == before
    what = await home.read(lambda tx: tx.execute(select(audit_rows.c.what)).scalars().all())
    assert what == ["copy made at the clinic"]


async def test_erasing_gives_a_receipt_and_the_same_one_when_asked_again(
    home: Home, nursery: Nursery
) -> None:
    code, said = await nursery.command(home, "client", "erase", "C001", "--yes")
    assert code == 0, said
    (kept,) = await home.read(lambda tx: tx.execute(select(erasures)).all())
    assert f"Receipt: {kept.receipt}" in said
    assert await home.read(people.coded, "C001") is None
    code, again = await nursery.command(home, "client", "erase", "C001", "--yes")
    assert (code, again) == (0, said)
    what = await home.read(lambda tx: tx.execute(select(audit_rows.c.what)).scalars().all())
    assert what == ["client erased"]
    assert await home.read(audit.broken_at, home.keyring) is None


@pytest.mark.parametrize(
    "words", [("client", "erase", "C009", "--yes"), ("client", "export", "C009", "--out", "x")]
)
async def test_a_code_that_nobody_has_is_said_so(
    home: Home, nursery: Nursery, words: tuple[str, ...]
) -> None:
    code, said = await nursery.command(home, *words)
    assert code == 1
    assert "No client has the code C009" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("answers", ["n\n", "y\nn\n", "\n"])
def test_nothing_is_erased_before_it_was_said_twice(answers: str) -> None:
    ended = CliRunner().invoke(app, ["client", "erase", "C001"], input=answers)
    assert ended.exit_code == 1
    assert "Aborted" in ended.output


async def test_on_either_database_it_is_the_same(database: Database, keyring: Keyring) -> None:
    house = furnished(keyring)

    def both(tx: Connection) -> None:
        fill(tx, keyring)
        page, data = desk.copy(tx, house, "C001", MONDAY)
        assert SAID in page
        assert SAID in data
        first = desk.erased(tx, house, "C001", MONDAY)
        assert desk.erased(tx, house, "C001", MONDAY.replace(year=2027)) == first
        with pytest.raises(SetupProblem, match="No client has the code C001"):
            desk.copy(tx, house, "C001", MONDAY)

    await database.write(both)
