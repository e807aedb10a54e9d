"""A card is only as good as the chat it was shown in, and the right of the therapist it was shown to: for
every kind of dialogue there is, whatever is pressed on its card or forged for it."""

from collections.abc import Callable
from typing import get_args

import pytest
from sqlalchemy import Connection, select

from bot.core.model import ChatId, DialogueId
from bot.service.house import House
from bot.storage import dialogues, people
from bot.storage.database import Database
from bot.storage.dialogues import State
from bot.storage.keys import Keyring
from bot.storage.people import PairingState
from bot.storage.schema import pairings
from tests.cards import ADA, BEN, CARDS, CAT, DEE, FAMILY, KAYA, LINDE, Card, Room
from tests.house import furnished

STRANGER = 999
EVERYBODY = (LINDE, KAYA, ADA, BEN, DEE, FAMILY, CAT, STRANGER)
OWN = ("Ada", "Ben")  # of Dr. Linde's
FORGED = (
    "yes", "no", "talk", "-keep", "-create", "-relink", "-cancel", "-back", "-read", "-send", "-none",
    "thanks", "-open", "-here", "-next", "-done", "-nothing", "-hold", "mostly", "skip", "reached", "let_go",
    "erase", "copy", "check_in", "en", "de", "give_0", "gone_1", "1700",
)  # fmt: skip
# Beside what has arrived and what was sent: dialogues may end, for whom nothing is left to do.
BOOKKEEPING = ("inbox", "outbox", "dialogues")


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


async def play(
    database: Database, house: House, name: str, story: Callable[[Room, Card, int, list[str]], None]
) -> None:
    """The story begins with the card on its owner's phone: its number there, and its buttons."""

    def begin(tx: Connection) -> None:
        room, card = Room(tx, house), CARDS[name]
        card.come_about(room)
        number, data = room.phones.newest(card.owner) or (0, [])
        found = dialogues.get(tx, house.keyring, DialogueId(int(data[0].split(":")[0])))
        assert found is not None
        assert (type(found.state), found.chat_id, found.message_id) == (card.kind, card.owner, number)
        story(room, card, number, data)

    await database.write(begin)


def forged(room: Room, data: list[str]) -> list[str]:
    """What no button of the card means."""
    stem = data[0].rpartition(":")[0]
    return [
        press for choice in (*FORGED, *sorted(room.numbers())) if (press := f"{stem}:{choice}") not in data
    ]


def test_no_kind_of_dialogue_is_left_out() -> None:
    assert {card.kind for card in CARDS.values()} == set(get_args(State))


@pytest.mark.parametrize("name", CARDS)
async def test_for_its_owner_it_does_something_so_that_nothing_is_worth_something(
    database: Database, house: House, name: str
) -> None:
    def story(room: Room, card: Card, number: int, data: list[str]) -> None:
        before, wish = room.kept("inbox", "outbox"), card.wish(room)
        (press,) = [one for one in data if one.endswith(f":{wish}")]
        arrived = room.presses(card.owner, number, [press])
        after = room.kept("inbox", "outbox")
        if card.turns:
            assert after != before
            return
        done = any(after[table] != before[table] for table in before if table not in BOOKKEEPING)
        assert done or any(one.parcel.action != "edit" for one in arrived), "it is not only a page turned"

    await play(database, house, name, story)


@pytest.mark.parametrize("name", CARDS)
async def test_in_any_other_chat_it_does_nothing_at_all(database: Database, house: House, name: str) -> None:
    def story(room: Room, card: Card, number: int, data: list[str]) -> None:
        presses, before = [*data, *forged(room, data)], room.kept("inbox")
        for chat in EVERYBODY:
            if chat != card.owner:
                for message in (number, number + 1):
                    assert room.presses(chat, message, presses) == [], f"{chat} is nobody here"
                assert room.kept("inbox") == before, f"{chat} is nobody here"

    await play(database, house, name, story)


@pytest.mark.parametrize("name", [name for name, card in CARDS.items() if card.linked])
async def test_who_is_no_longer_the_therapist_does_nothing_with_it(
    database: Database, house: House, name: str
) -> None:
    def story(room: Room, card: Card, number: int, data: list[str]) -> None:
        therapist = people.therapist_in(room.tx, house.keyring, ChatId(card.owner))
        assert therapist is not None
        mine = pairings.c.therapist_id == therapist.id
        for paired in room.tx.execute(select(pairings.c.id).where(mine)).scalars().all():
            people.move(room.tx, paired, PairingState.REFUSED, room.now)
        before = room.kept(*BOOKKEEPING)
        for press in (*data, *forged(room, data)):
            savepoint, phones = room.tx.begin_nested(), room.phones.cards[card.owner].copy()
            arrived = room.presses(card.owner, number, [press])
            assert {one.parcel.chat_id for one in arrived} <= {card.owner}, press
            fresh = [one.parcel.body["text"] for one in arrived if one.parcel.action != "edit"]
            assert not any(alias in text for alias in OWN for text in fresh), press
            assert room.kept(*BOOKKEEPING) == before, press
            savepoint.rollback()
            room.phones.cards[card.owner] = phones

    await play(database, house, name, story)


@pytest.mark.parametrize("name", CARDS)
async def test_its_owner_reaches_with_it_only_what_it_is_about(
    database: Database, house: House, name: str
) -> None:
    def story(room: Room, card: Card, number: int, data: list[str]) -> None:
        foreign = [one for one in forged(room, data) if one.rpartition(":")[2] in room.numbers()]
        before = room.kept(*BOOKKEEPING)
        assert {one.parcel.action for one in room.presses(card.owner, number, foreign)} <= {"edit"}
        assert room.kept(*BOOKKEEPING) == before

    await play(database, house, name, story)
