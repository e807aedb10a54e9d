"""How each of the simulated people lives with the bot.

A life knows nothing of the bot but what the phone shows, and its chances come from the seed alone.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.core.checkin import OPEN
from bot.demo.headless import deciding, phrases
from bot.demo.headless.answering import OTHER, PAGES_MOST, answer, ask_for_one, edit, write
from bot.demo.headless.attending import ask, read
from bot.demo.headless.persons import Client, Life, Person, Therapist, Wait, moment

MOST_LEFT: Final = timedelta(days=2)  # after this a check-in is closed


class Mood(StrEnum):
    """What somebody does when a check-in comes."""

    AT_ONCE = "at once"
    LATER = "hours later"
    REMINDED = "after the reminder"
    NEVER = "not at all"
    HALF = "half"
    DECIDES = "something else is decided first"
    IN_THE_END = "shortly before the session, after the summary"


def life_of(person: Person) -> Life:
    return _client(person) if isinstance(person, Client) else _therapist(person)


def _therapist(one: Therapist) -> Life:
    dice = one.dice
    while True:
        yield Wait(timedelta(hours=dice.uniform(20, 120)))
        if dice.random() < 0.7:
            yield from read(one)
        match dice.choice(("summary", "summary", "summary", "help", "words", "old")):
            case "summary":
                yield from ask(one)
            case "help":
                one.phone.write("/help")
            case "old":
                one.phone.tap_old(dice.randrange(9))
            case _:
                one.phone.write(dice.choice(phrases.words(one.language)))


def _client(one: Client) -> Life:
    while one.wishes.erased_at is None:
        rang = yield Wait(timedelta(hours=one.dice.expovariate(1 / 100)), ring=True)
        if not rang:
            yield from _whim(one)
        elif OPEN in one.phone.choices():
            yield from _check_in(one)
    while True:
        yield Wait(timedelta(hours=one.dice.expovariate(1 / 100)))
        _pass_by(one)


def _pass_by(one: Client) -> None:
    """Somebody whom the bot does not know any more tries what stands in their chat."""
    match one.dice.choice(("old", "help", "words")):
        case "old":
            one.phone.tap_old(one.dice.randrange(60))
        case "help":
            one.phone.write(one.dice.choice(("/help", "/menu", "/checkin", "/start")))
        case _:
            write(one)


def _check_in(one: Client) -> Life:
    """A check-in has come, or its reminder."""
    dice = one.dice
    match dice.choices(tuple(Mood), (24, 23, 13, 9, 13, 8, 10))[0]:
        case Mood.AT_ONCE:
            yield Wait(timedelta(seconds=dice.uniform(3, 300)))
            yield from answer(one, PAGES_MOST)
        case Mood.LATER:
            yield Wait(timedelta(hours=dice.uniform(0.3, 16)))
            yield from answer(one, PAGES_MOST)
        case Mood.NEVER:
            yield Wait(timedelta(hours=30))  # over the reminder
        case Mood.HALF:
            yield Wait(timedelta(minutes=dice.uniform(1, 600)))
            yield from answer(one, dice.randint(1, 3))
        case Mood.DECIDES:
            yield Wait(timedelta(minutes=dice.uniform(1, 60)))
            yield from answer(one, dice.randint(0, 2))
            yield from deciding.something(one)
        case Mood.IN_THE_END if (left := one.until_session()) < MOST_LEFT:
            yield Wait(max(left - timedelta(minutes=dice.uniform(5, 110)), timedelta()))
            yield from answer(one, PAGES_MOST)
        case Mood.REMINDED | Mood.IN_THE_END:
            pass


def _whim(one: Client) -> Life:
    """Something that nobody asked for."""
    dice, phone = one.dice, one.phone
    whims = {"check-in": 5, "words": 2, "picture": 1, "help": 1, "old": 2, "edit": 1, "away": 1, "decide": 5}
    match dice.choices(tuple(whims), tuple(whims.values()))[0]:
        case "check-in":
            yield from ask_for_one(one)
            yield from answer(one, dice.choice((1, 2, PAGES_MOST, PAGES_MOST, PAGES_MOST)))
        case "words":
            write(one)
        case "picture":
            phone.send(dice.choice(OTHER))
        case "help":
            start = ("/start",) if len(one.family) == 1 else ()
            phone.write(dice.choice(("/help", "/privacy", "/what", *start)))
        case "old":
            phone.tap_old(dice.randrange(60))
        case "edit":
            edit(one)
        case "decide":
            yield from deciding.something(one)
        case "away":
            phone.block()
            yield Wait(timedelta(hours=dice.choice((1, 20, 40, 90, 200)) * dice.uniform(0.5, 1.5)))
            phone.unblock()
            yield moment(dice)
            if dice.random() < 0.5:
                yield from answer(one, PAGES_MOST)
        case _:
            pass
