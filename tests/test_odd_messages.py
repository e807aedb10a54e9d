"""Whatever people send, they get a short and kind answer, or none, and nothing is kept that should not be."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.core import welcome
from bot.core.model import Band, ChatId
from bot.core.welcome import Welcome
from bot.render.words import Words
from bot.service import work
from bot.service.house import House
from bot.service.scene import Scene
from bot.storage import checkins
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.people import PairingState
from bot.storage.schema import inbox, metadata, notes, outbox
from tests.house import Phones, furnished, meet, rows, seat_therapist, wrote

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
LINDE, OTHER_THERAPIST, IDLE, OPEN, CHILD, NEW, STRANGER = 100, 101, 200, 201, 202, 203, 300
SECRET = "Ritterspornblau"
FILE = {"file_id": SECRET, "file_unique_id": "u", "file_size": 9}

# What is no words, as Telegram delivers it.
OTHER: dict[str, dict[str, Any]] = {
    "photo": {"photo": [FILE], "caption": SECRET},
    "photo that looks like a command": {"photo": [FILE], "caption": f"/start {SECRET}"},
    "voice": {"voice": FILE | {"duration": 3}},
    "video note": {"video_note": FILE | {"length": 240, "duration": 3}},
    "sticker": {"sticker": FILE | {"emoji": "👋"}},
    "poll": {"poll": {"id": "1", "question": SECRET, "options": [{"text": SECRET, "voter_count": 0}]}},
    "contact": {"contact": {"phone_number": "+43111", "first_name": SECRET}},
    "location": {"location": {"latitude": 47.5, "longitude": 8.5}},
    "document": {"document": FILE | {"file_name": f"{SECRET}.txt"}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "forwarded words": {"text": SECRET, "forward_origin": {"type": "hidden_user", "sender_user_name": "X"}},
    "forwarded command": {"text": f"/start {SECRET}", "forward_origin": {"type": "hidden_user"}},
    "nothing but controls": {"text": "\x00\x1b\u202e"},
    "half a character": {"text": "\ud83d"},
    "something new": {"hologram": {"of": SECRET}},
}
WORDS: dict[str, tuple[str, str]] = {
    "words": (f"I said {SECRET}.", f"I said {SECRET}."),
    "very long": ("ä" * 9_000, "ä" * 4_096),
    "halves of characters": (f"a\ud83d{SECRET}\udc4b", f"a{SECRET}"),
    "turned direction": (f"\u202e{SECRET}\u202c \u2067x\u2069", f"{SECRET} \u2067x\u2069"),
    "controls": (f"a\x00b\r\n{SECRET}\x85", f"ab\n{SECRET}"),
    "looks like a command": (f"/etc/{SECRET}", f"/etc/{SECRET}"),
    "many lines": ("\n" * 50 + SECRET, SECRET),
    "markup": (f"<b>{SECRET}</b> *x* {{therapist}} %s", f"<b>{SECRET}</b> *x* {{therapist}} %s"),
}


@dataclass
class Place:
    """Who sends it where, and what they hear to what is no words and to words."""

    chat: int
    to_other: str
    to_words: str


SHORT = 250
PLACES = {
    "stranger": Place(STRANGER, "bot/stranger/other", "bot/stranger/words"),
    "client": Place(IDLE, "bot/client/other", "bot/client/words"),
    "client in a check-in": Place(OPEN, "bot/check_in/only_buttons", "bot/check_in/note_kept"),
    "child who has no words": Place(CHILD, "bot/check_in/only_buttons", "bot/check_in/only_buttons"),
    "client in the welcome": Place(NEW, "bot/welcome/only_buttons", "bot/welcome/only_buttons"),
    "therapist": Place(LINDE, "bot/therapist/other", "bot/therapist/words"),
    "therapist who chooses": Place(OTHER_THERAPIST, "bot/invite/unclear/band", "bot/invite/unclear/band"),
}
TABLES = [table for table in metadata.sorted_tables if table not in (inbox, outbox)]


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


@pytest.fixture
async def phones(database: Database, house: House) -> Phones:
    """Everybody is where PLACES says."""
    phones = Phones()

    def begin(tx: Connection) -> None:
        therapist = seat_therapist(tx, house.keyring, LINDE)
        seat_therapist(tx, house.keyring, OTHER_THERAPIST, "Dr. Quitte")
        monday = ((0, time(17)),)
        meet(tx, house, therapist, IDLE, MONDAY, check_ins=())
        meet(tx, house, therapist, OPEN, MONDAY, check_ins=monday)
        meet(tx, house, therapist, CHILD, MONDAY, band=Band.B06, check_ins=monday)
        new = meet(tx, house, therapist, NEW, MONDAY, state=PairingState.CLAIMED)
        first = Welcome(new.pairing, "en", Band.B13, "Dr. Linde", "Mila", house.clinic.name)
        Scene(tx, house, ChatId(NEW), house.words("en"), MONDAY, new.client).begin(welcome.begin(first))
        work.take_updates(
            tx, house, [wrote(1, OTHER_THERAPIST, "/invite"), wrote(2, OTHER_THERAPIST, "Ada")], DUE
        )
        work.take_timers(tx, house, DUE)
        phones.deliver(tx, house, DUE)

    await database.write(begin)
    return phones


def plain(text: str) -> str:
    return text.translate(dict.fromkeys(range(0x2066, 0x206A)))


def possible(house: House, message: str) -> set[str]:
    """The sentence in each of the bot's voices."""
    words = house.words("en")
    known = {
        "clinic": house.clinic.name,
        "phone": house.clinic.phone,
        "therapist": "Dr. Linde",
        "client": "Ada",
    }
    voices = [words, *(words.speaking(voice) for voice in ("child", "teen", "adult"))]
    said = {voice(message, **known) + _unscreened(message, voice) for voice in voices if voice.has(message)}
    return set(map(plain, said))


def _unscreened(message: str, voice: Words) -> str:
    """Nobody has reviewed the phrases of danger here, and every receipt of a client's words says so."""
    receipts = ("bot/client/", "bot/check_in/", "bot/menu/only", "bot/welcome/only")
    return f"\n{voice('bot/unscreened')}" if message.startswith(receipts) else ""


async def heard(
    database: Database, house: House, phones: Phones, update: tuple[int, dict[str, Any]]
) -> list[str]:
    arrived = len(phones.arrived)

    def deliver(tx: Connection) -> list[int]:
        work.take_updates(tx, house, [update], DUE)
        phones.deliver(tx, house, DUE)
        return list(tx.execute(select(inbox.c.update_id).where(inbox.c.failures > 0)).scalars())

    assert await database.write(deliver) == []
    return [one.parcel.body["text"] for one in phones.arrived[arrived:]]


async def test_what_is_no_words_is_answered_and_nothing_of_it_is_kept(
    database: Database, house: House, phones: Phones
) -> None:
    before = await database.write(rows, *TABLES)
    numbers = count(100)
    for name, place in PLACES.items():
        for what, content in OTHER.items():
            update = wrote(next(numbers), place.chat, **{"text": "", **content})
            (answer,) = await heard(database, house, phones, update)
            assert plain(answer) in possible(house, place.to_other), (name, what)
            assert len(answer) < SHORT
            assert SECRET not in answer
    assert await database.write(rows, *TABLES) == before


async def test_odd_words_are_answered_and_kept_only_in_a_check_in_and_made_safe(
    database: Database, house: House, phones: Phones
) -> None:
    before = await database.write(rows, *TABLES)
    numbers = count(100)
    for name, place in PLACES.items():
        for what, (text, _) in WORDS.items():
            (answer,) = await heard(database, house, phones, wrote(next(numbers), place.chat, text))
            assert plain(answer) in possible(house, place.to_words), (name, what)
            assert len(answer) < SHORT
            assert SECRET not in answer
    after = await database.write(rows, *TABLES)
    assert after.pop("notes") != before.pop("notes")
    assert after == before
    client = await database.write(lambda tx: tx.execute(select(notes.c.client_id).distinct()).scalar())
    kept = await database.write(checkins.notes_of, house.keyring, client, ALWAYS)
    assert [note.words for note in kept] == [safe for _, safe in WORDS.values()]


async def test_what_was_only_changed_or_done_by_telegram_itself_is_met_with_silence(
    database: Database, house: House, phones: Phones
) -> None:
    before = await database.write(rows, *TABLES)
    numbers = count(100)
    for place in PLACES.values():
        chat = place.chat
        for update in (
            {"edited_message": wrote(0, chat, SECRET, message_id=77)[1]["message"]},
            wrote(0, chat, "", pinned_message={"message_id": 1})[1],
            wrote(0, chat, "", message_auto_delete_timer_changed={"message_auto_delete_time": 86_400})[1],
            {"message_reaction": {"chat": {"id": chat, "type": "private"}, "message_id": 1}},
            {"poll_answer": {"poll_id": "1", "user": {"id": chat}, "option_ids": [1]}},
        ):
            assert await heard(database, house, phones, (next(numbers), update)) == []
    assert await database.write(rows, *TABLES) == before


@pytest.mark.parametrize("alias", ["{therapist}", "a\u2069\u202eb", "%s {0}", "<b>x</b>"])
async def test_a_name_does_not_break_out_of_the_sentence_it_is_shown_in(
    database: Database, house: House, phones: Phones, alias: str
) -> None:
    await heard(database, house, phones, wrote(100, LINDE, "/invite"))
    texts = await heard(database, house, phones, wrote(101, LINDE, alias))
    shown = alias.replace("\u202e", "").replace("\u2069", "")
    assert f"\u2068{shown}\u2069" in "\n".join(texts)
