"""Check-ins, the answers given in them, and notes. Answers and words are sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.core.model import Band, CheckInId, CheckInState, ClientId, ScheduleId
from bot.storage.keys import Keyring
from bot.storage.schema import answers, check_ins, notes


@dataclass(frozen=True, slots=True)
class Begun:
    """A check-in as it stands in its row. ``asked`` are the ids of its prompts, in order."""

    id: CheckInId
    due_at: datetime
    prompt_set: str
    version: int
    band: Band
    asked: tuple[str, ...]
    state: CheckInState
    reason: str
    closed_at: datetime | None
    language: str


@dataclass(frozen=True, slots=True)
class Given:
    check_in_id: CheckInId
    prompt_id: str
    choice: str
    answered_at: datetime
    held_back: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A note: free words, opened. ``topic``: what they want to talk about."""

    message_id: int
    words: str
    language: str
    prompt_id: str | None
    written_at: datetime
    topic: bool


ByCheckIn = Mapping[CheckInId, list[Given]]

_START = upsert(check_ins).on_conflict_do_nothing().returning(check_ins.c.id)
_COUNT = select(func.count()).select_from(check_ins).where(
    check_ins.c.client_id == bindparam("client"), check_ins.c.state != CheckInState.SKIPPED
)  # fmt: skip
_LAST_OF = select(func.max(check_ins.c.due_at)).where(
    check_ins.c.schedule_id == bindparam("schedule"), check_ins.c.state != CheckInState.SKIPPED
)  # fmt: skip
_TAKEN = select(check_ins.c.id).where(
    check_ins.c.schedule_id == bindparam("schedule"), check_ins.c.local_date == bindparam("day")
)
_CLOSE = (
    update(check_ins)
    .where(check_ins.c.id == bindparam("wanted"), check_ins.c.state == CheckInState.OPEN)
    .values(state=bindparam("to"), reason=bindparam("why"), closed_at=bindparam("now"))
)
_ANSWER = upsert(answers)
_RECORD = _ANSWER.on_conflict_do_update(
    index_elements=["check_in_id", "prompt_id"],
    set_={"choice": _ANSWER.excluded.choice, "answered_at": _ANSWER.excluded.answered_at},
)
_WITHDRAW = delete(answers).where(
    answers.c.check_in_id == bindparam("check_in"), answers.c.prompt_id == bindparam("prompt")
)
_NOTE = upsert(notes)
_KEEP = _NOTE.on_conflict_do_update(
    index_elements=["client_id", "message_id"], set_={"words": _NOTE.excluded.words}
)
_REVISE = (
    update(notes)
    .where(notes.c.client_id == bindparam("client"), notes.c.message_id == bindparam("message"))
    .values(words=bindparam("sealed"))
)
_TAKE_BACK = delete(notes).where(
    notes.c.client_id == bindparam("client"), notes.c.message_id == bindparam("message")
)
_HOLD_BACK = (
    update(answers)
    .where(answers.c.check_in_id == bindparam("check_in"), answers.c.prompt_id == bindparam("prompt"))
    .values(held_back=bindparam("held"))
)
_OF_CLIENT = (
    select(check_ins)
    .where(check_ins.c.client_id == bindparam("client"), check_ins.c.due_at > bindparam("since"))
    .order_by(check_ins.c.due_at, check_ins.c.id)
)
_ANSWERS = (
    select(answers)
    .join(check_ins, check_ins.c.id == answers.c.check_in_id)
    .where(answers.c.client_id == bindparam("client"), check_ins.c.due_at > bindparam("since"))
    .order_by(answers.c.answered_at)
)
_NOTES = (
    select(notes)
    .where(notes.c.client_id == bindparam("client"), notes.c.written_at >= bindparam("since"))
    .order_by(notes.c.written_at, notes.c.message_id)
)
_NOTES_IN = (
    select(notes)
    .where(notes.c.check_in_id == bindparam("check_in"))
    .order_by(notes.c.written_at, notes.c.message_id)
)


def start(
    tx: Connection,
    client_id: ClientId,
    *,
    schedule_id: ScheduleId | None,
    local_date: date,
    ordinal: int,
    due_at: datetime,
    prompt_set: str,
    version: int,
    language: str,
    band: Band,
    asked: tuple[str, ...],
    state: CheckInState = CheckInState.OPEN,
    reason: str = "",
) -> CheckInId | None:
    """A new check-in, or None if this occurrence had its own already."""
    values = {
        "client_id": client_id,
        "schedule_id": schedule_id,
        "local_date": local_date.isoformat(),
        "ordinal": ordinal,
        "due_at": due_at,
        "prompt_set": prompt_set,
        "version": version,
        "language": language,
        "band": band,
        "asked": " ".join(asked),
        "state": state,
        "reason": reason,
    }
    number = tx.execute(_START, values).scalar_one_or_none()
    return None if number is None else CheckInId(number)


def count(tx: Connection, client_id: ClientId) -> int:
    """How many check-ins this client has been asked; the turns of the prompts depend on it."""
    return int(tx.execute(_COUNT, {"client": client_id}).scalar_one())


def last_of(tx: Connection, schedule_id: ScheduleId) -> datetime | None:
    """When the latest check-in of this schedule was due that was sent."""
    moment: datetime | None = tx.execute(_LAST_OF, {"schedule": schedule_id}).scalar_one_or_none()
    return moment


def is_taken(tx: Connection, schedule_id: ScheduleId, day: date) -> bool:
    """Whether this occurrence has had its check-in, sent or skipped."""
    return tx.execute(_TAKEN, {"schedule": schedule_id, "day": day.isoformat()}).first() is not None


def close(tx: Connection, check_in_id: CheckInId, state: CheckInState, reason: str, now: datetime) -> None:
    """The one final state; a second one changes nothing."""
    tx.execute(_CLOSE, {"wanted": check_in_id, "to": state, "why": reason, "now": now})


def record(
    tx: Connection,
    keyring: Keyring,
    client_id: ClientId,
    check_in_id: CheckInId,
    prompt_id: str,
    choice: str,
    now: datetime,
) -> None:
    sealed = keyring.seal(tx, client_id, f"answers.choice/{check_in_id}/{prompt_id}", choice)
    values = {"check_in_id": check_in_id, "prompt_id": prompt_id, "client_id": client_id}
    tx.execute(_RECORD, {**values, "choice": sealed, "answered_at": now})


def withdraw(tx: Connection, check_in_id: CheckInId, prompt_id: str) -> None:
    tx.execute(_WITHDRAW, {"check_in": check_in_id, "prompt": prompt_id})


def keep(
    tx: Connection,
    keyring: Keyring,
    client_id: ClientId,
    check_in_id: CheckInId,
    note: Kept,
) -> None:
    sealed = keyring.seal(tx, client_id, f"notes.words/{note.message_id}", note.words)
    values = {
        "client_id": client_id,
        "message_id": note.message_id,
        "check_in_id": check_in_id,
        "prompt_id": note.prompt_id,
        "words": sealed,
        "language": note.language,
        "written_at": note.written_at,
        "topic": int(note.topic),
    }
    tx.execute(_KEEP, values)


def take_back(tx: Connection, client_id: ClientId, message_id: int) -> None:
    """The note made from this message is gone."""
    tx.execute(_TAKE_BACK, {"client": client_id, "message": message_id})


def hold_back(tx: Connection, check_in_id: CheckInId, prompt_id: str, held: bool) -> None:
    """The answer, and what was said after it, is for the client alone; or is shown again."""
    for prompt in (prompt_id, f"{prompt_id}.help", f"{prompt_id}.raise"):
        tx.execute(_HOLD_BACK, {"check_in": check_in_id, "prompt": prompt, "held": int(held)})


def revise(tx: Connection, keyring: Keyring, client_id: ClientId, message_id: int, words: str) -> None:
    """The note made from this message now says this; if there is none, nothing happens."""
    sealed = keyring.seal(tx, client_id, f"notes.words/{message_id}", words)
    tx.execute(_REVISE, {"client": client_id, "message": message_id, "sealed": sealed})


def of_client(tx: Connection, client_id: ClientId, since: datetime) -> list[Begun]:
    """Check-ins due after ``since``, oldest first."""
    return [_begun(row) for row in tx.execute(_OF_CLIENT, {"client": client_id, "since": since})]


def answers_of(tx: Connection, keyring: Keyring, client_id: ClientId, since: datetime) -> ByCheckIn:
    """The opened answers of those check-ins, by check-in."""
    found: dict[CheckInId, list[Given]] = {}
    for row in tx.execute(_ANSWERS, {"client": client_id, "since": since}).all():
        place = f"answers.choice/{row.check_in_id}/{row.prompt_id}"
        choice = keyring.unseal(tx, client_id, place, row.choice)
        given = Given(row.check_in_id, row.prompt_id, choice, row.answered_at, bool(row.held_back))
        found.setdefault(row.check_in_id, []).append(given)
    return found


def notes_of(tx: Connection, keyring: Keyring, client_id: ClientId, since: datetime) -> list[Kept]:
    rows = tx.execute(_NOTES, {"client": client_id, "since": since}).all()
    return [_kept(tx, keyring, row) for row in rows]


def notes_in(tx: Connection, keyring: Keyring, check_in_id: CheckInId) -> list[Kept]:
    """The notes of one check-in, the oldest first."""
    return [_kept(tx, keyring, row) for row in tx.execute(_NOTES_IN, {"check_in": check_in_id}).all()]


def _kept(tx: Connection, keyring: Keyring, row: Any) -> Kept:
    words = keyring.unseal(tx, row.client_id, f"notes.words/{row.message_id}", row.words)
    return Kept(row.message_id, words, row.language, row.prompt_id, row.written_at, bool(row.topic))


def _begun(row: Any) -> Begun:
    asked = tuple(row.asked.split())
    return Begun(
        row.id,
        row.due_at,
        row.prompt_set,
        row.version,
        Band(row.band),
        asked,
        CheckInState(row.state),
        row.reason,
        row.closed_at,
        row.language,
    )
