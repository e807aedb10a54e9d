"""Chats in which nobody sits any more. Their numbers go, with whatever was still kept of the chat."""

from collections.abc import Collection

from sqlalchemy import BindParameter, Connection, bindparam, delete, exists, select, union, update

from bot.core.model import ChatId, ClientId
from bot.storage.schema import accounts, clients, dialogues, invitations, link_tries, therapists

_OF_CLIENT = union(
    select(clients.c.chat_id).where(clients.c.id == bindparam("client"), clients.c.chat_id.is_not(None)),
    select(dialogues.c.chat_id).where(dialogues.c.client_id == bindparam("client")),
)
_OF_THERAPISTS = select(therapists.c.chat_id).where(therapists.c.chat_id.is_not(None))
_SHARED = select(clients.c.id).where(
    clients.c.chat_id == bindparam("chat"), clients.c.id != bindparam("client")
)
# A dialogue that is open may still lead to somebody sitting there.
_EMPTY = select(accounts.c.chat_id).where(
    ~exists().where(clients.c.chat_id == accounts.c.chat_id),
    ~exists().where(therapists.c.chat_id == accounts.c.chat_id),
    ~exists().where(dialogues.c.chat_id == accounts.c.chat_id, dialogues.c.open == 1),
)
_GONE: BindParameter[ChatId] = bindparam("gone", expanding=True)
_LEAVE = (
    update(invitations).where(invitations.c.used_by.in_(_GONE)).values(used_by=None),
    delete(link_tries).where(link_tries.c.chat_id.in_(_GONE)),
    delete(dialogues).where(dialogues.c.chat_id.in_(_GONE)),
    delete(accounts).where(accounts.c.chat_id.in_(_GONE)),
)


def of_client(tx: Connection, client_id: ClientId) -> list[ChatId]:
    """Where the client sits, and where else something was held with them; no therapist's chat."""
    theirs = set(tx.execute(_OF_CLIENT, {"client": client_id}).scalars())
    return [ChatId(number) for number in sorted(theirs - set(tx.execute(_OF_THERAPISTS).scalars()))]


def shared(tx: Connection, chat_id: ChatId, client_id: ClientId) -> bool:
    """Whether other clients sit in the chat too, as on a guardian's phone."""
    return tx.execute(_SHARED, {"chat": chat_id, "client": client_id}).first() is not None


def leave(tx: Connection, among: Collection[ChatId] | None = None) -> None:
    """Let go of the chats in which nobody sits, of all or of these."""
    empty = set(tx.execute(_EMPTY).scalars())
    gone = sorted(empty if among is None else empty & set(among))
    if gone:
        for statement in _LEAVE:
            tx.execute(statement, {"gone": gone})
