"""The comparison finds what is missing and what is there once too often: one run, tampered with each time."""

import asyncio
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import Connection, delete, insert, select, update

from bot.demo import kept
from bot.demo.persons import Cast, Client
from bot.demo.play import played
from bot.demo.report import Report, examine, tell
from bot.demo.server import Message, State
from bot.demo.server.things import Version
from bot.service.house import House
from bot.storage.database import Database
from bot.storage.schema import answers, check_ins, consents, notes, outbox, summaries

CLINIC = Path(__file__).parents[1]
HOUR = timedelta(hours=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Run:
    """A play that is over: both sides lie open to be tampered with."""

    state: State
    house: House
    people: Cast
    now: datetime
    url: str

    def report(self, tamper: Callable[[Connection, House], Any] | None = None) -> Report:
        """With the database as ``tamper`` leaves it; afterwards it is as it was."""
        return examine(self.state, self.house, self.people, asyncio.run(self._held(tamper)), self.now, 0)

    async def _held(self, tamper: Callable[[Connection, House], Any] | None) -> kept.Held:
        keyring = self.house.keyring
        database = await Database.open(self.url, keyring.database_key)

        def look(tx: Connection) -> kept.Held:
            with tx.begin_nested() as undone:
                if tamper is not None:
                    tamper(tx, self.house)
                held = kept.read(tx, keyring)
                undone.rollback()
            return held

        try:
            return await database.write(look)
        finally:
            await database.close()

    def faults(self, tamper: Callable[[Connection, House], Any] | None = None) -> tuple[int, int]:
        report = self.report(tamper)
        return report.lost, report.twice

    def cards(self) -> Iterator[tuple[Client, Message]]:
        """Check-ins that came with a cover and ended with thanks."""
        for client in self.people.clients:
            for message in self.state.chat(client.chat_id):
                opens = any(":0:-open" in str(button) for button in _buttons(message, 0))
                if message.by_bot and opens and len(message.versions) > 3 and message.deleted_at is None:
                    yield client, message

    def spoken(self) -> Iterator[Message]:
        """All that the bot said to clients."""
        for client in self.people.clients:
            yield from (message for message in self.state.chat(client.chat_id) if message.by_bot)

    def letters(self) -> Iterator[Message]:
        """Summaries that came before a session."""
        for client in self.people.clients:
            head = f"{client.alias}\u2069 ·"
            for message in self.state.chat(client.therapist.chat_id):
                if message.by_bot and head in message.text:
                    yield message

    @contextmanager
    def put(self, message: Message) -> Iterator[None]:
        """One more message on a phone, or another one in the place of one."""
        chat = self.state.messages[message.chat_id]
        before = dict(chat)
        chat[message.message_id] = message
        try:
            yield
        finally:
            chat.clear()
            chat.update(before)

    @contextmanager
    def without(self, message: Message) -> Iterator[None]:
        chat = self.state.messages[message.chat_id]
        before = dict(chat)
        del chat[message.message_id]
        try:
            yield
        finally:
            chat.clear()
            chat.update(before)


def _buttons(message: Message, version: int) -> list[dict[str, Any]]:
    rows = (message.versions[version].markup or {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("run")

    async def play() -> Run:
        async with played(CLINIC, folder, 2, 6, 2, False) as (stage, people):
            url = f"sqlite+aiosqlite:///{folder / 'attune.db'}"
            return Run(stage.state, stage.bot.house, people, stage.clock.now(), url)

    return asyncio.run(play())


def test_what_nobody_tampered_with_is_whole(run: Run) -> None:
    report = run.report()
    assert (report.lost, report.twice, report.uncertain) == (0, 0, 0)
    assert report.due == 12
    assert report.summaries == 12
    assert 0 < report.answered <= report.sent <= report.due


def test_an_answer_that_is_gone_is_lost(run: Run) -> None:
    assert run.faults(lambda tx, _: _first(tx, answers, delete)) == (1, 0)


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

    assert run.faults(lambda tx, _: _first(tx, notes, delete)) == (1, 0)
    assert run.faults(change) == (1, 0)


def test_a_consent_that_is_gone_is_lost_and_one_too_many_is_found(run: Run) -> None:
    def add(tx: Connection, _: House) -> None:
        row = tx.execute(select(consents)).first()
        assert row is not None
        tx.execute(insert(consents).values({**row._asdict(), "id": 999}))

    assert run.faults(lambda tx, _: _first(tx, consents, delete)) == (1, 0)
    assert run.faults(add) == (0, 1)


def test_a_summary_that_is_not_noted_is_lost(run: Run) -> None:
    assert run.faults(lambda tx, _: _first(tx, summaries, delete)) == (1, 0)


def test_letters_in_doubt_are_counted(run: Run) -> None:
    def doubt(tx: Connection, _: House) -> None:
        tx.execute(update(outbox).where(outbox.c.id.in_((3, 4))).values(state="uncertain"))

    assert run.report(doubt).uncertain == 2


def test_a_cover_that_came_once_more_came_twice(run: Run) -> None:
    _, card = next(run.cards())
    late = replace(card.versions[0], at=card.versions[0].at + timedelta(seconds=1))
    with run.put(replace(card, message_id=card.message_id + 1_000_000, versions=[late])):
        assert run.faults() == (0, 1)


def test_a_cover_at_another_hour_is_no_check_in_of_the_schedule(run: Run) -> None:
    _, card = next(run.cards())
    versions = [replace(version, at=version.at - HOUR) for version in card.versions]
    with run.put(replace(card, versions=versions)):
        lost, twice = run.faults()
        assert lost >= 1
        assert twice >= 1


def test_a_check_in_that_no_phone_showed_is_lost(run: Run) -> None:
    _, card = next(run.cards())
    with run.without(card):
        assert run.faults()[0] >= 1


def test_what_a_button_said_is_what_counts(run: Run) -> None:
    """If the label under somebody's finger was another one than the bot took it for, it is found."""
    pressed = {press.data for press in run.state.presses.values()}
    for _, card in run.cards():
        for number, version in enumerate(card.versions):
            given = [one for one in _buttons(card, number) if str(one["callback_data"]) in pressed]
            scale = [one for one in _buttons(card, number) if one not in given]
            if given and scale and given[0]["callback_data"].rpartition(":")[2] in ("skip", "dont_know"):
                wrong = {"inline_keyboard": [[{**given[0], "text": scale[0]["text"]}, *scale]]}
                versions = [*card.versions]
                versions[number] = replace(version, markup=wrong)
                with run.put(replace(card, versions=versions)):
                    lost, _ = run.faults()
                assert lost >= 1
                return
    pytest.fail("in this run nobody skipped a question")


def test_a_page_that_never_turned_is_lost(run: Run) -> None:
    _, card = next(run.cards())
    with run.put(replace(card, versions=card.versions[:1])):
        assert run.faults()[0] >= 1


def test_a_summary_that_did_not_come_is_lost(run: Run) -> None:
    with run.without(next(run.letters())):
        lost, twice = run.faults()
        assert (lost, twice) == (1, 0)


def test_a_summary_that_came_again_must_say_so(run: Run) -> None:
    letter = next(run.letters())
    again = replace(letter.versions[0], at=letter.sent_at + 3 * HOUR)
    with run.put(replace(letter, message_id=letter.message_id + 1_000_000, versions=[again])):
        assert run.faults() == (0, 1)
    texts = run.house.texts[next(t for t in run.people.therapists if t.chat_id == letter.chat_id).language]
    marked = replace(again, text=f"{texts['bot/repeat']}\n\n{again.text}")
    with run.put(replace(letter, message_id=letter.message_id + 1_000_000, versions=[marked])):
        assert run.faults() == (0, 0)


def test_a_summary_must_tell_the_answers(run: Run) -> None:
    told = next(letter for letter in run.letters() if ": " in letter.text.splitlines()[-3])
    first = told.versions[0]
    shortened = replace(first, text="\n".join(first.text.splitlines()[:2]))
    with run.put(replace(told, versions=[shortened])):
        lost, twice = run.faults()
        assert lost >= 1
        assert twice == 0


def test_a_reminder_comes_once_and_only_to_whoever_has_not_finished(run: Run) -> None:
    reminder = next(m for m in run.spoken() if _opens(m) and ":0:" not in str(m.versions[0].markup))
    again = replace(reminder.versions[0], at=reminder.sent_at + timedelta(seconds=1))
    with run.put(replace(reminder, message_id=reminder.message_id + 1_000_000, versions=[again])):
        assert run.faults() == (0, 1)
    _, card = next(run.cards())
    late = replace(card.versions[0], at=card.sent_at + 24 * HOUR)
    with run.put(replace(card, message_id=card.message_id + 1_000_000, versions=[late])):
        assert run.faults()[1] == 1


def test_a_reminder_that_did_not_come_is_lost(run: Run) -> None:
    """Of a check-in that nobody touched only the first cover is left."""
    for client in run.people.clients:
        for message in run.state.chat(client.chat_id):
            number = str(message.versions[0].markup).partition("callback_data': '")[2].partition(":")[0]
            cards = [m for m in run.state.chat(client.chat_id) if f"'{number}:" in str(m.versions[0].markup)]
            if message.by_bot and _opens(message) and len(cards) == 2 and len(cards[1].versions) == 2:
                with run.without(cards[1]):
                    assert run.faults()[0] >= 1
                return
    pytest.fail("in this run everybody has answered")


def test_a_check_in_that_a_client_asked_for_must_come_and_be_kept_once(run: Run) -> None:
    def remove(tx: Connection, _: House) -> None:
        numbers = list(tx.execute(select(check_ins.c.id).where(check_ins.c.schedule_id.is_(None))).scalars())
        for table in (answers, notes):
            tx.execute(delete(table).where(table.c.check_in_id.in_(numbers)))
        tx.execute(delete(check_ins).where(check_ins.c.id.in_(numbers)))

    def add(tx: Connection, _: House) -> None:
        row = tx.execute(select(check_ins).where(check_ins.c.schedule_id.is_(None))).first()
        assert row is not None
        tx.execute(insert(check_ins).values({**row._asdict(), "id": 999, "due_at": row.due_at + HOUR}))

    own = next(m for m in run.spoken() if ":0:" in (text := str(m.versions[0].markup)) and ":skip" in text)
    assert run.faults(remove)[0] >= 1
    assert run.faults(add) == (0, 1)
    with run.without(own):
        assert run.faults()[0] >= 1
    unasked = replace(own.versions[0], at=own.sent_at - HOUR)
    renamed = _numbered(unasked, "987654")
    with run.put(replace(own, message_id=own.message_id + 1_000_000, versions=[renamed])):
        assert run.faults()[1] == 1


def test_words_are_answered_and_kept_only_as_notes(run: Run) -> None:
    sticker = next(m for client in run.people.clients for m in run.state.chat(client.chat_id) if m.content)
    reply = next(m for m in run.state.chat(sticker.chat_id) if m.by_bot and m.sent_at >= sticker.sent_at)
    with run.without(reply):
        assert run.faults()[0] == 1

    def add(tx: Connection, house: House) -> None:
        row = tx.execute(select(notes)).first()
        assert row is not None
        sealed = house.keyring.seal(tx, row.client_id, "notes.words/7", "what was no note")
        tx.execute(insert(notes).values({**row._asdict(), "message_id": 7, "words": sealed}))

    assert run.faults(add) == (1, 0)
    lost, twice = run.faults(lambda tx, _: tx.execute(update(notes).values(prompt_id="fit")))
    assert lost >= 1
    assert twice == 0


def test_a_card_that_nobody_can_read_is_lost(run: Run) -> None:
    _, card = next(run.cards())
    versions = [replace(card.versions[0], text="�"), *card.versions[1:]]
    with run.put(replace(card, versions=versions)):
        assert run.faults()[0] >= 1


def test_thanks_that_came_before_the_last_question_are_found(run: Run) -> None:
    _, card = next(run.cards())
    versions = [
        replace(version, text=version.text.replace("\n\n", "○\n\n", 1)) for version in card.versions[:-1]
    ]
    with run.put(replace(card, versions=[*versions, card.versions[-1]])):
        assert run.faults()[0] >= 1


def test_a_summary_on_another_therapists_phone_is_found(run: Run) -> None:
    letter = next(run.letters())
    other = next(one for one in run.people.therapists if one.chat_id != letter.chat_id)
    client = next(one for one in run.people.clients if one.alias in letter.text)
    head = run.house.texts[other.language]["bot/summary/head_first"].format(client=client.alias)
    told = replace(letter.versions[0], text=head)
    message = replace(
        letter, chat_id=other.chat_id, message_id=letter.message_id + 1_000_000, versions=[told]
    )
    with run.put(message):
        assert run.faults() == (1, 0)


def test_what_is_wrong_is_told_line_by_line(run: Run) -> None:
    out = Console(file=io.StringIO(), width=200)
    tell(run.report(lambda tx, _: tx.execute(delete(answers))), out, as_json=False)
    assert isinstance(out.file, io.StringIO)
    said = out.file.getvalue()
    assert "was answered, nothing is kept" in said
    assert "… and" in said
    assert "things were lost and 0 came twice" in said


def _opens(message: Message) -> bool:
    """Whether it came as a cover."""
    return any(str(button.get("callback_data")).endswith(":-open") for button in _buttons(message, 0))


def _numbered(version: Version, number: str) -> Version:
    """The same page of another check-in."""
    rows = (version.markup or {})["inline_keyboard"]
    markup = [
        [{**one, "callback_data": f"{number}:{one['callback_data'].partition(':')[2]}"} for one in row]
        for row in rows
    ]
    return replace(version, markup={"inline_keyboard": markup})


def _first(tx: Connection, table: Any, act: Any) -> None:
    """Do it to the table's first row."""
    row = tx.execute(select(table)).first()
    assert row is not None
    mine = [column == getattr(row, column.name) for column in table.primary_key]
    tx.execute(act(table).where(*mine))
