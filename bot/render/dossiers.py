"""What is known about a client, as two files: one page that anybody can read, and JSON for machines.

The page stands alone: it loads nothing, runs nothing, and shows every value as words, never as markup.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.content.languages import direction
from bot.core.dossier import Dossier, KnownAnswer, KnownLetter
from bot.render.words import Ltr, Words, local

FORM: Final = "attune dossier 1"  # another number when a field changes its meaning

_PAGE: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def as_json(dossier: Dossier) -> str:
    """The fields of core/dossier.py by their names, in their order. Moments are ISO 8601 in the client's
    zone, dates and times of day too."""
    plain = {"form": FORM, **_plain(dossier, dossier.who.zone)}
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def as_page(words: Words, dossier: Dossier) -> str:
    """One HTML page in these words, for phones and for paper."""
    return _PAGE.get_template("dossier.html").render(
        dossier=dossier,
        who=dossier.who,
        tell=_Teller(words, dossier.who.zone),
        lang=_tag(words.language),
        dir=direction(words.language),
        tag=_tag,
    )


class _Teller:
    """Says things as the page needs them; called, it says a message of the page."""

    def __init__(self, words: Words, zone: str) -> None:
        self._words = words
        self._zone = zone

    def __call__(self, message: str, **values: str) -> str:
        return self._words(f"bot/dossier/{message}", **values)

    def named(self, kind: str, name: str) -> str:
        """What a name of ours is called; one that nobody has a word for, or none, stands as it is."""
        message = f"bot/dossier/{kind}/{name}"
        return self._words(message) if self._words.has(message) else name

    def band(self, band: str) -> str:
        return self._words(f"bot/band/{band}")

    def language(self, language: str) -> str:
        return str(self._words.locale.languages.get(language.replace("-", "_"), language))

    def on(self, day: date | None) -> str:
        """With the year, for a page may be read years later. Nothing for what never was."""
        return str(format_date(day, "long", locale=self._words.locale)) if day is not None else ""

    def at(self, moment: datetime | None) -> str:
        """The date and time of day on the client's clock. Nothing for what never was."""
        if moment is None:
            return ""
        there = local(moment, self._zone)
        return self("moment", day=self.on(there.date()), time=self._words.time(there.time()))

    def weekly(self, weekday: int, at: time) -> str:
        return self("weekly", day=self._words.weekday(weekday), time=self._words.time(at))

    def span(self, begin: time | None, end: time | None) -> str:
        if begin is None or end is None:
            return ""
        return self("span", begin=self._words.time(begin), end=self._words.time(end))

    def step(self, answer: KnownAnswer) -> str:
        """Which step of its scale an answer is. Nothing for what is none, as "I don't know"."""
        if answer.step is None or answer.steps is None:
            return ""
        return self("value", number=self.number(answer.step), most=self.number(answer.steps))

    def letter(self, letter: KnownLetter) -> str:
        """What kind of message it was, and how often it was changed."""
        kind = self.named("letter", letter.kind)
        match len(letter.changed_at):
            case 0:
                return kind
            case 1:
                return self("letter/changed_once", kind=kind)
            case times:
                return self("letter/changed", kind=kind, count=self.number(times))

    def number(self, value: float) -> str:
        return Ltr(f"{value:g}")


def _plain(value: Any, zone: str) -> Any:
    """The same in what JSON has. Nothing is left out, so that a new field cannot be forgotten."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), zone) for field in fields(value)}
    match value:
        case tuple():
            return [_plain(one, zone) for one in value]
        case datetime():
            return local(value, zone).isoformat(timespec="seconds")
        case time():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case _:
            return value


def _tag(language: str) -> str:
    """As HTML spells it: ``pt-BR``."""
    return language.replace("_", "-")
