"""Who can be reached. People block the bot and come back, and each time their therapists are told once."""

from datetime import datetime

from sqlalchemy import Connection

from bot.core.model import ChatId
from bot.service.house import House
from bot.service.telling import tell_therapists
from bot.storage import invitations, people
from bot.storage.people import Client


def mark(tx: Connection, house: House, chat_id: ChatId, reachable: bool, now: datetime) -> None:
    """Note it. What is not new is nobody's news."""
    if people.mark_reachable(tx, chat_id, reachable):
        for client in people.clients_in(tx, house.keyring, chat_id):
            tell_therapists(tx, house, client, f"bot/reach/{'back' if reachable else 'lost'}", now)
            if reachable:
                let_links_go(tx, client, now)


def hears(tx: Connection, client: Client) -> bool:
    """Whether anything of ours reaches the client: they have not stopped, and somebody is there."""
    account = None if client.chat_id is None else people.account(tx, client.chat_id)
    return client.stopped_at is None and account is not None and account.reachable


def let_links_go(tx: Connection, client: Client, now: datetime) -> None:
    """They are back: a link that was made so that they could come is good for nobody any more."""
    for paired in people.pairings_of(tx, client.id):
        invitations.make_void(tx, paired.id, now)
