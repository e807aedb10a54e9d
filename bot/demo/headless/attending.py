"""What a therapist does with summaries: asks for one, reads it, and perhaps answers."""

from datetime import UTC, datetime
from typing import Final

from bot.core.reading import ANSWERS
from bot.demo.headless import phrases
from bot.demo.headless.persons import Answer, Life, Therapist, moment
from bot.demo.headless.phones import choices
from bot.demo.server import Message

READ: Final = "-read"
ALWAYS: Final = datetime.min.replace(tzinfo=UTC)


def ask(one: Therapist) -> Life:
    """For a summary; if there are several clients, for whose."""
    asked_at = one.phone.now()
    one.phone.write("/summary")
    yield moment(one.dice)
    card = one.phone.card()
    if card is not None and card.sent_at >= asked_at and READ not in choices(card):
        one.phone.tap(one.dice.choice(choices(card)), times=one.dice.choice((1, 1, 1, 2)))
        yield moment(one.dice)


def read(one: Therapist) -> Life:
    """What has not been read yet; each is answered, or not."""
    dice, phone = one.dice, one.phone
    while (letter := phone.offering(READ, ALWAYS)) is not None:
        phone.tap(READ, times=dice.choice((1, 1, 2)), on=letter)
        one.answers.append(Answer(phone.now(), letter))
        yield moment(dice)
        if "-none" not in choices(letter):  # nobody is there to hear of it
            continue
        match dice.random():
            case chance if chance < 0.5:
                phone.tap("-none", on=letter)
            case chance if chance < 0.8:
                chosen = dice.choice(ANSWERS)
                phone.tap(chosen, on=letter)
                one.answers.append(Answer(phone.now(), letter, chosen))
            case chance if chance < 0.9:
                yield from _own_words(one, letter)
            case _:
                pass  # left as it is
        yield moment(dice)


def _own_words(one: Therapist, letter: Message) -> Life:
    """Seen once more before they are sent; some think better of it."""
    one.phone.tap("-own", on=letter)
    yield moment(one.dice)
    words = one.dice.choice(phrases.words(one.language))
    one.phone.write(words)
    yield moment(one.dice)
    if one.dice.random() < 0.3:
        one.phone.tap("-cancel", on=letter)
    else:
        one.phone.tap("-send", on=letter)
        one.answers.append(Answer(one.phone.now(), letter, words=words))
