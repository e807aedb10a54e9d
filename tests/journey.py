"""Plays a journey: a story about people and their phones, told as data, on the real bot in virtual time.

A journey is a TOML file that a clinician can read. Its head says who is there and when it begins:

    begins = 2026-03-02T10:00:00        # on the client's clock
    databases = ["sqlite", "postgresql"]                                         # "sqlite" if not said
    therapist = { name = "Dr. Linde", language = "en", zone = "Europe/Vienna" }
    client = { name = "Mila", band = "b13", language = "en", zone = "Europe/Vienna",    (all on one line)
               session = "Wednesday 16:00", check_in = "Tuesday 18:00" }
    stranger = { name = "Noah", language = "de" }
    sister = { name = "Ida", band = "b06", …, phone = "stranger" }      # on his phone; the client may be, too
    quiet_hours = "came later"          # when people were invited the clinic had none
    minors = { own_account_from = 18, guardian_consent_under = 14 }     # nobody needs a guardian if not said

Sessions are on the therapist's clock, check-ins on the client's. Whoever has a band is linked before the
story begins, or has a link that is not opened yet (``met = "invited"``). Where the band does not say whether
a guardian is needed, ``guardian = true`` does. Whoever changes to another language ``also`` has that one: a
message is wholly in the one or in the other. The names in the head ("client",
"stranger", any other) begin the keys of the steps; what comes to a phone of others is told of its owner:

    steps = [
        { clock = "next check-in" },      # or "next snooze", "next reminder", "next expiry", "next summary"
        { clock = "Tuesday 18:00" },      # or "2026-03-03 18:00", or "+3 hours"; on the client's clock
        { client_sees = "is ready", buttons = ["Open"], at = "Tuesday 18:00" },
        { client_sees = ["listen", "?"], progress = "●○○", buttons = ["🙁 No | 🙂 Yes", "Skip"] },
        { client_taps = "Open" },         # a label as shown; a list is tapped one after the other
        { client_taps_again = "Open" },   # the button that was tapped before, though it is gone
        { client_taps_twice = "Yes" },    # before the bot can react
        { client_hears = "already" },     # the short hint on top of the screen
        { client_writes = "/help" },
        { client_edits = ["what I wrote", "what I meant"] },
        { client_sends = "photo" },       # or voice, sticker, document …
        { client_opens = "the link" },    # the newest; or "the first link", "a wrong link"
        { client_does = "block" },        # or unblock, start, deactivate
        { client_writes_in_group = "Hello" },
        { group_sees = "one person" },
        { telegram_repeats = "client" },  # what that person did last, under a new number
        { client_sees_nothing_new = true },
        { client_sees_more = true },      # something that does not matter here
        { client_sees = "all that is known", file = "attune.json", holds = ["Mila", "listen"] },
        { client_no_longer_sees = "Open" },
        { client_words_are_gone = "what I wrote" },     # out of the chat, whoever took them away
        { stored = ["finished", "skipped: late"], answers = { heard = "mostly" }, notes = ["…"],
          pairing = "active", of = "sister" },     # all check-ins, oldest first; answers of the last; all
                                          # notes; those of the client if it does not say of whom
        { stored = "nothing" },           # whoever it is, they are not known any more
    ]

A row of buttons is one string, its labels parted by " | ". A message is seen if it contains the text, or
all of a list in this order. Marks of direction count only where the story writes them. What nobody tells
is a mistake: every new or changed message and every hint since the last act must be seen or heard. Only of a
card that by itself loses its buttons, and perhaps what it said of them, nothing need be told. The button for
help is left out where a step tells the ``buttons``; it can be tapped as any other.

Whatever the story, five laws hold: the last button of every card on a client's phone is the one for help, and
there is none on the clinic's (phones.py); lines of right-to-left languages begin with U+200F, isolates are
closed in their line, what rings by itself on a client's phone names nobody (phones.py; on the phone of
others it says whose turn it is, and names nobody else), no update or timer fails.
"""

import calendar
import re
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from bot.core.model import Band
from bot.demo.clock import DemoClock
from bot.demo.server import Impossible
from bot.demo.stage import Stage, staged
from bot.storage import checkins, people, timers
from bot.storage.schema import check_ins, clients, inbox, pairings
from bot.storage.schema import timers as timer_rows
from bot.storage.timers import TimerKind
from tests.phones import GROUP, Phone, Unlike

CLINIC = Path(__file__).parents[1]
EVER = datetime(1970, 1, 1, tzinfo=UTC)
CHECKS = ("sees", "hears", "sees_nothing_new", "sees_more", "no_longer_sees", "words_are_gone")
TIMERS = {
    "next check-in": TimerKind.CHECK_IN,
    "next snooze": TimerKind.SNOOZE,
    "next reminder": TimerKind.REMINDER,
    "next expiry": TimerKind.EXPIRY,
    "next summary": TimerKind.SESSION,
}


async def play(name: str, text: str, data: Path, database_url: str) -> None:
    """Tell the story to its end, or say in which step it is unlike what the phones show."""
    story = tomllib.loads(text)
    begins = story["begins"].replace(tzinfo=_zone(story)).astimezone(UTC)
    async with staged(CLINIC, DemoClock(begins, speed=0), data, database_url=database_url) as stage:
        journey = Journey(stage, story)
        place = "before the first step"
        try:
            await journey.introduce()
            for number, step in enumerate(story["steps"], 1):
                place = f"step {number}: {step}"
                await journey.take(step)
            place = "after the last step"
            await journey.end()
        except (Unlike, Impossible) as problem:
            raise pytest.fail.Exception(f"{name}, {place}\n{problem}", pytrace=False) from None
        except Exception as error:
            error.add_note(f"{name}, {place}")
            raise


class Journey:
    def __init__(self, stage: Stage, story: dict[str, Any]) -> None:
        self.stage = stage
        self.zone = _zone(story)
        self.quiet_later = story.get("quiet_hours") == "came later"
        self.minors = {"own_account_from": 0, "guardian_consent_under": 0, **story.get("minors", {})}
        self.people = {
            role: person for role, person in story.items() if isinstance(person, dict) and "name" in person
        }
        links: list[str] = []
        self.phones = {
            role: Phone(stage, number, person["name"], person["language"], self.zone, links)
            for number, (role, person) in enumerate(self.people.items(), 101)
            if "phone" not in person
        }
        for role, person in self.people.items():
            if "phone" not in person:
                self.phones[role].also = person.get("also", "")
                self.phones[role].zone = ZoneInfo(person.get("zone", self.zone.key))
        self.phones["group"] = Phone(stage, GROUP, "the group", "en", self.zone, links)
        self.toasts = 0

    async def introduce(self) -> None:
        """Therapists first; then each client is invited, and linked unless the story does it."""
        for role, phone in self.phones.items():
            if role not in self.people:
                continue
            person = self.people[role]
            self.stage.state.person(phone.chat_id, phone.name, phone.language)
            phone.clinician = "band" not in person and "zone" in person
            if phone.clinician:
                await self.stage.therapist(phone.chat_id, phone.name, phone.language, person["zone"])
        house = self.stage.bot.house
        house = replace(house, offer=replace(house.offer, **self.minors))
        self.stage.bot.house = house
        if self.quiet_later:
            at_any_hour = replace(house.offer, quiet_from=time(0), quiet_to=time(0))
            self.stage.bot.house = replace(house, offer=at_any_hour)
        for role, person in self.people.items():
            if "band" in person:
                await self._meet(self.phones[person.get("phone", role)], person)
        self.stage.bot.house = house
        self._notice(None)
        for role, phone in self.phones.items():
            phone.unread.clear()
            lent_to = [one["name"] for one in self.people.values() if one.get("phone") == role]
            phone.discreet = bool(lent_to) or "band" in self.people.get(role, ())
            phone.may_name = frozenset(lent_to)

    async def take(self, step: dict[str, Any]) -> None:
        """One step. Before anything further happens, what happened must have been told."""
        key, what = next(iter(step.items()))
        role = next((role for role in self.phones if key.startswith(f"{role}_")), "")
        verb = key.removeprefix(f"{role}_")
        match role, verb:
            case "", "stored":
                await self.stage.bot.database.write(self._compare, step)
            case "", "clock":
                self._all_told()
                await self.stage.travel(await self._moment(what))
                self._notice(None)
            case "", "telegram_repeats":
                self._all_told()
                self.stage.state.repeat(self.phones[what].last_update, fresh=True)
                await self.stage.settled()
                self._notice(self.phones[what])
            case "", _:
                raise Unlike("A step begins with clock, stored, telegram_repeats or a person of the head.")
            case _ if verb in CHECKS:
                self.phones[role].check(verb, what, step)
            case _:
                self._all_told()
                await self._act(self.phones[role], verb, what)

    async def end(self) -> None:
        """Everything has been told, and nothing went wrong behind the phones."""
        self._all_told()
        failed = await self.stage.bot.database.write(_failures)
        if failed:
            raise Unlike(f"The bot failed at: {failed}")

    def _all_told(self) -> None:
        """Unlike, if somebody's phone shows what the story has not told."""
        for role, phone in self.phones.items():
            if phone.untold or phone.hints:
                raise Unlike(f"Until here the story does not tell all that the {role} saw.\n{phone.news()}")

    async def _act(self, phone: Phone, verb: str, what: Any) -> None:
        """Of several acts in a row only what came of the last is told."""
        for one in what if verb == "taps" and isinstance(what, list) else [what]:
            for other in self.phones.values():
                other.unread.clear()
            phone.act(verb, one)
            await self.stage.settled()
            self._notice(phone)

    async def _meet(self, phone: Phone, person: dict[str, Any]) -> None:
        therapist, band, zone = self.phones["therapist"].chat_id, Band(person["band"]), person["zone"]
        session, check_in = _weekly(person["session"]), _weekly(person["check_in"])
        name, language, guardian = person["name"], person["language"], person.get("guardian", False)
        if person.get("met") == "invited":
            await self.stage._invited(
                therapist, name, band, language, zone, session, check_in, guardian=guardian
            )
        else:
            await self.stage.client(
                therapist,
                phone.chat_id,
                alias=name,
                band=band,
                language=language,
                zone=zone,
                session_day=session[0],
                session_at=session[1],
                check_in_day=check_in[0],
                check_in_at=check_in[1],
                guardian=guardian,
            )

    def _notice(self, actor: Phone | None) -> None:
        """What is new on every phone; on all but the actor's it rang by itself."""
        toasts, self.toasts = self.stage.state.toasts[self.toasts :], len(self.stage.state.toasts)
        private = [*(person["name"] for person in self.people.values()), self.stage.bot.house.clinic.name]
        for phone in self.phones.values():
            heard = [toast.text for toast in toasts if toast.chat_id == phone.chat_id and toast.text]
            phone.notice(heard, private, rang=phone is not actor)

    async def _moment(self, when: str) -> datetime:
        """The moment that the story means, from now on."""
        now = self.stage.clock.now().astimezone(self.zone)
        if when in TIMERS:
            found = await self.stage.bot.database.write(timers.of_kind, TIMERS[when])
            if not found:
                raise Unlike(f"There is no {when}.")
            return min(timer.due_at for timer in found)
        if ahead := re.fullmatch(r"\+(\d+) (minutes|hours|days)", when):
            return now.astimezone(UTC) + timedelta(**{ahead[2]: int(ahead[1])})
        if when[0].isdigit():
            return datetime.fromisoformat(when).replace(tzinfo=self.zone)
        weekday, at = _weekly(when)
        days = (weekday - now.weekday()) % 7
        moment = datetime.combine(now.date() + timedelta(days), at, self.zone)
        return moment if moment > now else moment + timedelta(days=7)

    def _compare(self, tx: Connection, step: dict[str, Any]) -> None:
        """What the database holds about the client, in the form of the step."""
        keyring, name = self.stage.bot.house.keyring, self.people[step.get("of", "client")]["name"]
        everybody = [people.client(tx, keyring, one) for one in tx.execute(select(clients.c.id)).scalars()]
        number = next((one.id for one in everybody if one.alias == name), None)
        if number is None:
            if step["stored"] != "nothing":
                raise Unlike("Nobody of this name is known.")
            return
        of_client = select(check_ins).where(check_ins.c.client_id == number).order_by(check_ins.c.id)
        rows = tx.execute(of_client).all()
        states = [": ".join(filter(None, (row.state, row.reason))) for row in rows]
        there: dict[str, Any] = {**step, "stored": states}
        if "answers" in step:
            given = checkins.answers_of(tx, keyring, number, EVER).get(rows[-1].id, [])
            there["answers"] = {one.prompt_id: one.choice for one in given}
        if "notes" in step:
            there["notes"] = [kept.words for kept in checkins.notes_of(tx, keyring, number, EVER)]
        if "pairing" in step:
            paired = select(pairings.c.state).where(pairings.c.client_id == number)
            there["pairing"] = tx.execute(paired).scalar()
        if there != step:
            raise Unlike(f"What is stored:\n{there}")


def _failures(tx: Connection) -> list[str]:
    """The updates and timers that are to be tried again or were given up."""
    updates = tx.execute(select(inbox.c.update_id).where(inbox.c.failures > 0)).scalars()
    late = tx.execute(select(timer_rows.c.kind).where(timer_rows.c.failures > 0)).scalars()
    return [*map(str, updates), *late]


def _weekly(said: str) -> tuple[int, time]:
    """ "Tuesday 18:00"; Monday is 0."""
    day, at = said.split()
    return list(calendar.day_name).index(day), time.fromisoformat(at)


def _zone(story: dict[str, Any]) -> ZoneInfo:
    return ZoneInfo(story["client"].get("zone") or story["therapist"]["zone"])
