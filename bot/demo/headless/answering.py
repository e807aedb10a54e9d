"""How a client goes through a check-in: mostly with a tap, sometimes with words, sometimes oddly."""

from collections.abc import Generator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from bot.core.asking import HERE, UNDO
from bot.core.checkin import BACK, OPEN
from bot.core.later import LATER, WHY
from bot.core.model import DONT_KNOW, HELPS, RAISES, SKIP
from bot.core.sharing import ADD, AGAIN, CHANGE, DONE, GIVEN, GONE, HOLD, NOTHING, TOPIC
from bot.demo.headless import phrases
from bot.demo.headless.persons import Client, Life, Wait, moment
from bot.demo.headless.phones import keys
from bot.demo.headless.reading import plain
from bot.demo.server.things import Kind

LONG: Final = 70  # so often a long note says the same
PAGES_MOST: Final = 40
OTHER: Final[tuple[Kind, ...]] = ("photo", "sticker", "voice", "location")
OFFERS: Final = ("hour", "evening", "tomorrow")


def answer(one: Client, most: int) -> Life:
    """Go on from whatever page is there; stop after so many, and when it is put off."""
    for _ in range(most):
        choices = one.phone.choices()
        if not choices or (AGAIN in choices and one.dice.random() < 0.8):
            break
        put_off = _page(whose(one), choices)
        yield moment(one.dice)
        if put_off:
            break
    if one.dice.random() < 0.3:
        yield Wait(timedelta(seconds=one.dice.uniform(20, 200)))
        edit(one)


def whose(one: Client) -> Client:
    """The one of the family whom the card is for: on its outside it says so."""
    card = one.phone.card()
    if len(one.family) == 1 or card is None:
        return one
    number, _, _ = str(keys(card)[0]["callback_data"]).partition(":")
    for child in one.family:
        if number not in child.cards and any(child.alias in version.text for version in card.versions):
            child.cards.add(number)
    return next((child for child in one.family if number in child.cards), one)


def ask_for_one(one: Client) -> Life:
    """A check-in at once; a family says for whom."""
    began, wanted = one.phone.now(), one.dice.choice(one.family)
    one.phone.write("/checkin")
    yield moment(one.dice)
    if (yield from choose(wanted, began)):
        wanted.asked.append(one.phone.now())
        yield moment(one.dice)


def choose(wanted: Client, since: datetime) -> Generator[Wait, bool, bool]:
    """Say whom it is about, if that has been asked since then. Says whether it was."""
    if len(wanted.family) == 1:
        return False
    found = wanted.phone.naming(wanted.alias, since)
    if found is None:
        return False
    card, choice = found
    wanted.phone.aside.add(card.message_id)
    yield moment(wanted.dice)
    wanted.phone.tap(choice, on=card)
    return True


def write(one: Client) -> None:
    """Words of their own. No two are the same, so that each can be looked for."""
    one.written += 1
    text = one.dice.choice(phrases.words(one.speaks()))
    if one.dice.random() < 0.05:
        text = " ".join([text] * LONG)[:3500]
    one.notes.append(one.phone.write(f"{text} ({one.alias}, {one.written})"))


def edit(one: Client) -> None:
    """The last words again, if they still stand in the chat."""
    if one.notes and one.notes[-1].deleted_at is None:
        note = one.notes[-1]
        one.phone.edit(note, phrases.afterthought(one.speaks()) + note.text[-3800:])


def _page(one: Client, choices: Sequence[str]) -> bool:
    """One thing with the page that shows: mostly a tap, sometimes something odd. Says whether this was
    to put it off."""
    dice, phone = one.dice, one.phone
    match dice.random():
        case chance if chance < 0.03:
            phone.send(dice.choice(OTHER))
        case chance if chance < 0.09 or (NOTHING in choices and chance < 0.5):
            _say(one, choices)
        case chance if chance < 0.12:
            phone.tap_old(dice.randrange(20))
        case chance if chance < 0.14:
            phone.tap(_choose(one, choices))
            phone.tap(_choose(one, choices))  # two fingers, two buttons
        case chance if chance < 0.18:
            phone.tap(_choose(one, choices), times=2)
        case chance if chance < 0.20:
            phone.tap(_choose(one, choices))
            phone.repeat_press()
        case _:
            chosen = _choose(one, choices)
            phone.tap(chosen)
            return chosen in OFFERS
    return False


def _say(one: Client, choices: Sequence[str]) -> None:
    """What others tap is typed by some, by its words or its place."""
    steps = _steps(choices)
    if steps and one.dice.random() < 0.6:
        chosen = one.dice.choice(steps)
        text = plain(one.phone.label(chosen)) if one.dice.random() < 0.7 else str(1 + steps.index(chosen))
        one.phone.write(text.upper() if one.dice.random() < 0.2 else text)
        one.undone = False
    else:
        write(one)


def _steps(choices: Sequence[str]) -> list[str]:
    """What the question on the page can be answered with, if there is one."""
    asked = SKIP in choices or _asked_more(choices)
    return [one for one in choices if one not in (BACK, SKIP, DONT_KNOW, UNDO)] if asked else []


def _choose(one: Client, choices: Sequence[str]) -> str:
    """What the button means."""
    dice = one.dice
    if UNDO in choices and dice.random() < 0.25:
        one.undone = True
        return UNDO
    offered = [choice for choice in choices if choice != UNDO]
    if steps := _steps(offered):
        return _step(one, steps, offered)
    if DONE in offered:
        return _shared(dice, offered)
    weights = {OPEN: 30, LATER: 4, WHY: 1, HERE: 9, HOLD: 6, CHANGE: 3, BACK: 2, NOTHING: 9, AGAIN: 9}
    return dice.choices(offered, [weights.get(choice, 3) for choice in offered])[0]


def _step(one: Client, steps: Sequence[str], choices: Sequence[str]) -> str:
    """An answer, most often; the first of a scale is the lowest."""
    dice = one.dice
    may_go_back = BACK in choices and not one.undone
    match dice.random():
        case chance if chance < (0.25 if _asked_more(choices) else 0.06) and may_go_back:
            return BACK
        case chance if chance < 0.14 and SKIP in choices:
            chosen = SKIP
        case chance if chance < 0.22 and DONT_KNOW in choices:
            chosen = DONT_KNOW
        case chance if chance < 0.45:
            chosen = steps[0]
        case _:
            chosen = dice.choice(steps)
    one.undone = False
    return chosen


def _shared(dice: Random, choices: Sequence[str]) -> str:
    """With what the therapist will see: mostly it is right so."""
    given = [choice for choice in choices if choice.startswith(GIVEN)]
    written = [choice for choice in choices if choice.startswith(GONE)]
    match dice.random():
        case chance if chance < 0.22 and given:
            return dice.choice(given)
        case chance if chance < 0.30 and written:
            return dice.choice(written)
        case chance if chance < 0.37:
            more = [choice for choice in choices if choice in (ADD, TOPIC, BACK)]
            return dice.choice(more) if more else DONE
        case _:
            return DONE


def _asked_more(choices: Sequence[str]) -> bool:
    """Whether it is about a low answer, which some then take back."""
    return HELPS[0] in choices or RAISES[-1] in choices
