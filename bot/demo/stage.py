"""The whole of it on one stage: the real bot and its loops, the stand-in for Telegram, and the clock.

Nothing here decides anything for the bot. People act by ``state``; ``settled`` waits until the bot
has done all that is due, and ``travel`` goes on in time without passing over anything.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from bot.core.model import Band
from bot.core.safety import HELP
from bot.demo.clock import DemoClock
from bot.demo.due import WatchedSender, next_moment
from bot.demo.server import TOKEN, Impossible, Message, Server, State, serve
from bot.service import loops, running, start
from bot.service.loops import Bot
from bot.storage import alerts
from bot.storage.keys import Keyring, new_key_file, read_key_file

LOOPS_ON_THE_CLOCK: Final = 2  # keeping time and delivering; receiving waits at the server
LOOK_EVERY: Final = 0.002  # real seconds
STRIDE: Final = timedelta(seconds=0.1)  # of the clock, from one look to the next while a chat rests
STRIDE_MOST: Final = timedelta(seconds=0.4)
REST_WITHIN: Final = timedelta(hours=1)  # of the clock; more would make check-ins late

_AGREEING: Final = ("yes", "-usual", "-here", "-next")
_SECRET: Final = re.compile(r"start=([A-Za-z0-9_-]+)")


class Restless(Exception):
    """An hour was not enough for what was due: something is tried again and again."""


class Stage:
    """``playing`` is the bot at work; it ends only when the stage closes, or with the bot's error."""

    def __init__(self, bot: Bot, server: Server, clock: DemoClock) -> None:
        self.bot = bot
        self.server = server
        self.state: State = server.state
        self.clock = clock
        self.sender = WatchedSender(bot.sender)
        bot.sender = self.sender
        self.playing = asyncio.create_task(loops.run(bot))
        self._settling: asyncio.Task[datetime | None] | None = None

    async def settled(self) -> datetime | None:
        """Wait until the bot has nothing to do at this moment of its clock; says when it has again.

        Where only its pace holds it up (a second between two letters to one chat), the clock is put
        on. Many may wait at once. Raises what the bot raised, and Restless.
        """
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._settle())
        return await asyncio.shield(self._settling)

    async def travel(self, to: datetime) -> None:
        """Move the clock to ``to``, by way of every moment at which something is due."""
        while (moment := await self.settled()) is not None and moment <= to:
            self.clock.jump_to(moment)
        self.clock.jump_to(to)
        await self.settled()

    async def write(self, chat_id: int, text: str) -> None:
        """Somebody writes, and the bot reacts."""
        self.state.write(chat_id, text)
        await self.settled()

    async def tap(self, chat_id: int, choice: str) -> None:
        """Somebody presses the newest button that means ``choice``, and the bot reacts."""
        for message in reversed(self.shown(chat_id)):
            for button in message.buttons():
                if str(button["callback_data"]).endswith(f":{choice}"):
                    self.state.tap(chat_id, message.message_id, str(button["callback_data"]))
                    await self.settled()
                    return
        raise Impossible(f"chat {chat_id} shows no button that means {choice!r}")

    def shown(self, chat_id: int) -> list[Message]:
        """What a chat shows now, the newest last."""
        return [message for message in self.state.chat(chat_id) if message.deleted_at is None]

    async def therapist(self, chat_id: int, name: str, language: str, zone: str) -> None:
        """Somebody with a phone becomes a therapist, by the link that ``attune therapist invite`` makes."""
        bot = self.bot
        secret = await bot.database.write(
            running.invite, bot.house.keyring, name, language, zone, self.clock.now()
        )
        self.state.person(chat_id, name, language)
        self.state.start(chat_id, secret)
        await self.settled()

    async def client(
        self,
        therapist_chat: int,
        client_chat: int,
        *,
        alias: str,
        band: Band,
        language: str,
        zone: str,
        session_day: int,
        session_at: time,
        check_in_day: int,
        check_in_at: time,
        guardian: bool = False,
    ) -> None:
        """The therapist invites somebody, who agrees, and says that it was the right person. Monday is 0.
        ``guardian`` is whether they need one, where the clinic's rule leaves that to the therapist.

        One invitation at a time for each therapist; several therapists may invite at once.
        """
        secret = await self._invited(
            therapist_chat,
            alias,
            band,
            language,
            zone,
            (session_day, session_at),
            (check_in_day, check_in_at),
            guardian=guardian,
        )
        self.state.person(client_chat, alias, language)
        self.state.start(client_chat, secret)
        await self.settled()
        await self.agreed(client_chat)
        await self.tap(therapist_chat, "yes")

    async def agreed(self, chat_id: int) -> None:
        """Whoever was just welcomed in this chat goes through all of it and agrees; so does a guardian."""
        card = next(message for message in reversed(self.shown(chat_id)) if message.buttons())
        while offered := {str(one["callback_data"]).rpartition(":")[2] for one in card.buttons()} - {HELP}:
            await self.tap(chat_id, next(choice for choice in _AGREEING if choice in offered))

    async def close(self) -> None:
        """Stop in good order. The clock goes on until the bot has stopped, for it may sleep by it."""
        if self._settling is not None:
            self._settling.cancel()
        self.bot.stop.set()
        while not self.playing.done():
            self._step()
            await asyncio.wait({self.playing}, timeout=LOOK_EVERY)
        with suppress(asyncio.CancelledError):
            await self.playing

    async def _settle(self) -> datetime | None:
        since, stride, before = self.clock.now(), timedelta(), None
        while True:
            # Between two letters of a batch it sleeps, and does not hear that there are more.
            deaf = before is not None and self.clock.next_wake() == before
            if self._idle(deaf):
                now = self.clock.now()
                moment = await self.bot.database.write(next_moment, now)
                if self._idle(deaf):
                    if not self.bot.wake.is_set() and (moment is None or moment > self.clock.now()):
                        return moment
                    self._step(stride)
                    stride = min(stride * 2, STRIDE_MOST) if stride else STRIDE
                if self.clock.now() - since > REST_WITHIN:
                    raise Restless
            if self.playing.done():
                await self.playing
                raise RuntimeError("the bot has stopped")
            before = self.clock.next_wake()
            await asyncio.sleep(LOOK_EVERY)

    async def _invited(
        self,
        chat_id: int,
        alias: str,
        band: Band,
        language: str,
        zone: str,
        session: tuple[int, time],
        check_in: tuple[int, time],
        *,
        guardian: bool = False,
    ) -> str:
        """The secret of the link that the therapist is given at the end of ``/invite``."""
        await self.write(chat_id, "/invite")
        await self.write(chat_id, alias)
        await self.tap(chat_id, band)
        while self._asked_about_guardian(chat_id):
            await self.tap(chat_id, "guardian" if guardian else "own")
        await self.tap(chat_id, language)
        await self.write(chat_id, zone)
        for day, at in (session, check_in):
            await self.tap(chat_id, str(day))
            await self.write(chat_id, f"{at:%H:%M}")
        await self.tap(chat_id, "-create")
        found = [
            _SECRET.search(message.text) for message in self.shown(chat_id) if "photo" in message.content
        ]
        if not found or found[-1] is None:
            raise Impossible("the therapist was given no link")
        return found[-1][1]

    def _asked_about_guardian(self, chat_id: int) -> bool:
        newest = next(message for message in reversed(self.shown(chat_id)) if message.buttons())
        return any(str(button["callback_data"]).endswith(":own") for button in newest.buttons())

    def _idle(self, deaf: bool = False) -> bool:
        """Whether the bot waits for a person or for its clock, and nothing else."""
        updates = self.state.updates
        return (
            self.clock.sleepers >= LOOPS_ON_THE_CLOCK
            and not self.sender.under_way
            and (deaf or not self.bot.wake.is_set())
            and updates.polling
            and not updates.count(self.clock.now())
        )

    def _step(self, stride: timedelta = timedelta()) -> None:
        """To the next hour that the bot waits for, and at least so far: it looks again every tenth of a
        second while a chat rests, and nobody needs to see it look."""
        moment = self.clock.next_wake()
        if moment is not None:
            self.clock.jump_to(max(moment, self.clock.now() + stride))


@asynccontextmanager
async def staged(
    folder: Path, clock: DemoClock, data: Path, state: State | None = None, database_url: str = ""
) -> AsyncIterator[Stage]:
    """Everything, running. ``data`` gets a key and a database, or is gone on with if it has them;
    then ``state`` is the Telegram of before. ``database_url`` names another database.

    The bot's own error comes out at the end, or from ``settled``, whichever is sooner.
    """
    library = start.load(folder)
    key_file = data / "key"
    if not key_file.exists():
        new_key_file(key_file)
    keyring = Keyring(read_key_file(key_file))
    database_url = database_url or f"sqlite+aiosqlite:///{data / 'attune.db'}"
    async with (
        serve(state or State(clock)) as server,
        running.opened(TOKEN, server.url, database_url, keyring, library, clock) as bot,
    ):
        await bot.database.write(drilled, clock.now())
        stage = Stage(bot, server, clock)
        try:
            yield stage
        finally:
            await stage.close()


def drilled(tx: Connection, now: datetime) -> None:
    """In the demo's clinic somebody has just shown that they answer alerts, so that people may write."""
    if not alerts.last_drill_passed(tx):
        drill = alerts.raise_(tx, None, None, (), False, now, now)
        alerts.acknowledge(tx, drill, None, now)
