"""Two children on one phone, in whatever order: what was tapped or typed on a child's page is that child's,
and the other's stays as it was. What a child has said can be read on it only while that child holds it."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bot.core.checkin import CheckIn
from bot.core.checkin_state import OUTSIDE
from bot.core.menu import Menu, Page
from bot.core.model import ChatId, ClientId, DialogueId
from bot.render.bodies import Body
from bot.service.house import House
from bot.storage import dialogues
from bot.storage.database import Database
from bot.storage.dialogues import Dialogue
from bot.storage.keys import Keyring
from bot.storage.schema import answers, check_ins, goals, notes
from tests.cards import CHECK_IN, FAMILY, WORDS, Room
from tests.house import furnished, without_help, wrote

CHILDREN = ("Kim", "Lea")
SAID = ("Yes", "no", "1", "skip", "Slower please", "I slept well", "Sleep in my own bed")
COMMANDS = ("/checkin", "/checkin", "/goals", "/menu", "/later", "/answers")

# No page but a child's own has any of these: a question that is open, what was answered and what they wrote.
PRIVATE = (
    "●",
    "👁",
    "🔒",
    "✏️",
    "Your answer is",
    "What would help",
    "start talking",
    WORDS,
    "Changed",
    *SAID[4:],
)
ALONE = timedelta(minutes=15)

# Mostly one child's card is tapped, and there the first button, for it leads on.
ACT = st.one_of(
    st.tuples(st.sampled_from(CHILDREN), st.just(0)),
    st.tuples(st.sampled_from(CHILDREN), st.integers(0, 9)),
    st.tuples(st.just("newest"), st.integers(0, 9)),
    st.tuples(st.just("say"), st.integers(0, len(SAID) - 1)),
    st.tuples(st.just("edit"), st.integers(0, 20)),
    st.tuples(st.just("command"), st.integers(0, len(COMMANDS) - 1)),
    st.tuples(st.just("wish"), st.integers(0, 1)),
    st.tuples(st.just("wait"), st.sampled_from((0.2, 0.25, 1, 3, 24))),
)
# Who begins: nobody, or one child after the other has taken the phone and said who they are.
BEGUN = st.lists(st.sampled_from(CHILDREN), max_size=2, unique=True)


class FamilyPhone:
    """The phone, and whose page is whose: by what the screen has said, never by what is stored. ``holder`` is
    the child who said last that they are there, and was in their own page ``touched_at`` last."""

    def __init__(self, tx: Connection, house: House) -> None:
        self.room = Room(tx, house)
        self.clients = {self.room.met[alias].client for alias in CHILDREN}
        self.whose: dict[int, ClientId] = {}
        self.said: list[int] = []
        self.holder: ClientId | None = None
        self.touched_at = self.room.now
        self._seen = 0
        self._number = 5000
        self.room.wait(CHECK_IN)
        self.look()

    def look(self) -> None:
        """A page that names one child says whose all of this dialogue's pages are."""
        for arrived in self.room.phones.arrived[self._seen :]:
            buttons = [one for row in without_help(arrived.parcel.body).get("buttons", []) for one in row]
            if arrived.parcel.chat_id == FAMILY and buttons:
                number = int(buttons[0]["data"].split(":")[0])
                text = " ".join([arrived.parcel.body["text"], *(one["text"] for one in buttons)])
                named = [alias for alias in CHILDREN if alias in text]
                if len(named) == 1:
                    self.whose.setdefault(number, self.room.met[named[0]].client)
        self._seen = len(self.room.phones.arrived)

    def does(self, what: str, which: float) -> None:
        """One act: it leaves a trace nowhere but with the child it was done for, and on the screen nothing
        of anybody's but of who holds the phone."""
        before = self.kept()
        self.room.wait(self.room.now + timedelta(seconds=1))
        self._does(what, which)
        self.look()
        after = self.kept()
        touched = {one[0] for one in set(before.items()) ^ set(after.items())}
        assert {client for client, _ in touched} <= self.allowed, (what, which, touched)
        for owner, body in self.readable():
            assert owner is not None, (what, which, body)
            assert owner == self.holder, (what, which, body)
            assert self.room.now < self.touched_at + ALONE, (what, which, body)

    def _does(self, what: str, number: float) -> None:
        """``allowed`` are those of whom something may be kept now that was not, or is not any more."""
        self.allowed: set[ClientId] = set()
        which = int(number)
        match what:
            case "newest" | "Kim" | "Lea":
                self._tap(what, which)
            case "say":
                self._say(SAID[which])
            case "edit":
                self._edit(which)
            case "wish":
                self._wish(CHILDREN[which])
            case "command":
                self._command(COMMANDS[which])
            case _:
                self.room.wait(self.room.now + timedelta(hours=number))

    def readable(self) -> list[tuple[ClientId | None, Body]]:
        """The messages on the screen in which something of a child's own stands, and whose it is."""
        found: list[tuple[ClientId | None, Body]] = []
        for body in self.room.phones.cards[FAMILY].values():
            buttons = [one for row in body.get("buttons", []) for one in row]
            text = " ".join([body.get("text", ""), *(one["text"] for one in buttons)])
            if any(sign in text for sign in PRIVATE):
                found.append((self._owner(buttons[0]["data"]) if buttons else None, body))
        return found

    def offered(self, on: str = "newest") -> list[tuple[int, str]]:
        """The buttons of the newest card, or of the newest that is this child's."""
        for number, body in sorted(self.room.phones.cards[FAMILY].items(), reverse=True):
            found = [(number, one["data"]) for row in body.get("buttons", []) for one in row]
            if found and (on == "newest" or self._owner(found[0][1]) == self.room.met[on].client):
                return found
        return []

    def _owner(self, data: str) -> ClientId | None:
        return self.whose.get(int(data.split(":")[0]))

    def _tap(self, on: str, which: int) -> None:
        found = self.offered(on)
        if found:
            number, data = found[which % len(found)]
            owner = self._owner(data)
            self.allowed = set() if owner is None else {owner}
            self._press(number, data)

    def _press(self, number: int, data: str) -> None:
        """Who is on a page of their own then has the phone, and else whoever it belongs to."""
        self.room.presses(FAMILY, number, [data])
        self.look()
        dialogue = DialogueId(int(data.split(":")[0]))
        own = any(one.id == dialogue and is_own(one) for one in self.open())
        self.holder = self.whose[dialogue] if own else None
        self.touched_at = self.room.now

    def _say(self, words: str) -> None:
        """Whatever it was and whoever typed it, it is taken out of the chat."""
        self.allowed = self.listening()
        if self.allowed or self.holder is not None:
            self.touched_at = self.room.now
        self._number += 1
        self.said.append(self._number)
        self.room.phones.cards[FAMILY][self._number] = {"text": words}
        self.room.take([wrote(self._number, FAMILY, words)])
        assert self._number not in self.room.phones.cards[FAMILY], "what was typed still stands in the chat"

    def _command(self, command: str) -> None:
        """Whoever asks for another page is not on their own."""
        arrived = len(self.room.phones.arrived)
        self.room.writes(FAMILY, command)
        if any(without_help(one.parcel.body).get("buttons") for one in self.room.phones.arrived[arrived:]):
            self.holder = None

    def _wish(self, alias: str) -> None:
        """The child comes to the page on which a goal is written."""
        self._command("/goals")
        for choice in (str(self.room.met[alias].client), "-here", "-new"):
            self.room.wait(self.room.now + timedelta(seconds=1))
            found = [one for one in self.offered() if one[1].endswith(f":{choice}")]
            if not found:
                return
            self._press(*found[0])

    def _edit(self, which: int) -> None:
        """A changed message stays with the child it was kept for."""
        if not self.said:
            return
        message = self.said[which % len(self.said)]
        self._number += 1
        _, update = wrote(self._number, FAMILY, f"Changed {self._number}", message)
        owner = self.room.tx.execute(select(notes.c.client_id).where(notes.c.message_id == message)).scalars()
        self.allowed = {ClientId(one) for one in owner}
        self.room.take([(self._number, {"edited_message": update["message"]})])

    def listening(self) -> set[ClientId]:
        """The child on whose page words are taken. Nobody, if there is none, and nobody while the phone is
        passed on; and never two."""
        found = {self.whose[one.id] for one in self.open() if takes_words(one)}
        assert len(found) <= 1, found
        return found

    def open(self) -> list[Dialogue]:
        return dialogues.open_in(self.room.tx, self.room.house.keyring, ChatId(FAMILY))

    def kept(self) -> dict[tuple[ClientId, str], tuple[Any, ...]]:
        """All that children have said: with it whose it is, by its own row and by its check-in's."""
        found: dict[tuple[ClientId, str], tuple[Any, ...]] = {}
        for table in (answers, notes):
            joined = select(table, check_ins.c.client_id.label("asked")).join(
                check_ins, check_ins.c.id == table.c.check_in_id
            )
            for row in self.room.tx.execute(joined):
                assert row.client_id == row.asked, "an answer stands in a check-in of the child's own"
                found[row.client_id, f"{table.name} {row[0]} {row[1]}"] = tuple(row)
        for row in self.room.tx.execute(select(goals)):
            found[row.client_id, f"goal {row.id}"] = tuple(row)
        return found

    def of(self, alias: str) -> list[str]:
        client = self.room.met[alias].client
        return sorted(what.split()[0] for owner, what in self.kept() if owner == client)


def is_own(found: Dialogue) -> bool:
    """Whether what a child has said may stand on its page."""
    state = found.state
    if isinstance(state, CheckIn):
        return state.page not in OUTSIDE
    return isinstance(state, Menu) and state.page in (Page.GOALS, Page.GOAL, Page.GOAL_NEW)


def takes_words(found: Dialogue) -> bool:
    """On a phone that is passed on nothing is taken before a child has said who they are."""
    return is_own(found) and (not isinstance(found.state, Menu) or found.state.listens)


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BEGUN, st.lists(ACT, min_size=10, max_size=50))
async def test_whatever_is_tapped_and_typed_is_kept_for_the_child_on_whose_page_it_was(
    database: Database, house: House, begun: list[str], acts: list[tuple[str, float]]
) -> None:
    def live(tx: Connection) -> None:
        savepoint = tx.begin_nested()
        phone = FamilyPhone(tx, house)
        for child in begun:
            phone.does(child, 0)
            phone.does(child, 0)
        for what, which in acts:
            phone.does(what, which)
        savepoint.rollback()

    await database.write(live)


async def test_two_children_answer_in_turns_and_each_has_their_own(database: Database, house: House) -> None:
    def live(tx: Connection) -> None:
        phone = FamilyPhone(tx, house)
        for child in CHILDREN:
            for _ in ("open", "here", "the first answer"):
                phone.does(child, 0)
        phone.does("say", SAID.index("I slept well"))
        for _ in ("here", "what would help", "who brings it up"):
            phone.does("Kim", 0)
        phone.does("say", SAID.index("I slept well"))
        phone.does("say", SAID.index("skip"))
        phone.does("wish", CHILDREN.index("Lea"))
        phone.does("say", SAID.index("Sleep in my own bed"))
        assert phone.of("Kim") == ["answers"] * 4 + ["goal", "notes"]
        assert phone.of("Lea") == ["answers", "goal", "goal", "notes"]

    await database.write(live)


@pytest.mark.parametrize("page", ["a check-in", "goals"])
async def test_while_the_phone_is_passed_on_words_are_nobody_s(
    database: Database, house: House, page: str
) -> None:
    def live(tx: Connection) -> None:
        phone = FamilyPhone(tx, house)
        before = phone.kept()
        phone.does("Kim", 0)
        phone.does("Kim", 0)
        if page == "a check-in":
            phone.does("Lea", 0)
        else:
            phone.room.writes(FAMILY, "/goals")
            phone.room.taps(FAMILY, str(phone.room.met["Lea"].client))
            phone.look()
        phone.does("say", SAID.index("I slept well"))
        assert phone.kept() == before

    await database.write(live)
