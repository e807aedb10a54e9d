"""Letters decided on and not yet delivered, and what became of each.

waiting → sending (committed before the request) → sent | waiting (provably not sent) |
failed | uncertain | lapsed (too late to send, or not wanted any more). Bodies are sealed, and emptied
at the end.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)  # fmt: skip

from bot.core.model import ChatId, ClientId, DialogueId, Kind
from bot.render.bodies import Action, Body
from bot.storage.keys import Keyring
from bot.storage.letters import Letter as Letter
from bot.storage.letters import letter, seal_body
from bot.storage.schema import accounts, clients, dialogues, outbox

KEPT, STRANGERS_KEPT = timedelta(days=30), timedelta(hours=12)

# Written out: a list of parameters would be put together anew at each call.
_UNPROMPTED = outbox.c.kind.in_([literal_column(f"'{kind}'") for kind in Kind if kind.unprompted])


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A letter that came too late to be sent."""

    id: int
    dialogue_id: DialogueId | None
    kind: Kind


_ADD = insert(outbox)
_LETTER = [
    outbox.c[name]
    for name in (
        *("id", "chat_id", "client_id", "dialogue_id", "kind", "action"),
        *("target", "ref", "body", "attempts", "again"),
    )
]
# A therapist's letters are sealed by the client's key too, but keep nobody's quiet hours.
_OF_THEIR_OWN = and_(clients.c.id == outbox.c.client_id, clients.c.chat_id == outbox.c.chat_id, _UNPROMPTED)
# Literally what the index of unsent letters says: by parameters SQLite would not know that it will do.
_UNSENT = text("outbox.state IN ('waiting','sending')")
# The head of each chat, oldest first, never overtaken; only an unprompted letter that waits for
# the end of quiet hours lets others by.
_HEADS = (
    select(func.min(outbox.c.id).label("id"))
    .where(_UNSENT, or_(outbox.c.not_before <= bindparam("now"), ~_UNPROMPTED))
    .group_by(outbox.c.chat_id)
    .subquery()
)
_WISHES = [clients.c[name] for name in ("zone", "quiet_from", "quiet_to", "paused_until", "stopped_at")]
_DUE = (
    select(*_LETTER, *_WISHES, dialogues.c.message_id.label("card"))
    .join(_HEADS, _HEADS.c.id == outbox.c.id)
    .outerjoin(dialogues, and_(dialogues.c.id == outbox.c.dialogue_id, outbox.c.action == "edit"))
    .outerjoin(clients, _OF_THEIR_OWN)
    .where(
        outbox.c.state == "waiting",
        outbox.c.not_before <= bindparam("now"),
        or_(outbox.c.not_after.is_(None), outbox.c.not_after >= bindparam("now")),
    )
    .order_by(outbox.c.urgent.desc(), outbox.c.not_before, outbox.c.id)
    .limit(bindparam("most"))
)
_WAITING = select(outbox.c.chat_id).where(
    _UNSENT, outbox.c.state == "waiting", outbox.c.not_before <= bindparam("now")
)
_SENDING = (
    update(outbox)
    .where(outbox.c.id == bindparam("number"))
    .values(state="sending", attempts=outbox.c.attempts + 1)
)
_SENT = update(outbox).where(outbox.c.id == bindparam("number")).values(
    state="sent", message_id=bindparam("message"), settled_at=bindparam("now"), body=None
)  # fmt: skip
# A press may have proved meanwhile that it arrived: then it stays sent.
_WAIT = update(outbox).where(outbox.c.id == bindparam("number"), _UNSENT).values(
    state="waiting", not_before=bindparam("until"), again=bindparam("repeated")
)  # fmt: skip
_END = update(outbox).where(outbox.c.id == bindparam("number"), _UNSENT).values(
    state=bindparam("end"), settled_at=bindparam("now"), body=None
)  # fmt: skip
_LATE = (
    update(outbox)
    .where(_UNSENT, outbox.c.state == "waiting", outbox.c.not_after < bindparam("now"))
    .values(state="lapsed", settled_at=bindparam("now"), body=None)
    .returning(outbox.c.id, outbox.c.dialogue_id, outbox.c.kind)
)
_CARDS = outbox.alias()
_LAST_CARD = select(func.max(_CARDS.c.id)).where(
    _CARDS.c.dialogue_id == bindparam("dialogue"), _CARDS.c.action == "send"
)
_ARRIVED = (
    update(outbox)
    .where(
        outbox.c.id == _LAST_CARD.scalar_subquery(),
        or_(
            outbox.c.state.in_(("sending", "uncertain")),
            and_(outbox.c.state == "waiting", outbox.c.again == 1),
        ),
    )
    .values(state="sent", message_id=bindparam("message"), settled_at=bindparam("now"), body=None)
    .returning(outbox.c.id)
)
_SUPERSEDE = (
    update(outbox)
    .where(
        outbox.c.dialogue_id == bindparam("dialogue"),
        outbox.c.state == "waiting",
        or_(outbox.c.action == "edit", outbox.c.action == bindparam("too")),
    )
    .values(state="superseded", settled_at=bindparam("now"), body=None)
)
_WITHHOLD = (
    update(outbox)
    .where(
        outbox.c.chat_id == bindparam("chat"),
        outbox.c.client_id == bindparam("client"),
        outbox.c.state == "waiting",
        outbox.c.action != "delete",
    )
    .values(state="superseded", settled_at=bindparam("now"), body=None)
)
_CARD_WAITS = select(outbox.c.id).where(
    outbox.c.dialogue_id == bindparam("dialogue"),
    outbox.c.action == "send",
    outbox.c.state == "waiting",
    outbox.c.again == 0,
)
_INTERRUPTED = select(outbox.c.id, outbox.c.kind).where(_UNSENT, outbox.c.state == "sending")
_NEXT = select(func.min(outbox.c.not_before)).where(_UNSENT, outbox.c.state == "waiting")
_SETTLED = select(func.max(outbox.c.settled_at))
_TRIED = select(func.count()).where(_UNSENT, outbox.c.attempts > 0)
_PRUNE = delete(outbox).where(
    outbox.c.state.not_in(("waiting", "sending")), outbox.c.settled_at < bindparam("before")
)
_PRUNE_STRANGERS = delete(outbox).where(
    outbox.c.settled_at < bindparam("before"),
    outbox.c.state.not_in(("waiting", "sending")),
    outbox.c.chat_id.not_in(select(accounts.c.chat_id)),
)


def put(
    tx: Connection,
    keyring: Keyring,
    *,
    chat_id: ChatId,
    client_id: ClientId | None,
    kind: Kind,
    action: Action,
    body: Body,
    now: datetime,
    dialogue_id: DialogueId | None = None,
    target: int | None = None,
    not_after: datetime | None = None,
) -> None:
    """Put a letter in. It leaves when its chat's turn comes."""
    ref = secrets.randbits(63)
    tx.execute(
        _ADD,
        {
            "chat_id": chat_id,
            "client_id": client_id,
            "dialogue_id": dialogue_id,
            "kind": kind,
            "action": action,
            "urgent": kind.urgency,
            "target": target,
            "ref": ref,
            "body": seal_body(tx, keyring, client_id, chat_id, ref, body),
            "state": "waiting",
            "not_before": now,
            "not_after": not_after,
        },
    )


def supersede(tx: Connection, dialogue_id: DialogueId, now: datetime, *, card: bool = False) -> None:
    """A newer page makes the edits that still wait for this card needless; a fresh ``card`` also one
    that has not left yet, whose buttons would be old when it came."""
    too = "send" if card else "edit"
    tx.execute(_SUPERSEDE, {"dialogue": dialogue_id, "now": now, "too": too})


def withhold(tx: Connection, chat_id: ChatId, client_id: ClientId, now: datetime) -> None:
    """The client is not in this chat any more: what has not left for it yet shall not arrive there."""
    tx.execute(_WITHHOLD, {"chat": chat_id, "client": client_id, "now": now})


def card_waits(tx: Connection, dialogue_id: DialogueId) -> bool:
    """Whether the dialogue's card has provably not left yet."""
    return tx.execute(_CARD_WAITS, {"dialogue": dialogue_id}).first() is not None


def claim(
    tx: Connection, keyring: Keyring, now: datetime, resting: Collection[int], most: int
) -> list[Letter]:
    """The next letters to send, urgent first; a chat that had one a moment ago is left out."""
    # Each chat has one head, so among so many there are enough that do not rest.
    rows = tx.execute(_DUE, {"now": now, "most": most + len(resting)})
    return [letter(tx, keyring, row) for row in [row for row in rows if row.chat_id not in resting][:most]]


def held_up(tx: Connection, now: datetime, resting: Collection[int]) -> frozenset[int]:
    """Those of the resting chats that have a letter which could go if they did not rest."""
    return frozenset(tx.execute(_WAITING, {"now": now}).scalars()) & frozenset(resting)


def mark_sending(tx: Connection, numbers: Iterable[int]) -> None:
    """Committed before the request leaves: after a crash we know what is in doubt."""
    rows = [{"number": number} for number in numbers]
    if rows:
        tx.execute(_SENDING, rows)


def mark_sent(tx: Connection, number: int, message_id: int | None, now: datetime) -> bool:
    """Whether the letter is still ours: it is not if its client was erased while it was on its way."""
    return tx.execute(_SENT, {"number": number, "message": message_id, "now": now}).rowcount > 0


def postpone(tx: Connection, number: int, until: datetime, *, again: bool) -> None:
    """It waits. ``again`` says that it may have arrived already, so a repeat is marked."""
    tx.execute(_WAIT, {"number": number, "until": until, "repeated": int(again)})


def end(tx: Connection, number: int, state: str, now: datetime) -> None:
    """It will not be sent: failed, uncertain, lapsed or gone."""
    tx.execute(_END, {"number": number, "end": state, "now": now})


def lapse(tx: Connection, now: datetime) -> list[Lapsed]:
    """Give up letters whose latest moment has passed."""
    return [Lapsed(row.id, row.dialogue_id, Kind(row.kind)) for row in tx.execute(_LATE, {"now": now})]


def mark_arrived(tx: Connection, dialogue_id: DialogueId, message_id: int, now: datetime) -> bool:
    """Evidence: somebody pressed a button on the dialogue's newest card, of which we have not heard
    that it arrived: the answer was lost, or is still on its way. False if no card is in doubt."""
    values = {"dialogue": dialogue_id, "message": message_id, "now": now}
    return tx.execute(_ARRIVED, values).one_or_none() is not None


def recover(tx: Connection, now: datetime) -> Mapping[Kind, int]:
    """After a crash: what was being sent is in doubt. Says how many of each kind."""
    found: dict[Kind, int] = {}
    for row in tx.execute(_INTERRUPTED).all():
        kind = Kind(row.kind)
        found[kind] = found.get(kind, 0) + 1
        doubt(tx, row.id, kind, now, now)
    return found


def doubt(tx: Connection, number: int, kind: Kind, until: datetime, now: datetime) -> None:
    """Nobody knows whether it arrived: its kind says what is better, a repeat or a gap."""
    if kind.must_arrive or kind.harmless:
        postpone(tx, number, until, again=kind.must_arrive)
    else:
        end(tx, number, "uncertain", now)


def last_settled(tx: Connection) -> datetime | None:
    """When the last letter had left; None if there is one of which nobody knows, or there was none."""
    moment: datetime | None = tx.execute(_SETTLED).scalar()
    return None if tx.execute(_TRIED).scalar() else moment


def next_at(tx: Connection) -> datetime | None:
    moment: datetime | None = tx.execute(_NEXT).scalar()
    return moment


def counts(tx: Connection) -> dict[str, int]:
    """How many letters are in each state."""
    rows = tx.execute(select(outbox.c.state, func.count().label("many")).group_by(outbox.c.state))
    return {row.state: row.many for row in rows}


def prune(tx: Connection, now: datetime) -> None:
    """What was delivered goes after a month, and all that went to people who are not ours within a day."""
    tx.execute(_PRUNE, {"before": now - KEPT})
    tx.execute(_PRUNE_STRANGERS, {"before": now - STRANGERS_KEPT})
