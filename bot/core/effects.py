"""What can be done, named in the imperative. Each effect becomes rows in the transaction that
saved the dialogue (see service/apply.py); none of them touches the network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Generic, Literal, TypeVar

from bot.core.alarms import Acknowledge as Acknowledge
from bot.core.alarms import Alarm as Alarm
from bot.core.alarms import Release as Release
from bot.core.alarms import Stay as Stay
from bot.core.alarms import TakeAway as TakeAway
from bot.core.events import Wait
from bot.core.model import (
    Band,
    CheckInState,
    ClientId,
    DialogueId,
    GivenBy,
    Kind,
    PairingId,
)  # fmt: skip
from bot.core.wishes import Call as Call
from bot.core.wishes import Erase as Erase
from bot.core.wishes import HandOver as HandOver
from bot.core.wishes import KeepQuiet as KeepQuiet
from bot.core.wishes import LetGo as LetGo
from bot.core.wishes import Pause as Pause
from bot.core.wishes import Propose as Propose
from bot.core.wishes import Reschedule as Reschedule
from bot.core.wishes import Settle as Settle
from bot.core.wishes import ShowPolicy as ShowPolicy
from bot.core.wishes import Speak as Speak
from bot.core.wishes import Stop as Stop


@dataclass(frozen=True, slots=True)
class Ask:
    """Show the dialogue's page on its one card: edit the card, or send it if ``new``."""

    kind: Kind = Kind.EDIT
    new: bool = False
    away: bool = False  # say that we were away and ask for the tap again


@dataclass(frozen=True, slots=True)
class Say:
    """Send the message with this id to the chat the event came from. ``receipt``: it says what becomes of
    words that a client typed, so it has the button for help."""

    message: str
    values: Mapping[str, str] = field(default_factory=dict)
    receipt: bool = False


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
    """Keep free words: a note to a prompt or to the whole check-in, or what they want to talk about."""

    words: str
    message_id: int
    prompt_id: str | None
    topic: bool = False


@dataclass(frozen=True, slots=True)
class Revise:
    """The writer changed the message a note was made from. No such note: nothing happens."""

    words: str
    message_id: int


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The note made from this message is to be gone."""

    message_id: int


@dataclass(frozen=True, slots=True)
class HoldBack:
    """ "Just for me": this answer is not shown to the therapist, or is again."""

    prompt_id: str
    held: bool


@dataclass(frozen=True, slots=True)
class Conceal:
    """Take the message that somebody typed out of the chat: the phone is passed on."""

    message_id: int


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Wake this dialogue. A later wait of the same kind replaces an earlier one."""

    wait: Wait
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StayOpen:
    """A child's own page on a guardian's phone: if nothing more happens there it is covered then."""

    until: datetime


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
    guardian_account: bool = False
    guardian_consent: bool = False


@dataclass(frozen=True, slots=True)
class Invite:
    """Make the client, the pairing and a one-time link."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Relink:
    """Make a fresh one-time link for somebody who is linked already: their phone or account is a new one."""

    pairing_id: PairingId


@dataclass(frozen=True, slots=True)
class Agree:
    """They consent to the text with this version. With ``complete`` everybody has who must."""

    version: str
    given_by: GivenBy = GivenBy.CLIENT
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Decline:
    """The client does not consent: the chat is let go again."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The therapist says that it was the right person: from now on check-ins are sent. ``moving`` is the
    welcome on a new account, if they were linked before."""

    pairing_id: PairingId
    moving: DialogueId | None = None


@dataclass(frozen=True, slots=True)
class Unpair:
    """The therapist says that it was somebody else."""

    pairing_id: PairingId
    moving: DialogueId | None = None


@dataclass(frozen=True, slots=True)
class Summarise:
    """Send the therapist a summary of this client."""

    pairing_id: PairingId


@dataclass(frozen=True, slots=True)
class MarkRead:
    """The therapist has read a summary: the client is told, quietly, with their short answer if there
    is one. ``answer`` is the id of a reviewed sentence or, with ``own``, the therapist's words."""

    pairing_id: PairingId
    local_date: date | None
    answer: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """Somebody opened a one-time link: see whose it is. ``language_code`` is what their app speaks."""

    token: str
    language_code: str = ""


@dataclass(frozen=True, slots=True)
class Greet:
    """Say hello to a client who comes by; whoever has stopped is asked whether to begin again."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin what the person asked for. ``page`` is where a menu opens; ``client_id`` says whose, where
    one account holds several clients, and ``pairing_id`` where a therapist has several."""

    what: Literal["check_in", "later", "menu", "welcome", "answers", "inviting", "summary", "goal", "help"]
    page: str = ""
    client_id: ClientId | None = None
    pairing_id: PairingId | None = None


@dataclass(frozen=True, slots=True)
class MarkReachable:
    reachable: bool


@dataclass(frozen=True, slots=True)
class Refuse:
    """Say, at most once a day, that we talk to one person at a time."""


Effect = (
    Ask | Say | Hint | Record | Withdraw | Keep | Revise | TakeBack | HoldBack | Conceal | WaitUntil
    | StayOpen | Close | Invite | Relink | Agree | Decline | Pair | Unpair | Summarise | MarkRead | Propose
    | Settle | LetGo | Reschedule | KeepQuiet | Pause | Stop | Speak | Call | ShowPolicy | HandOver | Erase
    | Start | Greet | Begin | MarkReachable | Refuse | Alarm | Acknowledge | Release | Stay | TakeAway
)  # fmt: skip

D = TypeVar("D", covariant=True)


@dataclass(frozen=True, slots=True)
class Turn(Generic[D]):
    """What one event led to: the dialogue as it now is, and what to do about it."""

    dialogue: D
    effects: tuple[Effect, ...] = ()
