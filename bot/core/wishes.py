"""Effects that are a client's own decisions about themselves, and what a therapist says to their goals."""

from dataclasses import dataclass
from datetime import date, time

from bot.core.model import Address, Gender, GoalId, PairingId


@dataclass(frozen=True, slots=True)
class Propose:
    """The client wants to work on this: the therapist is asked. With ``pairing_id`` it is the therapist
    who wrote it down, and it is agreed at once."""

    words: str
    pairing_id: PairingId | None = None


@dataclass(frozen=True, slots=True)
class Settle:
    """The therapist agrees to a goal, or wants to talk about it first."""

    goal_id: GoalId
    agreed: bool


@dataclass(frozen=True, slots=True)
class LetGo:
    """The client has reached a goal, or it is no longer theirs."""

    goal_id: GoalId
    reached: bool


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Check-ins come on this day (0 is Monday) at this hour, as the client chose."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True)
class KeepQuiet:
    """The client's own quiet hours."""

    quiet_from: time
    quiet_to: time


@dataclass(frozen=True, slots=True)
class Pause:
    """No check-ins before this local date; None: go on."""

    until: date | None


@dataclass(frozen=True, slots=True)
class Stop:
    """Consent is withdrawn: nothing more is sent."""


@dataclass(frozen=True, slots=True)
class Speak:
    """The client's language from now on."""

    language: str


@dataclass(frozen=True, slots=True)
class Call:
    """How the client wants to be addressed; what is None stays as it is, empty is as usual."""

    address: Address | None = None
    gender: Gender | None = None


@dataclass(frozen=True, slots=True)
class ShowPolicy:
    """Say what is stored and who reads it, in the clinic's own words too."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Send all that is known about the client, as files."""


@dataclass(frozen=True, slots=True)
class Erase:
    """Forget the client: the key first, then everything else; a receipt is given."""
