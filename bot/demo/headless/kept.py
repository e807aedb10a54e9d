"""What the database holds at the end, opened: everything that the phones' side is compared with."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from bot.core.model import CheckInState
from bot.storage import people
from bot.storage.belongings import BELONGINGS
from bot.storage.keys import Keyring
from bot.storage.letters import opened
from bot.storage.schema import (
    accounts,
    answers,
    check_ins,
    clients,
    consents,
    dialogues,
    erasures,
    notes,
    outbox,
    pairings,
    summaries,
)


@dataclass(frozen=True, slots=True)
class KeptCheckIn:
    """``answers`` are prompt, choice, and whether it is kept back: as many as there are."""

    id: int
    scheduled: bool
    local_date: date
    due_at: datetime
    state: CheckInState
    reason: str
    answers: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class KeptNote:
    words: str
    prompt: str | None
    check_in: int
    topic: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """One client's part. ``told`` are the sessions whose summary is noted as made. Of the
    ``consents`` some are still ``in_force``.

    ``uncertain`` counts letters to the client of which nobody knows whether they arrived.
    """

    check_ins: tuple[KeptCheckIn, ...]
    notes: dict[int, KeptNote]
    consents: int
    in_force: int
    told: tuple[date, ...]
    uncertain: int


@dataclass(frozen=True, slots=True)
class Erased:
    """What is kept of somebody who was erased: the receipt and the code; ``rows`` are those of theirs that
    are left."""

    receipt: str
    code: str
    rows: int


@dataclass(frozen=True, slots=True)
class Held:
    """All of it: clients by their chat and name, and how many letters to each chat are in doubt. ``chats``
    are those that somebody sits in or something is held in, ``waiting`` what letters say that have not
    left."""

    clients: Mapping[tuple[int, str], Kept]
    uncertain: Mapping[int, int]
    erased: Sequence[Erased] = ()
    chats: frozenset[int] = frozenset()
    waiting: Sequence[str] = ()


def read(tx: Connection, keyring: Keyring) -> Held:
    uncertain = Counter(tx.execute(select(outbox.c.chat_id).where(outbox.c.state == "uncertain")).scalars())
    seated = tx.execute(select(clients.c.chat_id).where(clients.c.chat_id.is_not(None)).distinct())
    found = (one for chat_id in seated.scalars().all() for one in people.clients_in(tx, keyring, chat_id))
    held: dict[tuple[int, str], Kept] = {
        (one.chat_id, one.alias): _kept(tx, keyring, one.id, uncertain[one.chat_id])
        for one in found
        if one.chat_id is not None
    }
    chats = (set(tx.execute(select(one.c.chat_id)).scalars()) for one in (accounts, clients, dialogues))
    unsent = tx.execute(select(outbox).where(outbox.c.body.is_not(None))).all()
    return Held(
        held,
        uncertain,
        [Erased(row.receipt, row.code, _left(tx, row.client_id)) for row in tx.execute(select(erasures))],
        frozenset().union(*chats),
        [str(opened(tx, keyring, row)) for row in unsent],
    )


def _left(tx: Connection, client_id: int) -> int:
    found = (select(one.table).where(one.rows) for one in BELONGINGS)
    return sum(len(tx.execute(one, {"client": client_id}).all()) for one in found)


def _kept(tx: Connection, keyring: Keyring, client_id: int, uncertain: int) -> Kept:
    given: dict[int, list[tuple[str, str, bool]]] = {}
    for row in tx.execute(select(answers).where(answers.c.client_id == client_id)).all():
        place = f"answers.choice/{row.check_in_id}/{row.prompt_id}"
        choice = keyring.unseal(tx, client_id, place, row.choice)
        given.setdefault(row.check_in_id, []).append((row.prompt_id, choice, bool(row.held_back)))
    of_client = select(consents.c.withdrawn_at).where(consents.c.client_id == client_id)
    withdrawn = list(tx.execute(of_client).scalars())
    return Kept(
        check_ins=tuple(
            KeptCheckIn(
                row.id,
                row.schedule_id is not None,
                date.fromisoformat(row.local_date),
                row.due_at,
                CheckInState(row.state),
                row.reason,
                tuple(given.get(row.id, [])),
            )
            for row in tx.execute(select(check_ins).where(check_ins.c.client_id == client_id)).all()
        ),
        notes={
            row.message_id: KeptNote(
                keyring.unseal(tx, client_id, f"notes.words/{row.message_id}", row.words),
                row.prompt_id,
                row.check_in_id,
                bool(row.topic),
            )
            for row in tx.execute(select(notes).where(notes.c.client_id == client_id)).all()
        },
        consents=len(withdrawn),
        in_force=withdrawn.count(None),
        told=tuple(
            date.fromisoformat(day)
            for day in tx.execute(
                select(summaries.c.local_date)
                .join(pairings, pairings.c.id == summaries.c.pairing_id)
                .where(pairings.c.client_id == client_id)
            ).scalars()
        ),
        uncertain=uncertain,
    )
