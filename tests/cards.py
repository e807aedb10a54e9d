"""A card of every kind of dialogue there is, on the phone of whom it is for. Each comes about through the
door, as it does when people use the bot."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, select

from bot.core.agreeing import Agreeing
from bot.core.alerting import Alerting
from bot.core.caseload import Choosing, Inviting
from bot.core.checkin import CheckIn
from bot.core.family import Family
from bot.core.menu import Menu
from bot.core.model import Band
from bot.core.pairing import Pairing
from bot.core.phrasing import Phrasing
from bot.core.reading import Reading
from bot.core.safety import Safety
from bot.core.welcome import Welcome
from bot.service import work
from bot.service.house import House
from bot.storage import goals
from bot.storage.dialogues import State
from bot.storage.schema import clients as client_rows
from bot.storage.schema import goals as goal_rows
from bot.storage.schema import inbox, metadata, pairings
from tests.house import Arrived, Phones, meet, pressed, rows, seat_therapist, wrote

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHECK_IN = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
SUMMARY = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
LINDE, KAYA, ADA, BEN, DEE, FAMILY, CAT, STRANGER = 100, 101, 201, 202, 203, 301, 401, 999
WORDS = "Sleep in my own bed"


class Room:
    """Two therapists, their clients and a family, everybody linked and with a goal; what they do at their
    phones, and what is heard."""

    def __init__(self, tx: Connection, house: House) -> None:
        self.tx, self.house, self.phones, self.now = tx, house, Phones(), MONDAY
        self._numbers = count(1)
        linde = seat_therapist(tx, house.keyring, LINDE)
        kaya = seat_therapist(tx, house.keyring, KAYA, "Dr. Kaya")
        self.met = {
            alias: meet(tx, house, therapist, chat, MONDAY, alias=alias, band=Band.B18)
            for alias, chat, therapist in (("Ada", ADA, linde), ("Ben", BEN, linde), ("Dee", DEE, kaya))
        }
        for alias in ("Kim", "Lea"):
            self.met[alias] = meet(tx, house, kaya, FAMILY, MONDAY, alias=alias, band=Band.B09, guardian=True)
        for alias, met in self.met.items():
            number = goals.propose(tx, house.keyring, met.client, f"{WORDS}, says {alias}", "en", MONDAY)
            assert number is not None

    def writes(self, chat: int, text: str) -> None:
        self.take([wrote(next(self._numbers), chat, text)])

    def taps(self, chat: int, *choices: str) -> None:
        """One after the other, each on the newest card."""
        for choice in choices:
            number, data = self.phones.newest(chat) or (0, [])
            (found,) = [one for one in data if one.endswith(f":{choice}")]
            self.presses(chat, number, [found])

    def presses(self, chat: int, number: int, data: Iterable[str]) -> list[Arrived]:
        """What arrives then, wherever."""
        return self.take([pressed(next(self._numbers), chat, number, one) for one in data])

    def take(self, updates: list[tuple[int, dict[str, Any]]]) -> list[Arrived]:
        arrived = len(self.phones.arrived)
        work.take_updates(self.tx, self.house, updates, self.now)
        failed = self.tx.execute(select(inbox.c.update_id).where(inbox.c.failures > 0)).all()
        assert not failed, "what fails changes nothing either, and that proves nothing"
        self.phones.deliver(self.tx, self.house, self.now)
        return self.phones.arrived[arrived:]

    def wait(self, moment: datetime) -> None:
        self.now = moment
        while work.take_timers(self.tx, self.house, moment):
            pass
        self.phones.deliver(self.tx, self.house, moment)

    def kept(self, *but: str) -> dict[str, list[tuple[Any, ...]]]:
        return rows(self.tx, *(table for table in metadata.sorted_tables if table.name not in but))

    def goal_of(self, alias: str) -> str:
        (found,) = goals.of_client(self.tx, self.house.keyring, self.met[alias].client)
        return str(found.id)

    def numbers(self) -> set[str]:
        """All the numbers of clients, pairings and goals that there are."""
        columns = (client_rows.c.id, pairings.c.id, goal_rows.c.id)
        return {str(one) for column in columns for one in self.tx.execute(select(column)).scalars()}


# How each card comes about


def asked_something(room: Room) -> None:
    room.wait(CHECK_IN)
    room.taps(ADA, "-open")


def looks_back(room: Room) -> None:
    room.wait(CHECK_IN)
    room.taps(ADA, "-open")
    while not any(one.endswith(":-done") for one in (room.phones.newest(ADA) or (0, []))[1]):
        choices = {one.split(":")[2] for one in (room.phones.newest(ADA) or (0, []))[1]}
        room.taps(ADA, "-nothing" if "-nothing" in choices else "mostly")


def opens(page: str, *choices: str) -> Callable[[Room], None]:
    def begin(room: Room) -> None:
        room.writes(ADA, f"/{page}")
        room.taps(ADA, *choices)

    return begin


def looks_at_a_goal(room: Room) -> None:
    room.writes(ADA, "/goals")
    room.taps(ADA, room.goal_of("Ada"))


def asked_whose_turn(room: Room) -> None:
    room.writes(FAMILY, "/checkin")


def invites(room: Room) -> None:
    room.writes(LINDE, "/invite")
    room.writes(LINDE, "Cat")
    room.taps(LINDE, "b18", "en", "-here", "3", "1400", "2", "1700")


def invites_again(room: Room) -> None:
    room.writes(LINDE, "/invite")
    room.taps(LINDE, "-relink")


def welcomed(room: Room) -> None:
    invites(room)
    room.taps(LINDE, "-create")
    caption = next(one.parcel.body["text"] for one in room.phones.arrived if one.parcel.action == "photo")
    room.writes(CAT, f"/start {caption.partition('start=')[2].rstrip(chr(0x2069))}")
    room.taps(CAT, "-next", "-next")


def asked_who_it_was(room: Room) -> None:
    welcomed(room)
    room.taps(CAT, "yes")


def chooses(command: str) -> Callable[[Room], None]:
    return lambda room: room.writes(LINDE, command)


def asked_about_a_goal(room: Room) -> None:
    room.writes(ADA, "/goals")
    room.taps(ADA, "-new")
    room.writes(ADA, WORDS)


def phrases(room: Room) -> None:
    room.writes(LINDE, "/goal")
    room.taps(LINDE, str(room.met["Ada"].pairing))
    room.writes(LINDE, WORDS)


def reads(room: Room) -> None:
    looks_back(room)
    room.taps(ADA, "-done")
    room.wait(SUMMARY)


@dataclass(frozen=True, slots=True)
class Card:
    """``works`` is a choice of its owner's that does something, and ``turns`` if that only turns the page.
    ``linked``: on it something is done about a client, which only their therapist may."""

    kind: type[State]
    owner: int
    come_about: Callable[[Room], None]
    works: Callable[[Room], str] | str
    linked: bool = False
    turns: bool = False

    def wish(self, room: Room) -> str:
        return self.works if isinstance(self.works, str) else self.works(room)


def pairing_of_ada(room: Room) -> str:
    return str(room.met["Ada"].pairing)


def goal_of_ada(room: Room) -> str:
    return room.goal_of("Ada")


def asks_for_help(room: Room) -> None:
    room.writes(ADA, "/help")


def hears_of_danger(room: Room) -> None:
    asks_for_help(room)
    room.taps(ADA, "-tell")


def has_it(room: Room) -> None:
    hears_of_danger(room)
    room.taps(LINDE, "-have")


CARDS = {
    "a question": Card(CheckIn, ADA, asked_something, "mostly"),
    "what will be shared": Card(CheckIn, ADA, looks_back, "-done"),
    "the menu": Card(Menu, ADA, opens("menu"), "check_in"),
    "the goals": Card(Menu, ADA, opens("goals"), goal_of_ada, turns=True),
    "a goal": Card(Menu, ADA, looks_at_a_goal, "let_go"),
    "the hour": Card(Menu, ADA, opens("time", "3"), "1800"),
    "a pause": Card(Menu, ADA, opens("pause"), "2"),
    "the data": Card(Menu, ADA, opens("data"), "copy"),
    "erasing": Card(Menu, ADA, opens("erase", "yes"), "yes"),
    "stopping": Card(Menu, ADA, opens("stop"), "yes"),
    "whose turn": Card(Family, FAMILY, asked_whose_turn, lambda room: str(room.met["Kim"].client)),
    "consent": Card(Welcome, CAT, welcomed, "yes"),
    "who it was": Card(Pairing, LINDE, asked_who_it_was, "yes", linked=True),
    "an invitation": Card(Inviting, LINDE, invites, "-create"),
    "a new link": Card(Inviting, LINDE, invites_again, pairing_of_ada, linked=True),
    "whose summary": Card(Choosing, LINDE, chooses("/summary"), pairing_of_ada, linked=True),
    "whose goal": Card(Choosing, LINDE, chooses("/goal"), pairing_of_ada, linked=True),
    "a wish": Card(Agreeing, LINDE, asked_about_a_goal, "yes", linked=True),
    "a goal to keep": Card(Phrasing, LINDE, phrases, "-keep", linked=True),
    "a summary": Card(Reading, LINDE, reads, "-read", linked=True),
    "help": Card(Safety, ADA, asks_for_help, "-tell"),
    "an alert": Card(Alerting, LINDE, hears_of_danger, "-have"),
    "a hold": Card(Alerting, LINDE, has_it, "-release"),
}
