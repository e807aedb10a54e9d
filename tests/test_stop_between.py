"""A stop that comes between the commit and the sending: what was claimed still goes out, and is settled."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from bot.demo.server import TOKEN, State, serve
from bot.service import loops, running, start
from bot.service.clock import WallClock
from bot.storage import outbox
from bot.storage.keys import Keyring

CLINIC = Path(__file__).parents[1]
STRANGER = 300


class Clock(WallClock):
    speed = 1.0


@pytest.mark.parametrize("late", [0.0, 0.2], ids=["committing", "committed"])
async def test_a_reply_that_was_claimed_as_the_bot_stops_is_sent(tmp_path: Path, late: float) -> None:
    library, keyring = start.load(CLINIC), Keyring(os.urandom(32))
    url = f"sqlite+aiosqlite:///{tmp_path}/attune.db"
    async with serve(State(Clock())) as server:
        server.state.person(STRANGER)
        async with running.opened(TOKEN, server.url, url, keyring, library, WallClock()) as bot:
            write = bot.database.write

            async def stopping(work: Any, *given: Any, **more: Any) -> Any:
                if work is not loops._take or not given[1]:
                    return await write(work, *given, **more)
                result = await write(work, *given, **more)
                bot.stop.set()  # a batch is committed, and nobody has heard of it
                await asyncio.sleep(late)
                return result

            bot.database.write = stopping  # type: ignore[method-assign]
            server.state.write(STRANGER, "/help")
            await asyncio.wait_for(loops.run(bot), 10)
            assert await write(outbox.counts) == {"sent": 1}
        assert [message.by_bot for message in server.state.chat(STRANGER)] == [False, True]
