"""The client's welcome: who is speaking, who will see what, and whether that is agreed.

One idea a page, in the voice of whoever reads it. Where a guardian has to agree they read first; then
the phone is passed on. What everybody agrees to is the whole of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal, assert_never

from bot.core.effects import Agree, Ask, Call, Decline, Effect, Hint, Say, Speak, Stay, Turn
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.model import Address, Band, Forms, Gender, GivenBy, Kind, PairingId
from bot.core.safety import OTHER_COUNTRY

CONSENT_VERSION = "2"  # raise it when the words of bot/welcome or bot/guardian change their meaning


class Page(StrEnum):
    NEWS = "news"  # neutral: it comes by itself, when the words have changed
    AGAIN = "again"  # for whoever has stopped and comes by
    GUARDIAN = "guardian_hello"
    GUARDIAN_SEES = "guardian_sees"
    GUARDIAN_YOURS = "guardian_yours"
    HANDOVER = "handover"
    HELLO = "hello"
    LANGUAGE = "language"
    SEES = "sees"
    COUNTRY = "country"
    YOURS = "yours"
    ADDRESS = "address"
    GENDER = "gender"
    AGREED = "agreed"
    DECLINED = "declined"
    LINKED = "linked"
    NOT_LINKED = "not_linked"


class Occasion(StrEnum):
    """Why somebody is welcomed: for the first time, on another account than before, or again."""

    FIRST = "first"
    MOVED = "moved"
    RENEWED = "renewed"


GUARDIANS = (Page.GUARDIAN, Page.GUARDIAN_SEES, Page.GUARDIAN_YOURS, Page.HANDOVER)
OVER = (Page.DECLINED, Page.LINKED, Page.NOT_LINKED)
FORMS = (Page.ADDRESS, Page.GENDER)

_NEXT = {
    Page.GUARDIAN: Page.GUARDIAN_SEES,
    Page.GUARDIAN_SEES: Page.GUARDIAN_YOURS,
    Page.HELLO: Page.SEES,
    Page.SEES: Page.YOURS,
}
_BEFORE = {after: page for page, after in _NEXT.items()}


@dataclass(frozen=True, slots=True)
class Given:
    """Somebody's yes to the words with this version."""

    by: GivenBy
    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Welcome:
    """``linked`` and ``not_linked`` are reached when the therapist has said who it was. From the yes
    on the card goes on showing what was agreed to.

    ``before`` is the page from which the language or the country is chosen, or on which somebody said no.
    ``country`` is whose numbers for help are shown, empty if none are known; ``countries`` can be chosen.
    ``linked``: the therapist has said yes while the client was still asked how to be addressed. On a new
    account nothing counts before that yes, so what was ``given`` and chosen waits here.
    """

    pairing_id: PairingId
    language: str
    band: Band
    therapist: str
    client: str
    clinic: str
    guardian_account: bool = False
    guardian_consent: bool = False
    occasion: Occasion = Occasion.FIRST
    page: Page = Page.HELLO
    position: int = 0
    before: Page = Page.HELLO
    address: Address = Address.USUAL
    gender: Gender = Gender.OPEN
    country: str = ""
    countries: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    linked: bool = False
    kind: Literal["welcome"] = "welcome"

    @property
    def open(self) -> bool:
        return self.page not in OVER

    @property
    def guardian_reads(self) -> bool:
        """Whether this page is read by whoever the phone belongs to, before it is passed on."""
        if self.page in (Page.NEWS, Page.AGAIN):
            return self.guardian_account
        page = self.before if self.page in (Page.LANGUAGE, Page.COUNTRY, Page.DECLINED) else self.page
        return page in GUARDIANS

    @property
    def asks_country(self) -> bool:
        """Once, of whoever reads first who sees what: there the numbers for help are spoken of."""
        asked_on = Page.GUARDIAN_SEES if self.guardian_consent else Page.SEES
        return bool(self.countries) and self.page is asked_on

    @property
    def first_page(self) -> Page:
        if self.guardian_consent:
            return Page.GUARDIAN
        return Page.HANDOVER if self.guardian_account else Page.HELLO


Heard = Tapped | Wrote | Edited | SentOther | Commanded | WasAway
OfLanguages = Mapping[str, Forms]


def begin(dialogue: Welcome) -> Turn[Welcome]:
    """The first page for whoever reads first; where words have changed, a quiet cover before it."""
    if dialogue.page is Page.NEWS:
        return Turn(dialogue, (Ask(Kind.NEWS, new=True),))
    page = dialogue.page if dialogue.page is Page.AGAIN else dialogue.first_page
    return Turn(replace(dialogue, page=page), (Ask(Kind.CONSENT, new=True),))


def advance(forms: OfLanguages, dialogue: Welcome, event: Heard, now: datetime) -> Turn[Welcome]:
    """Pages to read, one question to answer; nothing is sent before it is answered yes. ``forms`` are
    the languages that are offered for the band, each with the ways in which it can address somebody."""
    match event:
        case Tapped(position=position) if position != dialogue.position or not dialogue.open:
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped(choice=choice):
            return _tapped(forms, dialogue, choice, now)
        case WasAway():
            return Turn(dialogue, (Ask(away=True),))
        case Commanded(name="checkin") | Wrote() | SentOther() if dialogue.page is Page.AGREED:
            return Turn(dialogue, (Say("bot/client/not_linked"),))  # the card has no buttons
        case Commanded():
            return Turn(_to(dialogue, dialogue.page), (Ask(Kind.CONSENT, new=True),))
        case Wrote() | SentOther():
            return Turn(dialogue, (Say("bot/welcome/only_buttons", receipt=True),))
        case Edited():
            return Turn(dialogue)
        case _:
            assert_never(event)


def _tapped(forms: OfLanguages, dialogue: Welcome, choice: str, now: datetime) -> Turn[Welcome]:
    match dialogue.page, choice:
        case Page.NEWS | Page.AGAIN, "-next":
            return _show(dialogue, dialogue.first_page)
        case page, "-next" if page in _NEXT:
            return _show(dialogue, _NEXT[page])
        case page, "-back" if page in _BEFORE:
            return _show(dialogue, _BEFORE[page])
        case Page.GUARDIAN | Page.HELLO, "-language":
            return _show(replace(dialogue, before=dialogue.page), Page.LANGUAGE)
        case Page.LANGUAGE, "-back":
            return _show(dialogue, dialogue.before)
        case Page.LANGUAGE, _ if choice in forms:
            return _speak(dialogue, choice)
        case Page.SEES | Page.GUARDIAN_SEES, "-country" if dialogue.asks_country:
            return _show(replace(dialogue, before=dialogue.page), Page.COUNTRY)
        case Page.COUNTRY, "-back":
            return _show(dialogue, dialogue.before)
        case Page.COUNTRY, _ if choice == OTHER_COUNTRY or choice in dialogue.countries:
            country = "" if choice == OTHER_COUNTRY else choice
            stays = _unless_moved(dialogue, Stay(country))
            return _show(replace(dialogue, country=country), dialogue.before, *stays)
        case Page.HANDOVER, "-here":
            return _show(dialogue, Page.HELLO)
        case Page.GUARDIAN_YOURS, "yes":
            agree = Agree(CONSENT_VERSION, GivenBy.GUARDIAN, complete=False)
            return _show(_given(dialogue, GivenBy.GUARDIAN, now), Page.HANDOVER, agree)
        case Page.YOURS, "yes":
            return _agreed(forms, _given(dialogue, GivenBy.CLIENT, now))
        case Page.GUARDIAN_YOURS | Page.YOURS, "no":
            return _show(replace(dialogue, before=dialogue.page), Page.DECLINED, Decline())
        case Page.ADDRESS | Page.GENDER, _:
            return _call(forms, dialogue, choice)
        case _:
            return Turn(dialogue, (Hint("bot/hint/answered"),))


def _speak(dialogue: Welcome, language: str) -> Turn[Welcome]:
    """Back to the page before, in this language."""
    kept = _unless_moved(dialogue, Speak(language)) if language != dialogue.language else ()
    return _show(replace(dialogue, language=language), dialogue.before, *kept)


def _agreed(forms: OfLanguages, dialogue: Welcome) -> Turn[Welcome]:
    """Everybody has agreed. Who has taken part before begins at once, and chose long ago how to be called."""
    agree = Agree(CONSENT_VERSION)
    if dialogue.occasion is Occasion.RENEWED:
        return _show(dialogue, Page.LINKED, agree)
    return _ask_forms(forms, dialogue, Page.YOURS, agree)


def _call(forms: OfLanguages, dialogue: Welcome, choice: str) -> Turn[Welcome]:
    offered = forms.get(dialogue.language, Forms())
    match dialogue.page, choice:
        case Page.ADDRESS, _ if choice == "-usual" or choice in offered.addresses:
            address = Address.USUAL if choice == "-usual" else Address(choice)
            called, call = replace(dialogue, address=address), Call(address=address)
        case Page.GENDER, _ if choice == "-usual" or choice in offered.genders:
            gender = Gender.OPEN if choice == "-usual" else Gender(choice)
            called, call = replace(dialogue, gender=gender), Call(gender=gender)
        case _:
            return Turn(dialogue, (Hint("bot/hint/answered"),))
    return _ask_forms(forms, called, dialogue.page, *_unless_moved(dialogue, call))


def _ask_forms(forms: OfLanguages, dialogue: Welcome, after: Page, *effects: Effect) -> Turn[Welcome]:
    """The next of the pages that ask how to speak to the client, where the language has something to ask;
    behind them what was agreed to stays on the card."""
    offered = forms.get(dialogue.language, Forms())
    if offered.addresses and after is Page.YOURS:
        return _show(dialogue, Page.ADDRESS, *effects)
    if offered.genders and after is not Page.GENDER:
        return _show(dialogue, Page.GENDER, *effects)
    if dialogue.linked:
        return _show(dialogue, Page.LINKED, *effects)
    turn = _show(dialogue, Page.AGREED, *effects)
    thanks = Say("bot/welcome/agreed", {"therapist": dialogue.therapist})
    return replace(turn, effects=(*turn.effects, thanks))


def _given(dialogue: Welcome, by: GivenBy, now: datetime) -> Welcome:
    return replace(dialogue, given=(*dialogue.given, Given(by, CONSENT_VERSION, now)))


def _unless_moved(dialogue: Welcome, effect: Effect) -> tuple[Effect, ...]:
    """On a new account it may be somebody else who chooses: what the client chose stays until it is known."""
    return () if dialogue.occasion is Occasion.MOVED and not dialogue.linked else (effect,)


def _show(dialogue: Welcome, page: Page, *effects: Effect) -> Turn[Welcome]:
    return Turn(_to(dialogue, page), (*effects, Ask()))


def _to(dialogue: Welcome, page: Page) -> Welcome:
    return replace(dialogue, page=page, position=dialogue.position + 1)
