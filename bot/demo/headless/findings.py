"""What came of one client's check-ins, and all that was found wrong with them.

``lost`` is whatever was due or done by a person and is not kept, or not shown, or otherwise than it was:
an occasion without its row or its cover, a press that turned no page, an answer, a note, a reminder,
a closing, a summary, or one of a summary's answers and notes. ``twice`` is whatever is there once more
than there was reason for: a cover, a reminder, a row, an answer, a summary that does not say it repeats.
``breach`` is what somebody did not want, or should not see: a ring in quiet hours, in a pause or after a
stop, what was kept back or taken back, what is another's, and anything of whoever erased themselves.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from bot.core.model import CheckInState
from bot.demo.headless.persons import Client

# What a client did, counted: typed an answer, kept one back, took a note back, put a check-in off, looked at
# one again, and decided something about themselves.
DID: Final = ("typed", "held_back", "taken_back", "put_off", "looked_again", "decided")


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Literal["lost", "twice", "breach"]
    client: str
    at: datetime
    what: str


@dataclass
class ClientReport:
    """What became of one client's check-ins, those of the schedule; and all that is wrong. ``did`` counts
    what they decided or did by other ways than a tap."""

    client: Client
    due: int = 0
    sent: int = 0
    states: Counter[CheckInState] = field(default_factory=Counter)
    did: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return self.states[CheckInState.FINISHED] + self.states[CheckInState.PARTLY]

    def lost(self, at: datetime, what: str) -> None:
        self.findings.append(Finding("lost", self.client.alias, at, what))

    def twice(self, at: datetime, what: str) -> None:
        self.findings.append(Finding("twice", self.client.alias, at, what))

    def breach(self, at: datetime, what: str) -> None:
        self.findings.append(Finding("breach", self.client.alias, at, what))
