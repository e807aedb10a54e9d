"""When the line itself fails: no connection is provably not sent, a broken one is in doubt."""

import asyncio
import ipaddress
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.transport.connection import TelegramBot, connect
from bot.transport.errors import NotSent
from bot.transport.request import Request
from bot.transport.sender import NotSentYet, Outcome, Parcel, Sent, TelegramSender, Unclear
from tests import failing_server as server
from tests.failing_server import Act, FailingServer, accepts

TOKEN = "1234567:token"
LETTER = Parcel("send", 7, None, {"text": "Hello"}, again=False)
MESSAGE = {"message_id": 41, "date": 0, "chat": {"id": 7, "type": "private"}}


def _bot(url: str, line: Request | None = None) -> TelegramBot:
    return connect(TOKEN, url, line or Request())


async def _send(url: str, letter: Parcel = LETTER, line: Request | None = None) -> Outcome:
    async with _bot(url, line) as bot:
        return await TelegramSender(bot).send(letter)


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
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        assert isinstance(await _send(url, line=Request(connect=0.2, pool=0)), NotSentYet)


async def test_a_handshake_without_an_end_is_provably_not_sent() -> None:
    async with FailingServer([server.takes_nothing]) as telegram:
        url = telegram.url.replace("http", "https")
        assert isinstance(await _send(url, line=Request(connect=0.2, pool=0)), NotSentYet)


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
    line = Request(read=1.5, connect=0.3, pool=0.3, connections=1)
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
    letter = Parcel("photo", 7, None, {"text": "", "photo": "AAAA" * 4_000_000}, again=False)
    async with FailingServer([server.takes_nothing]) as telegram:
        assert await _send(telegram.url, letter, Request(read=0.1, write=0.1, connect=1, pool=0)) == Unclear()
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
