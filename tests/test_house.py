"""The house is as it is described: the README's map, the settings, the tables, the messages."""

import itertools
import re
from functools import cache
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot.content.catalogs import read_catalog
from bot.content.library import load
from bot.core import agreeing, pairing, phrasing, welcome
from bot.core.caseload import ACCOUNTS, STEPS, Inviting
from bot.core.danger import Category
from bot.core.events import RESTED
from bot.core.goals import GoalState
from bot.core.menu_when import WEEKS
from bot.core.model import CORE, Address, Band, Element, Gender, Voice
from bot.core.reading import ANSWERS
from bot.core.reception import Role
from bot.service.profiles import COMMANDS
from bot.settings import Settings
from bot.storage.schema import metadata

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "bot").rglob("*.py"))
SPOKEN = re.compile(r'f?"(bot/[a-z_/{}.()]+)"')


def shown_map():
    shown = re.search(r"```text\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert shown, "the README has its map in a ```text block"
    return shown[1]


def test_the_map_in_the_readme_shows_every_room_and_no_other():
    rooms = set(re.findall(r"^  (\w+)/ ", shown_map(), re.MULTILINE))
    there = {path.name for path in (ROOT / "bot").iterdir() if (path / "__init__.py").exists()}
    assert rooms == there


def test_the_map_names_every_file_of_the_rooms():
    missing = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.name not in ("__init__.py", "__main__.py")
        and "migrations" not in path.parts
        and "server" not in path.parts
        and not re.search(rf"\b{path.stem}\b", shown_map())
    ]
    assert missing == []


def test_env_example_has_every_setting_with_its_default_and_its_meaning():
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    written = {}
    for above, line in itertools.pairwise(lines):
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            written[name] = (value, above.removeprefix("# "))
    wanted = {
        f"ATTUNE_{name.upper()}": ("" if field.default is None else str(field.default), field.description)
        for name, field in Settings.model_fields.items()
    }
    assert written == wanted


async def test_migrations_lead_to_the_tables_of_the_schema(database):
    def differences(tx):
        return compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata)

    assert await database.write(differences) == []


@cache
def english():
    """Read once, for many tests look into it."""
    catalog, problems = read_catalog(ROOT, "en", "bot")
    assert catalog is not None, problems
    return catalog


def spoken_ids():
    """Every message id that the code names, with what stands in its braces filled in."""
    fillings = {
        "role": list(Role),
        "element": list(Element),
        "band": list(Band),
        "dialogue.page": [],
        "answer": list(ANSWERS),
        "effect.answer": list(ANSWERS),
        "claim.outcome": ["unknown", "used", "expired", "too_often"],
        "change.direction": ["lower", "higher", "same"],
        "name": ["partly", "unanswered", "still_open", "skipped", "dont_know", "missed"],
        "reason": ["late", "unreachable", "in_doubt", "refused", "consent", *RESTED],
        "which": ["linked", "goes_on"],
        "page": ["sees", "yours"],
        "line.raise_": ["yes", "myself", "not_now"],
    }
    exact = {
        "bot/commands/client/{name}": list(COMMANDS),
        "bot/later/{name}": ["hour", "evening", "tomorrow"],
        "bot/share/button/{name}": ["hold", "show"],
        "bot/menu/button/{name}": [
            *("check_in", "welcome", "answers", "when", "goals", "language", "therapist", "data"),
            *("stop", "day", "quiet_from", "pause", "go_on", "why", "copy", "policy", "erase", "reached"),
            "let_go",
        ],
        "bot/menu/button/{menu.page}": ["erase", "erase_sure"],
        "bot/menu/{menu.page}": [
            *("quiet_from", "quiet_to", "pause", "month", "date", "language", "forms", "erase", "erase_sure"),
            *("stopped", "closed"),
        ],
        "bot/menu/goal_{state}": ["agreed", "proposed"],
        "bot/menu/weeks/{weeks}": [str(weeks) for weeks in WEEKS],
        "bot/forms/{one}": [*filter(None, Address), *filter(None, Gender)],
        "bot/why/{why.chosen_by}": ["client", "therapist"],
        "bot/check_in/{state}": ["partly", "closed", "rested"],
        "bot/share/{choice}": ["skip", "dont_know"],
        "bot/share/{more}": ["help", "raise"],
        "bot/share/element/{script.prompt(prompt).element}": list(Element),
        "bot/goal/card/{dialogue.page}": list(agreeing.Page),
        "bot/goal/write/{dialogue.page}": list(phrasing.Page),
        "bot/goal/{answer}": ["agreed", "talk_first"],
        "bot/goal/{answer}_for": ["agreed", "talk_first"],
        "bot/summary/goal/{goal.state}": list(GoalState),
        "bot/safety/told/{told}": ["trying", "seen"],
        "bot/alert/kind/{state.category}": list(Category),
    }
    for path in SOURCES:
        if "content" in path.parts or "server" in path.parts or "demo" in path.parts:
            continue
        for found in SPOKEN.findall(path.read_text("utf-8")):
            inside = re.findall(r"\{(.*?)\}", found)
            if not inside:
                yield path.name, found
            for value in exact.get(found, fillings.get(inside[0], [])) if inside else []:
                yield path.name, re.sub(r"\{.*?\}", value, found)
    for page in STEPS:
        yield "caseload.py", f"bot/invite/{page}"
        yield "caseload.py", f"bot/invite/unclear/{page}"
    for page in pairing.Page:
        yield "caseload_cards.py", f"bot/pairing/{page}"
        yield "caseload_cards.py", f"bot/pairing/move_{page}"
    for whose in ACCOUNTS:
        yield "caseload_cards.py", f"bot/button/account/{whose}"
        yield "caseload_cards.py", f"bot/button/consent/{whose}"
    for page in {*welcome.Page} - {*welcome.GUARDIANS, welcome.Page.AGREED}:
        yield "welcome_cards.py", f"bot/welcome/{page}"
    for page in ("hello", "sees", "yours"):
        yield "welcome_cards.py", f"bot/guardian/{page}"
    for page in ("answered", "untold"):
        yield "reading_cards.py", f"bot/reading/{page}"
    for category in ("asked", *Category):
        yield "safety_cards.py", f"bot/safety/opening/{category}"
    for page in ("raised", "have", "taken"):
        yield "alert_cards.py", f"bot/alert/{page}"
        yield "alert_cards.py", f"bot/alert/drill/{page}"
    for change in ("lost", "back"):
        yield "reaching.py", f"bot/reach/{change}"


@pytest.mark.parametrize("place", sorted(set(spoken_ids())), ids=lambda place: place[1])
def test_every_message_that_the_code_names_exists(place):
    catalog = english()
    there = place[1] in catalog.entries or any(f"{place[1]}/{voice}" in catalog.entries for voice in Voice)
    assert there, f"{place[0]} says {place[1]}, and locales/en/LC_MESSAGES/bot.po has no such message"


def test_a_message_with_voices_has_all_three():
    catalog = english()
    stems = {key.rpartition("/")[0] for key in catalog.entries if key.rpartition("/")[2] in list(Voice)}
    assert [
        stem for stem in sorted(stems) for voice in Voice if f"{stem}/{voice}" not in catalog.entries
    ] == []


def test_the_starter_set_asks_all_twelve_elements_in_every_band_and_language():
    library, _ = load(ROOT)
    script = library.prompt_sets["starter"]
    assert {prompt.element for prompt in script.prompts} == set(Element)
    assert [prompt.element for prompt in script.prompts if prompt.core] == list(CORE)
    assert set(script.bands) == set(Band)
    assert all(library.languages_for("starter", band) == ("en", "de", "ar") for band in Band)


def test_no_file_is_longer_than_a_person_reads_at_once():
    long = {
        str(path.relative_to(ROOT)): count
        for folder in ("bot", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if (count := len(path.read_text("utf-8").splitlines())) > 310
    }
    assert long == {}


def test_files_have_names_that_say_what_is_in_them():
    vague = {"utils", "helpers", "base", "manager", "managers", "helper", "util", "common", "misc"}
    assert [path.name for path in SOURCES if path.stem in vague] == []


def test_an_invitation_begins_with_its_first_step():
    assert Inviting("en").page is STEPS[0]


def test_the_example_copied_as_it_is_means_the_defaults(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text("utf-8"))
    monkeypatch.chdir(tmp_path)
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    assert Settings().model_dump() == defaults
