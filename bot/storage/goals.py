"""What clients want to work on, in words sealed with their own key. A goal ends once, and is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.core.goals import GOALS_MAX, OPEN, GoalState
from bot.core.model import ClientId, GoalId
from bot.storage.keys import Keyring
from bot.storage.schema import goals


@dataclass(frozen=True, slots=True)
class Goal:
    """``language`` is the one that the words are in. ``ended_at``: reached, or let go."""

    id: GoalId
    client_id: ClientId
    words: str
    language: str
    state: GoalState
    proposed_at: datetime
    agreed_at: datetime | None
    ended_at: datetime | None


_ADD = insert(goals).returning(goals.c.id)
_SEAL = update(goals).where(goals.c.id == bindparam("wanted")).values(words=bindparam("sealed"))
_ONE = select(goals).where(goals.c.id == bindparam("wanted"))
_OF_CLIENT = select(goals).where(goals.c.client_id == bindparam("client")).order_by(goals.c.id)
_OPEN = _OF_CLIENT.where(goals.c.state.in_(OPEN))
_COUNT = select(func.count()).where(goals.c.client_id == bindparam("client"), goals.c.state.in_(OPEN))
# Whether and when it was agreed is said once; that they want to talk first, only before that.
_SETTLE = (
    update(goals)
    .where(
        goals.c.id == bindparam("wanted"),
        goals.c.state.in_((GoalState.PROPOSED, GoalState.TALK_FIRST)),
        goals.c.state != bindparam("to"),
    )
    .values(state=bindparam("to"), agreed_at=bindparam("moment"))
    .returning(goals.c.id)
)
_END = (
    update(goals)
    .where(goals.c.id == bindparam("wanted"), goals.c.state.in_(OPEN))
    .values(state=bindparam("to"), ended_at=bindparam("now"))
    .returning(goals.c.id)
)


def propose(
    tx: Connection, keyring: Keyring, client_id: ClientId, words: str, language: str, now: datetime
) -> GoalId | None:
    """A new goal, not agreed yet; None if the client has as many open ones as there may be."""
    if tx.execute(_COUNT, {"client": client_id}).scalar_one() >= GOALS_MAX:
        return None
    values = {"client_id": client_id, "language": language, "state": GoalState.PROPOSED, "proposed_at": now}
    number = GoalId(tx.execute(_ADD, values).scalar_one())
    tx.execute(_SEAL, {"wanted": number, "sealed": keyring.seal(tx, client_id, _place(number), words)})
    return number


def settle(tx: Connection, goal_id: GoalId, agreed: bool, now: datetime) -> bool:
    """The therapist agrees, or wants to talk about it first. Whether there was still something to settle."""
    to, moment = (GoalState.AGREED, now) if agreed else (GoalState.TALK_FIRST, None)
    return tx.execute(_SETTLE, {"wanted": goal_id, "to": to, "moment": moment}).one_or_none() is not None


def end(tx: Connection, goal_id: GoalId, reached: bool, now: datetime) -> bool:
    """It is reached, or no longer the client's. Whether it was still open."""
    to = GoalState.REACHED if reached else GoalState.LET_GO
    return tx.execute(_END, {"wanted": goal_id, "to": to, "now": now}).one_or_none() is not None


def one(tx: Connection, keyring: Keyring, goal_id: GoalId) -> Goal | None:
    row = tx.execute(_ONE, {"wanted": goal_id}).one_or_none()
    return None if row is None else _goal(tx, keyring, row)


def open_of(tx: Connection, keyring: Keyring, client_id: ClientId) -> list[Goal]:
    """Those that are proposed or agreed, the oldest first."""
    return [_goal(tx, keyring, row) for row in tx.execute(_OPEN, {"client": client_id}).all()]


def of_client(tx: Connection, keyring: Keyring, client_id: ClientId) -> list[Goal]:
    """All of them, the oldest first."""
    return [_goal(tx, keyring, row) for row in tx.execute(_OF_CLIENT, {"client": client_id}).all()]


def _goal(tx: Connection, keyring: Keyring, row: Any) -> Goal:
    return Goal(
        row.id,
        row.client_id,
        keyring.unseal(tx, row.client_id, _place(row.id), row.words),
        row.language,
        GoalState(row.state),
        row.proposed_at,
        row.agreed_at,
        row.ended_at,
    )


def _place(goal_id: GoalId) -> str:
    return f"goals.words/{goal_id}"
