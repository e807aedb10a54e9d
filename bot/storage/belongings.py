"""Where a client's data stands: the one list of its tables, for copies, for erasing, and how long it is kept.

The rows go in the order of this list: the key first, so that whatever is left opens no more, then each
table before those that it refers to. A test holds the list against the schema: every table and every
column has its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, Select, Table, and_, bindparam, cast, or_, select

from bot.storage import inbox, invitations, outbox
from bot.storage import schema as tables
from bot.storage.timers import TimerKind


@dataclass(frozen=True, slots=True)
class Belonging:
    """``rows`` finds what is the client's, whose number is :client. ``shown`` says for each column where it
    stands in the copy that a client gets (core/dossier.py), ``unshown`` why it does not. ``kept`` is how
    long after it was dealt with it is thrown out; None: it goes with the client."""

    table: Table
    rows: ColumnElement[bool]
    shown: Mapping[str, str]
    unshown: Mapping[str, str]
    kept: timedelta | None = None


_THEIRS: Final = bindparam("client", type_=BigInteger())
_NUMBER: Final = "a number by which we find it, which says nothing by itself"
_WHOSE: Final = "whose it is: they are the one who reads it"
_DELIVERY: Final = "how a message found its way; it says nothing about them"
_UNDER_WAY: Final = "what is going on just now; what comes of it is kept and shown elsewhere"
_LOCK: Final = "it protects them, and tells nothing"
_SAFETY: Final = "whoever holds the phone could read it: the clinic tells the client in person"
_DERIVED: Final = "it follows from what is shown"


def _of(table: Table, column: str = "client_id") -> Select[tuple[int]]:
    """The numbers of the client's rows in a table that others refer to."""
    return select(table.c.id).where(table.c[column] == _THEIRS)


def _hidden(why: str, *columns: str) -> dict[str, str]:
    return dict.fromkeys(columns, why)


def _under(path: str, *columns: str, **others: str) -> dict[str, str]:
    """Columns that stand under this name in the copy; ``others`` are called otherwise there."""
    names = dict(zip(columns, columns, strict=True)) | others
    return {column: f"{path}.{name}" for column, name in names.items()}


_PAIRINGS, _DIALOGUES = _of(tables.pairings), _of(tables.dialogues)
_ALERTS = _of(tables.alerts)

BELONGINGS: Final = (
    Belonging(
        tables.keys,
        tables.keys.c.owner == cast(_THEIRS, tables.keys.c.owner.type),
        {},
        _hidden(_LOCK, "owner", "wrapped"),
    ),
    Belonging(
        tables.timers,
        or_(
            and_(
                tables.timers.c.kind == TimerKind.CHECK_IN.value,
                tables.timers.c.key.in_(_of(tables.schedules)),
            ),
            and_(tables.timers.c.kind == TimerKind.SESSION.value, tables.timers.c.key.in_(_PAIRINGS)),
            and_(tables.timers.c.kind == TimerKind.ALERT.value, tables.timers.c.key.in_(_ALERTS)),
            and_(
                tables.timers.c.kind.not_in(
                    (TimerKind.CHECK_IN.value, TimerKind.SESSION.value, TimerKind.ALERT.value)
                ),
                tables.timers.c.key.in_(_DIALOGUES),
            ),
        ),
        {},
        _hidden(_DERIVED, "kind", "key", "local_date", "due_at", "try_at", "failures"),
    ),
    Belonging(
        tables.outbox,
        or_(tables.outbox.c.client_id == _THEIRS, tables.outbox.c.dialogue_id.in_(_DIALOGUES)),
        _under("letters", "kind", settled_at="sent_at"),
        _hidden(_NUMBER, "id", "dialogue_id", "ref", "message_id", "target")
        | _hidden(_WHOSE, "client_id", "chat_id")
        | _hidden(_UNDER_WAY, "body", "state", "not_before", "not_after")
        | _hidden(_DELIVERY, "action", "urgent", "attempts", "again"),
        outbox.KEPT,
    ),
    Belonging(
        tables.notes,
        tables.notes.c.client_id == _THEIRS,
        _under("notes", "words", "language", "written_at", "topic", prompt_id="question"),
        _hidden(_NUMBER, "message_id", "check_in_id") | _hidden(_WHOSE, "client_id"),
    ),
    Belonging(
        tables.answers,
        tables.answers.c.client_id == _THEIRS,
        _under("check_ins.answers", "choice", "answered_at", "held_back", prompt_id="prompt"),
        _hidden(_NUMBER, "check_in_id") | _hidden(_WHOSE, "client_id"),
    ),
    Belonging(
        tables.check_ins,
        tables.check_ins.c.client_id == _THEIRS,
        _under("check_ins", "due_at", "prompt_set", "version", "language", "state", "reason"),
        _hidden(_NUMBER, "id", "schedule_id", "ordinal")
        | _hidden(_WHOSE, "client_id")
        | _hidden(_DERIVED, "local_date", "band", "asked", "closed_at"),
    ),
    Belonging(
        tables.goals,
        tables.goals.c.client_id == _THEIRS,
        _under("goals", "words", "language", "state", "proposed_at", "agreed_at", "ended_at"),
        _hidden(_NUMBER, "id") | _hidden(_WHOSE, "client_id"),
    ),
    Belonging(
        tables.alert_letters,
        tables.alert_letters.c.alert_id.in_(_ALERTS),
        {},
        _hidden(_SAFETY, "alert_id", "therapist_id", "step", "dialogue_id", "made_at", "delivered_at"),
    ),
    Belonging(
        tables.alert_mails,
        tables.alert_mails.c.alert_id.in_(_ALERTS),
        {},
        _hidden(_NUMBER, "id") | _hidden(_SAFETY, "alert_id", "address", "tries", "try_at", "sent_at"),
    ),
    Belonging(
        tables.alerts,
        tables.alerts.c.client_id == _THEIRS,
        {},
        _hidden(_SAFETY, "category", "patterns", "shared", "raised_at", "step", "promised_by")
        | _hidden(_SAFETY, "delivered_at", "acknowledged_at", "acknowledged_by", "released_at")
        | _hidden(_NUMBER, "id", "card")
        | _hidden(_WHOSE, "client_id"),
    ),
    Belonging(
        tables.summaries,
        tables.summaries.c.pairing_id.in_(_PAIRINGS),
        _under("summaries", "made_at", "read_at", "answered_at", local_date="session_on"),
        _hidden(_NUMBER, "pairing_id"),
    ),
    Belonging(
        tables.invitations,
        tables.invitations.c.pairing_id.in_(_PAIRINGS),
        {},
        _hidden(_NUMBER, "therapist_id", "pairing_id")
        | _hidden(_LOCK, "token_hash", "expires_at")
        | _hidden(_DERIVED, "used_at", "used_by"),
    ),
    Belonging(
        tables.dialogues,
        tables.dialogues.c.client_id == _THEIRS,
        {},
        _hidden(_NUMBER, "id", "message_id")
        | _hidden(_WHOSE, "client_id", "chat_id")
        | _hidden(_UNDER_WAY, "open", "state", "moved_at"),
    ),
    Belonging(
        tables.consents,
        tables.consents.c.client_id == _THEIRS,
        _under("consents", "version", "language", "agreed_at", "given_by", "withdrawn_at"),
        _hidden(_NUMBER, "id") | _hidden(_WHOSE, "client_id"),
    ),
    Belonging(
        tables.schedules,
        tables.schedules.c.client_id == _THEIRS,
        _under("schedules", "weekday", "at", "zone", "chosen_by", "chosen_at"),
        _hidden(_NUMBER, "id") | _hidden(_WHOSE, "client_id"),
    ),
    Belonging(
        tables.pairings,
        tables.pairings.c.client_id == _THEIRS,
        _under("sessions", "weekday", "at", "zone", therapist_id="therapist"),
        _hidden(_NUMBER, "id")
        | _hidden(_WHOSE, "client_id")
        | _hidden(_DERIVED, "state", "changed_at", "read_until"),  # from the consents, and the summaries
    ),
    Belonging(
        tables.clients,
        tables.clients.c.id == _THEIRS,
        _under("who", "alias", "code", "band", "language", "zone", "address", "gender")
        | _under(
            "who", "guardian_account", "quiet_from", "quiet_to", "paused_until", "stopped_at", "country"
        ),
        _hidden(_NUMBER, "id")
        | _hidden(_WHOSE, "chat_id")
        | _hidden(_SAFETY, "held_at")
        | _hidden(_DERIVED, "prompt_set", "guardian_consent"),  # from the check-ins and the consents
    ),
)

# What is a chat's and no client's: found by where the client sits, and gone with the last who sits there.
OF_CHATS: Final[Mapping[Table, timedelta | None]] = MappingProxyType({
    tables.accounts: None,  # the chat's number, its language, and whether it can be reached
    tables.link_tries: invitations.TRIES_WITHIN,
    tables.inbox: inbox.KEPT,  # sealed by the house, and only what failed has a body: opened to look whose
})  # fmt: skip

# What is nobody's, or stays after everything else, and why.
NOT_THEIRS: Final[Mapping[Table, str]] = MappingProxyType({
    tables.facts: "about this installation: its name and when it last heard from Telegram",
    tables.therapists: "about the therapists, who work for the clinic",
    tables.audit: "who did what, by numbers only; a chain in which a missing link would be a forgery",
    tables.erasures: "a number, a code and a receipt: proof that it was done, and for a restored backup",
})  # fmt: skip
