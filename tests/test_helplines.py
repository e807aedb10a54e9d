"""Numbers to call: only confirmed ones, only of the country the client is in."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from bot.content import leads
from bot.content.helplines import FILE, read_helplines
from bot.content.hours import week_hours
from bot.content.problems import Severity
from bot.core.helplines import Country, Line, lines_for

TODAY = date(2026, 11, 25)

WHOLE = """
[AT]
emergency = "112"
confirmed_on = 2026-10-01
confirmed_by = "A. Huber"

[[AT.lines]]
name = "Somebody to talk to"
number = "000 142"
hours = "24/7"
languages = ["de"]
for_children = false
confirmed_on = 2026-10-01
confirmed_by = "A. Huber"

[[AT.lines]]
name = "Somebody for children"
number = "000 147"
channel = "text"
hours = "daily 14-20"
languages = ["de", "en"]
for_children = true
confirmed_on = 2026-10-01
confirmed_by = "A. Huber"
"""


def read(tmp_path: Path, text: str) -> tuple[dict[str, Country], list[tuple[str, Severity, int, str]]]:
    path = tmp_path / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    found, problems = read_helplines(tmp_path, TODAY)
    return dict(found), [(one.key, one.severity, one.line, one.message) for one in problems]


def test_what_the_clinic_confirmed_is_read_whole(tmp_path: Path) -> None:
    found, problems = read(tmp_path, WHOLE)
    assert problems == []
    assert found["AT"].emergency == "112"
    assert [line.name for line in found["AT"].lines] == ["Somebody to talk to", "Somebody for children"]
    assert found["AT"].lines[1].texts


def test_without_a_file_there_are_no_lines(tmp_path: Path) -> None:
    assert read_helplines(tmp_path, TODAY) == ({}, [])


@pytest.mark.parametrize("missing", ['confirmed_by = "A. Huber"', "confirmed_on = 2026-10-01"])
def test_what_nobody_confirmed_no_client_sees(tmp_path: Path, missing: str) -> None:
    found, problems = read(tmp_path, WHOLE.replace(missing, ""))
    assert found["AT"] == Country("")
    assert [(key, severity, line) for key, severity, line, _ in problems] == [
        ("AT", Severity.WARNING, 2),
        ("AT.lines.1", Severity.WARNING, 7),
        ("AT.lines.2", Severity.WARNING, 16),
    ]


def test_after_half_a_year_the_clinic_is_asked_to_call_again(tmp_path: Path) -> None:
    found, problems = read(tmp_path, WHOLE.replace("2026-10-01", "2026-05-01"))
    assert len(found["AT"].lines) == 2, "they are shown all the same"
    assert {severity for _, severity, _, _ in problems} == {Severity.WARNING}
    assert all("180 days" in message for _, _, _, message in problems)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[AT]\n", "[Austria]\n", "is no country"),
        ('hours = "24/7"', 'hours = "always"', "is not a day"),
        ('languages = ["de"]', 'languages = ["german"]', "not how a language is named"),
        ('number = "000 142"', 'number = "ask"', "telephone number"),
        ("for_children = false", 'for_children = "no"', ""),
        ("confirmed_on = 2026-10-01\n", "confirmed_on = 2027-10-01\n", "still to come"),
        ('name = "Somebody to talk to"', 'nam = "Somebody"', ""),
    ],
)
def test_every_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in WHOLE
    _, problems = read(tmp_path, WHOLE.replace(old, new))
    assert any(
        said in message and line > 0 for _, severity, line, message in problems if severity is Severity.ERROR
    )


def line(name: str, *, children: bool, languages: tuple[str, ...] = ("de",)) -> Line:
    return Line(name, "1", False, week_hours("24/7"), languages, children, TODAY)


def test_a_child_hears_of_the_children_s_line_first_and_an_adult_not_at_all() -> None:
    country = Country("112", (line("all", children=False), line("young", children=True)))
    assert [one.name for one in lines_for(country, child=True, language="de")] == ["young", "all"]
    assert [one.name for one in lines_for(country, child=False, language="de")] == ["all"]
    assert lines_for(None, child=True, language="de") == ()


def test_a_line_in_the_client_s_own_language_comes_first() -> None:
    lines = (line("german", children=False), line("arabic", children=False, languages=("ar",)))
    found = lines_for(Country("112", lines), child=False, language="ar")
    assert [one.name for one in found] == ["arabic", "german"]


def test_every_lead_is_a_block_that_can_be_pasted_and_shows_no_number_before_it_is_confirmed(
    tmp_path: Path,
) -> None:
    for country in leads.countries():
        block = leads.block(country)
        assert "confirmed_by" not in str(tomllib.loads(block))
        _, problems = read(tmp_path, block)
        wrong = [one for one in problems if one[1] is Severity.ERROR]
        allowed = ("hours", "languages", "for_children")
        assert all(key.rpartition(".")[2] in allowed for key, *_ in wrong), (country, wrong)


def test_a_lead_says_where_it_is_from() -> None:
    block = leads.block("AT")
    assert "nobody has called" in block
    assert "Confidence high: " in block
    assert '[[AT.lines]]\nname = "147 Rat auf Draht"\nnumber = "147"' in block
