"""What the database holds at the end, opened: everything that the phones' side is compared with."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from bot.core.model import CheckInState
from bot.storage.keys import Keyring
from bot.storage.schema import answers, check_ins, clients, consents, notes, outbox, pairings, summaries


@dataclass(frozen=True, slots=True)
class KeptCheckIn:
    """``answers`` are pairs of prompt and choice, as many as there are."""

    id: int
    scheduled: bool
    local_date: date
    due_at: datetime
    state: CheckInState
    reason: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KeptNote:
    words: str
    prompt: str | None
    check_in: int


@dataclass(frozen=True, slots=True)
class Kept:
    """One client's part. ``told`` are the sessions whose summary is noted as made.

    ``uncertain`` counts letters to the client of which nobody knows whether they arrived.
    """

    check_ins: tuple[KeptCheckIn, ...]
    notes: dict[int, KeptNote]
    consents: int
    told: tuple[date, ...]
    uncertain: int


@dataclass(frozen=True, slots=True)
class Held:
    """All of it: clients by their chat, and how many letters to each chat are in doubt."""

    clients: Mapping[int, Kept]
    uncertain: Mapping[int, int]


def read(tx: Connection, keyring: Keyring) -> Held:
    uncertain = Counter(tx.execute(select(outbox.c.chat_id).where(outbox.c.state == "uncertain")).scalars())
    seated = tx.execute(select(clients.c.id, clients.c.chat_id).where(clients.c.chat_id.is_not(None)))
    return Held(
        {row.chat_id: _kept(tx, keyring, row.id, uncertain[row.chat_id]) for row in seated.all()}, uncertain
    )


def _kept(tx: Connection, keyring: Keyring, client_id: int, uncertain: int) -> Kept:
    given: dict[int, list[tuple[str, str]]] = {}
    for row in tx.execute(select(answers).where(answers.c.client_id == client_id)).all():
        place = f"answers.choice/{row.check_in_id}/{row.prompt_id}"
        choice = keyring.unseal(tx, client_id, place, row.choice)
        given.setdefault(row.check_in_id, []).append((row.prompt_id, choice))
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
            )
            for row in tx.execute(select(notes).where(notes.c.client_id == client_id)).all()
        },
        consents=int(tx.execute(select(func.count()).where(consents.c.client_id == client_id)).scalar_one()),
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
