"""The therapist reads a summary and says so; the client hears it, perhaps with a short answer.

The card is the summary's last letter, with buttons. Nothing is sent in the therapist's own words
before they have seen them once more and said yes.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Literal, assert_never

from bot.core.effects import Ask, Hint, MarkRead, Say, Turn
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.model import Band, Kind, PairingId

# The reviewed sentences; the words of each are under bot/after/answer, in every voice.
ANSWERS: Final = ("thanks", "talk", "changed")
WORDS_MAX: Final = 500


class Page(StrEnum):
    LETTER = "letter"
    READ = "read"
    WRITING = "writing"
    PREVIEW = "preview"
    ANSWERED = "answered"
    DONE = "done"
    UNTOLD = "untold"  # the client hears nothing from us any more
    OLD = "old"  # a newer summary has come


@dataclass(frozen=True, slots=True)
class Reading:
    """``text`` is the letter, made at ``made_at``. ``words`` are the therapist's own as they stand, from the
    message ``message_id``. ``guardian``: the client reads on a guardian's phone. ``local_date`` is the
    session's; none for a summary on request. ``known``: the client has been told already that all of it was
    read."""

    pairing_id: PairingId
    language: str
    client: str
    therapist: str
    band: Band
    text: str
    made_at: datetime
    local_date: date | None = None
    guardian: bool = False
    known: bool = False
    page: Page = Page.LETTER
    position: int = 0
    words: str = ""
    message_id: int = 0
    kind: Literal["reading"] = "reading"

    @property
    def open(self) -> bool:
        return self.page in (Page.LETTER, Page.READ, Page.WRITING, Page.PREVIEW)

    @property
    def listens(self) -> bool:
        """Whether what the therapist types belongs here."""
        return self.page in (Page.WRITING, Page.PREVIEW)


Heard = Tapped | Wrote | Edited | SentOther | Commanded | WasAway


def begin(dialogue: Reading) -> Turn[Reading]:
    return Turn(dialogue, (Ask(Kind.SUMMARY, new=True),))


def overtake(dialogue: Reading) -> Turn[Reading]:
    """A newer summary of the same client has come: this one is only a letter from now on."""
    return _to(dialogue, Page.OLD)


def advance(dialogue: Reading, event: Heard, now: datetime) -> Turn[Reading]:
    match event:
        case Tapped(position=position) if position != dialogue.position or not dialogue.open:
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped(choice=choice):
            return _tapped(dialogue, choice)
        case WasAway():
            return Turn(dialogue, (Ask(away=True),))
        case Wrote(text=text, message_id=message_id) if dialogue.listens:
            return _wrote(dialogue, text, message_id)
        case Edited(text=text, message_id=message_id) if (
            dialogue.listens and message_id == dialogue.message_id
        ):
            return _wrote(dialogue, text, message_id)
        case SentOther() if dialogue.listens:
            return Turn(dialogue, (Say("bot/reading/only_words"),))
        case Wrote() | SentOther():
            return Turn(dialogue, (Say("bot/therapist/use_commands"),))
        case Edited() | Commanded():
            return Turn(dialogue)
        case _:
            assert_never(event)


def _tapped(dialogue: Reading, choice: str) -> Turn[Reading]:
    match dialogue.page, choice:
        case Page.LETTER, "-read":
            return _to(dialogue, Page.READ, MarkRead(dialogue.pairing_id, dialogue.local_date))
        case Page.READ, "-none":
            return _to(dialogue, Page.DONE)
        case (Page.READ, "-own") | (Page.PREVIEW, "-again"):
            return _to(replace(dialogue, words=""), Page.WRITING)
        case Page.READ, answer if answer in ANSWERS:
            marked = MarkRead(dialogue.pairing_id, dialogue.local_date, answer)
            return _to(dialogue, Page.ANSWERED, marked)
        case Page.PREVIEW, "-send":
            marked = MarkRead(dialogue.pairing_id, dialogue.local_date, dialogue.words, own=True)
            return _to(dialogue, Page.ANSWERED, marked)
        case ((Page.WRITING | Page.PREVIEW), "-cancel"):
            return _to(replace(dialogue, words=""), Page.READ)
        case _:
            return Turn(dialogue, (Hint("bot/hint/answered"),))


def _wrote(dialogue: Reading, text: str, message_id: int) -> Turn[Reading]:
    """Shown before it is sent; what is typed while it shows takes its place."""
    words = text.strip()
    if not words or len(words) > WORDS_MAX:
        return Turn(dialogue, (Say("bot/reading/too_long" if words else "bot/reading/only_words"),))
    return _to(replace(dialogue, words=words, message_id=message_id), Page.PREVIEW)


def _to(dialogue: Reading, page: Page, *marked: MarkRead) -> Turn[Reading]:
    return Turn(replace(dialogue, page=page, position=dialogue.position + 1), (*marked, Ask()))
