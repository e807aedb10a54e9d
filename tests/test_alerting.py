"""An alert on the clinic's side: until somebody has it, it goes on; nobody but a clinician lets check-ins
begin again; and no words of a client's are in it."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alarms import Acknowledge, Release
from bot.core.alerting import Alerting, Answering, Page, Step, advance, again, begin
from bot.core.danger import Category
from bot.core.effects import Ask, Hint, Say, Turn
from bot.core.events import (
    Acknowledged,
    Commanded,
    Edited,
    Released,
    SentOther,
    Tapped,
    WasAway,
    Wrote,
)  # fmt: skip
from bot.core.hours import Span, WeekHours
from bot.core.model import AlertId, ChatId, DialogueId, Kind
from bot.render.alert_cards import alerting_card
from bot.render.words import Words
from tests.house import library
from tests.phones import plain

TEXTS = {language: library().texts(language) for language in ("en", "de", "ar")}
VIENNA = "Europe/Vienna"
NOW = datetime(2026, 3, 3, 16, 30, tzinfo=UTC)  # a Tuesday, 17:30 there
LATER = NOW + timedelta(minutes=5)
NUMBER, ALERT = DialogueId(7), AlertId(3)
CARD = Alerting(ALERT, "en", VIENNA, ("C001",), Category.SUICIDE, NOW, clinician=True)
DRILL = replace(CARD, codes=(), category=None)
OLD = (Hint("bot/hint/answered"),)
OFFICE = WeekHours(tuple(Span(day, time(9), time(17)) for day in range(5)))
ANSWERING = Answering(OFFICE, VIENNA, "Front desk", "Head", timedelta(minutes=30))
TAKEN, RELEASED = Acknowledged(NUMBER, "Dr. Kaya"), Released(NUMBER, "Dr. Kaya")


def tapped(choice: str, position: int = 0) -> Tapped:
    return Tapped(ChatId(1), "p", 5, NUMBER, position, choice)


def shown(card: Alerting, language: str = "en") -> tuple[str, list[str]]:
    body = alerting_card(Words(language, TEXTS[language], territory="AT"), NUMBER, card)
    labels = [one["text"] for row in body.get("buttons", []) for one in row]
    return plain(body["text"]), labels


# How soon, and who


def test_from_one_step_to_the_next_until_all_admins_are_called_again():
    assert [step.next for step in Step] == [Step.DEPUTY, Step.ADMINS, Step.ADMINS]


NIGHT = replace(ANSWERING, within_outside=timedelta(hours=2))
NEVER = WeekHours()


@pytest.mark.parametrize(
    ("answering", "at", "promised"),
    [
        (ANSWERING, "2026-03-03T09:00Z", "2026-03-03T09:30Z"),
        (ANSWERING, "2026-03-03T16:30Z", "2026-03-04T08:30Z"),
        (NIGHT, "2026-03-03T16:30Z", "2026-03-03T18:30Z"),
        (NIGHT, "2026-03-04T07:30Z", "2026-03-04T08:30Z"),
        (replace(NIGHT, monitored=NEVER), "2026-03-03T16:30Z", "2026-03-03T18:30Z"),
        (replace(ANSWERING, monitored=NEVER), "2026-03-03T16:30Z", None),
        (replace(ANSWERING, monitored=WeekHours(always=True)), "2026-03-03T16:30Z", "2026-03-03T17:00Z"),
    ],
)
def test_until_when_somebody_has_it(answering, at, promised):
    expected = None if promised is None else datetime.fromisoformat(promised)
    assert answering.promised_by(datetime.fromisoformat(at)) == expected


def test_somebody_reads_again_when_the_office_opens():
    assert ANSWERING.opens(NOW) == datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
    morning = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    assert ANSWERING.opens(morning) == morning


# What is tapped and heard


def test_it_rings_and_rings_again_with_fresh_buttons():
    assert begin(CARD) == Turn(CARD, (Ask(Kind.ALERT, new=True),))
    assert again(CARD) == Turn(replace(CARD, position=1), (Ask(Kind.ALERT, new=True),))


def becomes(card: Alerting, page: Page, **changes: object) -> Alerting:
    return replace(card, page=page, position=card.position + 1, at=LATER, **changes)


HAVE, GONE = becomes(CARD, Page.HAVE), becomes(CARD, Page.TAKEN, by="Dr. Kaya")


@pytest.mark.parametrize(
    ("card", "event", "after", "effects"),
    [
        (CARD, tapped("-have"), HAVE, (Acknowledge(ALERT), Ask())),
        (DRILL, tapped("-have"), becomes(DRILL, Page.HAVE), (Acknowledge(ALERT), Ask())),
        (HAVE, tapped("-release", 1), becomes(HAVE, Page.RELEASED), (Release(ALERT), Ask())),
        (GONE, tapped("-release", 1), becomes(GONE, Page.RELEASED, by=""), (Release(ALERT), Ask())),
        (CARD, TAKEN, GONE, (Ask(),)),
        (HAVE, RELEASED, becomes(HAVE, Page.RELEASED, by="Dr. Kaya"), (Ask(),)),
        (CARD, RELEASED, becomes(CARD, Page.RELEASED, by="Dr. Kaya"), (Ask(),)),
    ],
)
def test_it_goes_from_hand_to_hand(card, event, after, effects):
    assert advance(card, event, LATER) == Turn(after, effects)


@pytest.mark.parametrize(
    ("card", "event"),
    [
        (CARD, tapped("-have", 4)),
        (CARD, tapped("-release")),
        (CARD, tapped("-what")),
        (replace(CARD, page=Page.HAVE), tapped("-have")),
        (replace(CARD, page=Page.HAVE, clinician=False), tapped("-release")),
        (replace(CARD, page=Page.TAKEN, clinician=False), tapped("-release")),
        (replace(CARD, page=Page.RELEASED), tapped("-release")),
        (replace(DRILL, page=Page.HAVE), tapped("-release")),
    ],
)
def test_an_old_button_or_one_that_is_not_theirs_changes_nothing(card, event):
    assert advance(card, event, LATER) == Turn(card, OLD)


@pytest.mark.parametrize(
    ("card", "event", "effects"),
    [
        (HAVE, TAKEN, ()),
        (replace(CARD, page=Page.RELEASED), RELEASED, ()),
        (CARD, Edited(ChatId(1), 8, "hello", "en"), ()),
        (CARD, Commanded(ChatId(1), "help", "", "en"), ()),
        (CARD, WasAway(NUMBER), (Ask(away=True),)),
        (CARD, Wrote(ChatId(1), 8, "hello", "en"), (Say("bot/therapist/use_commands"),)),
        (CARD, SentOther(ChatId(1), 3, "en"), (Say("bot/therapist/use_commands"),)),
    ],
)
def test_nothing_else_changes_it(card, event, effects):
    assert advance(card, event, LATER) == Turn(card, effects)


ACTS = st.sampled_from(["-have", "-release", "-other", "taken", "released", "again"])


@given(st.lists(st.tuples(ACTS, st.integers(0, 1)), max_size=12), st.booleans(), st.booleans())
def test_whatever_is_tapped_nobody_but_a_clinician_releases(acts, clinician, drill):
    card = replace(DRILL if drill else CARD, clinician=clinician)
    released = 0
    for act, late in acts:
        if act == "again" and card.page is Page.RAISED:
            card = again(card).dialogue
            continue
        event = {"taken": TAKEN, "released": RELEASED}.get(act, tapped(act, card.position - late))
        turn = advance(card, event, LATER)
        released += sum(isinstance(one, Release) for one in turn.effects)
        assert not ("Let check-ins begin again" in shown(turn.dialogue)[1] and (drill or not clinician))
        card = turn.dialogue
    assert released <= (clinician and not drill)


# What can be read


def test_the_first_line_says_it_all():
    assert shown(CARD)[0].split("\n")[0] == "Alert: C001, suicide, Tuesday 17:30"
    several = replace(CARD, codes=("C001", "C002"), category=Category.ABUSE)
    assert shown(several)[0].split("\n")[0] == "Alert: C001 or C002, abuse, Tuesday 17:30"
    assert shown(replace(CARD, codes=()))[0].split("\n")[0] == "Alert: suicide, Tuesday 17:30"
    assert shown(CARD, "de")[0].split("\n")[0] == "Alarm: C001, Suizid, Dienstag 17:30"


def test_a_drill_is_plainly_one():
    for page in Page:
        if page is not Page.RELEASED:
            text, labels = shown(replace(DRILL, page=page, by="Dr. Kaya", at=LATER))
            assert text.startswith("Drill, Tuesday 17:30. Nobody is in danger.")
            assert "Alert" not in text
            assert labels == (["I have it"] if page is Page.RAISED else [])


@pytest.mark.parametrize(
    ("card", "said", "labels"),
    [
        (CARD, "The client's words are not in this alert.", ["I have it"]),
        (HAVE, "You have it, since Tuesday 17:35.", ["Let check-ins begin again"]),
        (GONE, "Dr. Kaya has it, since Tuesday 17:35.", ["Let check-ins begin again"]),
        (replace(GONE, clinician=False), "Dr. Kaya has it, since Tuesday 17:35.", []),
        (becomes(HAVE, Page.RELEASED), "You let check-ins begin again: Tuesday 17:35.", []),
        (becomes(GONE, Page.RELEASED), "Dr. Kaya has let check-ins begin again: Tuesday 17:35.", []),
    ],
)
def test_it_says_what_to_do_and_then_who_does_it_since_when(card, said, labels):
    text, there = shown(card)
    assert said in text
    assert there == labels
    assert ("until you let check-ins begin again" in text) == ("Let check-ins begin again" in labels)


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("category", [*Category, None])
def test_every_kind_can_be_told_in_every_language(language, category):
    card = replace(CARD, category=category, codes=() if category is None else ("C001",))
    text, labels = shown(card, language)
    assert ("C001" in text) is (category is not None)
    assert len(labels) == 1
