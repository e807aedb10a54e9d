"""What the clinic is reminded of by itself: numbers that nobody has called for long."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.core.helplines import OLD_AFTER, old
from bot.core.model import Kind
from bot.render.words import Ltr
from bot.service.calling import caretakers
from bot.service.house import House
from bot.service.scene import Scene
from bot.storage import facts

EVERY: Final = timedelta(days=30)
_REMINDED: Final = "reminded of helplines"


def of_old_numbers(tx: Connection, house: House, now: datetime) -> None:
    """Once a month, as long as there are any, to whoever looks after the clinic's settings."""
    lines = old(house.helplines, now.astimezone(ZoneInfo(house.clinic.zone)).date())
    last = facts.read_moment(tx, _REMINDED)
    if not lines or (last is not None and now < last + EVERY):
        return
    for one in caretakers(tx, house):
        assert one.chat_id is not None, "everybody here has opened their link"
        words = house.words(one.language)
        named = words.listed([f"{line.name} ({line.number})" for line in lines])
        text = words("bot/alert/old_numbers", days=Ltr(OLD_AFTER.days), lines=named)
        Scene(tx, house, one.chat_id, words, now).send({"text": text, "silent": True}, Kind.NEWS)
        facts.write(tx, _REMINDED, now.isoformat())
