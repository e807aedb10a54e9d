"""Who may do and see what: every command in every role, and every therapist with every client."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from bot.core.menu_state import COMMANDS
from bot.core.model import Kind, Voice
from bot.core.reception import Role
from bot.service import profiles, work
from bot.service.house import House
from bot.storage import people
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.people import PairingState
from bot.storage.schema import dialogues, metadata
from tests.house import Met, Phones, furnished, meet, pressed, rows, seat_therapist, wrote

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINDE, ADA, STRANGER = 100, 200, 300
CHATS = {Role.THERAPIST: LINDE, Role.CLIENT: ADA, Role.STRANGER: STRANGER}
THERAPISTS = (101, 102, 103)
ALIASES = ("Ada", "Ben", "Cat", "Dan")

# What each role hears to each command. A card is named by what only it does.
ANSWERS = {
    ("start", Role.STRANGER): "bot/stranger/hello",
    ("start", Role.CLIENT): "bot/client/hello",
    ("start", Role.THERAPIST): "bot/therapist/hello",
    ("help", Role.STRANGER): "bot/help/stranger",
    ("help", Role.CLIENT): "the help card",
    ("help", Role.THERAPIST): "bot/help/therapist",
    ("privacy", Role.STRANGER): "bot/privacy",
    ("privacy", Role.CLIENT): "bot/privacy",
    ("privacy", Role.THERAPIST): "bot/privacy",
    ("checkin", Role.STRANGER): "bot/stranger/unknown",
    ("checkin", Role.CLIENT): "a question",
    ("checkin", Role.THERAPIST): "bot/therapist/unknown",
    ("invite", Role.STRANGER): "bot/stranger/unknown",
    ("invite", Role.CLIENT): "bot/client/unknown",
    ("invite", Role.THERAPIST): "an invitation",
    ("summary", Role.STRANGER): "bot/stranger/unknown",
    ("summary", Role.CLIENT): "bot/client/unknown",
    ("summary", Role.THERAPIST): "a summary",
    ("goal", Role.STRANGER): "bot/stranger/unknown",
    ("goal", Role.CLIENT): "bot/client/unknown",
    ("goal", Role.THERAPIST): "a goal",
    **{
        (command, role): answer
        for command, answer in {
            **{page: f"a page of the menu: {page}" for page in COMMANDS},
            "answers": "bot/client/no_answers",
            "later": "bot/client/nothing_open",
        }.items()
        for role, answer in (
            (Role.STRANGER, "bot/stranger/unknown"),
            (Role.CLIENT, answer),
            (Role.THERAPIST, "bot/therapist/unknown"),
        )
    },
    ("settings", Role.STRANGER): "bot/stranger/unknown",
    ("settings", Role.CLIENT): "bot/client/unknown",
    ("settings", Role.THERAPIST): "bot/therapist/unknown",
}
SHOWS = {
    "a question": "●○○○",
    "the help card": "+43 000 000 000",
    "an invitation": "Whom do you want to invite?",
    "a summary": "Ada",
    "a goal": "What does Ada want to work on?",
    "a page of the menu: menu": "What would you like to do?",
    "a page of the menu: time": "On which day should it come?",
    "a page of the menu: quiet": "From when should it be quiet in the evening?",
    "a page of the menu: pause": "How long do you want to pause?",
    "a page of the menu: why": "No check-in has come yet.",
    "a page of the menu: language": "Which language should I speak with you?",
    "a page of the menu: goals": "You have no goal here yet.",
    "a page of the menu: therapist": "Your therapist is",
    "a page of the menu: data": "I keep the name you have here",
    "a page of the menu: erase": "Delete everything?",
    "a page of the menu: stop": "Stop check-ins?",
}


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


async def test_each_command_does_in_each_role_what_stands_in_the_table(
    database: Database, house: House
) -> None:
    commands = {*profiles.COMMANDS, *profiles.THERAPIST, "start", "settings"}

    def try_all(tx: Connection) -> None:
        meet(tx, house, seat_therapist(tx, house.keyring, LINDE), ADA, MONDAY, alias="Ada")
        for command in sorted(commands):
            for role in Role:
                savepoint = tx.begin_nested()
                check(tx, house, command, role)
                savepoint.rollback()

    await database.write(try_all)
    assert {command for command, _ in ANSWERS} == commands


def check(tx: Connection, house: House, command: str, role: Role) -> None:
    phones = Phones()
    work.take_updates(tx, house, [wrote(1, CHATS[role], f"/{command}")], MONDAY)
    phones.deliver(tx, house, MONDAY)
    assert {one.parcel.chat_id for one in phones.arrived} == {CHATS[role]}
    arrived = phones.arrived[0]
    heard, expected = plain(arrived.parcel.body["text"]), ANSWERS[command, role]
    if expected in SHOWS:
        assert SHOWS[expected] in heard, (command, role)
        return
    clinic = house.clinic
    known = {"clinic": clinic.name, "phone": clinic.phone, "emergency": clinic.emergency_number}
    words = house.words("en")
    voices = [words, *(words.speaking(voice) for voice in Voice)]
    assert heard in {plain(voice(expected, **known)) for voice in voices if voice.has(expected)}, (
        command,
        role,
    )
    assert tx.execute(select(func.count()).select_from(dialogues)).scalar() == 0


def plain(text: str) -> str:
    """Without the marks that isolate what was filled in."""
    return text.translate(dict.fromkeys(range(0x2066, 0x206A)))


class Caseloads:
    """Three therapists and four clients, each pair of them invited, claimed, agreed, active or refused, or
    not known to each other at all; ``may_see`` are those that are active."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.dice, self.phones = house, random.Random(seed), Phones()
        self.pairings: dict[tuple[int, str], Met] = {}
        self.may_see: set[tuple[int, str]] = set()
        self.number = 0

    def begin(self, tx: Connection) -> None:
        for therapist_chat in THERAPISTS:
            therapist = seat_therapist(tx, self.house.keyring, therapist_chat, f"Dr. {therapist_chat}")
            for chat, alias in enumerate(ALIASES, 201):
                state = self.dice.choice([*PairingState, PairingState.ACTIVE, None])
                if state is not None:
                    name = f"{alias} of {therapist_chat}"
                    met = meet(tx, self.house, therapist, chat, MONDAY, alias=name, state=state)
                    self.pairings[therapist_chat, name] = met
                    if state is PairingState.ACTIVE:
                        self.may_see.add((therapist_chat, name))

    def act(self, tx: Connection, chat: int, *, text: str = "", data: str = "", card: int = 0) -> list[str]:
        """What this chat hears then."""
        self.number += 1
        arrived = len(self.phones.arrived)
        update = wrote(self.number, chat, text) if text else pressed(self.number, chat, card, data)
        work.take_updates(tx, self.house, [update], MONDAY)
        self.phones.deliver(tx, self.house, MONDAY)
        heard = self.phones.arrived[arrived:]
        assert all(one.parcel.chat_id == chat for one in heard), "nobody else hears of it"
        return [one.parcel.body["text"] for one in heard if one.letter.kind is Kind.SUMMARY]

    def named(self, texts: list[str]) -> set[str]:
        return {name for _, name in self.pairings if any(name in text for text in texts)}


@pytest.mark.parametrize("seed", range(4))
async def test_a_therapist_sees_the_clients_who_are_linked_and_no_other(
    database: Database, house: House, seed: int
) -> None:
    cases = Caseloads(house, seed)

    def every_pair(tx: Connection) -> None:
        cases.begin(tx)
        for chat in THERAPISTS:
            mine = {name for therapist, name in cases.may_see if therapist == chat}
            for (owner, name), met in cases.pairings.items():
                told = cases.act(tx, chat, text="/summary")
                if len(mine) < 2:
                    assert cases.named(told) == mine
                    continue
                assert told == []
                card, data = cases.phones.newest(chat)
                offered = {one.split(":")[2] for one in data}
                assert offered == {str(cases.pairings[chat, one].pairing) for one in mine}
                stem = data[0].rpartition(":")[0]
                told = cases.act(tx, chat, data=f"{stem}:{met.pairing}", card=card)
                assert cases.named(told) == ({name} if (chat, name) in cases.may_see else set()), owner

    await database.write(every_pair)


async def test_whoever_is_no_longer_linked_is_not_seen_from_that_moment_on(
    database: Database, house: House
) -> None:
    phones = Phones()

    def begin(tx: Connection) -> list[Met]:
        therapist = seat_therapist(tx, house.keyring, LINDE)
        both = [meet(tx, house, therapist, 201 + n, MONDAY, alias=ALIASES[n]) for n in range(2)]
        work.take_updates(tx, house, [wrote(1, LINDE, "/summary")], MONDAY)
        phones.deliver(tx, house, MONDAY)
        people.move(tx, both[0].pairing, PairingState.REFUSED, MONDAY)
        return both

    both = await database.write(begin)
    card, data = phones.newest(LINDE)
    ada = next(one for one in data if one.endswith(f":{both[0].pairing}"))
    await database.write(work.take_updates, house, [pressed(2, LINDE, card, ada)], MONDAY)
    await database.write(work.take_timers, house, MONDAY + timedelta(days=3, hours=3))  # her session is near
    await database.write(phones.deliver, house, MONDAY + timedelta(days=3, hours=3))
    summaries = [one.parcel.body["text"] for one in phones.arrived if one.letter.kind is Kind.SUMMARY]
    assert len(summaries) == 1
    assert "Ben" in summaries[0], "only the one who is still linked, and by the timer"


async def test_a_card_works_for_nobody_but_the_therapist_it_was_shown_to(
    database: Database, house: House
) -> None:
    phones = Phones()

    def begin(tx: Connection) -> None:
        for chat, aliases in ((101, ALIASES[:2]), (102, ALIASES[2:])):
            therapist = seat_therapist(tx, house.keyring, chat)
            for alias in aliases:
                meet(tx, house, therapist, 201 + ALIASES.index(alias), MONDAY, alias=alias)
        work.take_updates(tx, house, [wrote(1, 101, "/summary")], MONDAY)
        phones.deliver(tx, house, MONDAY)

    await database.write(begin)
    card, data = phones.newest(101)
    tables = [table for table in metadata.sorted_tables if table.name != "inbox"]
    before = await database.write(rows, *tables)
    presses = [
        pressed(10 + n, chat, card, one) for n, one in enumerate(data) for chat in (102, 201, STRANGER)
    ]
    hints = await database.write(work.take_updates, house, presses, MONDAY)
    assert len({hint.hint for hint in hints} - {None}) >= 1
    assert await database.write(rows, *tables) == before
