"""All that is known about one client, in plain words and numbers, ready to be handed to them.

The names of the fields are those of the JSON that a client gets, so they are changed with care.
Moments carry their zone; a time of day belongs to the zone that stands beside it, or else to the client's.
None, or empty words, say that there is no such thing.
"""

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class Who:
    """``code`` is how the clinic calls the client. ``address`` is informal, formal or empty, as usual;
    ``gender`` f, m or empty. ``guardian_account``: the Telegram account is a parent's or guardian's.
    Without quiet hours of their own the clinic's hold. Check-ins begin again on ``paused_until``.
    ``country``: where they said they are, by its two letters; empty, if they were not asked."""

    alias: str
    code: str
    band: str
    language: str
    zone: str
    address: str = ""
    gender: str = ""
    guardian_account: bool = False
    quiet_from: time | None = None
    quiet_to: time | None = None
    paused_until: date | None = None
    stopped_at: datetime | None = None
    country: str = ""


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A therapy session each week, 0 is Monday, with this therapist."""

    therapist: str
    weekday: int
    at: time
    zone: str


@dataclass(frozen=True, slots=True)
class KnownSchedule:
    """A check-in each week, 0 is Monday. ``chosen_by`` is client or therapist."""

    weekday: int
    at: time
    zone: str
    chosen_by: str
    chosen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownConsent:
    """``given_by`` is client or guardian; ``version`` says to which words, read in ``language``."""

    given_by: str
    version: str
    language: str
    agreed_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownFollowUp:
    """What was asked after an answer, and the button that was pressed."""

    question: str
    label: str
    choice: str


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """``question`` and ``label`` are as the client read them; ``choice`` is the label's name in the prompt
    set, and ``value`` its number, if it has one. Counted from 1 it is the ``step`` of so many ``steps``.
    ``held_back``: the therapist was not shown it."""

    prompt: str
    question: str
    label: str
    choice: str
    value: float | None
    answered_at: datetime
    held_back: bool = False
    follow_ups: tuple[KnownFollowUp, ...] = ()
    step: int | None = None
    steps: int | None = None


@dataclass(frozen=True, slots=True)
class KnownCheckIn:
    """``state`` is open, finished, partly, expired or skipped, and ``reason`` why it is over."""

    due_at: datetime
    state: str
    reason: str
    prompt_set: str
    version: int
    language: str
    answers: tuple[KnownAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownNote:
    """Words of the client's own. ``question`` is what they belong to; ``topic``: to be talked about."""

    words: str
    language: str
    written_at: datetime
    question: str = ""
    topic: bool = False
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class KnownGoal:
    """``state`` is proposed, agreed, reached or let_go. ``answers`` tell how near it felt."""

    words: str
    language: str
    state: str
    proposed_at: datetime
    agreed_at: datetime | None = None
    ended_at: datetime | None = None
    answers: tuple[KnownAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownSummary:
    """What the therapist got before a session: made from the answers, and no longer kept itself.
    ``answer`` is the therapist's short reply, as the client read it."""

    session_on: date
    made_at: datetime
    read_at: datetime | None = None
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownLetter:
    """A message that was sent, and when it was changed; its words are not kept."""

    kind: str
    sent_at: datetime
    changed_at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything, each kind in the order in which it happened. ``answers_left_out``: it goes to a guardian's
    account, and what the child said is not in it."""

    clinic: str
    made_at: datetime
    who: Who
    sessions: tuple[KnownSession, ...] = ()
    schedules: tuple[KnownSchedule, ...] = ()
    consents: tuple[KnownConsent, ...] = ()
    check_ins: tuple[KnownCheckIn, ...] = ()
    notes: tuple[KnownNote, ...] = ()
    goals: tuple[KnownGoal, ...] = ()
    summaries: tuple[KnownSummary, ...] = ()
    letters: tuple[KnownLetter, ...] = ()
    answers_left_out: bool = False
