"""Telegram's updates made into events: every shape has one meaning, and none can stop the others."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import (
    AskedForHelp,
    Blocked,
    Commanded,
    Edited,
    Event,
    Intruded,
    Returned,
    SentOther,
    Tapped,
    TappedNothing,
    Wrote,
)
from bot.transport.cleaning import clean
from bot.transport.connection import connect
from bot.transport.errors import AnotherPoller, WrongToken
from bot.transport.request import Request
from bot.transport.updates import TelegramUpdates, Unreached, to_event
from tests.failing_server import (
    Act,
    FailingServer,
    Talk,
    accepts,
    answers,
    breaks_off,
    hangs_up_after_the_body,
    refuses,
    says_nothing,
)

HALF_MINUTE = timedelta(seconds=30)
PERSON = {"id": 7, "is_bot": False, "first_name": "A", "language_code": "de"}
ROBOT = {"id": 7, "is_bot": True, "first_name": "B"}
OURSELVES = {"id": 99, "is_bot": True, "first_name": "Attune"}
PRIVATE = {"id": 7, "type": "private", "first_name": "A"}
GROUP = {"id": -5, "type": "group", "title": "G"}
SUPERGROUP = {"id": -1001234567890, "type": "supergroup", "title": "G"}
CHANNEL = {"id": -1001234567891, "type": "channel", "title": "C"}
MESSAGE = {"message_id": 40, "date": 1774746000, "chat": PRIVATE, "from": PERSON}
CARD = {"message_id": 40, "date": 1774746000, "chat": PRIVATE, "from": OURSELVES, "text": "?"}
TOO_OLD = {"message_id": 40, "date": 0, "chat": PRIVATE}
CHINESE = PERSON | {"language_code": "zh-hans-CN"}
PRESS = {"id": "88", "from": PERSON, "chat_instance": "1", "message": CARD, "data": "5:2:calm"}
TAPPED = Tapped(7, "88", 40, 5, 2, "calm")


def _wrote(text: str, **more: object) -> dict[str, Any]:
    return {"update_id": 1, "message": MESSAGE | {"text": text} | more}


def _sent(**content: object) -> dict[str, Any]:
    return {"update_id": 1, "message": MESSAGE | content}


def _edited(**content: object) -> dict[str, Any]:
    return {"update_id": 1, "edited_message": MESSAGE | content}


def _pressed(**more: object) -> dict[str, Any]:
    return {"update_id": 1, "callback_query": PRESS | more}


def _became(status: str, chat: dict[str, Any] = PRIVATE, by: dict[str, Any] = PERSON) -> dict[str, Any]:
    member = {"user": OURSELVES, "status": status}
    change = {"chat": chat, "from": by, "date": 0, "old_chat_member": member, "new_chat_member": member}
    return {"update_id": 1, "my_chat_member": change}


MEANINGS: list[tuple[str, dict[str, Any], Event | None]] = [
    ("words", _wrote("I was heard"), Wrote(7, 40, "I was heard", "de")),
    ("no language", _wrote("x", **{"from": {"id": 7}}), Wrote(7, 40, "x", "")),
    ("long tag", _wrote("x", **{"from": CHINESE}), Wrote(7, 40, "x", "zh-hans-CN")),
    ("odd tag", _wrote("x", **{"from": PERSON | {"language_code": "../etc"}}), Wrote(7, 40, "x", "")),
    ("no sender", _wrote("x", **{"from": None}), Wrote(7, 40, "x", "")),
    ("lines", _wrote("a\r\nb\rc\td"), Wrote(7, 40, "a\nb\nc\td", "de")),
    ("controls", _wrote("a\x00b\x1b[31m\x85c"), Wrote(7, 40, "ab[31mc", "de")),
    ("turned direction", _wrote("abc\u202egpj.exe\u202c"), Wrote(7, 40, "abcgpj.exe", "de")),
    ("half a character", _wrote("a\ud83db"), Wrote(7, 40, "ab", "de")),
    ("whole characters", _wrote("👩‍👧 نعم"), Wrote(7, 40, "👩‍👧 نعم", "de")),
    ("too long", _wrote("x" * 5000), Wrote(7, 40, "x" * 4096, "de")),
    ("nothing left", _wrote("\x00\u202e \n"), SentOther(7, 40, "de")),
    ("empty", _wrote(""), SentOther(7, 40, "de")),
    ("forwarded", _wrote("/start x", forward_origin={"type": "user"}), SentOther(7, 40, "de", "/start x")),
    ("forwarded picture", _sent(photo=[], caption="x", forward_origin={}), SentOther(7, 40, "de", "x")),
    ("command", _wrote("/help"), Commanded(7, "help", "", "de")),
    ("command with an argument", _wrote("/start  AbC_-9 \n"), Commanded(7, "start", "AbC_-9", "de")),
    ("command to us", _wrote("/Start@Attune_Bot abc"), Commanded(7, "start", "abc", "de")),
    ("command in capitals", _wrote("/HELP"), Commanded(7, "help", "", "de")),
    ("command on two lines", _wrote("/invite\nM."), Commanded(7, "invite", "M.", "de")),
    ("command with a stop", _wrote("/help."), Commanded(7, "help", ".", "de")),
    ("stroke alone", _wrote("/"), Wrote(7, 40, "/", "de")),
    ("stroke later", _wrote("see /help"), Wrote(7, 40, "see /help", "de")),
    ("path", _wrote("/etc/passwd"), Wrote(7, 40, "/etc/passwd", "de")),
    ("command in Cyrillic", _wrote("/помощь"), Wrote(7, 40, "/помощь", "de")),
    ("endless command", _wrote("/" + "a" * 33), Wrote(7, 40, "/" + "a" * 33, "de")),
    ("photo", _sent(photo=[{"file_id": "x"}]), SentOther(7, 40, "de")),
    ("caption", _sent(photo=[{"file_id": "x"}], caption="/start abc"), SentOther(7, 40, "de", "/start abc")),
    ("caption to clean", _sent(photo=[], caption=" a\u202eb\x00 \r\n"), SentOther(7, 40, "de", "ab")),
    ("forged caption", _sent(photo=[], caption=7), SentOther(7, 40, "de")),
    ("voice", _sent(voice={"file_id": "x"}), SentOther(7, 40, "de")),
    ("contact", _sent(contact={"phone_number": "1"}), SentOther(7, 40, "de")),
    ("something new", _sent(hologram={}), SentOther(7, 40, "de")),
    ("pinned", _sent(pinned_message=CARD), None),
    ("timer set", _sent(message_auto_delete_timer_changed={}), None),
    ("edit", _edited(text="better"), Edited(7, 40, "better", "de")),
    ("edited command", _edited(text="/start x"), Edited(7, 40, "/start x", "de")),
    ("edited caption", _edited(caption="x"), None),
    ("edited to nothing", _edited(text="\x00"), None),
    ("press", _pressed(), TAPPED),
    ("press on an old card", _pressed(message=TOO_OLD), TAPPED),
    ("press of a language", _pressed(data="5:2:pt_BR"), Tapped(7, "88", 40, 5, 2, "pt_BR")),
    ("press of a step back", _pressed(data="5:2:-back"), Tapped(7, "88", 40, 5, 2, "-back")),
    ("press without data", _pressed(data=None), TappedNothing(7, "88")),
    ("press for help", _pressed(data="help"), AskedForHelp(7, "88", "de")),
    ("press for help on an old card", _pressed(message=TOO_OLD, data="help"), AskedForHelp(7, "88", "de")),
    ("another's press for help", _pressed(data="help", **{"from": PERSON | {"id": 8}}), None),
    ("press of a game", _pressed(data=None, game_short_name="x"), TappedNothing(7, "88")),
    ("forged words", _pressed(data="delete all"), TappedNothing(7, "88")),
    ("forged sign", _pressed(data="-5:2:calm"), TappedNothing(7, "88")),
    ("forged digits", _pressed(data="٥:2:calm"), TappedNothing(7, "88")),
    ("forged size", _pressed(data="9" * 40 + ":2:calm"), TappedNothing(7, "88")),
    ("forged choice", _pressed(data="5:2:a b"), TappedNothing(7, "88")),
    ("forged end", _pressed(data="5:2:calm\n"), TappedNothing(7, "88")),
    ("forged length", _pressed(data="5:2:" + "a" * 41), TappedNothing(7, "88")),
    ("another's press", _pressed(**{"from": PERSON | {"id": 8}}), None),
    ("press of nobody", {"callback_query": PRESS | {"from": {}}}, None),
    ("press without a card", {"callback_query": {"id": "88", "from": PERSON, "data": "5:2:calm"}}, None),
    ("press without an id", _pressed(id=""), None),
    ("press by a bot", _pressed(**{"from": ROBOT}), Intruded(7)),
    ("press in a group", _pressed(message=CARD | {"chat": GROUP}), Intruded(-5)),
    ("group", _wrote("/start abc", chat=GROUP), Intruded(-5)),
    ("supergroup", _wrote("hello", chat=SUPERGROUP), Intruded(-1001234567890)),
    ("edit in a group", _edited(text="x", chat=GROUP), Intruded(-5)),
    ("added to a group", _sent(chat=GROUP, new_chat_members=[OURSELVES]), Intruded(-5)),
    ("message in a channel", _wrote("x", chat=CHANNEL), Intruded(-1001234567891)),
    ("bot", _wrote("/start abc", **{"from": ROBOT}), Intruded(7)),
    ("edit by a bot", _edited(text="x", **{"from": ROBOT}), Intruded(7)),
    ("somebody in another's chat", _wrote("x", **{"from": PERSON | {"id": 8}}), None),
    ("unknown kind of chat", _wrote("x", chat={"id": 7, "type": "parlour"}), None),
    ("chat of no size", _wrote("x", chat={"id": 0, "type": "private"}), None),
    ("chat beyond numbers", _wrote("x", chat={"id": 1 << 60, "type": "private"}), None),
    ("message of no number", _wrote("x", message_id="40"), None),
    ("blocked", _became("kicked"), Blocked(7)),
    ("returned", _became("member"), Returned(7)),
    ("became something", _became("restricted"), None),
    ("made member of a group", _became("member", GROUP), Intruded(-5)),
    ("made head of a channel", _became("administrator", CHANNEL), Intruded(-1001234567891)),
    ("thrown out", _became("kicked", GROUP), None),
    ("left", _became("left", GROUP), None),
    ("changed by another", _became("kicked", by=PERSON | {"id": 8}), None),
    ("channel post", {"update_id": 1, "channel_post": MESSAGE | {"chat": CHANNEL}}, None),
    ("inline query", {"update_id": 1, "inline_query": {"id": "1", "from": PERSON, "query": "x"}}, None),
    ("nothing", {"update_id": 1}, None),
    ("not even that", {}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("update", "event"), [row[1:] for row in MEANINGS], ids=[name for name, _, _ in MEANINGS]
)
def test_each_update_has_one_meaning(update: dict[str, Any], event: Event | None) -> None:
    assert to_event(update) == event
    # The same after a journey through JSON, as it arrives and as it waits in the inbox.
    assert to_event(json.loads(json.dumps(update))) == event


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(
    st.dictionaries(st.sampled_from(["message", "callback_query", "edited_message", "my_chat_member"]), JSON)
)
def test_no_json_at_all_raises(update: dict[str, Any]) -> None:
    assert to_event(update) is None


@given(st.sampled_from([row[1] for row in MEANINGS]), st.data())
def test_no_damage_to_an_update_raises(update: dict[str, Any], data: st.DataObject) -> None:
    damaged = json.loads(json.dumps(update))
    place = damaged
    for _ in range(data.draw(st.integers(1, 6))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
            place = place[key]
        elif isinstance(place, dict) and data.draw(st.booleans()):
            del place[key]
        else:
            place[key] = data.draw(JSON)
    to_event(damaged)


@given(st.text(st.characters(codec=None)))
def test_what_is_kept_is_short_and_no_database_refuses_it(text: str) -> None:
    kept = clean(text)
    assert len(kept) <= 4096
    assert clean(kept) == kept
    kept.encode()
    assert all(sign.isprintable() or sign.isspace() or sign >= "\xa0" for sign in kept)
    assert not set(kept) & {chr(code) for code in range(0x202A, 0x202F)}


@asynccontextmanager
async def _updates(url: str, read: float = 10) -> AsyncIterator[TelegramUpdates]:
    async with connect("1234567:token", url, Request(read=read)) as bot:
        yield TelegramUpdates(bot)


async def test_a_poll_says_what_it_wants_and_brings_updates_in_order() -> None:
    earlier, later = {"update_id": 11}, _wrote("b") | {"update_id": 12}
    async with FailingServer([accepts([later, earlier])]) as telegram, _updates(telegram.url) as updates:
        assert await updates.fetch(11, HALF_MINUTE) == [(11, earlier), (12, later)]
    (poll,) = telegram.requests
    assert poll.parameters == {
        "offset": 11,
        "limit": 100,
        "timeout": 30,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }


async def test_a_poll_never_waits_longer_than_telegram_allows() -> None:
    async with FailingServer([accepts([])]) as telegram, _updates(telegram.url) as updates:
        assert await updates.fetch(0, timedelta(hours=1)) == []
    assert telegram.requests[0].parameters["timeout"] == 50


async def test_a_poll_is_more_patient_than_a_letter() -> None:
    async def after_a_while(talk: Talk) -> None:
        await asyncio.sleep(0.3)  # longer than the usual patience
        await accepts([])(talk)

    async with FailingServer([after_a_while]) as telegram, _updates(telegram.url, read=0.1) as updates:
        assert await updates.fetch(0, HALF_MINUTE) == []


LOST: list[tuple[str, Act, timedelta | None]] = [
    ("429", refuses(429, "Too Many Requests", retry_after=9), timedelta(seconds=9)),
    ("400", refuses(400, "Bad Request: whatever"), None),
    ("403", refuses(403, "Forbidden"), None),
    ("500", refuses(500, "Internal Server Error"), None),
    ("502", answers(502, b"<html>"), None),
    ("closed", hangs_up_after_the_body, None),
    ("broken off", breaks_off, None),
    ("silent", says_nothing, None),
    ("no list", accepts({"update_id": 1}), None),
    ("true", accepts(True), None),
    ("unnumbered", accepts([{"update_id": 1}, {"message": {}}]), None),
    ("no update", accepts([7]), None),
    ("number in words", accepts([{"update_id": "1"}]), None),
]


@pytest.mark.parametrize(("act", "wait"), [row[1:] for row in LOST], ids=[row[0] for row in LOST])
async def test_a_poll_that_brings_nothing_sound_is_left_to_the_loop(act: Act, wait: timedelta | None) -> None:
    read = 0.2 if act is says_nothing else 10
    async with FailingServer([act]) as telegram, _updates(telegram.url, read) as updates:
        with pytest.raises(Unreached) as lost:
            await updates.fetch(0, timedelta())
    assert lost.value.wait == wait
    assert len(telegram.requests) == 1


async def test_a_poll_that_reaches_nobody_is_left_to_the_loop() -> None:
    async with FailingServer([accepts([])]) as telegram:
        pass
    async with _updates(telegram.url) as updates:
        with pytest.raises(Unreached):
            await updates.fetch(0, HALF_MINUTE)


@pytest.mark.parametrize(
    ("act", "error", "cure"),
    [
        (refuses(401, "Unauthorized"), WrongToken, "BotFather"),
        (refuses(404, "Not Found"), WrongToken, "ATTUNE_API_URL"),
        (refuses(409, "Conflict: terminated by other getUpdates request"), AnotherPoller, "Stop the other"),
    ],
)
async def test_what_waiting_cannot_cure_stops_the_bot(act: Act, error: type[Exception], cure: str) -> None:
    async with FailingServer([act]) as telegram, _updates(telegram.url) as updates:
        with pytest.raises(error, match=cure):
            await updates.fetch(0, HALF_MINUTE)
