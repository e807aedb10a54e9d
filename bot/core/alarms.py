"""Effects around somebody who may be in danger."""

from dataclasses import dataclass

from bot.core.danger import Category
from bot.core.model import AlertId


@dataclass(frozen=True, slots=True)
class Alarm:
    """The clinic is told that this client may be in danger. ``patterns`` are what matched; none: they
    pressed a button."""

    category: Category
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Somebody at the clinic has the alert: nobody further is called."""

    alert_id: AlertId


@dataclass(frozen=True, slots=True)
class Release:
    """A clinician lets the client's prompts begin again."""

    alert_id: AlertId


@dataclass(frozen=True, slots=True)
class Stay:
    """The country in which the client is: its two letters, or empty where its numbers are not known."""

    country: str


@dataclass(frozen=True, slots=True)
class TakeAway:
    """The dialogue's card is taken out of the chat."""
