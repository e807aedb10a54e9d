"""After an erasure no letter that waits for anybody names who was erased, whoever it is sealed for."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, time

import pytest
from sqlalchemy import Connection, select

from bot.core import caseload, family
from bot.core.caseload import Choosing, Inviting
from bot.core.caseload import Page as InvitingPage
from bot.core.effects import Draft
from bot.core.family import Family
from bot.core.model import ChatId
from bot.service import forgetting, work
from bot.service.house import House
from bot.service.scene import Scene
from bot.storage import outbox, people
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import outbox as letters
from tests.house import Met, Phones, furnished, meet, pressed, seat_therapist

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINDE, MILA = 100, 200
NAMED = re.compile(r"\bMila\b")


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


class Room:
    """One transaction with Dr. Linde, and Mila and Kim on one phone. ``tap`` presses the newest card's
    button; what comes of it waits."""

    def __init__(self, tx: Connection, house: House) -> None:
        self.tx, self.house, self.phones = tx, house, Phones()
        self.linde = seat_therapist(tx, house.keyring, LINDE)
        self.mila, self.kim = self._meet("Mila"), self._meet("Kim")
        self.both = ((self.mila.pairing, "Mila"), (self.kim.pairing, "Kim"))
        self._updates = 0

    def scene(self, chat: int) -> Scene:
        return Scene(self.tx, self.house, ChatId(chat), self.house.words("en"), MONDAY, None)

    def deliver(self) -> None:
        self.phones.deliver(self.tx, self.house, MONDAY)

    def tap(self, chat: int, choice: str) -> None:
        self._updates += 1
        card, data = self.phones.newest(chat) or (0, [])
        (press,) = (one for one in data if one.endswith(f":{choice}"))
        work.take_updates(self.tx, self.house, [pressed(self._updates, chat, card, press)], MONDAY)

    def waiting(self) -> list[str]:
        """Everything that is to be sent, opened, letter by letter."""
        rows = self.tx.execute(select(letters).where(letters.c.body.is_not(None)).order_by(letters.c.id))
        return [
            self.house.keyring.unseal(
                self.tx, row.client_id, f"outbox.body/{row.chat_id}/{row.ref}", bytes(row.body)
            )
            for row in rows.all()
        ]

    def forget_mila(self) -> None:
        """Before it something that waits names her; after it nothing does, and nobody else is missed."""
        assert any(NAMED.search(one) for one in self.waiting()), "this way it would be found"
        client = people.client(self.tx, self.house.keyring, self.mila.client)
        forgetting.forget(self.tx, self.house, client, MONDAY)
        assert [one for one in self.waiting() if NAMED.search(one)] == []
        self.deliver()

    def shown(self, chat: int) -> str:
        return json.dumps(list(self.phones.cards[chat].values()))

    def _meet(self, alias: str) -> Met:
        return meet(self.tx, self.house, self.linde, MILA, MONDAY, alias=alias, check_ins=((0, time(17)),))


Story = Callable[[Room], None]


def a_list_from_which_they_were_chosen(room: Room) -> None:
    """The card of a dialogue that is over: what it was last to show is on its way."""
    room.scene(LINDE).begin(caseload.begin(Choosing("en", room.both)))
    room.deliver()
    room.tap(LINDE, str(room.mila.pairing))
    room.forget_mila()
    assert "Mila" not in room.shown(LINDE)


def a_family_that_said_whose_turn_it_is(room: Room) -> None:
    children = ((room.mila.client, "Mila"), (room.kim.client, "Kim"))
    room.scene(MILA).begin(family.begin(Family("en", children, "menu")))
    room.deliver()
    room.tap(MILA, str(room.mila.client))
    room.forget_mila()
    assert "Mila" not in room.shown(MILA)


def an_invitation_that_has_just_been_made(room: Room) -> None:
    draft = Draft(alias="Mila")
    made = Inviting("en", page=InvitingPage.MADE, draft=draft)
    room.scene(LINDE).begin(caseload.begin(made))
    room.forget_mila()
    assert room.shown(LINDE).count("Mila") == 0


def a_list_in_an_invitation_of_somebody_else(room: Room) -> None:
    """It goes on, with the others' names; what waited comes without hers."""
    room.scene(LINDE).begin(caseload.begin(Inviting("en", page=InvitingPage.WHOM, clients=room.both)))
    room.forget_mila()
    assert "Mila" not in room.shown(LINDE)
    room.tap(LINDE, str(room.kim.pairing))
    room.deliver()
    assert "Kim" in room.shown(LINDE)


def a_list_in_an_invitation_that_stands_on_the_phone(room: Room) -> None:
    room.scene(LINDE).begin(caseload.begin(Inviting("en", page=InvitingPage.WHOM, clients=room.both)))
    room.deliver()
    client = people.client(room.tx, room.house.keyring, room.mila.client)
    forgetting.forget(room.tx, room.house, client, MONDAY)
    room.deliver()
    assert "Mila" not in room.shown(LINDE)
    assert "Kim" in room.shown(LINDE)


def what_names_nobody_or_another_comes(room: Room) -> None:
    """Letters with a longer name that begins the same are not theirs."""
    for text in ("Hello", "Milan comes on Friday", "Kim has agreed"):
        room.scene(LINDE).send({"text": text})
    room.scene(LINDE).send({"text": "Is it about \u2068Mila\u2069?"})
    room.forget_mila()
    shown = [body["text"] for body in room.phones.cards[LINDE].values()]
    assert shown[:3] == ["Hello", "Milan comes on Friday", "Kim has agreed"]


STORIES: tuple[Story, ...] = (
    a_list_from_which_they_were_chosen,
    a_family_that_said_whose_turn_it_is,
    an_invitation_that_has_just_been_made,
    a_list_in_an_invitation_of_somebody_else,
    a_list_in_an_invitation_that_stands_on_the_phone,
    what_names_nobody_or_another_comes,
)


@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.__name__)
async def test_no_waiting_letter_names_who_was_erased(database: Database, house: House, story: Story) -> None:
    await database.write(lambda tx: story(Room(tx, house)))


async def test_a_letter_that_is_being_sent_does_not_come_again(database: Database, house: House) -> None:
    """It may arrive; what is left of it here is nothing, and so it is not repeated."""

    def story(tx: Connection) -> None:
        room = Room(tx, house)
        room.scene(LINDE).send({"text": "Is it about Mila?"})
        (number,) = tx.execute(select(letters.c.id)).scalars()
        outbox.mark_sending(tx, [number])
        room.forget_mila()
        outbox.recover(tx, MONDAY)
        room.deliver()
        assert "Mila" not in room.shown(LINDE)

    await database.write(story)
