"""E-mail by SMTP: one line to the clinic's own mail server. Never without encryption, but to this machine."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final, Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

PATIENCE: Final = 20.0  # seconds
_HERE: Final = ("localhost", "127.0.0.1", "::1")


class NoMailServer(Exception):
    """The address of the mail server cannot be used; the message says what to write."""


class NotTaken(Exception):
    """The server did not take a mail; it may later. The message names the kind of error, never words."""


@dataclass(frozen=True, slots=True, repr=False)
class MailServer:
    """``tls``: from the first byte on; else it is switched to, but for a server on this machine."""

    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None
    sender: str

    @classmethod
    def at(cls, url: str, sender: str) -> Self:
        """``smtp://USER:PASSWORD@HOST:587`` or ``smtps://…:465``; NoMailServer if it is neither."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise NoMailServer("ATTUNE_SMTP_URL has no port that can be read.") from None
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise NoMailServer("Write ATTUNE_SMTP_URL like smtp://USER:PASSWORD@HOST:587, or smtps://…:465.")
        if "@" not in sender:
            raise NoMailServer("ATTUNE_SMTP_FROM is the address that the e-mails come from: name one.")
        tls = parts.scheme == "smtps"
        user, password = (None if one is None else unquote(one) for one in (parts.username, parts.password))
        return cls(parts.hostname, port or (465 if tls else 587), tls, user, password, sender)

    async def send(self, address: str, subject: str, text: str) -> None:
        """NotTaken if the server cannot be reached, or does not take it."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, address, subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            await aiosmtplib.send(
                message,
                hostname=self.host,
                port=self.port,
                use_tls=self.tls,
                start_tls=not self.tls and self.host not in _HERE,
                username=self.user,
                password=self.password,
                timeout=PATIENCE,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise NotTaken(type(error).__name__) from None
