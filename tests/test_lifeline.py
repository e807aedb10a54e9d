"""While the database cannot be used, whoever needs help gets the card that was made ready; and nothing is
confirmed to Telegram, so that all of it can be taken in later."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core.model import ChatId
from bot.core.safety import HELP
from bot.demo.clock import DemoClock
from bot.demo.server import TOKEN, State, serve
from bot.demo.server.faults import refuse
from bot.service.lifeline import LOOK_EVERY, Lifeline
from bot.transport.connection import connect
from bot.transport.sender import Parcel, TelegramSender
from bot.transport.updates import TelegramUpdates
from tests.alarm_room import PHRASES, SAID
from tests.house import library

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MILA, JONAS, SARA = 201, 202, 203


@dataclass
class Outage:
    """Three people, each with a card of the bot's, and nobody who could store anything."""

    clock: DemoClock
    state: State
    lifeline: Lifeline
    updates: TelegramUpdates
    sender: TelegramSender

    async def look(self) -> None:
        """Once, a little later."""
        self.clock.jump_to(self.clock.now() + LOOK_EVERY)
        stopped = asyncio.Event()
        stopped.set()
        await self.lifeline.hold(self.updates, self.sender, timedelta(), stopped)

    def heard(self, chat_id: int) -> list[str]:
        return [message.text for message in self.state.chat(chat_id) if message.by_bot][1:]

    def tap(self, chat_id: int, data: str) -> None:
        card = next(message for message in self.state.chat(chat_id) if message.by_bot)
        self.state.tap(chat_id, card.message_id, data)


@asynccontextmanager
async def outage() -> AsyncIterator[Outage]:
    clock = DemoClock(NOON)
    state = State(clock)
    async with serve(state) as server, connect(TOKEN, server.url) as telegram:
        there = Outage(
            clock,
            state,
            Lifeline(library(), lambda: [PHRASES]),
            TelegramUpdates(telegram),
            TelegramSender(telegram),
        )
        for chat_id, name, language in (
            (MILA, "Mila", "en"),
            (JONAS, "Jonas", "de-AT"),
            (SARA, "Sara", "ar"),
        ):
            state.person(chat_id, name, language, started=True)
            rows = [[{"text": "Open", "data": "5:2:-open"}], [{"text": "I need help now", "data": HELP}]]
            card = Parcel("send", ChatId(chat_id), None, {"text": "Ready?", "buttons": rows}, again=False)
            await there.sender.send(card)
        yield there


async def test_the_button_the_command_and_words_of_danger_bring_the_card_once_in_each_language() -> None:
    async with outage() as there:
        there.tap(MILA, HELP)
        there.state.write(JONAS, "/help")
        there.state.write(SARA, SAID)
        await there.look()
        await there.look()
        (english,), (german,), (arabic,) = map(there.heard, (MILA, JONAS, SARA))
        assert "Lindenhof Practice\u2069 has not been told yet" in english
        assert "Emergency number (\u2068Austria\u2069): \u2066112\u2069" in english
        assert "Notruf (Österreich): 112" in german.translate(dict.fromkeys(range(0x2066, 0x206A)))
        assert "+43 000 000 000" in arabic
        assert arabic.startswith("\u200f")


async def test_whatever_else_comes_waits_and_a_tap_is_told_so() -> None:
    async with outage() as there:
        there.state.write(MILA, "It was a good week")
        there.tap(JONAS, "5:2:-open")
        await there.look()
        assert there.heard(MILA) == there.heard(JONAS) == []
        assert [toast.text for toast in there.state.toasts] == [
            "Nothing can be saved just now. Please try again later."
        ]


async def test_nothing_is_confirmed_so_all_of_it_comes_again() -> None:
    async with outage() as there:
        there.state.write(MILA, "It was a good week")
        there.state.write(SARA, SAID)
        await there.look()
        await there.look()
        there.clock.jump_to(there.clock.now() + LOOK_EVERY)
        assert len(await there.updates.fetch(0, timedelta())) == 2


async def test_a_card_that_did_not_arrive_is_sent_again() -> None:
    async with outage() as there:
        there.tap(MILA, HELP)
        there.state.faults.next(refuse(502), "sendMessage")
        await there.look()
        assert there.heard(MILA) == []
        await there.look()
        assert len(there.heard(MILA)) == 1
