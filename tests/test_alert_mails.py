"""Alerts go out by e-mail as well, to a real mail server on this machine, until it has taken them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session  # type: ignore[import-untyped]
from pydantic import SecretStr
from sqlalchemy import Connection

from bot.demo.clock import DemoClock
from bot.service import calling, mailing
from bot.service.house import House
from bot.service.running import SetupProblem, mail_server_of
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.transport import mail
from bot.transport.mail import MailServer, NoMailServer, NotTaken
from tests.alarm_room import DESK, SAID, Clinic, answering
from tests.cards import ADA

FIRST, SECOND = "on-call@clinic.example", "boss@clinic.example"
FROM = "attune@clinic.example"


class Office:
    """What the mail server has taken. ``busy`` are addresses for which it takes nothing now."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.busy: set[str] = set()

    async def handle_RCPT(  # noqa: N802  # aiosmtpd names it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.busy:
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        for address in envelope.rcpt_tos:
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append((address, message))
        return "250 OK"


@asynccontextmanager
async def open_office() -> AsyncIterator[tuple[Office, MailServer]]:
    office = Office()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(office, loop=loop), "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield office, MailServer.at(f"smtp://127.0.0.1:{port}", FROM)
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
def house(keyring: Keyring) -> House:
    plain = answering(keyring)
    assert plain.clinic.answering is not None
    by_mail = replace(plain.clinic.answering, email=(FIRST, SECOND))
    return replace(plain, clinic=replace(plain.clinic, answering=by_mail))


async def test_each_address_gets_who_and_what_and_none_of_the_words_once(
    database: Database, house: House
) -> None:
    clock = await cried_for_help(database, house)
    async with open_office() as (office, server):
        await mailing.send_due(database, house, server, clock)
        await mailing.send_due(database, house, server, clock)
    assert [address for address, _ in office.taken] == [FIRST, SECOND]
    message = office.taken[0][1]
    text = message.get_content()
    assert message["From"] == FROM
    assert message["To"] == FIRST
    assert message["Subject"] == "Attune: please look at once"
    assert "C001" in text
    assert "suicide" in text.lower()
    assert SAID not in message.as_string()
    assert "Ada" not in message.as_string()


async def test_what_is_not_taken_is_tried_again_later_and_holds_up_nobody_else(
    database: Database, house: House
) -> None:
    clock = await cried_for_help(database, house)
    async with open_office() as (office, server):
        office.busy = {FIRST}
        await mailing.send_due(database, house, server, clock)
        assert [address for address, _ in office.taken] == [SECOND]
        office.busy = set()
        await mailing.send_due(database, house, server, clock)
        assert len(office.taken) == 1, "not at once"
        clock.jump_to(clock.now() + mailing.FIRST_AGAIN)
        await mailing.send_due(database, house, server, clock)
        assert [address for address, _ in office.taken] == [SECOND, FIRST]


async def test_a_server_that_is_not_there_is_tried_for_a_day_and_then_given_up(
    database: Database, house: House
) -> None:
    clock = await cried_for_help(database, house)
    nowhere = MailServer.at("smtp://127.0.0.1:9", FROM)
    for _ in range(mailing.TRIES):
        await mailing.send_due(database, house, nowhere, clock)
        clock.jump_to(clock.now() + mailing.LAST_AGAIN)
    async with open_office() as (office, server):
        await mailing.send_due(database, house, server, clock)
    assert office.taken == []


async def test_who_is_called_later_is_no_more_when_somebody_has_it(database: Database, house: House) -> None:
    clock = await cried_for_help(database, house, lambda room: room.taps(DESK, "-have"))
    async with open_office() as (office, server):
        await mailing.send_due(database, house, server, clock)
    assert office.taken == []


async def test_a_drill_says_that_it_is_one(database: Database, house: House) -> None:
    def begin(tx: Connection) -> DemoClock:
        room = Clinic(tx, house)
        assert calling.drill(tx, house, room.now) is not None
        return DemoClock(room.now)

    clock = await database.write(begin)
    async with open_office() as (office, server):
        await mailing.send_due(database, house, server, clock)
    assert [message["Subject"] for _, message in office.taken] == ["Attune: a drill"] * 2


async def test_nothing_leaves_this_machine_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_HERE", ())
    async with open_office() as (office, server):
        with pytest.raises(NotTaken):
            await server.send(FIRST, "It", "is urgent")
    assert office.taken == []


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtp://mail.example", "mail.example", 587, False),
        ("smtps://mail.example", "mail.example", 465, True),
        ("smtp://us%40er:pa%2Fss@mail.example:2525", "mail.example", 2525, False),
    ],
)
def test_the_address_of_the_server_is_read(url: str, host: str, port: int, tls: bool) -> None:
    server = MailServer.at(url, FROM)
    assert (server.host, server.port, server.tls) == (host, port, tls)
    if "@" in url:
        assert (server.user, server.password) == ("us@er", "pa/ss")
    assert "pa/ss" not in repr(server)


@pytest.mark.parametrize(
    "url", ["", "mail.example", "http://mail.example", "smtp://", "smtp://mail.example:port"]
)
def test_what_is_no_address_of_a_server_is_said(url: str) -> None:
    with pytest.raises(NoMailServer, match="ATTUNE_SMTP_URL"):
        MailServer.at(url, FROM)


def test_addresses_for_alerts_take_a_mail_server_and_somebody_they_come_from(house: House) -> None:
    with pytest.raises(SetupProblem, match="ATTUNE_SMTP_URL"):
        mail_server_of(house.clinic, None, FROM)
    with pytest.raises(SetupProblem, match="ATTUNE_SMTP_FROM"):
        mail_server_of(house.clinic, SecretStr("smtp://mail.example"), "")
    assert mail_server_of(replace(house.clinic, answering=None), None, "") is None


async def cried_for_help(
    database: Database, house: House, then: Callable[[Clinic], object] = lambda room: None
) -> DemoClock:
    def story(tx: Connection) -> DemoClock:
        room = Clinic(tx, house)
        room.writes(ADA, SAID)
        then(room)
        return DemoClock(room.now + timedelta(seconds=1))

    return await database.write(story)
