"""Who may agree to a goal, who hears of it, and what a therapist writes down for a client."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select

from bot.core.effects import Propose
from bot.core.goals import GoalState
from bot.core.model import Band, ChatId, ClientId, Kind
from bot.service import goals as goal_service
from bot.service import work
from bot.service.house import House
from bot.service.scene import Scene
from bot.storage import goals, people
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.people import PairingState
from bot.storage.schema import dialogues
from bot.storage.schema import goals as goal_rows
from tests.house import Met, Phones, furnished, meet, pressed, rows, seat_therapist, wrote

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINDE, KAYA, MILA, STRANGER = 101, 102, 201, 301
WORDS = "Sleep in my own bed"


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


@pytest.fixture
async def met(database: Database, house: House) -> Met:
    def begin(tx: Connection) -> Met:
        return meet(tx, house, seat_therapist(tx, house.keyring, LINDE), MILA, MONDAY)

    return await database.write(begin)


class Room:
    """A transaction's house, its phones, and what people do there."""

    def __init__(self, tx: Connection, house: House) -> None:
        self.tx, self.house, self.phones, self.number = tx, house, Phones(), 0

    def wishes(self, client: ClientId, words: str = WORDS) -> None:
        goal_service.propose(self.scene(client), Propose(words))
        self.phones.deliver(self.tx, self.house, MONDAY)

    def scene(self, client: ClientId) -> Scene:
        known = people.client(self.tx, self.house.keyring, client)
        words = self.house.words(known.language).speaking(known.band.voice)
        return Scene(self.tx, self.house, ChatId(MILA), words, MONDAY, client)

    def taps(self, chat: int, choice: str, card_of: int = 0) -> None:
        card, data = self.phones.newest(card_of or chat)
        (press,) = (one for one in data if one.endswith(f":{choice}"))
        self.happens(pressed(self._next(), chat, card, press))

    def writes(self, chat: int, text: str) -> None:
        self.happens(wrote(self._next(), chat, text))

    def happens(self, update) -> None:
        work.take_updates(self.tx, self.house, [update], MONDAY)
        self.phones.deliver(self.tx, self.house, MONDAY)

    def shows(self, chat: int) -> list[str]:
        marks = dict.fromkeys(range(0x2066, 0x206A))
        return [body["text"].translate(marks) for _, body in sorted(self.phones.cards[chat].items())]

    def states(self, client: ClientId) -> list[str]:
        return [one.state for one in goals.of_client(self.tx, self.house.keyring, client)]

    def _next(self) -> int:
        self.number += 1
        return self.number


async def play(database: Database, house: House, story) -> None:
    await database.write(lambda tx: story(Room(tx, house)))


async def test_each_of_a_clients_therapists_is_asked_and_the_first_answer_settles_it(database, house, met):
    def story(room: Room) -> None:
        kaya = seat_therapist(room.tx, house.keyring, KAYA, "Dr. Kaya")
        rule = people.pairing(room.tx, met.pairing).session
        second = people.pair(room.tx, kaya, met.client, rule, MONDAY)
        people.move(room.tx, second, PairingState.ACTIVE, MONDAY)
        stranger = seat_therapist(room.tx, house.keyring, STRANGER, "Dr. Noah")
        people.pair(room.tx, stranger, met.client, rule, MONDAY)  # not linked yet
        room.wishes(met.client)
        assert room.shows(LINDE) == room.shows(KAYA) == [f"Mila would like to work on this:\n{WORDS}"]
        assert room.shows(STRANGER) == []
        room.taps(KAYA, "yes")
        assert room.states(met.client) == ["agreed"]
        assert room.shows(KAYA) == [f"Agreed with Mila:\n{WORDS}"]
        assert room.shows(LINDE)[0].startswith("This goal no longer waits for your answer")
        (told,) = room.shows(MILA)
        assert told == "Your goal is agreed, and you work on it together now. Send /menu to see it."
        letter = room.phones.arrived[-1]
        assert (letter.letter.kind, letter.parcel.body["silent"]) == (Kind.NEWS, True)
        kept = room.tx.execute(select(dialogues.c.open, dialogues.c.state)).all()
        assert [tuple(one) for one in kept] == [(0, None)] * 2, "whose goal it was stands nowhere else"

    await play(database, house, story)


async def test_who_wants_to_talk_first_can_agree_on_the_same_card(database, house, met):
    def story(room: Room) -> None:
        room.wishes(met.client)
        room.taps(LINDE, "talk")
        assert room.states(met.client) == ["talk_first"]
        assert room.shows(MILA)[-1].startswith("Your goal has arrived. First you will talk about it")
        room.taps(LINDE, "yes")
        assert room.states(met.client) == ["agreed"]
        assert len(room.shows(MILA)) == 2

    await play(database, house, story)


async def test_on_a_guardians_phone_it_says_for_whom_and_no_more(database, house, met):
    def story(room: Room) -> None:
        client = people.add_client(
            room.tx, house.keyring, alias="Ben", band=Band.B09, language="en", zone="Europe/Vienna",
            prompt_set="starter", guardian_account=True,
        )  # fmt: skip
        people.seat_client(room.tx, client, ChatId(MILA))
        linde = people.therapist_in(room.tx, house.keyring, ChatId(LINDE))
        rule = people.pairing(room.tx, met.pairing).session
        people.move(
            room.tx, people.pair(room.tx, linde.id, client, rule, MONDAY), PairingState.ACTIVE, MONDAY
        )
        room.wishes(client)
        room.taps(LINDE, "yes")
        assert room.shows(MILA) == ["For Ben: a goal is agreed now. It is in /menu."]

    await play(database, house, story)


@pytest.mark.parametrize("chat", [KAYA, MILA, STRANGER])
async def test_the_tap_of_a_foreign_therapist_settles_nothing(database, house, met, chat):
    def story(room: Room) -> None:
        seat_therapist(room.tx, house.keyring, KAYA, "Dr. Kaya")
        room.wishes(met.client)
        before = rows(room.tx, goal_rows)
        for choice in ("yes", "talk"):
            room.taps(chat, choice, card_of=LINDE)
        assert rows(room.tx, goal_rows) == before
        assert room.shows(LINDE) == [f"Mila would like to work on this:\n{WORDS}"]

    await play(database, house, story)


async def test_whoever_is_no_longer_linked_settles_nothing_and_reads_nothing(database, house, met):
    def story(room: Room) -> None:
        room.wishes(met.client)
        people.move(room.tx, met.pairing, PairingState.REFUSED, MONDAY)
        room.taps(LINDE, "yes")
        assert room.states(met.client) == ["proposed"]
        assert room.shows(LINDE)[0].startswith("This goal no longer waits")
        assert room.shows(MILA) == []

    await play(database, house, story)


async def test_a_fourth_goal_finds_no_room_and_no_therapist_is_asked(database, house, met):
    def story(room: Room) -> None:
        for words in ("a", "b", "c"):
            room.wishes(met.client, words)
        asked = len(room.shows(LINDE))
        goal_service.propose(room.scene(met.client), Propose("d"))
        room.phones.deliver(room.tx, house, MONDAY)
        assert len(room.shows(LINDE)) == asked == 3
        assert room.shows(MILA) == [
            "You have three goals, and that is enough for now. To put one aside, tap it below."
        ]

    await play(database, house, story)


@pytest.mark.parametrize(
    ("reached", "state", "told"),
    [(True, "reached", "Mila has reached a goal:"), (False, "let_go", "Mila no longer works on this goal:")],
)
async def test_the_client_ends_a_goal_and_who_agreed_hears_of_it(database, house, met, reached, state, told):
    def story(room: Room) -> None:
        room.wishes(met.client)
        room.taps(LINDE, "yes")
        (goal,) = goals.of_client(room.tx, house.keyring, met.client)
        other = people.add_client(
            room.tx, house.keyring, alias="Ben", band=Band.B09, language="en", zone="Europe/Vienna",
            prompt_set="starter",
        )  # fmt: skip
        goal_service.let_go(room.scene(other), goal.id, reached)
        assert room.states(met.client) == ["agreed"], "it is not another child's"
        for _ in range(2):
            goal_service.let_go(room.scene(met.client), goal.id, reached)
            room.phones.deliver(room.tx, house, MONDAY)
        assert room.states(met.client) == [state]
        assert room.shows(LINDE)[1:] == [f"{told}\n{WORDS}"]

    await play(database, house, story)


async def test_a_wish_that_is_taken_back_closes_its_card_without_a_word(database, house, met):
    def story(room: Room) -> None:
        room.wishes(met.client)
        (goal,) = goals.of_client(room.tx, house.keyring, met.client)
        goal_service.let_go(room.scene(met.client), goal.id, reached=False)
        room.phones.deliver(room.tx, house, MONDAY)
        assert len(room.shows(LINDE)) == 1
        assert room.shows(LINDE)[0].startswith("This goal no longer waits")

    await play(database, house, story)


# What the therapist writes down


async def test_a_therapist_writes_down_what_a_child_said(database, house, met):
    def story(room: Room) -> None:
        room.writes(LINDE, "/goal")
        assert room.shows(LINDE)[-1].startswith("What does Mila want to work on?")
        room.writes(LINDE, "Swim")
        room.writes(LINDE, WORDS)
        room.taps(LINDE, "-keep")
        assert room.shows(LINDE)[-1].startswith(f"Kept as a goal of Mila:\n{WORDS}")
        (goal,) = goals.of_client(room.tx, house.keyring, met.client)
        assert (goal.words, goal.state, goal.language) == (WORDS, GoalState.AGREED, "en")
        assert len(room.shows(MILA)) == 1

    await play(database, house, story)


async def test_among_several_clients_the_therapist_says_whose_goal_it_is(database, house, met):
    def story(room: Room) -> None:
        linde = people.therapist_in(room.tx, house.keyring, ChatId(LINDE))
        ben = meet(room.tx, house, linde.id, 202, MONDAY, alias="Ben")
        room.writes(LINDE, "/goal")
        assert room.shows(LINDE)[-1] == "Whose goal would you like to write down?"
        room.taps(LINDE, str(ben.pairing))
        assert room.shows(LINDE)[-2] == "A goal of Ben"
        room.writes(LINDE, WORDS)
        people.move(room.tx, ben.pairing, PairingState.REFUSED, MONDAY)
        room.taps(LINDE, "-keep")
        assert room.shows(LINDE)[-1] == "Nothing was kept."
        assert room.states(ben.client) == []

    await play(database, house, story)


async def test_a_fourth_goal_is_not_written_down_either(database, house, met):
    def story(room: Room) -> None:
        for words in ("a", "b", "c"):
            goals.propose(room.tx, house.keyring, met.client, words, "en", MONDAY)
        room.writes(LINDE, "/goal")
        room.writes(LINDE, WORDS)
        room.taps(LINDE, "-keep")
        assert room.shows(LINDE)[-1].startswith("There are three goals already")
        assert room.states(met.client) == ["proposed"] * 3

    await play(database, house, story)


async def test_without_clients_there_is_no_goal_to_write_down(database, house):
    def story(room: Room) -> None:
        seat_therapist(room.tx, house.keyring, LINDE)
        room.writes(LINDE, "/goal")
        assert room.shows(LINDE) == ["You have no linked clients yet. /invite invites one."]

    await play(database, house, story)
