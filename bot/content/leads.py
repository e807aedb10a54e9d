"""Leads to helplines by country, which ship with Attune: where to ask, and never for a client to read.

``data/helpline_leads.json`` was compiled from public lists on the day it names. Nobody has called a number.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from babel import Locale
from pydantic_core import PydanticCustomError

from bot.content.hours import ALWAYS, week_hours

_FILE: Final = "data/helpline_leads.json"
_REMARK: Final = re.compile(r" \(.*\)$")
_CHANNELS: Final = {"phone": "phone", "sms/text": "text"}


def countries() -> Mapping[str, str]:
    """The countries there are leads for: their names by their two letters."""
    return {code: found["name"] for code, found in _leads()["countries"].items()}


def block(country: str) -> str:
    """A table to paste into helplines.toml, each lead with where it comes from. Raises KeyError."""
    return "\n".join([*_head(country), *_lines(country)]) + "\n"


@cache
def _leads() -> Mapping[str, Any]:
    leads: Mapping[str, Any] = json.loads(resources.files("bot.content").joinpath(_FILE).read_text("utf-8"))
    return leads


def _head(country: str) -> Iterator[str]:
    leads = _leads()
    found = leads["countries"][country]
    yield f"# {found['name']}. Leads compiled on {leads['about']['compiled']}; nobody has called them."
    yield "# Call each one. Then write the day and who called. Take out what you cannot confirm."
    yield f"[{country}]"
    numbers = [one["number"] for one in found["emergency"]]
    general = found.get("emergency_general") or next(iter(numbers), "")
    for one in found["emergency"]:
        yield f"# {one['number']}: {', '.join(one['services'])} ({', '.join(one['families'])})"
    if found["emergency_doubtful"]:
        yield "# The sources do not agree about these."
    yield f"emergency = {_quoted(general)}" if general else '# emergency = ""'
    yield from _to_confirm()


def _lines(country: str) -> Iterator[str]:
    for lead in _leads()["countries"][country].get("lines", ()):
        yield ""
        sources = ", ".join(f"{one['family']} {one['date']}" for one in lead["sources"])
        yield f"# Confidence {lead['confidence']}: {sources}."
        if lead["doubtful"]:
            yield f"# Doubtful: {lead.get('doubt', 'the sources do not agree')}."
        if "website" in lead:
            yield f"# {lead['website']}"
        yield f"[[{country}.lines]]"
        yield f"name = {_quoted(lead['name'])}"
        yield f"number = {_quoted(lead['number'].replace('–', '-'))}"
        yield f"channel = {_quoted(_CHANNELS.get(lead['channel'], 'phone and text'))}"
        yield from _hours(lead.get("hours", ""))
        yield from _languages(lead.get("languages", ()))
        yield f"for_children = {str(lead['for_children']).lower()}"
        yield from _to_confirm()


def _hours(said: str) -> Iterator[str]:
    """As found, where they can be read; else they have to be asked for."""
    if said != ALWAYS:
        yield f"# Hours as found: {said}" if said else "# No hours were found."
    plain = _REMARK.sub("", said)
    try:
        week_hours(plain)
    except PydanticCustomError:
        yield '# hours = "Mon-Fri 09:00-17:00"'
    else:
        yield f"hours = {_quoted(plain)}"


def _languages(names: list[str]) -> Iterator[str]:
    codes = [code for name in names if (code := _codes().get(name))]
    if len(codes) < len(names) or not names:
        yield f"# Languages as found: {', '.join(names)}" if names else "# No languages were found."
    yield f"languages = [{', '.join(map(_quoted, codes))}]" if codes else "# languages = []"


@cache
def _codes() -> Mapping[str, str]:
    return {str(name): code for code, name in Locale("en").languages.items() if len(code) == 2}


def _to_confirm() -> Iterator[str]:
    yield "# confirmed_on = 2026-01-31"
    yield '# confirmed_by = ""'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
