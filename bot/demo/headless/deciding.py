"""How a client decides about themselves, by the menu. What was decided they remember (wishes.py)."""

from collections.abc import Generator, Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.demo.headless.answering import OFFERS, choose
from bot.demo.headless.persons import Client, Life, Wait, moment
from bot.demo.headless.phones import choices
from bot.demo.server import Message

EVENINGS: Final = ("1900", "2100", "2200")
MORNINGS: Final = ("0600", "0700", "0900")
# Ends with the card that has opened, if one has.
Opened = Generator[Wait, bool, Message | None]
WAYS: Final = ("yes", "-usual", "-here", "-next")  # through a welcome, to a yes


def something(one: Client) -> Life:
    """One decision of those that people take now and then."""
    decisions = {_pause: 4, _hours: 3, _time: 4, _language: 3, _stop: 2, _later: 2, _erase: 1}
    if len(one.family) > 1:  # of several on a phone nobody in this play is erased
        del decisions[_erase]
    who = one.dice.choice(one.family)
    yield from one.dice.choices(tuple(decisions), tuple(decisions.values()))[0](who)


def _pause(one: Client) -> Life:
    """A week or two; some go on before it is over."""
    weeks = one.dice.choice((1, 1, 2))
    card = yield from _open(one, "/pause", str(weeks))
    if card is None:
        return
    one.phone.tap(str(weeks), on=card, times=one.dice.choice((1, 1, 2)))
    now = one.phone.now()
    today = now.astimezone(ZoneInfo(one.zone)).date()
    one.wishes.paused.change(now, today + timedelta(weeks=weeks))
    yield from _close(one, card)
    if one.dice.random() < 0.4:
        yield Wait(timedelta(hours=one.dice.uniform(1, 200)))
        yield from _go_on(one)


def _go_on(one: Client) -> Life:
    if not one.wishes.pauses(one.phone.now()):
        return
    card = yield from _open(one, "/pause", "go_on")
    if card is not None:
        one.phone.tap("go_on", on=card)
        one.wishes.paused.change(one.phone.now(), None)
        yield from _close(one, card)


def _hours(one: Client) -> Life:
    """Quiet hours of their own; a check-in whose hour has become quiet is given another at once."""
    since, until = one.dice.choice(EVENINGS), one.dice.choice(MORNINGS)
    card = yield from _open(one, "/quiet", since)
    if card is None:
        return
    one.phone.tap(since, on=card)
    yield moment(one.dice)
    one.phone.tap(until, on=card)
    one.wishes.quiet.change(one.phone.now(), (_hour(since), _hour(until)))
    yield moment(one.dice)
    if hours := _hours_on(card):
        weekday, _ = one.wishes.rule.at(one.phone.now())
        _choose_hour(one, card, weekday, hours)
    yield from _close(one, card)


def _time(one: Client) -> Life:
    """Another day and another hour."""
    weekday = one.dice.randrange(7)
    card = yield from _open(one, "/time", str(weekday))
    if card is None:
        return
    one.phone.tap(str(weekday), on=card)
    yield moment(one.dice)
    _choose_hour(one, card, weekday, _hours_on(card))
    yield from _close(one, card)


def _language(one: Client) -> Life:
    card = yield from _open(one, "/language", one.speaks())
    if card is None:
        return
    chosen = one.dice.choice([choice for choice in choices(card) if not choice.startswith("-")])
    one.phone.tap(chosen, on=card)
    one.wishes.language.change(one.phone.now(), chosen)
    yield from _close(one, card)


def _stop(one: Client) -> Life:
    """Nothing more, for a time; then they begin again."""
    card = yield from _open(one, "/stop", "yes")
    if card is None:
        return
    one.phone.tap("yes", on=card)
    one.wishes.stopped.change(one.phone.now(), True)
    yield Wait(timedelta(days=one.dice.uniform(0.1, 12)))
    card = yield from _open(one, "/menu", "welcome")
    if card is not None:
        began = one.phone.now()
        one.phone.tap("welcome", on=card)
        yield moment(one.dice)
        yield from _agree(one, began)


def _agree(one: Client, since: datetime) -> Life:
    """Through the welcome that has come since then; on a guardian's phone both say yes."""
    card = next((found for way in WAYS if (found := one.phone.offering(way, since))), None)
    if card is None:
        return
    one.phone.aside.add(card.message_id)
    agreed_at = one.phone.now()
    while offered := choices(card):
        way = next(way for way in WAYS if way in offered)
        one.phone.tap(way, on=card)
        agreed_at = one.phone.now()
        yield moment(one.dice)
    one.wishes.stopped.change(agreed_at, False)
    one.wishes.paused.change(agreed_at, None)


def _later(one: Client) -> Life:
    """The check-in that waits is put off, if one does; some leave it as it is."""
    began = one.phone.now()
    one.phone.write("/later")
    yield moment(one.dice)
    offered = [choice for choice in one.phone.choices() if choice in OFFERS]
    card = one.phone.card()
    if offered and card is not None and card.sent_at >= began and one.dice.random() < 0.8:
        one.phone.tap(one.dice.choice(offered), on=card)


def _erase(one: Client) -> Life:
    """It is asked twice, and some think better of it. From then on they are a stranger."""
    card = yield from _open(one, "/erase", "yes")
    if card is None:
        return
    one.phone.tap("yes", on=card)
    yield moment(one.dice)
    if "yes" in choices(card) and one.dice.random() < 0.7:
        one.phone.tap("yes", on=card, times=one.dice.choice((1, 1, 2)))
        one.wishes.erased_at = one.phone.now()
    else:
        yield from _close(one, card)


def _open(one: Client, command: str, wanted: str) -> Opened:
    """The menu at that page, if it comes; it is put aside, for it is no check-in."""
    began = one.phone.now()
    one.phone.write(command)
    yield moment(one.dice)
    if (yield from choose(one, began)):
        yield moment(one.dice)
    card = one.phone.offering(wanted, began)
    if card is not None:
        one.phone.aside.add(card.message_id)
    return card


def _choose_hour(one: Client, card: Message, weekday: int, hours: Sequence[str]) -> None:
    chosen = one.dice.choice(hours)
    one.phone.tap(chosen, on=card)
    one.wishes.rule.change(one.phone.now(), (weekday, _hour(chosen)))


def _close(one: Client, card: Message) -> Life:
    """Back to the menu and out of it; some leave it as it is."""
    for way in ("-back", "-close"):
        yield moment(one.dice)
        if way in choices(card) and one.dice.random() < 0.8:
            one.phone.tap(way, on=card)


def _hours_on(card: Message) -> list[str]:
    return [choice for choice in choices(card) if choice.isdecimal() and len(choice) == 4]


def _hour(choice: str) -> time:
    return time(int(choice[:2]), int(choice[2:]))
