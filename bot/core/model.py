"""The nouns. Every value is frozen: to change one, make another."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType, assert_never

ChatId = NewType("ChatId", int)
ClientId = NewType("ClientId", int)
TherapistId = NewType("TherapistId", int)
PairingId = NewType("PairingId", int)
CheckInId = NewType("CheckInId", int)
DialogueId = NewType("DialogueId", int)
ScheduleId = NewType("ScheduleId", int)
GoalId = NewType("GoalId", int)
AlertId = NewType("AlertId", int)


class Band(StrEnum):
    """An age band. The therapist chooses it; it never changes inside a check-in."""

    B06 = "b06"
    B09 = "b09"
    B13 = "b13"
    B18 = "b18"
    B65 = "b65"

    @property
    def voice(self) -> "Voice":
        """Which of the bot's three ways of speaking suits this band."""
        match self:
            case Band.B06 | Band.B09:
                return Voice.CHILD
            case Band.B13:
                return Voice.TEEN
            case Band.B18 | Band.B65:
                return Voice.ADULT
            case _:
                assert_never(self)

    @property
    def youngest(self) -> int:
        """The age of its youngest clients, in years."""
        return _AGES[self][0]

    @property
    def oldest(self) -> int:
        """The age of its oldest clients, in years."""
        return _AGES[self][1]


_AGES: Final[Mapping[Band, tuple[int, int]]] = {
    Band.B06: (6, 8),
    Band.B09: (9, 12),
    Band.B13: (13, 17),
    Band.B18: (18, 64),
    Band.B65: (18, 120),  # from 65, or an adult by need
}


class Voice(StrEnum):
    """How the bot's own sentences speak to a client; prompts have words for each band."""

    CHILD = "child"
    TEEN = "teen"
    ADULT = "adult"


class Address(StrEnum):
    """Form of address, where a language has two. As usual for the band, unless the client chose."""

    USUAL = ""
    INFORMAL = "informal"
    FORMAL = "formal"


class Gender(StrEnum):
    """The grammatical form in which a language speaks to the client. Chosen by them, never guessed."""

    OPEN = ""
    FEMININE = "f"
    MASCULINE = "m"


@dataclass(frozen=True, slots=True)
class Forms:
    """What a language lets somebody of one band choose. Empty: there is nothing to choose."""

    addresses: tuple[Address, ...] = ()
    genders: tuple[Gender, ...] = ()


class GivenBy(StrEnum):
    """Whose consent it is."""

    CLIENT = "client"
    GUARDIAN = "guardian"


class Element(StrEnum):
    """The twelve elements of an attuned alliance, the three core ones first."""

    HEARD = "heard"
    SAFE = "safe"
    IN_CONTROL = "in_control"
    TRUST = "trust"
    EMPATHY = "empathy"
    COLLABORATION = "collaboration"
    CONSISTENCY = "consistency"
    AUTONOMY = "autonomy"
    BOUNDARIES = "boundaries"
    CULTURE = "culture"
    FEEDBACK = "feedback"
    FIT = "fit"


CORE: Final = (Element.HEARD, Element.SAFE, Element.IN_CONTROL)

# Always offered beside a scale's own options; neither ever counts as low.
DONT_KNOW: Final = "dont_know"
SKIP: Final = "skip"

# After a low answer to a core prompt: what would help, and shall the therapist bring it up?
HELPS: Final = ("slower", "topic", "explain", "other", "rather_not")
RAISES: Final = ("yes", "myself", "not_now")


@dataclass(frozen=True, slots=True)
class Option:
    """One step of a scale. ``face`` is an emoji shown before the word, or empty."""

    id: str
    value: int
    face: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """Verbal steps from least to most. ``columns`` is how many buttons stand in one row."""

    id: str
    options: tuple[Option, ...]
    low: frozenset[str]
    columns: int = 1

    def option(self, option_id: str) -> Option | None:
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question about one element. Its words are found under ``<set>/<id>/<band>/question``."""

    id: str
    element: Element

    @property
    def core(self) -> bool:
        return self.element in CORE


@dataclass(frozen=True, slots=True)
class BandPlan:
    """How one band is asked: its scale, and how many prompts make a check-in.

    ``core`` core prompts each time (if fewer than three they take turns), and one of the
    other nine in every ``rotate_every``-th check-in. ``goal``: now and then one asks how near a goal is.
    """

    scale: str
    core: int
    rotate_every: int
    free_words: bool
    follow_up: bool
    goal: bool = False


@dataclass(frozen=True, slots=True)
class PromptSet:
    id: str
    version: int
    prompts: tuple[Prompt, ...]
    scales: Mapping[str, Scale]
    bands: Mapping[Band, BandPlan]

    def prompt(self, prompt_id: str) -> Prompt:
        return next(prompt for prompt in self.prompts if prompt.id == prompt_id)

    def scale(self, band: Band) -> Scale:
        return self.scales[self.bands[band].scale]

    def choose(self, band: Band, ordinal: int) -> tuple[str, ...]:
        """The prompts of a client's ``ordinal``-th check-in, counted from 0, in the set's order.

        Turns depend on nothing but the count, so that every element comes round.
        """
        plan = self.bands[band]
        core = [prompt.id for prompt in self.prompts if prompt.core]
        others = [prompt.id for prompt in self.prompts if not prompt.core]
        left_out = {core[-1 - (ordinal + turn) % len(core)] for turn in range(len(core) - plan.core)}
        chosen = set(core) - left_out
        if others and (ordinal + 1) % plan.rotate_every == 0:
            chosen.add(others[ordinal // plan.rotate_every % len(others)])
        return tuple(prompt.id for prompt in self.prompts if prompt.id in chosen)


class Kind(StrEnum):
    """What sort of letter it is; it decides what happens when delivery is in doubt."""

    CHECK_IN = "check_in"
    REMINDER = "reminder"
    REPLY = "reply"
    SUMMARY = "summary"
    CONSENT = "consent"
    ALERT = "alert"
    HELP = "help"  # what a client sees who asks for help, or may be in danger
    NEWS = "news"  # quiet: the therapist has read it, a goal is agreed
    EDIT = "edit"

    @property
    def must_arrive(self) -> bool:
        """Sent again after doubt, marked as a repeat."""
        return self in (Kind.SUMMARY, Kind.CONSENT, Kind.ALERT, Kind.HELP, Kind.NEWS)

    @property
    def harmless(self) -> bool:
        """Sent again after doubt without a word: the result is the same."""
        return self is Kind.EDIT

    @property
    def unprompted(self) -> bool:
        """Comes by itself, so quiet hours, pauses and its latest moment are kept."""
        return self in (Kind.CHECK_IN, Kind.REMINDER, Kind.NEWS)

    @property
    def urgency(self) -> int:
        """The higher goes first. 0: planned; 1: a person is waiting for it; 2: somebody may be in danger."""
        if self in (Kind.ALERT, Kind.HELP):
            return 2
        return int(self in (Kind.REPLY, Kind.EDIT, Kind.CONSENT))


class CheckInState(StrEnum):
    """How a check-in stands. It is open once; the others are final, each with its reason."""

    OPEN = "open"
    FINISHED = "finished"
    PARTLY = "partly"  # closed with some of its answers
    EXPIRED = "expired"  # closed without any
    SKIPPED = "skipped"  # never sent
