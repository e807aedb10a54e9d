"""Alerts by e-mail, beside the letters: a second way to somebody who answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from bot.render.alert_cards import alert_mail
from bot.service import calling
from bot.service.house import House
from bot.service.loops import Bot
from bot.service.post import Clock
from bot.storage import alerts, mails
from bot.storage.database import Database
from bot.storage.mails import Mail
from bot.transport.mail import MailServer, NotTaken

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = timedelta(seconds=2)
FIRST_AGAIN: Final = timedelta(seconds=30)
LAST_AGAIN: Final = timedelta(hours=1)
TRIES: Final = 30  # over a day: who still has not got it was called on other ways

Written = tuple[Mail, str, str]


async def run(bot: Bot, server: MailServer) -> None:
    """Until the bot stops."""
    while not bot.stop.is_set():
        await send_due(bot.database, bot.house, server, bot.clock)
        await bot.clock.sleep(LOOK_EVERY.total_seconds())


async def send_due(database: Database, house: House, server: MailServer, clock: Clock) -> None:
    """Whatever is to be sent by now, and what was not taken before."""
    for mail, subject, text in await database.write(_written, house, clock.now()):
        try:
            await server.send(mail.address, subject, text)
        except NotTaken as error:
            log.warning("an e-mail about an alert was not taken", alert=mail.alert_id, error=str(error))
            await database.write(mails.failed, mail.id, _again_at(mail, clock.now()))
        else:
            await database.write(mails.sent, mail.id, clock.now())


def _written(tx: Connection, house: House, now: datetime) -> Sequence[Written]:
    """In the clinic's first language: an address belongs to nobody in particular."""
    found = []
    words = house.words(house.clinic.languages[0])
    for mail in mails.due(tx, now):
        alert = alerts.one(tx, mail.alert_id)
        assert alert is not None, "a mail is about an alert"
        if alert.acknowledged_at is not None:
            mails.failed(tx, mail.id, None)  # somebody has it: nobody else need come
            continue
        card = calling.card_of(tx, house, alert, words.language, house.clinic.zone)
        found.append((mail, *alert_mail(words, card)))
    return found


def _again_at(mail: Mail, now: datetime) -> datetime | None:
    if mail.tries + 1 >= TRIES:
        return None
    return now + min(FIRST_AGAIN * (1 << mail.tries), LAST_AGAIN)
