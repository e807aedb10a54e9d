"""Telegram chats that people of ours sit in: what is spoken there, and whether they can be reached."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.core.model import ChatId
from bot.storage.schema import accounts


@dataclass(frozen=True, slots=True)
class Account:
    chat_id: ChatId
    language: str
    reachable: bool


_KNOW = upsert(accounts).on_conflict_do_update(
    index_elements=["chat_id"], set_={"reachable": 1, "language": upsert(accounts).excluded.language}
)
_ACCOUNT = select(accounts).where(accounts.c.chat_id == bindparam("wanted"))
_REACH = (
    update(accounts)
    .where(accounts.c.chat_id == bindparam("chat"), accounts.c.reachable != bindparam("value"))
    .values(reachable=bindparam("value"))
)
_AWAY = select(accounts.c.chat_id).where(
    accounts.c.reachable == 0, accounts.c.chat_id.in_(bindparam("chats", expanding=True))
)


def know_account(tx: Connection, chat_id: ChatId, language: str) -> None:
    """The chat is one of ours from now on, and reachable."""
    tx.execute(_KNOW, {"chat_id": chat_id, "language": language, "reachable": 1})


def account(tx: Connection, chat_id: ChatId) -> Account | None:
    row = tx.execute(_ACCOUNT, {"wanted": chat_id}).one_or_none()
    return None if row is None else Account(row.chat_id, row.language, bool(row.reachable))


def mark_reachable(tx: Connection, chat_id: ChatId, reachable: bool) -> bool:
    """Whether that is new. Of a chat that is not ours nothing is noted."""
    return tx.execute(_REACH, {"chat": chat_id, "value": int(reachable)}).rowcount > 0


def unreachable_among(tx: Connection, chat_ids: Collection[int]) -> list[ChatId]:
    """Those of these chats of which we believe that they cannot be reached."""
    known = [chat_id for chat_id in chat_ids if abs(chat_id) < 1 << 52]
    if not known:
        return []
    return [ChatId(chat_id) for chat_id in tx.execute(_AWAY, {"chats": known}).scalars()]
