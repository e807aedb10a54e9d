"""Two children on one phone, in whatever order: what was tapped or typed on a child's page is that child's,
and the other's stays as it was."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bot.core import checkin, menu
from bot.core.checkin import CheckIn
from bot.core.checkin_state import OUTSIDE
from bot.core.menu import Menu
from bot.core.model import ChatId, ClientId
from bot.service.house import House
from bot.storage import dialogues
from bot.storage.database import Database
from bot.storage.dialogues import Dialogue
from bot.storage.keys import Keyring
from bot.storage.schema import answers, check_ins, goals, notes
from tests.cards import CHECK_IN, FAMILY, Room
from tests.house import furnished, wrote

CHILDREN = ("Kim", "Lea")
SAID = ("Yes", "no", "1", "skip", "Slower please", "I slept well", "Sleep in my own bed")
COMMANDS = ("/checkin", "/checkin", "/goals", "/menu", "/later", "/answers")

# Mostly one child's card is tapped, and there the first button, for it leads on.
ACT = st.one_of(
    st.tuples(st.sampled_from(CHILDREN), st.just(0)),
    st.tuples(st.sampled_from(CHILDREN), st.integers(0, 9)),
    st.tuples(st.just("newest"), st.integers(0, 9)),
    st.tuples(st.just("say"), st.integers(0, len(SAID) - 1)),
    st.tuples(st.just("edit"), st.integers(0, 20)),
    st.tuples(st.just("command"), st.integers(0, len(COMMANDS) - 1)),
    st.tuples(st.just("wish"), st.integers(0, 1)),
    st.tuples(st.just("wait"), st.sampled_from((1, 3, 24))),
)
# Who begins: nobody, or one child after the other has taken the phone and said who they are.
BEGUN = st.lists(st.sampled_from(CHILDREN), max_size=2, unique=True)


class FamilyPhone:
    """The phone, and whose page is whose: by what the screen has said, never by what is stored."""

    def __init__(self, tx: Connection, house: House) -> None:
        self.room = Room(tx, house)
        self.clients = {self.room.met[alias].client for alias in CHILDREN}
        self.whose: dict[int, ClientId] = {}
        self.shown: list[int] = []  # the dialogues in the order in which they were shown last
        self.said: list[int] = []
        self._seen = 0
        self._number = 5000
        self.room.wait(CHECK_IN)
        self.look()

    def look(self) -> None:
        """A page that names one child says whose all of this dialogue's pages are."""
        for arrived in self.room.phones.arrived[self._seen :]:
            buttons = [one for row in arrived.parcel.body.get("buttons", []) for one in row]
            if arrived.parcel.chat_id == FAMILY and buttons:
                number = int(buttons[0]["data"].split(":")[0])
                text = " ".join([arrived.parcel.body["text"], *(one["text"] for one in buttons)])
                named = [alias for alias in CHILDREN if alias in text]
                if len(named) == 1:
                    self.whose.setdefault(number, self.room.met[named[0]].client)
                self.shown = [one for one in self.shown if one != number] + [number]
        self._seen = len(self.room.phones.arrived)

    def does(self, what: str, which: int) -> None:
        """One act, and that it left a trace nowhere but with the child it was done for."""
        before = self.kept()
        self.room.now += timedelta(seconds=1)
        match what:
            case "newest" | "Kim" | "Lea":
                allowed = self._tap(what, which)
            case "say":
                allowed = self.listening()
                self._number += 1
                self.said.append(self._number)
                self.room.phones.cards[FAMILY][self._number] = {"text": SAID[which]}  # till it is taken out
                self.room.take([wrote(self._number, FAMILY, SAID[which])])
            case "edit":
                allowed = self._edit(which)
            case "wish":
                allowed = set()
                self._wish(CHILDREN[which])
            case "command":
                allowed = set()
                self.room.writes(FAMILY, COMMANDS[which])
            case _:
                allowed = set()
                self.room.wait(self.room.now + timedelta(hours=which))
        self.look()
        after = self.kept()
        touched = {one[0] for one in set(before.items()) ^ set(after.items())}
        assert {client for client, _ in touched} <= allowed, (what, which, touched)

    def offered(self, on: str = "newest") -> list[tuple[int, str]]:
        """The buttons of the newest card, or of the newest that is this child's."""
        for number, body in sorted(self.room.phones.cards[FAMILY].items(), reverse=True):
            found = [(number, one["data"]) for row in body.get("buttons", []) for one in row]
            if found and (on == "newest" or self._owner(found[0][1]) == self.room.met[on].client):
                return found
        return []

    def _owner(self, data: str) -> ClientId | None:
        return self.whose.get(int(data.split(":")[0]))

    def _tap(self, on: str, which: int) -> set[ClientId]:
        found = self.offered(on)
        if not found:
            return set()
        number, data = found[which % len(found)]
        self.room.presses(FAMILY, number, [data])
        owner = self._owner(data)
        return set() if owner is None else {owner}

    def _wish(self, alias: str) -> None:
        """The child comes to the page on which a goal is written."""
        self.room.writes(FAMILY, "/goals")
        for choice in (str(self.room.met[alias].client), "-here", "-new"):
            self.room.now += timedelta(seconds=1)
            if not any(data.endswith(f":{choice}") for _, data in self.offered()):
                return
            self.room.taps(FAMILY, choice)

    def _edit(self, which: int) -> set[ClientId]:
        """A changed message stays with the child it was kept for."""
        if not self.said:
            return set()
        message = self.said[which % len(self.said)]
        self._number += 1
        _, update = wrote(self._number, FAMILY, f"Changed {self._number}", message)
        owner = self.room.tx.execute(select(notes.c.client_id).where(notes.c.message_id == message)).scalars()
        whose = set(owner)
        self.room.take([(self._number, {"edited_message": update["message"]})])
        return {ClientId(one) for one in whose}

    def listening(self) -> set[ClientId]:
        """The child whose page takes words and was shown last. Nobody, if there is none, and nobody while the
        phone is passed on. A page that only waits to be opened takes none, so what is typed below it may be
        for the page behind it."""
        open_ = {int(one.id): one for one in self.open()}
        asked = [open_[one] for one in self.shown if one in open_]
        takers = [one for one in asked if takes_words(one) or is_passed_on(one)]
        return {self.whose[takers[-1].id]} if takers and takes_words(takers[-1]) else set()

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


def takes_words(found: Dialogue) -> bool:
    """On a phone that is passed on nothing is taken before a child has said who they are."""
    match found.state:
        case CheckIn():
            return found.state.page not in OUTSIDE
        case Menu():
            return found.state.listens
        case _:
            return False


def is_passed_on(found: Dialogue) -> bool:
    """Somebody holds the phone, and has not said yet that they are the child."""
    return getattr(found.state, "page", None) in (checkin.Page.HANDOVER, menu.Page.HANDOVER)


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BEGUN, st.lists(ACT, min_size=10, max_size=50))
async def test_whatever_is_tapped_and_typed_is_kept_for_the_child_on_whose_page_it_was(
    database: Database, house: House, begun: list[str], acts: list[tuple[str, int]]
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
        for _ in ("open", "here", "the first answer"):
            for child in CHILDREN:
                phone.does(child, 0)
        phone.does("say", SAID.index("I slept well"))
        phone.does("Kim", len(phone.offered("Kim")) - 2)
        phone.does("say", SAID.index("I slept well"))
        phone.does("say", SAID.index("skip"))
        phone.does("wish", CHILDREN.index("Lea"))
        phone.does("say", SAID.index("Sleep in my own bed"))
        assert phone.of("Kim") == ["answers"] * 3 + ["goal", "notes"]
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
