"""Only the right people: a forged, foreign, replayed or damaged press changes nothing, and nobody is
talked to in groups, channels or by other bots."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.core.model import HELPS, RAISES
from bot.service import work
from bot.service.house import House
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import inbox, metadata, outbox
from tests.house import Phones, furnished, meet, pressed, rows, seat_therapist, wrote

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
LINDE, ADA, BEN, CAT, STRANGER, GROUP = 100, 201, 202, 203, 999, -1001234567890
EVERYBODY = (LINDE, ADA, BEN, CAT, STRANGER)
KEPT = [table for table in metadata.sorted_tables if table not in (inbox, outbox)]
CHOICES = (
    "-open", "-back", "-next", "-nothing", "-create", "-relink", "-language", "-usual", "-cancel", "-here",
    "yes", "no", "skip", "dont_know", "mostly", "not_at_all", "b09", "en", "0", "1", "2", "1400",
    *HELPS, *RAISES,
)  # fmt: skip
PRIVATE = {"id": ADA, "type": "private"}


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


@pytest.fixture
async def phones(database: Database, house: House) -> Phones:
    """Ada answers, Ben has not begun, Cat has just agreed, and Dr. Linde invites somebody: all cards are
    open at once, and each has older pages."""
    phones = Phones()

    def begin(tx: Connection) -> None:
        therapist = seat_therapist(tx, house.keyring, LINDE)
        for chat in (ADA, BEN):
            meet(tx, house, therapist, chat, MONDAY, check_ins=((0, time(17)),))
        work.take_timers(tx, house, DUE)
        phones.deliver(tx, house, DUE)
        for number, choice in enumerate(("-open", "not_at_all", "slower", "yes")):
            act(tx, house, phones, pressed(number, ADA, *card(phones, ADA, choice)))
        act(tx, house, phones, wrote(10, LINDE, "/invite"))
        act(tx, house, phones, wrote(11, LINDE, "Cat"))
        for number, choice in enumerate(("b18", "en", "-here", "3", "1400", "2", "1700", "-create"), 12):
            act(tx, house, phones, pressed(number, LINDE, *card(phones, LINDE, choice)))
        link = next(one.parcel.body["text"] for one in phones.arrived if one.parcel.action == "photo")
        secret = link.partition("start=")[2].rstrip("\u2069")
        act(tx, house, phones, wrote(30, CAT, f"/start {secret}"))
        for number, choice in enumerate(("-next", "-next", "yes"), 31):
            act(tx, house, phones, pressed(number, CAT, *card(phones, CAT, choice)))
        act(tx, house, phones, wrote(34, LINDE, "/invite"))
        act(tx, house, phones, wrote(35, LINDE, "Dan"))

    await database.write(begin)
    return phones


def act(tx: Connection, house: House, phones: Phones, update: tuple[int, dict[str, Any]]) -> None:
    work.take_updates(tx, house, [update], DUE)
    phones.deliver(tx, house, DUE)


def card(phones: Phones, chat: int, choice: str) -> tuple[int, str]:
    """The newest button that means this: the number of its message, and its data."""
    for number, body in sorted(phones.cards[chat].items(), reverse=True):
        for row in body.get("buttons", []):
            for button in row:
                if button["data"].endswith(f":{choice}"):
                    return number, button["data"]
    raise AssertionError(choice)


def offered(phones: Phones) -> set[tuple[int, str]]:
    """What may be pressed: a chat, and the data of a button that it shows."""
    return {
        (chat, button["data"])
        for chat, cards in phones.cards.items()
        for body in cards.values()
        for row in body.get("buttons", [])
        for button in row
    }


def forged(dice: random.Random, phones: Phones, many: int) -> Iterator[dict[str, Any]]:
    """Presses that nobody can make with an unchanged app, save by repeating old ones."""
    allowed = offered(phones)
    made_for = sorted(data for _, data in allowed)
    typing = card(phones, LINDE, "-cancel")[1].removesuffix(":-cancel")  # here she may as well type it
    while many:
        chat = dice.choice(EVERYBODY)
        data: object = f"{dice.randrange(12)}:{dice.randrange(9)}:{dice.choice(CHOICES)}"
        match dice.randrange(6):
            case 0:
                data = dice.choice(made_for)  # right, but mostly in another chat
            case 1:
                whole = dice.choice(made_for)
                data = whole[: dice.randrange(len(whole))] + dice.choice(
                    ("", ":", "\n", "٣", "\x00", "x" * 60)
                )
            case 2:
                data = "".join(
                    chr(dice.choice((33, 58, 0x661, 0xD800, 0x202E)) + dice.randrange(10)) for _ in range(9)
                )
            case 3:
                data = dice.choice(
                    (None, 7, [], {}, "", "-1:0:yes", f"{10**20}:0:yes", "1:0:yes:1", "1::", " 1:0:yes")
                )
            case _:
                pass
        stem, _, _ = str(data).rpartition(":")
        if (chat, str(data)) in allowed or (chat, stem) == (LINDE, typing):
            continue
        many -= 1
        _, update = pressed(0, chat, dice.randrange(2000), data)
        yield _altered(dice, update)


def _altered(dice: random.Random, update: dict[str, Any]) -> dict[str, Any]:
    """Sometimes it comes from somebody else, or about a card in somebody else's chat, or is damaged."""
    press = update["callback_query"]
    match dice.randrange(20):
        case 0:
            press["from"] = press["from"] | {"id": dice.choice(EVERYBODY) + 1}
        case 1:
            press["from"] = press["from"] | {"is_bot": True}
        case 2:
            press["message"] = press["message"] | {"chat": {"id": GROUP, "type": "supergroup"}}
        case 3:
            del press[dice.choice(list(press))]
        case 4:
            press["message"] = dice.choice((None, {}, {"chat": PRIVATE}, {"chat": 5, "message_id": 1}))
        case _:
            pass
    return update


async def try_to_forge(database: Database, house: House, phones: Phones, seed: int, many: int) -> None:
    before = await database.write(rows, *KEPT)
    texts = set(house.texts["en"].values())
    hints = 0
    updates = list(enumerate(forged(random.Random(seed), phones, many), 1000))
    for first in range(0, many, 100):
        presses = await database.write(work.take_updates, house, updates[first : first + 100], DUE)
        hints += sum(press.hint in texts for press in presses)
        assert all(press.hint is None or press.hint in texts for press in presses)
    assert await database.write(rows, *KEPT) == before
    assert hints > many / 2, "most are told kindly that the button no longer works"
    assert await database.write(lambda tx: tx.execute(select(inbox).where(inbox.c.failures > 0)).all()) == []
    arrived = len(phones.arrived)
    await database.write(phones.deliver, house, DUE)
    assert {one.parcel.body["text"] for one in phones.arrived[arrived:]} <= {
        house.words("en")("bot/group/refused")
    }


async def test_1_000_forged_presses_change_nothing_and_cause_no_error(database, house, phones):
    await try_to_forge(database, house, phones, seed=1, many=1_000)


@pytest.mark.soak
async def test_30_000_forged_presses_change_nothing(database, house, phones):
    await try_to_forge(database, house, phones, seed=2, many=30_000)


async def test_each_button_that_is_shown_works_in_its_own_chat_so_the_forgeries_were_near_the_mark(
    database, house, phones
):
    for number, (chat, data) in enumerate(sorted(offered(phones)), 1000):
        if data.endswith((":-back", ":-cancel")):
            continue

        def press(tx: Connection, update: tuple[int, dict[str, Any]]) -> None:
            before = rows(tx, *KEPT)
            savepoint = tx.begin_nested()
            work.take_updates(tx, house, [update], DUE)
            assert rows(tx, *KEPT) != before
            savepoint.rollback()

        message, _ = card(phones, chat, data.split(":")[2])
        await database.write(press, pressed(number, chat, message, data))


@pytest.mark.parametrize("number", [1 << 52, 1 << 63, 10**30, -(1 << 63) - 1])
async def test_numbers_that_no_database_takes_stop_nobody_else(database, house, phones, number):
    before = await database.write(rows, *KEPT)
    odd = [
        wrote(100, number, "x"),
        wrote(101, ADA, "x", message_id=number),
        pressed(102, number, 1, "1:0:yes"),
        pressed(103, ADA, number, "1:0:yes"),
    ]
    await database.write(work.take_updates, house, [*odd, wrote(104, BEN, "/nonsense")], DUE)
    await database.write(phones.deliver, house, DUE)
    assert "I don't know this command." in phones.arrived[-1].parcel.body["text"]
    assert await database.write(rows, *KEPT) == before


def _in_group(kind: str, update: tuple[int, dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    update[1]["message"]["chat"] = {"id": GROUP, "type": kind}
    return update


async def test_a_group_hears_once_a_day_that_we_talk_to_one_person_at_a_time(database, house, phones):
    before = await database.write(rows, *KEPT)
    secret = "/start 0123456789"
    batch = [
        _in_group("group", wrote(100 + n, ADA, text)) for n, text in enumerate(("hello", secret, "/checkin"))
    ]
    await database.write(work.take_updates, house, batch, DUE)
    await database.write(phones.deliver, house, DUE)
    assert [body["text"] for body in phones.cards[GROUP].values()] == [house.words("en")("bot/group/refused")]
    tomorrow = DUE + timedelta(days=1)
    await database.write(work.take_updates, house, [_in_group("group", wrote(110, ADA, "hello"))], tomorrow)
    await database.write(phones.deliver, house, tomorrow)
    assert len(phones.cards[GROUP]) == 2
    assert await database.write(rows, *KEPT) == before


async def test_bots_and_people_in_other_peoples_chats_are_not_listened_to(database, house, phones):
    before = await database.write(rows, *KEPT)
    arrived = len(phones.arrived)
    robot, other = wrote(100, ADA, "/checkin"), wrote(101, ADA, "my words")
    robot[1]["message"]["from"]["is_bot"] = True
    other[1]["message"]["from"]["id"] = STRANGER
    channel = (
        102,
        {"channel_post": {"chat": {"id": GROUP, "type": "channel"}, "text": "hello", "message_id": 1}},
    )
    edited = 103, {"edited_message": other[1]["message"]}
    await database.write(work.take_updates, house, [robot, other, channel, edited], DUE)
    await database.write(phones.deliver, house, DUE)
    assert [one.parcel.body["text"] for one in phones.arrived[arrived:]] == [
        house.words("en")("bot/group/refused")
    ]
    assert await database.write(rows, *KEPT) == before
