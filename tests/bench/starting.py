"""From a process that has just been started to its first reply: somebody has written before."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from bot.service.clock import WallClock
from tests.bench.bots import Running
from tests.bench.telegram import Telegram


async def first_reply(
    telegram: Telegram, chat: int, bot: Callable[[], AbstractAsyncContextManager[Running]]
) -> float:
    """Seconds until the server accepted the reply to a command that was waiting."""
    since = await telegram.count()
    await telegram.act("write", chat_id=chat, text="/checkin")
    began = WallClock().now()
    async with bot():
        sent = await telegram.wait_for("sendMessage", 1, since)
    return (sent[0].at - began).total_seconds()
