"""The report finds what the database no longer keeps, keeps otherwise, or keeps once too often."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import Connection, delete, insert, select, update

from bot.demo.headless.report import tell
from bot.service.house import House
from bot.storage.schema import answers, check_ins, consents, notes, outbox, summaries
from tests.tampering import Run, first, run_of

HOUR = timedelta(hours=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_of(tmp_path_factory.mktemp("run"), 2)


def test_what_nobody_tampered_with_is_whole(run: Run) -> None:
    report = run.report()
    assert (report.lost, report.twice, report.breach, report.uncertain) == (0, 0, 0, 0)
    assert 12 <= report.due <= 18
    assert report.summaries == 18
    assert 0 < report.answered <= report.sent <= report.due


def test_an_answer_that_is_gone_is_lost(run: Run) -> None:
    assert run.faults(lambda tx, _: first(tx, answers, delete)) == (1, 0)


def test_an_answer_that_says_something_else_is_lost(run: Run) -> None:
    def change(tx: Connection, house: House) -> None:
        row = tx.execute(select(answers).where(answers.c.prompt_id == "heard")).first()
        assert row is not None
        place = f"answers.choice/{row.check_in_id}/heard"
        sealed = house.keyring.seal(tx, row.client_id, place, "something else")
        mine = (answers.c.check_in_id == row.check_in_id) & (answers.c.prompt_id == "heard")
        tx.execute(update(answers).where(mine).values(choice=sealed))

    assert run.faults(change) == (1, 0)


def test_an_answer_that_nobody_gave_is_one_too_many(run: Run) -> None:
    def add(tx: Connection, house: House) -> None:
        row = tx.execute(select(answers)).first()
        assert row is not None
        sealed = house.keyring.seal(tx, row.client_id, f"answers.choice/{row.check_in_id}/extra", "yes")
        values = {**row._asdict(), "prompt_id": "extra", "choice": sealed}
        tx.execute(insert(answers).values(values))

    assert run.faults(add) == (0, 1)


def test_an_occasion_without_its_row_is_lost_with_all_that_was_said(run: Run) -> None:
    said = 0

    def remove(tx: Connection, _: House) -> None:
        nonlocal said
        number = (
            tx.execute(select(check_ins.c.id).where(check_ins.c.schedule_id.is_not(None))).scalars().first()
        )
        for table in (answers, notes):
            said += tx.execute(delete(table).where(table.c.check_in_id == number)).rowcount
        tx.execute(delete(check_ins).where(check_ins.c.id == number))

    assert run.faults(remove) == (1 + said, 0)


@pytest.mark.parametrize(
    "values", [{"state": "skipped", "reason": "late"}, {"state": "open"}, {"due_at": LONG_AGO}], ids=str
)
def test_a_row_that_tells_another_story_is_lost(run: Run, values: dict[str, Any]) -> None:
    def change(tx: Connection, _: House) -> None:
        chosen = select(check_ins.c.id).where(
            check_ins.c.state == "finished", check_ins.c.schedule_id.is_not(None)
        )
        number = tx.execute(chosen).scalars().first()
        tx.execute(update(check_ins).where(check_ins.c.id == number).values(values))

    assert run.faults(change) == (1, 0)


def test_a_check_in_for_a_day_that_was_none_is_one_too_many(run: Run) -> None:
    def add(tx: Connection, _: House) -> None:
        row = tx.execute(select(check_ins).where(check_ins.c.schedule_id.is_not(None))).first()
        assert row is not None
        values = {**row._asdict(), "id": 999, "local_date": "2026-11-30", "due_at": row.due_at + HOUR}
        tx.execute(insert(check_ins).values(values))

    assert run.faults(add) == (0, 1)


def test_a_note_that_is_gone_or_changed_is_lost(run: Run) -> None:
    def change(tx: Connection, house: House) -> None:
        row = tx.execute(select(notes)).first()
        assert row is not None
        sealed = house.keyring.seal(tx, row.client_id, f"notes.words/{row.message_id}", "what nobody wrote")
        tx.execute(update(notes).where(notes.c.message_id == row.message_id).values(words=sealed))

    assert run.faults(lambda tx, _: first(tx, notes, delete)) == (1, 0)
    assert run.faults(change) == (1, 0)


def test_a_consent_that_is_gone_is_lost_and_one_too_many_is_found(run: Run) -> None:
    def add(tx: Connection, _: House) -> None:
        row = tx.execute(select(consents)).first()
        assert row is not None
        tx.execute(insert(consents).values({**row._asdict(), "id": 999}))

    assert run.faults(lambda tx, _: first(tx, consents, delete)) == (1, 0)
    assert run.faults(add) == (0, 1)


def test_a_summary_that_is_not_noted_is_lost(run: Run) -> None:
    assert run.faults(lambda tx, _: first(tx, summaries, delete)) == (1, 0)


def test_letters_in_doubt_are_counted(run: Run) -> None:
    def doubt(tx: Connection, _: House) -> None:
        tx.execute(update(outbox).where(outbox.c.id.in_((3, 4))).values(state="uncertain"))

    assert run.report(doubt).uncertain == 2


def test_what_is_wrong_is_told_line_by_line(run: Run) -> None:
    out = Console(file=io.StringIO(), width=200)
    tell(run.report(lambda tx, _: tx.execute(delete(answers))), out, as_json=False)
    assert isinstance(out.file, io.StringIO)
    said = out.file.getvalue()
    assert "was answered, nothing is kept" in said
    assert "… and" in said
    assert "things were lost and 0 came twice" in said
