"""Who can be reached. People block the bot and come back, and each time their therapists are told once."""

from datetime import datetime

from sqlalchemy import Connection

from bot.core.model import ChatId
from bot.service.house import House
from bot.service.telling import tell_therapists
from bot.storage import people


def mark(tx: Connection, house: House, chat_id: ChatId, reachable: bool, now: datetime) -> None:
    """Note it. What is not new is nobody's news."""
    if people.mark_reachable(tx, chat_id, reachable):
        for client in people.clients_in(tx, house.keyring, chat_id):
            tell_therapists(tx, house, client, f"bot/reach/{'back' if reachable else 'lost'}", now)
