"""What can be done, named in the imperative. Each effect becomes rows in the transaction that
saved the dialogue (see service/apply.py); none of them touches the network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Generic, Literal, TypeVar

from bot.core.events import Wait
from bot.core.model import Band, CheckInState, Kind, PairingId


@dataclass(frozen=True, slots=True)
class Ask:
    """Show the dialogue's page on its one card: edit the card, or send it if ``new``."""

    kind: Kind = Kind.EDIT
    new: bool = False
    away: bool = False  # say that we were away and ask for the tap again


@dataclass(frozen=True, slots=True)
class Say:
    """Send the message with this id to the chat the event came from."""

    message: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hint:
    """A short line on top of the screen, in answer to a press. Best effort, never a promise."""

    message: str


@dataclass(frozen=True, slots=True)
class Record:
    """Keep the answer to a prompt; a second one for the same prompt takes its place."""

    prompt_id: str
    choice: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The answer to this prompt no longer stands."""

    prompt_id: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep free words, as a note to a prompt or to the whole check-in."""

    words: str
    message_id: int
    prompt_id: str | None


@dataclass(frozen=True, slots=True)
class Revise:
    """The writer changed the message a note was made from. No such note: nothing happens."""

    words: str
    message_id: int


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Wake this dialogue. A later wait of the same kind replaces an earlier one."""

    wait: Wait
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Close:
    """The check-in has reached its one final state."""

    state: CheckInState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a therapist says about a client who is to be invited."""

    alias: str = ""
    band: Band = Band.B18
    language: str = ""
    zone: str = ""
    session_day: int = 0
    session_at: time = time(0)
    check_in_day: int = 0
    check_in_at: time = time(0)


@dataclass(frozen=True, slots=True)
class Invite:
    """Make the client, the pairing and a one-time link."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Agree:
    """The client consents to the text with this version."""

    version: str


@dataclass(frozen=True, slots=True)
class Decline:
    """The client does not consent: the chat is let go again."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The therapist says that it was the right person: from now on check-ins are sent."""

    pairing_id: PairingId


@dataclass(frozen=True, slots=True)
class Unpair:
    """The therapist says that it was somebody else."""

    pairing_id: PairingId


@dataclass(frozen=True, slots=True)
class Summarise:
    """Send the therapist a summary of this client."""

    pairing_id: PairingId


@dataclass(frozen=True, slots=True)
class Start:
    """Somebody opened a one-time link: see whose it is."""

    token: str


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin what the person asked for by command."""

    what: Literal["check_in", "inviting", "summary"]


@dataclass(frozen=True, slots=True)
class MarkReachable:
    reachable: bool


@dataclass(frozen=True, slots=True)
class Refuse:
    """Say, at most once a day, that we talk to one person at a time."""


Effect = (
    Ask | Say | Hint | Record | Withdraw | Keep | Revise | WaitUntil | Close
    | Invite | Agree | Decline | Pair | Unpair | Summarise
    | Start | Begin | MarkReachable | Refuse
)  # fmt: skip

D = TypeVar("D", covariant=True)


@dataclass(frozen=True, slots=True)
class Turn(Generic[D]):
    """What one event led to: the dialogue as it now is, and what to do about it."""

    dialogue: D
    effects: tuple[Effect, ...] = ()
