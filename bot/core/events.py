"""What can happen, named in the past tense. A further event is a new class here, and mypy
then points at every place that must learn about it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.core.model import AlertId, ChatId, DialogueId, Kind, PairingId, ScheduleId


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button under one of our cards was pressed. ``position`` is the one it was made for."""

    chat_id: ChatId
    press_id: str
    message_id: int
    dialogue_id: DialogueId
    position: int
    choice: str


@dataclass(frozen=True, slots=True)
class TappedNothing:
    """A button was pressed whose data is not ours: forged, foreign or from an older bot."""

    chat_id: ChatId
    press_id: str


@dataclass(frozen=True, slots=True)
class Commanded:
    """``/name argument``. ``language_code`` is Telegram's tag for the app's language, or empty."""

    chat_id: ChatId
    name: str
    argument: str
    language_code: str


@dataclass(frozen=True, slots=True)
class Wrote:
    """Text that is not a command."""

    chat_id: ChatId
    message_id: int
    text: str
    language_code: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Words that are surely an answer to the question on the card: typed where others tap."""

    chat_id: ChatId
    message_id: int
    choice: str


@dataclass(frozen=True, slots=True)
class Edited:
    """An earlier message was changed by its writer."""

    chat_id: ChatId
    message_id: int
    text: str
    language_code: str


@dataclass(frozen=True, slots=True)
class Retyped:
    """A message that was taken as an answer was changed by its writer. ``choice`` is the answer that it
    surely is now, or None."""

    chat_id: ChatId
    message_id: int
    text: str
    choice: str | None


@dataclass(frozen=True, slots=True)
class SentOther:
    """A photo, voice message, sticker, contact, place, poll …: something we cannot read. ``text`` is what
    stands below a picture, or was written by somebody else and sent on: not kept, but not overlooked."""

    chat_id: ChatId
    message_id: int
    language_code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class AskedForHelp:
    """The button for help was pressed, which is the same on every card and never too old."""

    chat_id: ChatId
    press_id: str
    language_code: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person blocked the bot, or Telegram said so when we tried to send."""

    chat_id: ChatId


@dataclass(frozen=True, slots=True)
class Returned:
    """The person unblocked the bot."""

    chat_id: ChatId


@dataclass(frozen=True, slots=True)
class Intruded:
    """Something came from a group, a channel or another bot. We answer nobody but persons alone."""

    chat_id: ChatId


@dataclass(frozen=True, slots=True)
class CheckInDue:
    """A client's schedule reached its time on this local date."""

    schedule_id: ScheduleId
    local_date: date
    due_at: datetime


@dataclass(frozen=True, slots=True)
class SessionNear:
    """A therapy session begins soon: time for the summary."""

    pairing_id: PairingId
    local_date: date
    due_at: datetime
    starts_at: datetime


class Wait(StrEnum):
    """What a dialogue waits for."""

    REMINDER = "reminder"
    SNOOZE = "snooze"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class WaitedLong:
    """A dialogue's waiting time is over. Whether it still matters, the dialogue knows."""

    dialogue_id: DialogueId
    wait: Wait
    due_at: datetime


RESTED = ("paused", "stopped", "moved", "held")  # moved to another account; held by an alert


@dataclass(frozen=True, slots=True)
class Rested:
    """The client has paused, stopped or moved: what is open closes, and nothing is asked. ``reason`` is one
    of RESTED."""

    dialogue_id: DialogueId
    reason: str


@dataclass(frozen=True, slots=True)
class PutDown:
    """A child who had a guardian's phone has it no longer: somebody else has, or nobody for a while."""

    dialogue_id: DialogueId


@dataclass(frozen=True, slots=True)
class WasAway:
    """We did not hear from Telegram for minutes; presses may be lost for good. One per open card."""

    dialogue_id: DialogueId


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """An unprompted letter was given up before it was sent: it was too late, or nobody is there."""

    dialogue_id: DialogueId
    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """Somebody at the clinic has got the alert that this card speaks of."""

    dialogue_id: DialogueId


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody at the clinic has the alert: ``by`` is their name."""

    dialogue_id: DialogueId
    by: str


@dataclass(frozen=True, slots=True)
class Released:
    """A clinician, named ``by``, has let the client's check-ins begin again."""

    dialogue_id: DialogueId
    by: str


@dataclass(frozen=True, slots=True)
class AlertWaited:
    """Nobody has acknowledged an alert in the time promised."""

    alert_id: AlertId
    due_at: datetime


FromChat = (
    Tapped | TappedNothing | AskedForHelp | Commanded | Wrote | Edited | SentOther | Blocked | Returned
    | Intruded
)  # fmt: skip
FromTime = (
    CheckInDue | SessionNear | WaitedLong | Rested | PutDown | WasAway | NotDelivered | Delivered
    | Acknowledged | Released | AlertWaited
)  # fmt: skip
Event = FromChat | FromTime
