"""A link brings one person in, once, within a day, and not by guessing; and the therapist says who it was."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.service import running, work
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.people import PairingState
from bot.storage.schema import clients, dialogues, timers
from bot.storage.schema import invitations as invitation_rows
from tests.house import VIENNA, furnished, wrote
from tests.play import ADA, LINDE, NOW, OTHER, Play


@pytest.fixture
def play(database: Database, keyring: Keyring) -> Play:
    return Play(database, keyring)


async def test_of_fifty_who_open_a_link_at_the_same_moment_one_gets_in(
    play: Play, database_url: str, keyring: Keyring
) -> None:
    """Through five connections, so that on PostgreSQL they really run at the same time."""
    secret = await play.invited()
    async with AsyncExitStack() as stack:
        doors = [await Database.open(database_url, keyring.database_key) for _ in range(5)]
        for door in doors:
            stack.push_async_callback(door.close)
        opened = [
            doors[number % 5].write(
                work.take_updates,
                furnished(keyring),
                [wrote(1000 + number, 500 + number, f"/start {secret}")],
                NOW,
            )
            for number in range(50)
        ]
        await asyncio.gather(*opened)
    await play.database.write(play.phones.deliver, play.house, NOW)
    heard = [one.parcel.body["text"] for one in play.phones.arrived]
    assert heard.count(play.says("bot/link/used")) == 49
    (welcome,) = [text for text in heard if "Dr. Linde" in text]
    assert "Mila" not in welcome, "whoever opens a link learns no names of clients"
    seats = await play.database.write(lambda tx: tx.execute(select(clients.c.chat_id)).scalars().all())
    assert len(seats) == 1
    assert seats[0] in range(500, 550)


async def test_a_used_link_brings_nobody_else_in_and_its_owner_back_to_where_they_were(play: Play) -> None:
    secret = await play.invited()
    assert "Hello" in await play.write(ADA, f"/start {secret}")
    assert await play.write(OTHER, f"/start {secret}") == play.says("bot/link/used")
    assert "Hello" in await play.write(ADA, f"/start {secret}")
    assert await play.pairing() is PairingState.CLAIMED
    assert len(await play.database.write(lambda tx: tx.execute(select(dialogues)).all())) == 1


async def test_a_link_is_good_for_a_day_and_not_a_minute_longer(play: Play) -> None:
    secret = await play.invited()
    late = NOW + timedelta(days=1)
    assert await play.write(OTHER, f"/start {secret}", late) == play.says("bot/link/expired")
    assert await play.pairing() is PairingState.INVITED
    assert "Hello" in await play.write(ADA, f"/start {secret}", late - timedelta(minutes=1))


@pytest.mark.parametrize(
    "secret", ["x", "A" * 22, "٣" * 22, "' OR 1=1 --", "../../key", "\u202egnorw", "a" * 4000, "-" * 64]
)
async def test_a_link_that_was_never_made_is_told_kindly(play: Play, secret: str) -> None:
    await play.invited()
    assert await play.write(ADA, f"/start {secret}") == play.says("bot/link/unknown")
    assert await play.pairing() is PairingState.INVITED


async def test_whoever_guesses_is_not_looked_at_for_an_hour_even_if_right_and_others_are(play: Play) -> None:
    secret = await play.invited()
    for number in range(5):
        assert await play.write(OTHER, f"/start guess{number}") == play.says("bot/link/unknown")
    assert await play.write(OTHER, f"/start {secret}") == play.says("bot/link/too_often")
    soon = NOW + timedelta(minutes=59)
    assert await play.write(OTHER, f"/start {secret}", soon) == play.says("bot/link/too_often")
    assert "Hello" in await play.write(ADA, f"/start {secret}", soon), "another chat"
    assert await play.write(OTHER, f"/start {secret}", NOW + timedelta(hours=1)) == play.says("bot/link/used")


async def test_a_therapist_who_tries_the_link_out_does_not_use_it_up(play: Play) -> None:
    secret = await play.invited()
    assert await play.write(LINDE, f"/start {secret}") == play.says("bot/link/own")
    assert "Hello" in await play.write(ADA, f"/start {secret}")


async def test_a_therapists_own_link_makes_one_therapist(play: Play) -> None:
    secret = await play.database.write(running.invite, play.house.keyring, "Dr. Linde", "en", VIENNA, NOW)
    assert "You are linked" in await play.write(LINDE, f"/start {secret}")
    assert await play.write(OTHER, f"/start {secret}") == play.says("bot/link/used")
    assert await play.write(OTHER, "/invite") == play.says("bot/stranger/unknown")


async def test_nothing_is_planned_before_the_therapist_has_said_that_it_was_the_right_person(
    play: Play,
) -> None:
    secret = await play.invited()
    await play.write(ADA, f"/start {secret}")
    for choice in ("-next", "-next", "yes"):
        await play.tap(ADA, choice)
    await play.heard(LINDE, NOW)
    assert await play.pairing() is PairingState.AGREED
    waiting: list[Any] = await play.database.write(lambda tx: tx.execute(select(timers)).all())
    assert waiting == []
    await play.tap(LINDE, "yes")
    assert await play.pairing() is PairingState.ACTIVE
    assert len(await play.database.write(lambda tx: tx.execute(select(timers)).all())) == 2


async def test_whoever_was_the_wrong_person_is_let_go_and_the_link_is_void(play: Play) -> None:
    secret = await play.invited()
    await play.write(OTHER, f"/start {secret}")
    for choice in ("-next", "-next", "yes"):
        await play.tap(OTHER, choice)
    await play.heard(LINDE, NOW)
    await play.tap(LINDE, "no")
    assert await play.pairing() is PairingState.REFUSED
    assert await play.write(OTHER, "/checkin") == play.says("bot/stranger/unknown")
    assert await play.write(ADA, f"/start {secret}") == play.says("bot/link/used")
    kept = await play.database.write(lambda tx: tx.execute(select(clients.c.chat_id)).scalars().all())
    assert kept == [None]


async def test_of_a_secret_only_its_hash_is_kept(play: Play) -> None:
    secret = await play.invited()
    row = await play.database.write(lambda tx: tx.execute(select(invitation_rows)).one())
    assert len(row.token_hash) == 32
    assert len(secret) >= 22, "128 bits"
    assert secret not in str(row)
