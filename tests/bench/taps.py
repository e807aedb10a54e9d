"""What one answered tap costs: Attune's, and that of a bot which keeps nothing."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final

from tests.bench import bots, loads
from tests.bench.bots import Line, Place, Running
from tests.bench.loads import Cards, Work
from tests.bench.people import LANGUAGES
from tests.bench.telegram import Telegram, standing

LINES: Final[tuple[Line, ...]] = ("default", "sniffio", "ours")
ATTUNE: Final = "attune"
COUNTED: Final = "counted"


@dataclass(frozen=True, slots=True)
class Size:
    """``people`` answer a whole check-in ``rounds`` times, and one person taps ``alone`` times."""

    people: int
    rounds: int
    alone: int
    idle: float
    due: int
    starts: int


@dataclass(slots=True)
class Measured:
    """By bot: "attune", "counted" (Attune, counting), or an echo bot's line."""

    steady: dict[str, list[Work]] = field(default_factory=dict)
    burst: dict[str, list[Work]] = field(default_factory=dict)
    alone: dict[str, Work] = field(default_factory=dict)
    idle: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pair:
    """A bot and the stand-in for Telegram that is its own."""

    bot: Running
    telegram: Telegram


async def measure(place: Place, attune: Pair, size: Size, one: int) -> Measured:
    """All bots stand side by side, and one after the other works, round after round: whatever else
    the machine does, it does to all of them. Only who taps once a second does so to all at once."""
    found, everybody = Measured(), range(1, size.people + 1)
    async with AsyncExitStack() as stack:
        pairs = {ATTUNE: attune}
        chats = [*everybody, one]
        await _show_pages(place, attune, everybody[: len(LANGUAGES)])
        for line in LINES:
            telegram = await stack.enter_async_context(standing(chats))
            pairs[line] = Pair(await stack.enter_async_context(bots.echo(place, telegram, line)), telegram)
        telegram = await stack.enter_async_context(standing(chats))
        counting = await stack.enter_async_context(bots.attune(place, telegram, COUNTED, counted=True))
        pairs[COUNTED] = Pair(counting, telegram)
        for pair in pairs.values():
            await loads.open_cards(pair.telegram, everybody[:1])  # it has begun, and knows how to
        found.idle = await _together({name: loads.idle(pair.bot, size.idle) for name, pair in pairs.items()})
        for number in range(size.rounds):
            for name, pair in pairs.items():
                if name != COUNTED or number == 0:
                    cards = await loads.open_cards(pair.telegram, everybody)
                    work = await loads.steadily(pair.telegram, pair.bot, cards)
                    found.steady.setdefault(name, []).append(work)
        for name in (ATTUNE, "default", "ours"):
            pair = pairs[name]
            cards = await loads.open_cards(pair.telegram, everybody)
            found.burst.setdefault(name, []).append(await loads.at_once(pair.telegram, pair.bot, cards))
        found.alone = await _together(
            {name: loads.alone(pair.telegram, pair.bot, one, size.alone) for name, pair in pairs.items()}
        )
        found.memory = {name: pair.bot.memory() for name, pair in pairs.items()}
    return found


async def _show_pages(place: Place, attune: Pair, some: range) -> None:
    """Let somebody of each language answer a check-in, and note its pages: the echo bots show the same."""
    cards = await loads.open_cards(attune.telegram, some)
    await loads.steadily(attune.telegram, attune.bot, cards)
    languages = {chat % len(LANGUAGES): await _pages(attune.telegram, chat, cards) for chat in cards}
    pages = [languages[number] for number in sorted(languages)]
    place.pages_file.write_text(json.dumps(pages), "utf-8")


async def _pages(telegram: Telegram, chat: int, cards: Cards) -> list[dict[str, Any]]:
    (message,) = [
        message
        for message in await telegram.act("messages", chat_id=chat)
        if message["message_id"] == cards[chat]
    ]
    return [
        {
            "text": version["text"],
            "rows": [
                [(button["text"], button["callback_data"].endswith(":-back")) for button in row]
                for row in (version["markup"] or {}).get("inline_keyboard", [])
            ],
        }
        for version in message["versions"]
    ]


async def _together(works: Mapping[str, Any]) -> dict[str, Any]:
    return dict(zip(works, await asyncio.gather(*works.values()), strict=True))
