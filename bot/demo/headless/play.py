"""The demo without a page: weeks of simulated people with the real bot, and then the report.

Each life stands in a queue by the hour at which it goes on. Time moves to whatever comes first, such
an hour or something that the bot has to do; whoever's phone has rung goes on at once, if they listen.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.demo.clock import DemoClock
from bot.demo.headless import kept
from bot.demo.headless.company import Company, assemble
from bot.demo.headless.lives import life_of
from bot.demo.headless.persons import Client, Life, Person, Therapist, Wait
from bot.demo.headless.report import Report, examine
from bot.demo.headless.report import tell as tell
from bot.demo.stage import Stage, staged
from bot.service import start

# An odd seed plays in spring and an even one in autumn: four weeks see the clocks change in Europe and
# America, and soon after in the south. At an odd minute, so that no schedule comes due while people link.
SPRING: Final = datetime(2026, 3, 4, 5, 7, tzinfo=UTC)
AUTUMN: Final = datetime(2026, 10, 7, 5, 7, tzinfo=UTC)
DAY: Final = timedelta(days=1)
INSTANT: Final = 0.001  # seconds; nobody acts in the very instant in which something arrives
RINGING: Final = ("sendMessage", "sendPhoto", "sendDocument")

Show = Callable[[datetime], None]


async def weeks(folder: Path, *, weeks: int, clients: int, seed: int, progress: bool) -> Report:
    """Play so many weeks with so many clients. ``progress`` shows a bar, if there is a terminal."""
    began = monotonic()
    with TemporaryDirectory(prefix="attune-") as data:
        async with played(folder, Path(data), weeks, clients, seed, progress) as (stage, people):
            held = await stage.bot.database.write(kept.read, stage.bot.house.keyring)
            seconds = round(monotonic() - began, 1)
            return examine(stage.state, stage.bot.house, people, held, stage.clock.now(), seconds)


@asynccontextmanager
async def played(
    folder: Path, data: Path, weeks: int, clients: int, seed: int, progress: bool
) -> AsyncIterator[tuple[Stage, Company]]:
    """The stage when all is over. ``data`` is for the database and its key."""
    opening = SPRING if seed % 2 else AUTUMN
    async with staged(folder, DemoClock(opening, speed=0), data) as stage:
        people = assemble(stage.state, stage.bot.house, clients, seed)
        with _bar(opening, weeks, progress) as show:
            await link(stage, people)
            await play(stage, people, opening + timedelta(weeks=weeks), show)
        yield stage, people


async def link(stage: Stage, people: Company) -> None:
    """Everybody meets: all therapists at once, each with one client after the other."""
    async with asyncio.TaskGroup() as meetings:
        for therapist in people.therapists:
            theirs = [client for client in people.clients if client.therapist is therapist]
            meetings.create_task(_meet(stage, therapist, theirs))


async def _meet(stage: Stage, therapist: Therapist, clients: list[Client]) -> None:
    chat_id = therapist.chat_id
    await stage.therapist(chat_id, therapist.name, therapist.language, therapist.zone)
    for client in clients:
        await stage.client(
            chat_id,
            client.chat_id,
            alias=client.alias,
            band=client.band,
            language=client.language,
            zone=client.zone,
            session_day=client.session[0],
            session_at=client.session[1],
            check_in_day=client.check_in[0],
            check_in_at=client.check_in[1],
        )
        said_yes = [press for press in stage.state.presses.values() if press.chat_id == chat_id]
        client.linked_at = said_yes[-1].at
        client.phone.aside |= {message.message_id for message in stage.state.chat(client.chat_id)}


@dataclass
class _Living:
    """``turn`` tells the present entry in the queue from those that a ring has overtaken."""

    life: Life
    turn: int = 0
    listens: bool = False
    rang: bool = False


class _Play:
    def __init__(self, stage: Stage, people: Company) -> None:
        self._stage = stage
        persons: list[Person] = [*people.therapists, *(family[0] for family in people.families())]
        self._living = {one.chat_id: _Living(life_of(one)) for one in persons}
        self._queue: list[tuple[datetime, int, int]] = []  # when, whose chat, which turn
        self._heard = len(stage.state.journal)
        for chat_id, one in self._living.items():
            self._wait(chat_id, one, next(one.life))

    async def go_on(self, until: datetime) -> None:
        """One step, and never beyond ``until``: somebody acts, or the bot does what is due."""
        clock = self._stage.clock
        due_at = await self._stage.settled()
        self._ring()
        while self._queue and self._queue[0][2] != self._living[self._queue[0][1]].turn:
            heapq.heappop(self._queue)
        hour = min(self._queue[0][0], until) if self._queue else until
        if due_at is not None and due_at <= hour:
            clock.jump_to(due_at)
            return
        clock.jump_to(hour)
        if hour < until:
            _, chat_id, _ = heapq.heappop(self._queue)
            await self._act(chat_id, self._living[chat_id])

    async def _act(self, chat_id: int, one: _Living) -> None:
        self._stage.clock.jump(INSTANT)
        rang, one.rang, one.listens = one.rang, False, False
        wait = one.life.send(rang)
        await self._stage.settled()
        self._ring()  # what answers them does not ring: they do not listen yet
        self._wait(chat_id, one, wait)

    def _wait(self, chat_id: int, one: _Living, wait: Wait) -> None:
        one.turn += 1
        one.listens = wait.ring
        heapq.heappush(self._queue, (self._stage.clock.now() + wait.time, chat_id, one.turn))

    def _ring(self) -> None:
        """Whoever listens, and has a new message, goes on now."""
        calls, self._heard = self._stage.state.journal[self._heard :], len(self._stage.state.journal)
        for chat_id in {
            call.chat_id
            for call in calls
            if call.method in RINGING and call.chat_id and not call.disable_notification
        }:
            one = self._living.get(chat_id)
            if one is not None and one.listens:
                one.rang = True
                self._wait(chat_id, one, Wait(timedelta()))


async def play(stage: Stage, people: Company, until: datetime, show: Show) -> None:
    """Let everybody live until then. ``show`` is told how late it is."""
    lives = _Play(stage, people)
    tidy_at = stage.clock.now() + DAY
    while (now := stage.clock.now()) < until:
        show(now)
        if now >= tidy_at:  # the bot as a process does it every few hours
            await stage.bot.database.write(start.tidy, now)
            tidy_at = now + DAY
        await lives.go_on(until)
    await stage.settled()


@contextmanager
def _bar(opening: datetime, weeks: int, progress: bool) -> Iterator[Show]:
    """A bar of virtual days on standard error."""
    err = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=err, disable=not (progress and err.is_terminal), transient=True) as bar:
        days = bar.add_task("days", total=weeks * 7)
        yield lambda now: bar.update(days, completed=(now - opening).days)
