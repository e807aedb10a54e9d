"""The therapist's dialogues: inviting a client step by step, and choosing whose summary or goal it is."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from enum import StrEnum
from typing import Final, Literal, TypeVar, assert_never

from bot.core.effects import Ask, Begin, Draft, Effect, Hint, Invite, Relink, Say, Summarise, Turn
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.minors import MinorRules, Need, rules
from bot.core.model import Band, Kind, PairingId
from bot.core.schedule import quiet_at, time_in

ALIAS_MAX = 40
ACCOUNTS = ("guardian", "own")  # whose account, whose consent
D = TypeVar("D", "Inviting", "Choosing")


class Page(StrEnum):
    ALIAS = "alias"
    BAND = "band"
    ACCOUNT = "account"  # only where the age band alone does not say whether a guardian is needed
    CONSENT = "consent"
    LANGUAGE = "language"
    ZONE = "zone"
    SESSION_DAY = "session_day"
    SESSION_AT = "session_at"
    CHECK_IN_DAY = "check_in_day"
    CHECK_IN_AT = "check_in_at"
    REVIEW = "review"
    MADE = "made"
    CANCELLED = "cancelled"
    WHOM = "whom"  # for whom a new link is made
    RELINKED = "relinked"


STEPS = tuple(Page)[:11]


@dataclass(frozen=True, slots=True)
class Offer:
    """What this clinic can offer: languages ready for each band, zones, and its usual check-in; and up to
    which age a guardian is needed.

    ``zones`` finds a time zone by what people call the place, spelled as ``place_name`` does.
    """

    languages: Mapping[Band, tuple[str, ...]]
    own_account_from: int
    guardian_consent_under: int
    zone: str
    zones: Mapping[str, str]
    days_before: int
    check_in_at: time
    quiet_from: time
    quiet_to: time


@dataclass(frozen=True, slots=True)
class Inviting:
    """``clients`` are those for whom a new link can be made, (pairing, alias) in the order shown. ``bands``
    and ``offered`` are what there is to choose from, ``age`` what the page asks about."""

    language: str
    draft: Draft = field(default_factory=Draft)
    page: Page = Page.ALIAS
    position: int = 0
    bands: tuple[Band, ...] = ()
    offered: tuple[str, ...] = ()
    zone: str = ""
    age: int = 0
    clients: tuple[tuple[PairingId, str], ...] = ()
    kind: Literal["inviting"] = "inviting"

    @property
    def open(self) -> bool:
        return self.page in STEPS or self.page is Page.WHOM


@dataclass(frozen=True, slots=True)
class Choosing:
    """Whose summary, or whose goal? ``clients`` are (pairing, alias) in the order shown."""

    language: str
    clients: tuple[tuple[PairingId, str], ...]
    position: int = 0
    chosen: str = ""
    what: Literal["summary", "goal"] = "summary"
    kind: Literal["choosing"] = "choosing"

    @property
    def open(self) -> bool:
        return not self.chosen


# After typed words the card comes again, below them.
BELOW: Final = Ask(Kind.REPLY, new=True)

Heard = Tapped | Wrote | Edited | SentOther | Commanded | WasAway


def begin(dialogue: D) -> Turn[D]:
    return Turn(dialogue, (Ask(Kind.REPLY, new=True),))


def advance(offer: Offer, dialogue: Inviting, event: Heard, now: datetime) -> Turn[Inviting]:
    """One thing a page, by button or typed. What cannot be understood is asked again, kindly."""
    if not dialogue.open:
        return Turn(dialogue, (Hint("bot/hint/answered"),) if isinstance(event, Tapped) else ())
    match event:
        case Tapped(position=position) if position != dialogue.position:
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped(choice="-back"):
            return _to(offer, dialogue, _step(offer, dialogue, -1))
        case Tapped(choice="-cancel"):
            return _to(offer, dialogue, Page.CANCELLED)
        case Tapped(choice="-create") if dialogue.page is Page.REVIEW:
            turn = _to(offer, dialogue, Page.MADE)
            return replace(turn, effects=(*turn.effects, Invite(dialogue.draft)))
        case Tapped(choice="-relink") if dialogue.page is Page.ALIAS and dialogue.clients:
            return _to(offer, dialogue, Page.WHOM)
        case Tapped(choice=choice) if dialogue.page is Page.WHOM:
            return _relink(offer, dialogue, choice)
        case Tapped(choice=choice):
            return _take(offer, dialogue, choice, Hint("bot/hint/answered"))
        case Wrote() if dialogue.page is Page.WHOM:
            return Turn(dialogue, (Say("bot/invite/unclear/whom"),))
        case Wrote() if dialogue.page in (Page.SESSION_DAY, Page.CHECK_IN_DAY):
            # Days are tapped: our figures for them (0 is Monday) are nobody else's.
            return Turn(dialogue, (Say(f"bot/invite/unclear/{dialogue.page}"),))
        case Wrote(text=text):
            turn = _take(offer, dialogue, text, Say(f"bot/invite/unclear/{_unclear(offer, dialogue, text)}"))
            return turn if turn.dialogue == dialogue else replace(turn, effects=(BELOW,))
        case WasAway():
            return Turn(dialogue, (Ask(away=True),))
        case SentOther():
            return Turn(dialogue, (Say(f"bot/invite/unclear/{dialogue.page}"),))
        case Edited():
            return Turn(dialogue)
        case Commanded():
            fresh = replace(dialogue, position=dialogue.position + 1)
            return Turn(fresh, (Ask(Kind.REPLY, new=True),))
        case _:
            assert_never(event)


def choose(dialogue: Choosing, event: Heard, now: datetime) -> Turn[Choosing]:
    match event:
        case Tapped(position=position, choice=choice) if position == dialogue.position and dialogue.open:
            for pairing, alias in dialogue.clients:
                if str(pairing) == choice:
                    chosen = replace(dialogue, chosen=alias, position=position + 1)
                    goal = Begin("goal", pairing_id=pairing)
                    return Turn(chosen, (Ask(), Summarise(pairing) if dialogue.what == "summary" else goal))
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped():
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case WasAway():
            return Turn(dialogue, (Ask(away=True),))
        case Wrote() | SentOther():
            return Turn(dialogue, (Say("bot/therapist/use_commands"),))
        case Edited() | Commanded():
            return Turn(dialogue)
        case _:
            assert_never(event)


def place_name(text: str) -> str:
    """One spelling for all the ways of writing a place: case, spaces, underscores and accents aside."""
    plain = unicodedata.normalize("NFKD", text.replace("_", " ").replace("-", " ")).casefold()
    return " ".join("".join(mark for mark in plain if not unicodedata.combining(mark)).split())


def _take(offer: Offer, dialogue: Inviting, text: str, unclear: Effect) -> Turn[Inviting]:
    draft = _filled(offer, dialogue, text.strip())
    if draft is None:
        return Turn(dialogue, (unclear,))
    filled = replace(dialogue, draft=draft)
    return _to(offer, filled, _step(offer, filled, 1))


def _relink(offer: Offer, dialogue: Inviting, choice: str) -> Turn[Inviting]:
    for pairing, alias in dialogue.clients:
        if str(pairing) == choice:
            named = replace(dialogue, draft=replace(dialogue.draft, alias=alias))
            turn = _to(offer, named, Page.RELINKED)
            return replace(turn, effects=(*turn.effects, Relink(pairing)))
    return Turn(dialogue, (Hint("bot/hint/answered"),))


def _step(offer: Offer, dialogue: Inviting, direction: Literal[1, -1]) -> Page:
    """The step before or behind this page. What the clinic's rule answers by itself is not asked."""
    if dialogue.page is Page.WHOM:
        return Page.ALIAS
    rule = _rule(offer, dialogue.draft.band)
    asked = {Page.ACCOUNT: rule.account is Need.ASK, Page.CONSENT: rule.consent is Need.ASK}
    at = STEPS.index(dialogue.page) + direction
    while not asked.get(STEPS[max(at, 0)], True):
        at += direction
    return STEPS[max(at, 0)]


def _rule(offer: Offer, band: Band) -> MinorRules:
    return rules(
        band,
        own_account_from=offer.own_account_from,
        guardian_consent_under=offer.guardian_consent_under,
    )


def _filled(offer: Offer, dialogue: Inviting, text: str) -> Draft | None:
    """The draft with this page's answer in it, or None if it does not fit the page."""
    draft = dialogue.draft
    match dialogue.page:
        case Page.ALIAS:
            alias = " ".join(text.split())
            fits = 0 < len(alias) <= ALIAS_MAX and alias not in ("-back", "-create", "-relink")
            return replace(draft, alias=alias) if fits else None
        case Page.BAND:
            band = next((band for band in Band if band == text and offer.languages.get(band)), None)
            return None if band is None else _of_band(offer, draft, band)
        case Page.ACCOUNT:
            return replace(draft, guardian_account=text == "guardian") if text in ACCOUNTS else None
        case Page.CONSENT:
            return replace(draft, guardian_consent=text == "guardian") if text in ACCOUNTS else None
        case Page.LANGUAGE:
            return replace(draft, language=text) if text in offer.languages[draft.band] else None
        case Page.ZONE:
            zone = _zone(offer, text)
            return replace(draft, zone=zone) if zone else None
        case Page.SESSION_DAY:
            day = _day(text)
            if day is None:
                return None
            return replace(draft, session_day=day, check_in_day=(day - offer.days_before) % 7)
        case Page.SESSION_AT:
            at = time_in(text)
            return None if at is None else replace(draft, session_at=at, check_in_at=offer.check_in_at)
        case Page.CHECK_IN_DAY:
            day = _day(text)
            return None if day is None else replace(draft, check_in_day=day)
        case Page.CHECK_IN_AT:
            at = time_in(text)
            if at is None or quiet_at(at, offer.quiet_from, offer.quiet_to):
                return None
            return replace(draft, check_in_at=at)
        case Page.REVIEW | Page.MADE | Page.CANCELLED | Page.WHOM | Page.RELINKED:
            return None
        case _:
            assert_never(dialogue.page)


def _of_band(offer: Offer, draft: Draft, band: Band) -> Draft:
    """Where the rule is sure a guardian is needed or is not; where it is not, the therapist is asked."""
    rule = _rule(offer, band)
    account, consent = rule.account is Need.ALWAYS, rule.consent is Need.ALWAYS
    return replace(draft, band=band, guardian_account=account, guardian_consent=consent)


def _unclear(offer: Offer, dialogue: Inviting, text: str) -> str:
    """Why the page takes no such words: mostly because they do not fit it."""
    at = time_in(text) if dialogue.page is Page.CHECK_IN_AT else None
    quiet = at is not None and quiet_at(at, offer.quiet_from, offer.quiet_to)
    return "quiet" if quiet else dialogue.page


def _to(offer: Offer, dialogue: Inviting, page: Page) -> Turn[Inviting]:
    offered = offer.languages.get(dialogue.draft.band, ())
    bands = tuple(band for band in Band if offer.languages.get(band))
    turned = replace(dialogue, page=page, position=dialogue.position + 1)
    age = offer.own_account_from if page is Page.ACCOUNT else offer.guardian_consent_under
    return Turn(replace(turned, bands=bands, offered=offered, zone=offer.zone, age=age), (Ask(),))


def _zone(offer: Offer, text: str) -> str | None:
    return offer.zone if text == "-here" else offer.zones.get(place_name(text))


def _day(text: str) -> int | None:
    return int(text) if len(text) == 1 and text in "0123456" else None
