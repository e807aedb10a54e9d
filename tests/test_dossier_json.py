"""What clients get of all that is known about them as JSON: nothing is lost in it."""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.dossier import Dossier, Who
from bot.render.dossiers import as_json
from tests.test_dossiers import AT, EMPTY, FULL


def test_the_json_names_its_form_and_tells_times_on_the_clients_clock() -> None:
    told = as_json(FULL)
    assert "مرحبا <b>" in told, "read by people too"
    kept = json.loads(told)
    assert list(kept)[:4] == ["form", "clinic", "made_at", "who"]
    assert kept["form"] == "attune dossier 1"
    assert kept["made_at"] == "2026-07-01T11:30:00+02:00"
    assert kept["who"]["quiet_from"] == "21:15"
    assert kept["who"]["paused_until"] == "2026-08-09"
    assert kept["check_ins"][0]["due_at"] == "2026-03-03T18:00:00+01:00"
    assert kept["check_ins"][0]["answers"][0] == {
        "prompt": "heard",
        "question": "Did they listen?",
        "label": "A bit",
        "choice": "a_bit",
        "value": 0.5,
        "answered_at": "2026-03-03T18:00:00+01:00",
        "held_back": True,
        "follow_ups": [{"question": "What would help?", "label": "A slower pace", "choice": "slower"}],
        "step": 2,
        "steps": 3,
    }


ZONES = st.sampled_from(["Europe/Vienna", "Asia/Kathmandu", "America/Santiago", "Pacific/Apia"])
SECONDS = st.integers(int(AT.timestamp()) - 10**8, int(AT.timestamp()) + 10**8)
MOMENTS = SECONDS.map(lambda second: datetime.fromtimestamp(second, UTC))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))


def dossiers() -> st.SearchStrategy[Dossier]:
    for kind, strategy in ((datetime, MOMENTS), (time, TIMES), (str, st.text(max_size=9))):
        st.register_type_strategy(kind, strategy)
    who = st.builds(Who, zone=ZONES)
    return st.builds(Dossier, who=who)


@given(dossier=dossiers())
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_in_the_json(dossier: Dossier) -> None:
    assert again(Dossier, json.loads(as_json(dossier))) == dossier


def again(kind: Any, value: Any) -> Any:
    """What was written as JSON, as it was before."""
    if get_origin(kind) is UnionType:
        return None if value is None else again(get_args(kind)[0], value)
    if get_origin(kind) is tuple:
        return tuple(again(get_args(kind)[0], one) for one in value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: again(hints[field.name], value[field.name]) for field in fields(kind)})
    if kind in (datetime, date, time):
        return kind.fromisoformat(value)
    return value


def test_a_moment_in_the_hour_that_comes_twice_keeps_its_place() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert second.astimezone(ZoneInfo("Europe/Vienna")).fold == 1
    assert json.loads(as_json(replace(EMPTY, made_at=second)))["made_at"] == "2026-10-25T02:30:00+01:00"
