"""Who is in the play: clients of all bands and languages and their therapists, all over the world."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from math import lcm
from random import Random
from typing import Final

from bot.content.clinic import Clinic
from bot.core.model import Band
from bot.demo.headless import phrases
from bot.demo.headless.persons import Client, Therapist
from bot.demo.headless.phones import Phone
from bot.demo.server import State
from bot.service.house import House

CLIENTS_EACH: Final = 5  # clients of one therapist
FIRST_THERAPIST, FIRST_CLIENT = 1001, 200_001

# All over the world; most put their clocks on and back, on different days and at different hours.
ZONES: Final = (
    "Europe/Vienna", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "Europe/London",
    "America/Santiago", "Africa/Cairo", "Asia/Tokyo", "Pacific/Auckland", "America/St_Johns",
    "Australia/Lord_Howe", "Europe/Lisbon", "America/Los_Angeles", "Asia/Kathmandu", "Africa/Casablanca",
    "Pacific/Chatham", "Asia/Beirut", "America/Sao_Paulo", "Pacific/Kiritimati", "Pacific/Pago_Pago",
)  # fmt: skip
MINUTES: Final = (0, 15, 30, 59)
AT_NIGHT: Final = time(2, 30)  # for some sessions: on one night there is no such time, on another two


@dataclass(frozen=True, slots=True)
class Company:
    therapists: tuple[Therapist, ...]
    clients: tuple[Client, ...]

    def families(self) -> list[list[Client]]:
        """The clients of each phone."""
        return [client.family for client in self.clients if client.family[0] is client]


def assemble(state: State, house: House, clients: int, seed: int) -> Company:
    """So many clients, of all bands and languages that the clinic offers, and their therapists."""
    dice = Random(f"company {seed}")  # noqa: S311  # a story, not a secret
    languages, offered = tuple(house.texts), house.offer.languages
    bands = [band for band in Band if offered.get(band)]
    hours = [time(hour, minute) for hour in range(24) for minute in MINUTES]
    waking = [at for at in hours if awake(at, house.clinic)]
    zones = dice.sample(ZONES, len(ZONES))
    therapists = []
    for number in range(-(-clients // CLIENTS_EACH)):
        chat_id, language = FIRST_THERAPIST + number, languages[number % len(languages)]
        name = phrases.therapist(language, number)
        zone = zones[-1 - number % len(zones)]
        therapists.append(
            Therapist(chat_id, name, language, zone, Phone(state, chat_id), _dice(seed, chat_id))
        )
    found: list[Client] = []
    for number in range(clients):
        band = bands[number % len(bands)]
        elder = _elder(found, number, band.oldest < house.clinic.own_account_from)
        chat_id = FIRST_CLIENT + number if elder is None else elder.chat_id
        again = lcm(len(bands), len(offered[band]))  # then band and language would meet as before
        language = offered[band][(number + number // again) % len(offered[band])]
        day = dice.randrange(7)
        found.append(
            Client(
                chat_id,
                phrases.alias(language, number),
                band,
                language,
                zones[number % len(zones)] if elder is None else elder.zone,
                therapists[number // CLIENTS_EACH],
                ((day + dice.choice((1, 2, 2, 3, 4))) % 7, _session_at(dice)),
                (day, dice.choice(waking)),
                Phone(state, chat_id) if elder is None else elder.phone,
                _dice(seed, FIRST_CLIENT + number),
                family=[] if elder is None else elder.family,
                guardian=band.oldest < house.clinic.own_account_from,
            )
        )
    return Company(tuple(therapists), tuple(found))


def _elder(found: Sequence[Client], number: int, guardian: bool) -> Client | None:
    """Whose phone this one shares: of every second therapist the first two are brothers and sisters."""
    if number % (2 * CLIENTS_EACH) != 1 or not guardian or not found[-1].guardian:
        return None
    return found[-1]


def awake(at: time, clinic: Clinic) -> bool:
    """Whether this is outside the clinic's quiet hours."""
    if clinic.quiet_from <= clinic.quiet_to:
        return not clinic.quiet_from <= at < clinic.quiet_to
    return clinic.quiet_to <= at < clinic.quiet_from


def _session_at(dice: Random) -> time:
    return AT_NIGHT if dice.random() < 0.1 else time(dice.randint(8, 18), dice.choice(MINUTES))


def _dice(seed: int, chat_id: int) -> Random:
    return Random(f"{seed} {chat_id}")  # noqa: S311  # a story, not a secret
