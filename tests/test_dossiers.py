"""What clients get of all that is known about them: everything, as words, and nothing from elsewhere."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot.content.library import load
from bot.core.dossier import (
    Dossier,
    KnownAnswer,
    KnownCheckIn,
    KnownConsent,
    KnownFollowUp,
    KnownGoal,
    KnownLetter,
    KnownNote,
    KnownSchedule,
    KnownSession,
    KnownSummary,
    Who,
)
from bot.core.model import Voice
from bot.render.dossiers import as_page
from bot.render.words import Words

ROOT = Path(__file__).parents[1]
LANGUAGES = ("en", "de", "ar")
AT = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
LATER = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
HOSTILE = """"><script>alert(1)</script><img src=https://evil.example/x onerror='x()'>&lt;{{ 7*7 }}\u202e"""

HELP = KnownFollowUp("What would help?", "A slower pace", "slower")
ANSWER = KnownAnswer("heard", "Did they listen?", "A bit", "a_bit", 0.5, AT, True, (HELP,), 2, 3)
UNSURE = KnownAnswer("safe", "Did it feel safe?", "I don't know", "dont_know", None, LATER)
FULL = Dossier(
    clinic="Praxis am Fluss",
    made_at=LATER,
    who=Who(
        alias="Mila",
        code="K-017",
        band="b13",
        language="de",
        zone="Europe/Vienna",
        address="informal",
        gender="f",
        guardian_account=True,
        quiet_from=time(21, 15),
        quiet_to=time(7, 45),
        paused_until=date(2026, 8, 9),
        stopped_at=LATER,
    ),
    sessions=(KnownSession("Dr. Linde", 2, time(16, 5), "Europe/London"),),
    schedules=(KnownSchedule(1, time(18, 35), "Asia/Amman", "client", AT),),
    consents=(KnownConsent("guardian", "7.1", "ar", AT, LATER),),
    check_ins=(
        KnownCheckIn(AT, "partly", "unanswered", "starter", 3, "en", (ANSWER, UNSURE)),
        KnownCheckIn(LATER, "skipped", "some new reason", "starter", 3, "en"),
    ),
    notes=(KnownNote("مرحبا <b>", "ar", AT, "Did they listen?", topic=True, held_back=True),),
    goals=(KnownGoal("Sleep\nbetter", "en", "agreed", AT, LATER, LATER, (replace(ANSWER, prompt="goal"),)),),
    summaries=(KnownSummary(date(2026, 3, 4), AT, LATER, "Thank you for this", LATER),),
    letters=(KnownLetter("reminder", AT),),
)
EMPTY = Dossier("Praxis", AT, Who("Mila", "K-1", "b09", "en", "Europe/Vienna"))


def words(language: str) -> Words:
    return Words(language, load(ROOT)[0].texts(language))


class Seen(HTMLParser):
    """A page as a browser reads it: its tags, its words and whatever it would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def texts_in(value: Any) -> list[str]:
    """All words in a dossier that somebody wrote or read."""
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts_in(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [text for one in value for text in texts_in(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_everything_that_is_known(language: str) -> None:
    said = words(language)
    text = Seen(as_page(said, FULL)).text
    for known in ("Praxis am Fluss", "Mila", "K-017", "Europe/Vienna", "Dr. Linde", "Europe/London",
                  "Asia/Amman", "7.1", "starter", "Did they listen?", "A bit", "What would help?",
                  "A slower pace", "Did it feel safe?", "I don't know", "some new reason", "مرحبا <b>",
                  "Sleep\nbetter", "Thank you for this"):  # fmt: skip
        assert known in text, known
    for name in ("address/informal", "gender/f", "account/guardian", "by/client", "by/guardian",
                 "state/partly", "reason/unanswered", "state/skipped", "held_back", "topic", "goal/agreed",
                 "letter/reminder"):  # fmt: skip
        assert said(f"bot/dossier/{name}") in text, name
    for at in (time(21, 15), time(7, 45), time(16, 5), time(18, 35), time(18, 0), time(11, 30)):
        assert said.time(at) in text, f"{at} on the client's clock"
    for weekday in (1, 2):
        assert said.weekday(weekday) in text
    assert text.count(said("bot/dossier/held_back")) == 3
    assert said("bot/band/b13") in text
    assert said("bot/dossier/empty") not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_place_in_the_page_shows_what_stands_there(language: str) -> None:
    """Each word of the dossier in turn is another one, and the page has that one too."""
    ours = {
        "band",
        "language",
        "zone",
        "choice",
        "prompt",
    }  # shown by another name, or named in the JSON alone
    page = Seen(as_page(words(language), marked(FULL, ours))).text
    missing = [text for text in texts_in(marked(FULL, ours)) if text.startswith("§") and text not in page]
    assert missing == []


def marked(value: Any, ours: set[str], path: str = "§") -> Any:
    """The dossier with every free word replaced by a mark of its place."""
    if is_dataclass(value):
        changed = {
            field.name: marked(getattr(value, field.name), ours, f"{path}.{field.name}")
            for field in fields(value)
            if field.name not in ours
        }
        return replace(value, **changed)  # type: ignore[type-var]
    if isinstance(value, tuple):
        return tuple(marked(one, ours, f"{path}.{at}") for at, one in enumerate(value))
    return path if isinstance(value, str) else value


def test_what_is_known_of_nothing_is_said_so() -> None:
    page = Seen(as_page(words("en"), EMPTY)).text
    assert page.count("Nothing yet.") == 8
    assert "own account" in page
    assert "Quiet hours" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_becomes_markup(language: str) -> None:
    plain = Seen(as_page(words(language), FULL))
    evil = Seen(as_page(words(language), hostile(FULL)))
    assert [tag for tag, _ in evil.tags] == [tag for tag, _ in plain.tags]
    assert HOSTILE in evil.text
    assert "49" not in evil.text


def hostile(value: Any) -> Any:
    """The dossier with mischief in every word that is not a name of ours."""
    ours = {
        "band",
        "language",
        "zone",
        "state",
        "reason",
        "kind",
        "given_by",
        "chosen_by",
        "address",
        "gender",
        "country",
    }
    if is_dataclass(value):
        changed = {
            field.name: hostile(getattr(value, field.name))
            for field in fields(value)
            if field.name not in ours
        }
        return replace(value, **changed)  # type: ignore[type-var]
    if isinstance(value, tuple):
        return tuple(hostile(one) for one in value)
    return HOSTILE if isinstance(value, str) else value


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_loads_nothing_runs_nothing_and_leads_nowhere(language: str) -> None:
    page = as_page(words(language), hostile(FULL))
    seen = Seen(page)
    active = {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "form",
        "a",
        "base",
        "svg",
        "audio",
        "video",
    }
    assert not active & {tag for tag, _ in seen.tags}
    loading = {"src", "href", "srcset", "style", "action", "data", "poster", "background"}
    for tag, attributes in seen.tags:
        assert not loading & set(attributes), tag
        assert not [name for name in attributes if name.startswith("on")], tag
    assert not re.search(r"url\(|@import|expression", page.partition("</style>")[0])
    policies = [meta["content"] for meta in seen.all("meta") if meta.get("http-equiv")]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


@pytest.mark.parametrize(("language", "way"), [("en", "ltr"), ("de", "ltr"), ("ar", "rtl")])
def test_the_page_says_in_which_language_and_direction_it_reads(language: str, way: str) -> None:
    seen = Seen(as_page(words(language), FULL))
    assert seen.all("html") == [{"lang": language, "dir": way}]
    own = [one for one in seen.all("p") if one.get("class") == "own"]
    assert own == [
        {"class": "own", "dir": "auto", "lang": "ar"},
        {"class": "own", "dir": "auto", "lang": "en"},
    ]
    assert all(one["dir"] == "auto" for one in seen.all("p") if one.get("class") in ("question", "label"))
    (viewport,) = [meta["content"] for meta in seen.all("meta") if meta.get("name") == "viewport"]
    assert viewport == "width=device-width, initial-scale=1", "nobody is kept from making it larger"


def test_a_clients_voice_changes_nothing() -> None:
    said = words("de")
    assert as_page(said.speaking(Voice.CHILD), FULL) == as_page(said, FULL)
