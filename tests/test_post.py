"""Letters on their way: what is settled when, how soon the outbox is looked into again, and the end."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.model import Kind
from bot.service.delivery import Claimed
from bot.service.post import BATCH, IN_FLIGHT, TICK, Post
from bot.storage.outbox import Letter
from bot.transport.pacer import EVERY_CHANGE, EVERY_CHAT, EVERY_LETTER
from bot.transport.sender import NotSentYet, Outcome, Parcel, Sent, Slower, WrongToken

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)
AT_ONCE = timedelta()


class Clock:
    """Stands still, but for those who sleep."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def awake(self) -> float:
        return 0

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class Line:
    """A sender that answers everything with one outcome, once it is told to."""

    def __init__(self, outcome: Outcome | Exception | None = None, *, slow: bool = False) -> None:
        self.sent: list[int] = []
        self.free = asyncio.Event()
        self._outcome = outcome or Sent(7)
        if not slow:
            self.free.set()

    async def send(self, letter: Parcel) -> Outcome:
        self.sent.append(letter.chat_id)
        await self.free.wait()
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


def letters(*chats: int, kind: Kind = Kind.EDIT) -> list[tuple[Letter, Parcel]]:
    action: Any = "edit" if kind is Kind.EDIT else "send"
    return [
        (
            Letter(chat, chat, None, None, kind, action, 7, {"text": ""}, 0, False, None),  # type: ignore[arg-type]
            Parcel(action, chat, 7, {"text": ""}, False),  # type: ignore[arg-type]
        )
        for chat in chats
    ]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def post(clock: Clock) -> Post:
    return Post(clock, LONG_AGO)


async def sent(post: Post, line: Line, claimed: list[tuple[Letter, Parcel]], **more: Any) -> None:
    post.take(Claimed(claimed, **{"more": False, "held_up": (), **more}))
    await post.send(line)
    await asyncio.sleep(0)


async def test_an_edit_that_arrived_waits_for_the_next_exchange(post: Post) -> None:
    await sent(post, Line(), letters(1))
    assert post.rest(closing=False) > TICK
    assert [letter.id for letter, _ in post.give(closing=False).back] == [1]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.EDIT])
async def test_every_other_letter_that_arrived_is_settled_at_once(post: Post, kind: Kind) -> None:
    await sent(post, Line(), letters(1, kind=kind))
    assert post.rest(closing=False) == AT_ONCE


async def test_an_edit_that_did_not_arrive_is_settled_at_once(post: Post) -> None:
    await sent(post, Line(NotSentYet("no connection")), letters(1))
    assert post.rest(closing=False) == AT_ONCE


async def test_what_is_settled_is_given_once(post: Post) -> None:
    await sent(post, Line(), letters(1))
    assert len(post.give(closing=False).back) == 1
    assert post.give(closing=False).back == []


async def test_the_outbox_is_looked_into_as_soon_as_a_chat_that_was_held_up_has_rested(post: Post) -> None:
    await sent(post, Line(), [*letters(1), *letters(2, kind=Kind.REPLY)])
    post.give(closing=False)
    post.take(Claimed([], more=False, held_up={1}))
    assert post.rest(closing=False) == EVERY_CHANGE
    post.take(Claimed([], more=False, held_up={2}))
    assert post.rest(closing=False) == EVERY_CHAT


async def test_the_outbox_is_looked_into_at_once_if_more_is_left(post: Post) -> None:
    await sent(post, Line(), letters(1), more=True)
    assert post.rest(closing=False) == AT_ONCE


async def test_letters_go_out_at_telegrams_pace(post: Post, clock: Clock) -> None:
    await sent(post, Line(), letters(1, 2, 3, 4))
    assert clock.time - NOW == 2 * EVERY_LETTER  # the second makes up for the rest before the first


async def test_no_more_are_claimed_than_may_soon_go_out(post: Post) -> None:
    assert post.give(closing=False).room == BATCH
    post.take(Claimed(letters(1, 2, 3), more=False, held_up=()))
    assert post.give(closing=False).room == BATCH - 3
    line = Line(slow=True)
    await post.send(line)
    for first in range(10, 10 + IN_FLIGHT, BATCH):
        await sent(post, line, letters(*range(first, first + post.give(closing=False).room)))
    assert len(line.sent) == IN_FLIGHT
    assert post.give(closing=False).room == 0
    post.take(Claimed([], more=True, held_up=()))
    assert post.rest(closing=False) == TICK, "nothing to do before something comes back"
    line.free.set()
    await asyncio.wait_for(post.wake.wait(), 1)


async def test_asked_to_be_slower_everybody_waits(post: Post, clock: Clock) -> None:
    await sent(post, Line(Slower(timedelta(seconds=30))), letters(1))
    assert post.rest(closing=False) == AT_ONCE
    await sent(post, Line(), letters(2))
    assert clock.time == NOW + timedelta(seconds=30)


async def test_closing_nothing_more_goes_out_and_all_is_settled(post: Post) -> None:
    line = Line(slow=True)
    await sent(post, line, letters(1), more=True)
    assert post.give(closing=True).room == 0
    assert post.rest(closing=True) == TICK
    assert not post.empty
    line.free.set()
    await asyncio.wait_for(post.wake.wait(), 1)
    assert post.rest(closing=True) == AT_ONCE
    async with post.turn:
        assert len(post.give(closing=True).back) == 1
        assert not post.empty
    assert post.empty


async def test_a_token_that_is_wrong_comes_out(post: Post) -> None:
    await sent(post, Line(WrongToken()), letters(1))
    with pytest.raises(WrongToken):
        post.rest(closing=False)


async def test_after_a_start_it_rests_only_if_a_letter_may_have_left_just_now(clock: Clock) -> None:
    await sent(Post(clock, LONG_AGO), Line(), letters(1))
    assert clock.time == NOW
    await sent(Post(clock, NOW - timedelta(milliseconds=400)), Line(), letters(1))
    assert clock.time == NOW + timedelta(milliseconds=600)
