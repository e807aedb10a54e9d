"""Only provably unsent letters are tried again: what Telegram or the line does, and what we make of it."""

import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from telegram.error import TelegramError

from bot.transport.connection import TelegramBot, connect, who_am_i
from bot.transport.errors import WrongToken
from bot.transport.request import TALKATIVE, Request, quiet_loggers
from bot.transport.sender import (
    Gone,
    Outcome,
    Parcel,
    Refused,
    Sent,
    Slower,
    TelegramSender,
    Unclear,
    Unreachable,
)
from tests import failing_server as server
from tests.failing_server import Act, FailingServer, accepts, answers, refuses

TOKEN = "1234567:canary-token-that-no-log-may-show"
WORDS = "canary words that no log may show"
LETTER = Parcel("send", 7, None, {"text": WORDS}, again=False)
EDIT = replace(LETTER, action="edit", message_id=40)
DELETE = replace(LETTER, action="delete", message_id=40)
MESSAGE = {"message_id": 41, "date": 0, "chat": {"id": 7, "type": "private"}}
GATEWAY = b"<html><title>502 Bad Gateway</title></html>"
DEEP = b"[" * 200_000

ANSWERED: list[tuple[str, Parcel, Act, Outcome]] = [
    ("accepted", LETTER, accepts(MESSAGE), Sent(41)),
    ("edit accepted", EDIT, accepts(MESSAGE | {"message_id": 40}), Sent(40)),
    ("deletion accepted", DELETE, accepts(True), Sent(None)),
    ("429", LETTER, refuses(429, "Too Many Requests", retry_after=7), Slower(timedelta(seconds=7))),
    ("429 with a fraction", LETTER, refuses(429, "", retry_after=1.5), Slower(timedelta(seconds=1.5))),
    ("429 for ever", LETTER, refuses(429, "", retry_after=1e300), Slower(timedelta(days=1))),
    ("429 for no time", LETTER, refuses(429, "", retry_after=-3), Slower(timedelta(seconds=1))),
    ("429 in words", LETTER, refuses(429, "", retry_after="soon"), Slower(timedelta(seconds=1))),
    ("429 without a time", LETTER, refuses(429, "Too Many Requests"), Slower(timedelta(seconds=1))),
    ("400 empty", LETTER, refuses(400, "Bad Request: text is empty"), Refused("Text is empty")),
    ("400 without a word", LETTER, answers(400, {"ok": False}), Refused("status 400")),
    ("400 chat not found", LETTER, refuses(400, "Bad Request: chat not found"), Unreachable()),
    ("400 not modified", EDIT, refuses(400, "Bad Request: message is not modified: …"), Sent(40)),
    ("400 edit not found", EDIT, refuses(400, "Bad Request: message to edit not found"), Gone()),
    ("400 can't be edited", EDIT, refuses(400, "Bad Request: message can't be edited"), Gone()),
    ("400 delete not found", DELETE, refuses(400, "Bad Request: message to delete not found"), Gone()),
    ("400 can't be deleted", DELETE, refuses(400, "Bad Request: message can't be deleted"), Gone()),
    ("400 bad number", EDIT, refuses(400, "Bad Request: MESSAGE_ID_INVALID"), Gone()),
    ("400 group migrated", LETTER, refuses(400, "upgraded", migrate_to_chat_id=-100), Refused("*")),
    ("403 blocked", LETTER, refuses(403, "Forbidden: bot was blocked by the user"), Unreachable()),
    ("403 deactivated", EDIT, refuses(403, "Forbidden: user is deactivated"), Unreachable()),
    ("409", LETTER, refuses(409, "Conflict"), Refused("Conflict")),
    ("413", LETTER, refuses(413, "Request Entity Too Large"), Refused("Request Entity Too Large")),
    ("500", LETTER, refuses(500, "Internal Server Error"), Unclear()),
    ("500 with a wait", LETTER, refuses(500, "Internal Server Error", retry_after=3), Unclear()),
    ("502", LETTER, answers(502, GATEWAY), Unclear()),
    ("503", LETTER, answers(503, b""), Unclear()),
    ("504", LETTER, refuses(504, "Gateway Timeout"), Unclear()),
    ("403 by a gateway", LETTER, answers(403, GATEWAY), Unclear()),
    ("404 by a gateway", LETTER, answers(404, GATEWAY), Unclear()),
    ("redirected", LETTER, answers(307, b"", Location="/elsewhere"), Unclear()),
    ("redirected for ever", LETTER, answers(308, b"", Location="/elsewhere"), Unclear()),
    ("not JSON", LETTER, answers(200, b"welcome to the hotel"), Unclear()),
    ("not text", LETTER, answers(200, b"\xff\xfe\x00"), Unclear()),
    ("too deep", LETTER, answers(200, DEEP), Unclear()),
    ("no words at all", LETTER, answers(200, b""), Unclear()),
    ("unknown compression", LETTER, answers(200, b"??", Content_Encoding="gzip"), Unclear()),
    ("JSON of another kind", LETTER, answers(200, [1, 2]), Unclear()),
    ("JSON null", LETTER, answers(200, None), Unclear()),
    ("no result", LETTER, answers(200, {"ok": True}), Unclear()),
    ("200 that is none", LETTER, answers(200, {"ok": False, "description": "?"}), Unclear()),
    ("400 that is none", LETTER, answers(400, {"ok": True, "result": MESSAGE}), Unclear()),
    ("no message in it", LETTER, accepts({"date": 0}), Unclear()),
    ("true for a message", LETTER, accepts("41"), Unclear()),
    ("an edit that is none", EDIT, accepts([]), Unclear()),
    ("a deletion that is none", DELETE, accepts({}), Unclear()),
    ("reset after the body", LETTER, server.resets_after_the_body, Unclear()),
    ("closed after the body", LETTER, server.hangs_up_after_the_body, Unclear()),
    ("read timeout", LETTER, server.says_nothing, Unclear()),
    ("answer breaks off", LETTER, server.breaks_off, Unclear()),
    ("answer falls silent", LETTER, server.falls_silent, Unclear()),
    ("another protocol", LETTER, server.talks_nonsense, Unclear()),
]
# The server never had the whole request, but our side of the line cannot know that.
CUT_SHORT: list[tuple[str, Act]] = [
    ("closed at once", server.hangs_up_at_once),
    ("reset at once", server.resets_at_once),
    ("reset before the body", server.resets_before_the_body),
]
SILENT = (server.says_nothing, server.falls_silent)
WRONG_TOKEN = [refuses(401, "Unauthorized"), refuses(404, "Not Found")]


def _bot(url: str, act: Act | None = None) -> TelegramBot:
    """Impatient only where the other side is silent on purpose, so that a slow machine fails no test."""
    return connect(TOKEN, url, Request(read=0.2 if act in SILENT else 10))


async def _send(url: str, act: Act, letter: Parcel = LETTER) -> Outcome:
    async with _bot(url, act) as bot:
        return await TelegramSender(bot).send(letter)


@pytest.mark.parametrize(
    ("letter", "act", "outcome"), [row[1:] for row in ANSWERED], ids=[r[0] for r in ANSWERED]
)
async def test_each_answer_has_its_outcome_and_is_asked_for_once(
    letter: Parcel, act: Act, outcome: Outcome
) -> None:
    async with FailingServer([act]) as telegram:
        found = await _send(telegram.url, act, letter)
    if outcome == Refused("*"):
        assert isinstance(found, Refused)
    else:
        assert found == outcome
    assert len(telegram.requests) == 1


@pytest.mark.parametrize("act", [act for _, act in CUT_SHORT], ids=[name for name, _ in CUT_SHORT])
async def test_a_line_cut_short_is_in_doubt_and_not_tried_again(act: Act) -> None:
    async with FailingServer([act, accepts(MESSAGE)]) as telegram:
        assert await _send(telegram.url, act) == Unclear()
    assert (telegram.connections, telegram.requests) == (1, [])


@pytest.mark.parametrize("act", WRONG_TOKEN, ids=["401", "404"])
async def test_a_wrong_token_stops_with_a_sentence_that_says_what_to_do(act: Act) -> None:
    async with FailingServer([act]) as telegram:
        with pytest.raises(WrongToken, match="ATTUNE_TOKEN"):
            await _send(telegram.url, act)
        async with _bot(telegram.url) as bot:
            with pytest.raises(WrongToken, match="BotFather"):
                await who_am_i(bot)
    assert len(telegram.requests) == 2


async def test_the_library_for_types_meets_the_same_failures() -> None:
    """python-telegram-bot's own methods go the same way."""
    me = {"id": 1, "is_bot": True, "first_name": "Attune", "username": "attune_bot"}
    async with FailingServer([accepts(me)]) as telegram, _bot(telegram.url) as bot:
        assert (await bot.get_me(read_timeout=1, pool_timeout=None)).username == "attune_bot"
        await bot.set_my_commands([("help", "what this is")])
    assert telegram.requests[-1].parameters["commands"] == [
        {"command": "help", "description": "what this is"}
    ]


@pytest.fixture
def debug(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    levels = {name: logging.getLogger(name).level for name in TALKATIVE}
    caplog.set_level(logging.DEBUG)
    quiet_loggers()
    yield caplog
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


ALL_ACTS = [*(row[2] for row in ANSWERED), *(act for _, act in CUT_SHORT), *WRONG_TOKEN]


async def test_no_log_and_no_error_shows_the_token_or_a_word(debug: pytest.LogCaptureFixture) -> None:
    logging.getLogger("bot").debug("listening")  # so that an empty log cannot be the reason
    seen = ""
    for act in ALL_ACTS:
        async with FailingServer([act]) as telegram, _bot(telegram.url, act) as bot:
            seen += await _everything_said(bot)
    async with _bot("https://127.0.0.1:1") as bot:
        seen += await _everything_said(bot)
    assert "NotSent" in seen
    assert "no answer of the Bot API" in seen
    assert "listening" in debug.text
    for canary in ("canary", TOKEN.partition(":")[2]):
        assert canary not in debug.text
        assert canary not in seen


async def _everything_said(bot: TelegramBot) -> str:
    """What a careless log of every error would show, contexts and causes included."""
    said = repr(bot) + str(bot)
    for attempt in (
        bot.call("sendMessage", {"chat_id": 7, "text": WORDS}),
        bot.send_message(7, WORDS),
        bot.get_me(),
    ):
        try:
            await attempt
        except TelegramError as error:
            said += "".join(traceback.format_exception(error))
            link: BaseException | None = error
            while link is not None:
                said += f"{link!r} {link}"
                link = link.__context__ or link.__cause__
        except (KeyError, TypeError, AttributeError):
            pass  # python-telegram-bot's types stumble over a result that is not the expected one
    return said
