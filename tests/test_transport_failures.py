"""Only provably unsent letters are tried again: what Telegram or the line does, and what we make of it."""

import asyncio
import ipaddress
import logging
import socket
import ssl
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from telegram.error import TelegramError

from bot.transport.connection import TelegramBot, connect
from bot.transport.errors import NotSent, WrongToken
from bot.transport.quiet import LOGGERS, quiet_loggers
from bot.transport.request import Request
from bot.transport.sender import (
    Gone,
    NotSentYet,
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
WRONG_TOKEN = [refuses(401, "Unauthorized"), refuses(404, "Not Found")]


@asynccontextmanager
async def _bot(url: str, line: Request | None = None) -> AsyncIterator[TelegramBot]:
    line = line or Request(read=0.3, write=0.3, connect=0.3, pool=0.3)
    await line.initialize()
    try:
        yield connect(TOKEN, url, line)
    finally:
        await line.shutdown()


async def _send(url: str, letter: Parcel = LETTER, line: Request | None = None) -> Outcome:
    async with _bot(url, line) as bot:
        return await TelegramSender(bot).send(letter)


@pytest.mark.parametrize(
    ("letter", "act", "outcome"), [row[1:] for row in ANSWERED], ids=[r[0] for r in ANSWERED]
)
async def test_each_answer_has_its_outcome_and_is_asked_for_once(
    letter: Parcel, act: Act, outcome: Outcome
) -> None:
    async with FailingServer([act]) as telegram:
        found = await _send(telegram.url, letter)
    if outcome == Refused("*"):
        assert isinstance(found, Refused)
    else:
        assert found == outcome
    assert len(telegram.requests) == 1


@pytest.mark.parametrize("act", [act for _, act in CUT_SHORT], ids=[name for name, _ in CUT_SHORT])
async def test_a_line_cut_short_is_in_doubt_and_not_tried_again(act: Act) -> None:
    async with FailingServer([act, accepts(MESSAGE)]) as telegram:
        assert await _send(telegram.url) == Unclear()
    assert (telegram.connections, telegram.requests) == (1, [])


@pytest.mark.parametrize("act", WRONG_TOKEN, ids=["401", "404"])
async def test_a_wrong_token_stops_with_a_sentence_that_says_what_to_do(act: Act) -> None:
    async with FailingServer([act]) as telegram:
        with pytest.raises(WrongToken, match="ATTUNE_TOKEN"):
            await _send(telegram.url)
        async with _bot(telegram.url) as bot:
            with pytest.raises(WrongToken, match="BotFather"):
                await bot.initialize()
    assert len(telegram.requests) == 2


async def test_nobody_listening_is_provably_not_sent() -> None:
    async with FailingServer([accepts(MESSAGE)]) as telegram:
        pass
    assert isinstance(await _send(telegram.url), NotSentYet)


async def test_an_unknown_name_is_provably_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # so that no name server is asked
    assert isinstance(await _send("http://telegram.invalid"), NotSentYet)


async def test_a_line_that_never_opens_is_provably_not_sent() -> None:
    with socket.socket() as listening, socket.socket() as first, socket.socket() as second:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for waiting in (first, second):  # nobody accepts these, so the queue is full
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        assert isinstance(await _send(f"http://127.0.0.1:{listening.getsockname()[1]}"), NotSentYet)


async def test_a_handshake_without_an_end_is_provably_not_sent() -> None:
    async with FailingServer([server.takes_nothing]) as telegram:
        assert isinstance(await _send(telegram.url.replace("http", "https")), NotSentYet)


@pytest.mark.parametrize(
    "act", [server.hangs_up_at_once, server.resets_at_once, server.talks_nonsense, accepts(MESSAGE)]
)
async def test_a_server_without_tls_is_provably_not_sent(act: Act) -> None:
    async def shouts(talk: server.Talk) -> None:
        await talk.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await act(talk)

    async with FailingServer([shouts]) as telegram:
        assert isinstance(await _send(telegram.url.replace("http", "https")), NotSentYet)


async def test_an_untrusted_certificate_is_provably_not_sent(tmp_path: Path) -> None:
    async with FailingServer([accepts(MESSAGE)], tls=_self_signed(tmp_path)) as telegram:
        assert isinstance(await _send(telegram.url), NotSentYet)
    assert telegram.requests == []


async def test_a_letter_that_found_no_free_line_is_provably_not_sent() -> None:
    line = Request(read=0.5, write=0.1, connect=0.1, pool=0.1, connections=1)
    async with (
        FailingServer([server.says_nothing, accepts(MESSAGE)]) as telegram,
        _bot(telegram.url, line) as bot,
    ):
        sender = TelegramSender(bot)
        outcomes = await asyncio.gather(sender.send(LETTER), sender.send(LETTER))
    assert outcomes[0] == Unclear()
    assert isinstance(outcomes[1], NotSentYet)
    assert len(telegram.requests) == 1


async def test_a_closed_line_is_provably_not_sent() -> None:
    with pytest.raises(NotSent):
        await connect(TOKEN, "http://127.0.0.1:1").call("sendMessage", {})


async def test_a_request_that_nobody_takes_ends_and_is_in_doubt() -> None:
    picture = {"text": "", "photo": "AAAA" * 4_000_000}
    async with FailingServer([server.takes_nothing]) as telegram:
        assert await _send(telegram.url, Parcel("photo", 7, None, picture, again=False)) == Unclear()
    assert telegram.requests == []


async def test_one_line_serves_many_letters() -> None:
    async with FailingServer([accepts(MESSAGE)]) as telegram, _bot(telegram.url) as bot:
        for _ in range(3):
            assert await TelegramSender(bot).send(LETTER) == Sent(41)
    assert (telegram.connections, len(telegram.requests)) == (1, 3)


async def test_a_line_closed_between_two_letters_is_opened_anew() -> None:
    acts = [server.hangs_up_after(accepts(MESSAGE)), accepts(MESSAGE)]
    async with FailingServer(acts) as telegram, _bot(telegram.url) as bot:
        assert await TelegramSender(bot).send(LETTER) == Sent(41)
        await telegram.hung_up.wait()
        await asyncio.sleep(0)  # the good-bye is in our socket already: the next round reads it
        await asyncio.sleep(0)
        assert await TelegramSender(bot).send(LETTER) == Sent(41)
    assert (telegram.connections, len(telegram.requests)) == (2, 2)


@pytest.mark.parametrize("act", [server.hangs_up_after_the_body, server.resets_after_the_body])
async def test_a_kept_line_that_breaks_is_in_doubt_and_not_tried_again(act: Act) -> None:
    async with (
        FailingServer([accepts(MESSAGE), act, accepts(MESSAGE)]) as telegram,
        _bot(telegram.url) as bot,
    ):
        assert await TelegramSender(bot).send(LETTER) == Sent(41)
        assert await TelegramSender(bot).send(LETTER) == Unclear()
    assert (telegram.connections, len(telegram.requests)) == (1, 2)


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
    levels = {name: logging.getLogger(name).level for name in LOGGERS}
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
        async with FailingServer([act]) as telegram, _bot(telegram.url) as bot:
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
        bot.initialize(),
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


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    pem = folder / "both.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
