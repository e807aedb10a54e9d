"""One language's words. Every inserted value stands in its own bidi isolate, and lines of
right-to-left languages say so at their start; without that an Arabic message shows a phone
number backwards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.lists import format_list

from bot.content.forms import forms_of
from bot.core.model import Address, Gender, Voice

FSI, LRI, PDI, RLM = "\u2068", "\u2066", "\u2069", "\u200f"

FOR = "_for"  # behind the id of what is said to a guardian

_COMMAND = re.compile(r"(?<![\w/:])/[a-z]+\b")

# A short day's pattern, its weekday and month then written out: CLDR has no long one without a year.
_SHORT_WEEKDAY = re.compile(r"(?<!E)E{1,3}(?!E)|ccc")
_SHORT_MONTH = re.compile(r"(?<![ML])(?:MMM|LLL)(?![ML])")

_NO_ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


class Ltr(str):
    """A number, a link, a code: reads from left to right in every language."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Words:
    """``texts`` maps ids to sentences; ``voice`` chooses among ``id/child``, ``id/teen``, ``id/adult``,
    and ``address`` and ``gender`` among the forms of that sentence, where it has any.

    ``child`` is whom a guardian is told about: what is written otherwise for a guardian stands under the same
    id with ``_for`` behind it, and names the child. ``territory`` is where the people live: English is
    written another way in Austria than in America.
    """

    language: str
    texts: Mapping[str, str]
    voice: Voice | None = None
    territory: str = ""
    address: Address = Address.USUAL
    gender: Gender = Gender.OPEN
    child: str = ""

    def __call__(self, message: str, **values: str) -> str:
        """The sentence with this id, its placeholders filled."""
        if self.child and f"{message}{FOR}" in self.texts:
            message, values = f"{message}{FOR}", {**values, "client": self.child}
        text = self._in_chosen_form(message) if self.address or self.gender else None
        if text is None and self.voice:
            text = self.texts.get(f"{message}/{self.voice}")
        if text is None:
            text = self.texts[message]
        return self.directed(text.format(**{name: isolated(value) for name, value in values.items()}))

    def has(self, message: str) -> bool:
        return message in self.texts or f"{message}/{self.voice}" in self.texts

    def speaking(self, voice: Voice) -> "Words":
        return replace(self, voice=voice)

    def addressed(self, address: Address, gender: Gender) -> "Words":
        """As the client chose to be spoken to."""
        return replace(self, address=address, gender=gender)

    def about(self, child: str) -> "Words":
        """To a guardian, about this child."""
        return replace(self, child=child)

    def _in_chosen_form(self, message: str) -> str | None:
        """As close to it as somebody has written: in this voice if it knows the message, at last as usual."""
        spoken = f"{message}/{self.voice}"
        key = spoken if spoken in self.texts else message
        forms = (f"{key}{form}" for form in forms_of(self.address, self.gender))
        return next((self.texts[form] for form in forms if form in self.texts), None)

    def directed(self, text: str) -> str:
        """Each line marked with the language's direction, where it is not the usual one, and each
        /command in an isolate: its slash would move to its other end."""
        if not _right_to_left(self.language, self.territory):
            return text
        text = _COMMAND.sub(rf"{LRI}\g<0>{PDI}", text)
        return "\n".join(
            line if line.startswith(RLM) or not line else RLM + line for line in text.split("\n")
        )

    @property
    def locale(self) -> Locale:
        return _locale(self.language, self.territory)

    def day(self, moment: datetime | date) -> str:
        """ "Thursday, 12 May" as the language says it."""
        return _day(self.language, self.territory, date(moment.year, moment.month, moment.day))

    def short_day(self, moment: datetime | date) -> str:
        return format_skeleton("MMMd", moment, locale=self.locale)

    def short_moment(self, moment: datetime) -> str:
        """ "12 May, 17:30"."""
        return f"{self.short_day(moment)}, {self.time(moment.time())}"

    def time(self, at: time) -> str:
        return _time(self.language, self.territory, at)

    def weekday(self, number: int) -> str:
        """Monday is 0. In the form that stands alone."""
        return str(get_day_names("wide", "stand-alone", self.locale)[number])

    def month(self, day: date) -> str:
        """The month's name with its year, standing alone."""
        return format_skeleton("yMMMM", day, locale=self.locale)

    def listed(self, parts: list[str]) -> str:
        return format_list([isolated(part) for part in parts], locale=self.locale)


@cache
def _locale(language: str, territory: str) -> Locale:
    try:
        return Locale.parse(f"{language}_{territory}" if territory else language)
    except (ValueError, UnknownLocaleError):  # nobody speaks it there, or the language names its own place
        return Locale.parse(language)


@cache
def _right_to_left(language: str, territory: str) -> bool:
    return bool(_locale(language, territory).text_direction == "rtl")


# Each page of a check-in may say the same day and time, and Babel takes long to put them together.
@lru_cache(maxsize=1000)
def _day(language: str, territory: str, day: date) -> str:
    locale = _locale(language, territory)
    pattern = locale.datetime_skeletons["MMMEd"].pattern
    pattern = _SHORT_MONTH.sub("MMMM", _SHORT_WEEKDAY.sub("EEEE", pattern))
    return format_date(day, pattern, locale=locale)


@lru_cache(maxsize=1000)
def _time(language: str, territory: str, at: time) -> str:
    return format_time(at, "short", locale=_locale(language, territory))


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def isolated(value: str) -> str:
    """The value in its isolate, each line in one of its own, for none reaches over the end of a line.
    Isolates inside it are taken out, so that it cannot break free."""
    begin = LRI if isinstance(value, Ltr) else FSI
    return "\n".join(
        f"{begin}{line}{PDI}" if line else "" for line in value.translate(_NO_ISOLATES).split("\n")
    )
