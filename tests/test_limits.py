"""Telegram's limits are kept when everybody's check-in is due in one minute, and whoever asks just then
is not made to wait behind them. The server enforces 30 a second and one a second in a chat; its clock,
like the bot's, stands still while they work, so that no machine is too slow for it."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.demo.clock import DemoClock
from bot.demo.server import State
from bot.demo.stage import Stage
from bot.storage.keys import Keyring
from bot.storage.schema import outbox
from tests.house import meet, playing, seat_therapist

MONDAY = datetime(2026, 3, 2, 15, 59, 30, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)  # 17:00 in Vienna
SECOND = timedelta(seconds=1)
LINDE, FIRST = 100, 1000


def due_together(tx: Connection, stage: Stage, many: int) -> None:
    """Each tenth family has two children, whose check-ins go to the same chat."""
    house = stage.bot.house
    therapist = seat_therapist(tx, house.keyring, LINDE)
    for number in range(many):
        chat = FIRST + number - (number % 10 == 9)
        meet(tx, house, therapist, chat, MONDAY, check_ins=((0, time(17)),))


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage usually strides over the moments at which the bot only looks whether a chat has rested."""
    monkeypatch.setattr("bot.demo.stage.STRIDE", timedelta())


async def play(stage: Stage, many: int) -> tuple[list[datetime], timedelta]:
    """When the check-ins arrived, and how long somebody waited who asked in the middle of them."""
    state = stage.state
    for chat in [LINDE, *range(FIRST, FIRST + many)]:
        state.person(chat, started=True)
    await stage.bot.database.write(due_together, stage, many)
    travelling = asyncio.create_task(stage.travel(DUE + timedelta(minutes=2)))
    while not travelling.done() and len(sent(state)) < many // 3:
        await state.changed(state.version)
    asked_at = state.write(LINDE, "/help").sent_at
    await travelling
    (reply,) = [call.at for call in state.journal if call.method == "sendMessage" and call.chat_id == LINDE]
    return sent(state), reply - asked_at


def sent(state: State) -> list[datetime]:
    return [call.at for call in state.journal if call.method == "sendMessage" and call.chat_id != LINDE]


async def check(database_url: str, keyring: Keyring, many: int) -> None:
    clock = DemoClock(MONDAY, speed=0)
    async with playing(database_url, keyring, clock, State(clock)) as stage:
        arrived, waited = await play(stage, many)
        tries = await stage.bot.database.write(
            lambda tx: tx.execute(select(outbox.c.attempts, outbox.c.state).distinct()).all()
        )
    assert tries == [(1, "sent")], "each was taken the first time, so nobody asked us to slow down"
    assert len(arrived) == many
    assert arrived[0] - DUE < 3 * SECOND
    assert arrived[-1] - arrived[0] < many / 25 * SECOND, "at most a fifth slower than Telegram allows"
    assert all(later - sooner >= SECOND for sooner, later in zip(arrived, arrived[30:], strict=False))
    assert waited < 2 * SECOND


async def test_300_check_ins_of_one_minute_arrive_at_telegrams_pace_and_a_reply_overtakes_them(
    database_url, keyring
):
    await check(database_url, keyring, 300)


@pytest.mark.soak
async def test_1000_check_ins_of_one_minute_arrive_within_45_seconds(database_url, keyring):
    await check(database_url, keyring, 1_000)
