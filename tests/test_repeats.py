"""One answer per question, whatever arrives: updates come once to three times, a third of the repeats
under fresh numbers, late and out of order, and people press two buttons at once."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.core.checkin import CheckIn
from bot.core.model import Band, DialogueId
from bot.render.bodies import Body
from bot.service import work
from bot.storage import checkins, dialogues, timers
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import check_ins, inbox
from tests.house import Met, Phones, furnished, meet, pressed, seat_therapist, wrote

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LEFT_ALONE = ("-later", "-why", "-add", "-topic")  # other tests press these
BANDS = (Band.B09, Band.B13, Band.B18, Band.B65)


@dataclass
class Person:
    """What one client has done, and by the rules must be stored: the first press on each page counts."""

    chat: int
    met: Met
    band: Band
    check_in: int = 0
    asked: tuple[str, ...] = ()
    prompt: str = ""
    card: tuple[int, int, int] = (0, 0, 0)  # message, dialogue, position
    choices: tuple[str, ...] = ()  # on the page shown; empty once one was pressed
    open: bool = False
    tired: bool = False
    answers: dict[tuple[int, str], str] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    finished: set[int] = field(default_factory=set)

    def hears_back(self, low: frozenset[str], choice: str) -> None:
        """The first press on the page shown has arrived."""
        page, self.choices = self.choices, ()
        if choice in ("-open", "-back", "-nothing"):
            return
        if choice == "-done":
            self._finishes()
        elif "slower" in page:
            self.answers[self.check_in, f"{self.prompt}.help"] = choice
            if choice == "rather_not":
                self.answers.pop((self.check_in, f"{self.prompt}.raise"), None)
        elif "myself" in page:
            self.answers[self.check_in, f"{self.prompt}.raise"] = choice
        else:
            self.answers[self.check_in, self.prompt] = choice
            if choice not in low:
                for more in ("help", "raise"):
                    self.answers.pop((self.check_in, f"{self.prompt}.{more}"), None)

    def is_read(self, message_id: int, text: str) -> None:
        """Words have arrived. On the last pages the card comes again below them."""
        if not self.open:
            return
        self.notes[message_id] = text
        if "-nothing" in self.choices or "-done" in self.choices:
            self.choices = ()

    def _finishes(self) -> None:
        self.finished.add(self.check_in)
        self.open, self.choices = False, ()


class Weeks:
    """People answer, Telegram repeats itself, and the bot takes it batch by batch."""

    def __init__(self, database: Database, keyring: Keyring, seed: int) -> None:
        self.database, self.house = database, furnished(keyring)
        self.dice = random.Random(seed)
        self.phones = Phones()
        self.people: list[Person] = []
        self.now = MONDAY
        self.done = 0
        self._numbers: Iterator[int] = count(1)
        self._pool: list[tuple[int, dict[str, Any]]] = []
        self._seen: set[int] = set()

    def begin(self, tx: Connection) -> None:
        therapist = seat_therapist(tx, self.house.keyring, 1)
        for number in range(8):
            band, chat = BANDS[number % 4], 200 + number
            when = ((0, time(17, number % 3)),)
            met = meet(tx, self.house, therapist, chat, self.now, band=band, check_ins=when)
            self.people.append(Person(chat, met, band))

    async def go_on(self, updates: int) -> None:
        while self.done < updates:
            due_at = await self.database.write(timers.next_due_at)
            self.now = max(self.now, due_at)
            await self.database.write(work.take_timers, self.house, self.now)
            await self.database.write(self._look)
            while any(person.choices and not person.tired for person in self.people) or len(self._pool) > 20:
                self._act()
                await self._batch()
        while self._pool:
            await self._batch()

    def _act(self) -> None:
        """Everybody who is shown a page presses a button, or two, or writes, or has had enough."""
        for person in self.people:
            if not person.choices or person.tired or self.dice.random() < 0.2:
                continue
            person.tired = self.dice.random() < 0.02
            if self.dice.random() < (0.5 if "-nothing" in person.choices else 0.05):
                number = next(self._numbers)
                self._arrives(wrote(number, person.chat, f"Words {number}"))
                if "-nothing" in person.choices:
                    person.choices = ("-nothing",)  # and waits
                continue
            many = min(self.dice.choice((1, 1, 2)), len(person.choices))
            for choice in self.dice.sample(person.choices, many):
                message, dialogue, position = person.card
                data = f"{dialogue}:{position}:{choice}"
                self._arrives(pressed(next(self._numbers), person.chat, message, data))

    def _arrives(self, update: tuple[int, dict[str, Any]]) -> None:
        self.done += 1
        self._pool.append(update)
        for _ in range(self.dice.randrange(3)):
            fresh = self.dice.random() < 1 / 3
            self._pool.append((next(self._numbers), update[1]) if fresh else update)

    async def _batch(self) -> None:
        self.dice.shuffle(self._pool)
        many = self.dice.randint(1, 12)
        batch, self._pool = self._pool[:many], self._pool[many:]
        new = []
        for number, update in batch:
            if number not in self._seen:
                self._seen.add(number)
                new.append(number)
                self._expect(update)
        presses = await self.database.write(self._take, batch)
        assert len(presses) == sum("callback_query" in u for n, u in dict(batch).items() if n in new)
        self.now += SECOND

    def _take(self, tx: Connection, batch: list[tuple[int, dict[str, Any]]]) -> list[work.Press]:
        presses = work.take_updates(tx, self.house, batch, self.now)
        self._look(tx)
        return presses

    def _expect(self, update: dict[str, Any]) -> None:
        chat = update.get("message", update.get("callback_query", {}).get("message"))["chat"]["id"]
        person = next(person for person in self.people if person.chat == chat)
        if "message" in update:
            person.is_read(update["message"]["message_id"], update["message"]["text"])
            return
        dialogue, position, choice = update["callback_query"]["data"].split(":")
        if person.open and person.choices and (int(dialogue), int(position)) == person.card[1:]:
            low = self.house.prompt_sets["starter"].scale(person.band).low
            person.hears_back(low, choice)

    def _look(self, tx: Connection) -> None:
        """What the phones show now is what people can press next."""
        self.phones.deliver(tx, self.house, self.now)
        for person in self.people:
            with_buttons = [body for body in self.phones.cards[person.chat].values() if _asks(body)]
            assert len(with_buttons) <= 1, "one card at a time"
            newest = self.phones.newest(person.chat)
            if newest is None or not with_buttons:
                person.open, person.choices = False, ()
                continue
            message, data = newest
            dialogue, position, _ = data[0].split(":")
            card = (message, int(dialogue), int(position))
            if card == person.card:
                continue
            state = dialogues.get(tx, self.house.keyring, DialogueId(card[1])).state
            assert isinstance(state, CheckIn)
            if state.id != person.check_in:
                person.check_in, person.asked, person.tired = state.id, state.plan, False
            person.card, person.open = card, True
            person.choices = tuple(
                choice
                for one in data
                if (choice := one.split(":")[2]) not in LEFT_ALONE
                and not choice.startswith(("give_", "gone_"))
            )
            progress = with_buttons[0]["text"].split("\n")[0]
            if set(progress) <= {"●", "○"}:
                person.prompt = person.asked[progress.count("●") - 1]


def _asks(body: Body) -> bool:
    """Whether a card still waits for an answer; a finished one may only be looked at again."""
    return any(not one["data"].endswith(":-again") for row in body.get("buttons", []) for one in row)


def stored(tx: Connection, keyring: Keyring, person: Person) -> tuple[Any, Any, Any]:
    client = person.met.client
    given = checkins.answers_of(tx, keyring, client, ALWAYS)
    kept = checkins.notes_of(tx, keyring, client, ALWAYS)
    ended = select(check_ins.c.id, check_ins.c.asked).where(
        check_ins.c.client_id == client, check_ins.c.state == "finished"
    )
    return (
        {(one.check_in_id, one.prompt_id): one.choice for those in given.values() for one in those},
        sorted(note.words for note in kept),
        {row.id: row.asked for row in tx.execute(ended)},
    )


async def play(database: Database, keyring: Keyring, seed: int, updates: int) -> Weeks:
    weeks = Weeks(database, keyring, seed)
    await database.write(weeks.begin)
    await weeks.go_on(updates)
    for person in weeks.people:
        answers, notes, finished = await database.write(stored, Keyring(bytes(range(32))), person)
        assert answers == person.answers
        assert notes == sorted(person.notes.values())
        assert finished.keys() >= person.finished
        answered = {(number, prompt) for number, asked in finished.items() for prompt in asked.split()}
        assert answered <= answers.keys()
    failed = select(inbox.c.update_id).where(inbox.c.failures > 0)
    assert await database.write(lambda tx: tx.execute(failed).all()) == []
    return weeks


async def test_the_first_press_on_each_page_counts_and_no_other(database, keyring):
    weeks = await play(database, keyring, seed=1, updates=1_000)
    assert sum(len(person.answers) for person in weeks.people) > 300
    assert sum(len(person.notes) for person in weeks.people) > 30


@pytest.mark.soak
async def test_the_same_for_10_000(database, keyring):
    await play(database, keyring, seed=2, updates=10_000)
