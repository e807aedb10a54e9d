"""Clients who are linked already, put into the database as the links would have left them."""

import zoneinfo
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.core.model import Band, ChatId, GivenBy
from bot.core.schedule import Weekly
from bot.core.welcome import CONSENT_VERSION
from bot.demo.stage import drilled
from bot.render.words import local
from bot.service.house import House
from bot.storage import consents, people, schedules, timers
from bot.storage.people import PairingState
from bot.storage.timers import Timer, TimerKind

BAND = Band.B18  # four questions, a page for one's own words, and what will be shared: six taps in all
CHOICES = (4, 4, 4, 4, 0, 6)  # which button of each page: "Completely", "Nothing to add", and it is shared
BACK = 7  # the button that leads back, on every question but the first
LANGUAGES = ("en", "de", "ar")  # in turns; the first letter of the table's "localized"


def noon_zone(now: datetime) -> str:
    """Where it is about noon: no quiet hours there while this runs."""
    zoneinfo.reset_tzpath(to=())
    return f"Etc/GMT{now.hour - 12:+d}"


def link(tx: Connection, house: House, chats: Sequence[int], zone: str, now: datetime) -> None:
    """Each chat is a client of the one therapist, in the clinic's languages in turns."""
    keyring = house.keyring
    drilled(tx, now)  # somebody answers alerts, so that people may write
    therapist = people.add_therapist(tx, keyring, "Dr. Linde", "en", zone)
    session = Weekly((now.weekday() + 3) % 7, local(now, zone).time().replace(second=0, microsecond=0), zone)
    for chat in chats:
        language = LANGUAGES[chat % len(LANGUAGES)]
        client = people.add_client(
            tx,
            keyring,
            alias=f"Kim {chat}",
            band=BAND,
            language=language,
            zone=zone,
            prompt_set=house.clinic.prompt_set,
        )
        people.know_account(tx, ChatId(chat), language)
        people.seat_client(tx, client, ChatId(chat))
        consents.give(tx, client, CONSENT_VERSION, language, GivenBy.CLIENT, now)
        pairing = people.pair(tx, therapist, client, session, now)
        people.move(tx, pairing, PairingState.ACTIVE, now)


def make_due(tx: Connection, house: House, chats: Sequence[int], due_at: datetime) -> None:
    """One check-in for each of these at the same moment."""
    for chat in chats:
        client = people.clients_in(tx, house.keyring, ChatId(chat))[0]
        moment = local(due_at, client.zone)
        rule = Weekly(moment.weekday(), moment.time().replace(microsecond=0), client.zone)
        schedule = schedules.add(tx, client.id, rule, due_at)
        timers.put(tx, Timer(TimerKind.CHECK_IN, schedule, due_at, moment.date()))


def soon(now: datetime, wait: timedelta) -> datetime:
    """A whole second, at least ``wait`` from now."""
    return (now + wait + timedelta(seconds=1)).replace(microsecond=0)
