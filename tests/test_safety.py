"""The help card: whatever is tapped, the clinic is said to have been told only after an alert has arrived."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alarms import Alarm, Stay, TakeAway
from bot.core.danger import Category
from bot.core.effects import Ask, Hint, StayOpen, Turn
from bot.core.events import (
    Acknowledged,
    Commanded,
    Delivered,
    Edited,
    PutDown,
    SentOther,
    Tapped,
    WasAway,
    Wrote,
)  # fmt: skip
from bot.core.helplines import Line
from bot.core.hours import Span, WeekHours
from bot.core.model import Address, Band, ChatId, DialogueId, Gender, Kind, Voice
from bot.core.safety import COVERED_AFTER, Page, Safety, Told, advance, begin
from bot.render.safety_cards import HelpShown, safety_card
from bot.render.words import Words
from tests.house import library
from tests.phones import plain

TEXTS = {language: library().texts(language) for language in ("en", "de", "ar")}
NOW = datetime(2026, 3, 3, 16, 30, tzinfo=UTC)
NUMBER = DialogueId(7)
CARD = Safety("en", Band.B18, Address.USUAL, Gender.OPEN, "AT", ("AT", "DE"), guardian=False)
OLD = (Hint("bot/hint/answered"),)
ARRIVED, SEEN = Delivered(NUMBER), Acknowledged(NUMBER, "Dr. Linde")
OPENS = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
OFFICE = WeekHours(tuple(Span(day, time(9), time(17)) for day in range(5)))
LINE = Line("Rat auf Draht", "147", False, WeekHours(always=True), ("de",), True, date(2026, 1, 5))
WRITTEN = Line("Text line", "50808", True, OFFICE, ("en",), False, date(2026, 1, 5))
SHOWN = HelpShown("Lindenhof Practice", "+43 1 000", "112", (LINE, WRITTEN), OFFICE)


def tapped(choice: str, position: int = 0) -> Tapped:
    return Tapped(ChatId(1), "p", 5, NUMBER, position, choice)


def text(card: Safety, language: str = "en", shown: HelpShown = SHOWN) -> str:
    words = Words(language, TEXTS[language], card.band.voice, "AT")
    return plain(safety_card(words, NUMBER, card, shown)["text"])


def labels(card: Safety, language: str = "en", shown: HelpShown = SHOWN) -> list[str]:
    words = Words(language, TEXTS[language], card.band.voice, "AT")
    rows = safety_card(words, NUMBER, card, shown).get("buttons", [])
    return [plain(one["text"]) for row in rows for one in row]


def test_it_comes_at_the_end_of_the_chat_and_on_a_guardians_phone_it_goes_by_itself():
    assert begin(CARD, NOW).effects == (Ask(Kind.HELP, new=True),)
    lent = begin(replace(CARD, guardian=True), NOW)
    assert lent.effects == (Ask(Kind.HELP, new=True), StayOpen(NOW + timedelta(minutes=15)))
    assert timedelta(minutes=15) == COVERED_AFTER


@pytest.mark.parametrize(
    ("card", "choice", "becomes", "effects"),
    [
        (CARD, "-tell", replace(CARD, told=Told.TRYING), (Alarm(Category.ASKING_FOR_HELP), Ask())),
        (CARD, "-country", replace(CARD, page=Page.COUNTRY), (Ask(),)),
        (CARD, "-hide", replace(CARD, page=Page.GONE), (Ask(), TakeAway())),
        (replace(CARD, page=Page.COUNTRY), "DE", replace(CARD, country="DE"), (Stay("DE"), Ask())),
        (replace(CARD, page=Page.COUNTRY), "-other", replace(CARD, country=""), (Stay(""), Ask())),
        (replace(CARD, page=Page.COUNTRY), "-back", CARD, (Ask(),)),
    ],
)
def test_each_button_does_what_it_says(card, choice, becomes, effects):
    turn = advance(card, tapped(choice), NOW)
    assert turn == Turn(replace(becomes, position=1), effects)


@pytest.mark.parametrize(
    ("card", "event"),
    [
        (CARD, tapped("-tell", position=3)),
        (replace(CARD, page=Page.GONE), tapped("-tell")),
        (replace(CARD, told=Told.TRYING), tapped("-tell")),
        (replace(CARD, page=Page.COUNTRY), tapped("FR")),
        (CARD, tapped("DE")),
    ],
)
def test_an_old_button_changes_nothing_and_says_so(card, event):
    assert advance(card, event, NOW) == Turn(card, OLD)


@pytest.mark.parametrize(
    ("card", "event", "told"),
    [
        (replace(CARD, told=Told.TRYING), ARRIVED, Told.DELIVERED),
        (replace(CARD, told=Told.TRYING), SEEN, Told.SEEN),
        (replace(CARD, told=Told.DELIVERED), SEEN, Told.SEEN),
    ],
)
def test_it_says_how_far_the_clinic_has_been_told_even_where_it_was_taken_away(card, event, told):
    turn = advance(card, event, NOW)
    assert (turn.dialogue.told, turn.dialogue.position, turn.effects) == (told, 0, (Ask(),))
    gone = advance(replace(card, page=Page.GONE), event, NOW)
    assert (gone.dialogue.told, gone.effects) == (told, ())


@pytest.mark.parametrize(
    ("card", "event"),
    [
        (CARD, ARRIVED),
        (CARD, SEEN),
        (replace(CARD, told=Told.SEEN), ARRIVED),
        (replace(CARD, told=Told.SEEN), SEEN),
        (replace(CARD, page=Page.GONE), PutDown(NUMBER)),
        (CARD, Wrote(ChatId(1), 8, "hello", "en")),
        (CARD, Edited(ChatId(1), 8, "hello", "en")),
        (CARD, SentOther(ChatId(1), 3, "en")),
        (CARD, Commanded(ChatId(1), "menu", "", "en")),
    ],
)
def test_nothing_else_changes_it(card, event):
    assert advance(card, event, NOW) == Turn(card)


def test_a_phone_that_is_put_down_shows_it_no_longer():
    turn = advance(CARD, PutDown(NUMBER), NOW)
    assert (turn.dialogue.page, turn.effects) == (Page.GONE, (Ask(), TakeAway()))
    assert not turn.dialogue.open


def test_after_an_absence_it_asks_for_the_tap_again():
    assert advance(CARD, WasAway(NUMBER), NOW) == Turn(CARD, (Ask(away=True),))


ACTS = st.sampled_from(
    ["-tell", "-country", "-hide", "-back", "-other", "AT", "DE", "XX", "put down", "arrived", "seen", "away"]
)


@given(st.lists(st.tuples(ACTS, st.integers(0, 1)), max_size=12), st.sampled_from([None, *Category]))
def test_whatever_is_tapped_it_never_says_that_the_clinic_was_told_before_it_was(acts, category):
    card, arrived = replace(CARD, category=category), False
    begins = ("I have informed Lindenhof Practice", "Somebody at Lindenhof Practice has seen it")
    for act, late in acts:
        event = {"put down": PutDown(NUMBER), "arrived": ARRIVED, "seen": SEEN, "away": WasAway(NUMBER)}.get(
            act, tapped(act, card.position - late)
        )
        arrived |= event in (ARRIVED, SEEN) and card.told is not Told.NOT
        card = advance(card, event, NOW).dialogue
        if card.page is Page.CARD:
            assert any(one in text(card) for one in begins) == arrived


# What can be read


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("band", list(Band))
@pytest.mark.parametrize("category", [None, *Category])
def test_every_card_says_whom_to_call_and_that_it_is_a_program(language, band, category):
    said = text(replace(CARD, band=band, category=category), language)
    for part in ("112", "+43 1 000", "Rat auf Draht: 147", "Text line: 50808", "findahelpline.com"):
        assert part in said
    assert not any(sign in said for sign in "!！")
    assert len(said) < 2000


def test_of_each_line_it_says_when_it_answers_and_that_it_is_written_to():
    said = text(CARD).split("\n")
    assert "Rat auf Draht: 147 (day and night)" in said
    assert "Text line: 50808, by text message (Monday to Friday, 09:00–17:00)" in said


def test_without_numbers_of_the_country_there_are_the_clinic_and_the_directory_and_no_others():
    said = text(replace(CARD, country=""), shown=replace(SHOWN, emergency="", lines=()))
    assert "112" not in said
    assert "147" not in said
    assert "Lindenhof Practice: +43 1 000" in said
    assert "findahelpline.com" in said


@pytest.mark.parametrize("category", [Category.ABUSE, Category.THREAT_AT_HOME])
@pytest.mark.parametrize("voice", [Band.B06, Band.B09])
def test_whom_a_child_trusts_need_not_be_at_home(category, voice):
    said = text(replace(CARD, band=voice, category=category))
    assert "outside your home" in said
    assert "not your fault" in said
    assert "grown-up you trust" in said


@pytest.mark.parametrize(
    ("monitored", "opens", "said"),
    [
        (WeekHours(always=True), None, "day and night. If you"),
        (OFFICE, None, "during these hours: Monday to Friday, 09:00–17:00"),
        (OFFICE, OPENS, "next on Wednesday, 4 March, at 09:00"),
        (WeekHours(), None, "I do not know when"),
    ],
)
def test_with_what_was_told_it_says_when_it_is_read(monitored, opens, said):
    shown = replace(SHOWN, lines=(), monitored=monitored, opens=opens)
    delivered = text(replace(CARD, told=Told.DELIVERED), shown=shown)
    assert "I have informed Lindenhof Practice" in delivered
    assert said in delivered
    for told in (Told.NOT, Told.TRYING, Told.SEEN):
        assert said not in text(replace(CARD, told=told), shown=shown)


def test_each_page_has_its_buttons():
    assert labels(CARD) == [
        "Inform Lindenhof Practice",
        "I am in another country",
        "Take this out of the chat",
    ]
    assert labels(replace(CARD, told=Told.TRYING, countries=())) == ["Take this out of the chat"]
    where = replace(CARD, page=Page.COUNTRY)
    assert labels(where) == ["✓ Austria", "Germany", "None of these", "Back"]
    assert labels(replace(where, country=""), "de") == [
        "Deutschland",
        "Österreich",
        "✓ Keines davon",
        "Zurück",
    ]
    assert labels(replace(CARD, page=Page.GONE)) == []
    assert text(replace(CARD, page=Page.GONE)) == "This message is no longer here."


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_children_read_short_sentences_and_short_buttons(language):
    texts = TEXTS[language]
    keys = [key for key in texts if key.startswith("bot/safety/opening/") and key.endswith(f"/{Voice.CHILD}")]
    assert len(keys) == len(Category) + 1
    long = {
        sentence
        for key in keys
        for sentence in texts[key].rstrip(".").split(". ")
        if len(sentence.split()) > (9 if language == "ar" else 8)
    }
    assert long == set()
    assert all(len(texts[f"bot/button/{key}/child"]) <= 20 for key in ("help", "tell", "country", "hide"))
