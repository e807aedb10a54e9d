"""The welcome, by example: who reads what, in which order, and what a yes or a no leads to."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core import welcome
from bot.core.effects import Agree, Ask, Call, Decline, Hint, Say, Speak
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.model import Address, Band, Forms, Gender, GivenBy, Kind
from bot.core.welcome import CONSENT_VERSION, Given, Occasion, Page, Welcome

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FORMS = {
    "en": Forms(),
    "de": Forms(addresses=(Address.INFORMAL,)),
    "ar": Forms(genders=(Gender.FEMININE, Gender.MASCULINE)),
    "xx": Forms((Address.FORMAL,), (Gender.FEMININE,)),
}
HELLO = Welcome(3, "en", Band.B18, "Dr. Linde", "Sam", "Lindenhof")
CHILD = replace(HELLO, band=Band.B06, guardian_account=True, guardian_consent=True, page=Page.GUARDIAN)
WORDS, PHOTO = Wrote(100, 9, "hello", "en"), SentOther(100, 40, "en")
PASSED = (Hint("bot/hint/answered"),)
THANKS = Say("bot/welcome/agreed", {"therapist": "Dr. Linde"})


def tap(dialogue, choice, position=None):
    return Tapped(100, "press", 5, 1, dialogue.position if position is None else position, choice)


def through(dialogue, *choices):
    """The pages seen on the way, the welcome as it then is, and all that was decided."""
    pages, effects = [], []
    for choice in choices:
        turn = welcome.advance(FORMS, dialogue, tap(dialogue, choice), NOW)
        dialogue = turn.dialogue
        pages.append(dialogue.page.value)
        effects += [effect for effect in turn.effects if not isinstance(effect, Ask)]
    return pages, dialogue, effects


@pytest.mark.parametrize(
    ("event", "effects"),
    [
        (tap(HELLO, "-next", position=7), PASSED),
        (tap(HELLO, "yes"), PASSED),
        (WasAway(1), (Ask(away=True),)),
        (WORDS, (Say("bot/welcome/only_buttons", receipt=True),)),
        (PHOTO, (Say("bot/welcome/only_buttons", receipt=True),)),
        (Edited(100, 9, "hello again", "en"), ()),
    ],
)
def test_the_welcome_stays_where_it_is_and_says_why(event, effects):
    turn = welcome.advance(FORMS, HELLO, event, NOW)
    assert (turn.dialogue, turn.effects) == (HELLO, effects)


@pytest.mark.parametrize(
    ("who", "first"),
    [
        (HELLO, Page.HELLO),
        (CHILD, Page.GUARDIAN),
        (replace(HELLO, guardian_account=True), Page.HANDOVER),
        (replace(HELLO, guardian_consent=True), Page.GUARDIAN),
        (replace(HELLO, page=Page.AGAIN), Page.AGAIN),
    ],
)
def test_whoever_has_to_agree_first_reads_first(who, first):
    turn = welcome.begin(who)
    assert turn.dialogue.page is first
    assert turn.effects == (Ask(Kind.CONSENT, new=True),)


def test_news_come_quietly_and_lead_to_the_first_page():
    turn = welcome.begin(replace(CHILD, page=Page.NEWS))
    assert turn.effects == (Ask(Kind.NEWS, new=True),)
    assert through(turn.dialogue, "-next")[0] == ["guardian_hello"]
    assert through(replace(HELLO, page=Page.AGAIN), "-next")[0] == ["hello"]


def test_an_adult_reads_one_idea_a_page_and_can_turn_back():
    pages, agreed, effects = through(HELLO, "-next", "-back", "-next", "-next", "-back", "-next", "yes")
    assert pages == ["sees", "hello", "sees", "yours", "sees", "yours", "agreed"]
    assert effects == [Agree(CONSENT_VERSION), THANKS]
    assert agreed.given == (Given(GivenBy.CLIENT, CONSENT_VERSION, NOW),)
    assert welcome.advance(FORMS, agreed, WORDS, NOW).effects == (Say("bot/client/not_linked"),)
    asked = Commanded(100, "checkin", "", "en")
    assert welcome.advance(FORMS, agreed, asked, NOW).effects == (Say("bot/client/not_linked"),)


def test_a_page_is_shown_again_on_command():
    start = Commanded(100, "start", "", "en")
    shown = welcome.advance(FORMS, HELLO, start, NOW)
    assert shown.effects == (Ask(Kind.CONSENT, new=True),)
    assert shown.dialogue == replace(HELLO, position=HELLO.position + 1)


def test_a_no_is_a_no():
    _, declined, effects = through(HELLO, "-next", "-next", "no")
    assert effects == [Decline()]
    assert not declined.open
    assert welcome.advance(FORMS, declined, tap(declined, "yes"), NOW).effects == PASSED


def test_a_guardian_agrees_first_and_then_the_child_who_decides_too():
    pages, _, effects = through(CHILD, "-next", "-next", "yes", "-here", "-next", "-next", "yes")
    assert pages == ["guardian_sees", "guardian_yours", "handover", "hello", "sees", "yours", "agreed"]
    guardian = Agree(CONSENT_VERSION, GivenBy.GUARDIAN, complete=False)
    assert effects == [guardian, Agree(CONSENT_VERSION), THANKS]


@pytest.mark.parametrize(
    "choices", [("-next", "-next", "no"), ("-next", "-next", "yes", "-here", "-next", "-next", "no")]
)
def test_either_of_them_can_say_no(choices):
    _, declined, effects = through(CHILD, *choices)
    assert effects[-1] == Decline()
    assert declined.guardian_reads is (len(choices) == 3)


@pytest.mark.parametrize("page", list(Page))
def test_the_guardian_is_spoken_to_until_the_phone_is_passed_on(page):
    theirs = {Page.GUARDIAN, Page.GUARDIAN_SEES, Page.GUARDIAN_YOURS, Page.HANDOVER, Page.NEWS, Page.AGAIN}
    assert replace(CHILD, page=page, before=Page.HELLO).guardian_reads is (page in theirs)
    assert not replace(HELLO, page=Page.NEWS).guardian_reads


def test_the_language_is_chosen_on_the_first_page_and_said_at_once():
    pages, spoken, effects = through(HELLO, "-language", "de")
    assert (pages, spoken.language, effects) == (["language", "hello"], "de", [Speak("de")])
    pages, spoken, effects = through(CHILD, "-language", "-back", "-language", "en")
    assert pages == ["language", "guardian_hello", "language", "guardian_hello"]
    assert effects == []
    assert through(HELLO, "-language", "fr")[2] == list(PASSED)


@pytest.mark.parametrize(
    ("language", "choices", "pages", "calls"),
    [
        ("de", ("informal",), ["address", "agreed"], [Call(address=Address.INFORMAL)]),
        ("de", ("-usual",), ["address", "agreed"], [Call(address=Address.USUAL)]),
        ("ar", ("f",), ["gender", "agreed"], [Call(gender=Gender.FEMININE)]),
        ("ar", ("-usual",), ["gender", "agreed"], [Call(gender=Gender.OPEN)]),
        (
            "xx",
            ("formal", "f"),
            ["address", "gender", "agreed"],
            [Call(address=Address.FORMAL), Call(gender=Gender.FEMININE)],
        ),
    ],
)
def test_how_to_be_addressed_is_asked_after_the_yes_where_the_language_has_a_choice(
    language, choices, pages, calls
):
    yours = replace(HELLO, language=language, page=Page.YOURS)
    seen, _, effects = through(yours, "yes", *choices)
    assert seen == pages
    assert effects == [Agree(CONSENT_VERSION), *calls, THANKS]


def test_what_a_language_does_not_offer_cannot_be_chosen():
    asked = replace(HELLO, language="de", page=Page.ADDRESS)
    assert through(asked, "formal")[2] == list(PASSED)
    assert through(replace(asked, page=Page.GENDER), "f")[2] == list(PASSED)


def test_if_the_therapist_is_quicker_the_last_question_ends_the_welcome():
    asked = replace(HELLO, language="ar", page=Page.GENDER, linked=True)
    pages, over, effects = through(asked, "m")
    assert (pages, effects) == (["linked"], [Call(gender=Gender.MASCULINE)])
    assert not over.open


def test_on_a_new_account_what_is_chosen_waits_for_the_therapists_word():
    moved = replace(HELLO, occasion=Occasion.MOVED)
    _, chosen, effects = through(moved, "-language", "ar", "-next", "-next", "yes", "f")
    assert effects == [Agree(CONSENT_VERSION), THANKS]
    assert (chosen.language, chosen.gender) == ("ar", Gender.FEMININE)
    assert [given.by for given in chosen.given] == [GivenBy.CLIENT]
    linked = replace(moved, language="ar", page=Page.GENDER, linked=True)
    assert through(linked, "m")[2] == [Call(gender=Gender.MASCULINE)]


def test_whoever_agrees_again_is_done_with_it():
    again = replace(HELLO, language="ar", page=Page.YOURS, occasion=Occasion.RENEWED)
    pages, _, effects = through(again, "yes")
    assert (pages, effects) == (["linked"], [Agree(CONSENT_VERSION)])
