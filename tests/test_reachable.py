"""Whoever speaks is there, even if Telegram never said that they unblocked the bot."""

from datetime import UTC, datetime

import pytest

from bot.core.model import ChatId
from bot.service import work
from bot.storage import people
from tests.house import furnished, seat_therapist

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SOMEBODY = {"id": 501, "is_bot": False, "first_name": "Kim"}
CHAT = {"id": 501, "type": "private"}
MESSAGE = {"message_id": 9, "date": 0, "chat": CHAT, "from": SOMEBODY, "text": "hello"}
PRESS = {"id": "77", "from": SOMEBODY, "message": {"message_id": 8, "chat": CHAT}, "data": "x"}
LEFT = {"chat": CHAT, "from": SOMEBODY, "new_chat_member": {"status": "kicked"}}


@pytest.mark.parametrize(
    ("updates", "reachable"),
    [
        ([{"message": MESSAGE}], True),
        ([{"callback_query": PRESS}], True),
        ([{"message": MESSAGE}, {"my_chat_member": LEFT}], False),
        ([{"edited_message": MESSAGE | {"chat": CHAT | {"id": 502}}}], False),
        ([{"message": MESSAGE | {"chat": {"id": -7, "type": "group"}}}], False),
        ([{"message": {"from": {"id": 1 << 70}, "chat": CHAT}}], False),
    ],
)
async def test_a_word_or_a_tap_makes_somebody_reachable_again(database, keyring, updates, reachable):
    house = furnished(keyring)
    await database.write(seat_therapist, keyring, 501)
    await database.write(people.mark_reachable, ChatId(501), False)
    await database.write(work.take_updates, house, list(enumerate(updates, 1)), NOW)
    account = await database.write(people.account, ChatId(501))
    assert account.reachable is reachable
