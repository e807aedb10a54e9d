"""The check-in: a cover, a page for each prompt, what the therapist will see, and thanks. All of it on one
card that turns its pages."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.core import asking, later, retyping, sharing
from bot.core.checkin_state import TIME_UP, covered, moved, turn_to
from bot.core.checkin_state import About as About
from bot.core.checkin_state import CheckIn as CheckIn
from bot.core.checkin_state import Page as Page
from bot.core.checkin_state import Why as Why
from bot.core.effects import Ask, Close, Effect, Hint, Revise, Say, Turn, WaitUntil
from bot.core.events import (
    Commanded,
    Edited,
    NotDelivered,
    Rested,
    Returned,
    Retyped,
    SentOther,
    Tapped,
    Typed,
    Wait,
    WaitedLong,
    WasAway,
    Wrote,
)  # fmt: skip
from bot.core.model import HELPS, RAISES, CheckInState, Kind, PromptSet
from bot.core.schedule import late

OPEN, BACK = "-open", "-back"

Heard = (
    Tapped | Wrote | Typed | Edited | Retyped | SentOther | Commanded
    | Returned | WaitedLong | Rested | WasAway | NotDelivered
)  # fmt: skip


def begin(dialogue: CheckIn, prompted: bool) -> Turn[CheckIn]:
    """The first turn. ``prompted`` by the schedule it shows a neutral cover; asked for by the
    client, it opens at once, or when the phone was passed on."""
    waits = [WaitUntil(Wait.EXPIRY, dialogue.expires_at)]
    if dialogue.remind_at is not None:
        waits.append(WaitUntil(Wait.REMINDER, dialogue.remind_at))
    if prompted:
        return Turn(dialogue, (Ask(Kind.CHECK_IN, new=True), *waits))
    page = Page.HANDOVER if dialogue.about.guardian else Page.QUESTION
    return Turn(replace(dialogue, page=page), (Ask(Kind.REPLY, new=True), *waits))


def advance(script: PromptSet, dialogue: CheckIn, event: Heard, now: datetime) -> Turn[CheckIn]:
    """Decide what one event means for one check-in.

    A stale event (an old button, a second press, a timer that no longer matters) is normal:
    the check-in comes back as it was, with at most a kind word.
    """
    if not dialogue.open:
        return _closed(script, dialogue, event, now)
    if script.version != dialogue.version:  # the questions changed under an open check-in
        return _close(dialogue, "changed", now)
    match event:
        case Tapped(position=position) if position != dialogue.position:
            return Turn(dialogue, (Hint("bot/hint/answered"),))
        case Tapped() if dialogue.told(now):
            return Turn(dialogue, (Hint("bot/hint/told"),))
        case Tapped(choice=choice):
            return _tapped(script, dialogue, choice, now)
        case Wrote():
            return sharing.wrote(script, dialogue, event)
        case Typed():
            return asking.typed(script, dialogue, event)
        case Retyped():
            return retyping.retyped(script, dialogue, event, now)
        case Edited(text=words, message_id=message_id):
            # Where the words are shown they are shown as they are now.
            again = (Ask(),) if dialogue.page is Page.SHARE else ()
            return Turn(dialogue, (Revise(words, message_id), *again))
        case SentOther():
            return Turn(dialogue, (Say("bot/check_in/only_buttons", receipt=True),))
        case Commanded(name="later") if not dialogue.reviewing:
            return later.offer(dialogue, now, below=True)
        case Commanded():
            shown = covered(dialogue) if dialogue.about.guardian else moved(dialogue)
            return Turn(shown, (Ask(Kind.REPLY, new=True),))
        case Returned():
            return Turn(dialogue, (Ask(),))  # pages that were turned meanwhile did not arrive
        case WasAway():
            return Turn(dialogue, (Ask(away=True),))
        case WaitedLong(wait=Wait.REMINDER | Wait.SNOOZE, due_at=due_at):
            return Turn(dialogue) if late(due_at, now) else _remind(dialogue, event)
        case WaitedLong():
            return _close(dialogue, "unanswered", now)
        case Rested(reason=reason):
            if reason != "paused":  # then it is not opened again
                dialogue = replace(dialogue, changes_until=None, rested=True)
            return _close(dialogue, reason, now)
        case NotDelivered(kind=Kind.REMINDER):
            return Turn(dialogue, (Ask(),))  # the earlier card learns the new position
        case NotDelivered(reason=reason):
            closed = replace(moved(dialogue), page=Page.CLOSED)
            return Turn(closed, (Close(CheckInState.SKIPPED, reason),))
        case _:
            assert_never(event)


def _tapped(script: PromptSet, dialogue: CheckIn, choice: str, now: datetime) -> Turn[CheckIn]:
    match dialogue.page, choice:
        case Page.COVER | Page.SNOOZED, "-open":
            if dialogue.about.guardian:
                return turn_to(dialogue, Page.HANDOVER)
            return asking.resume(script, dialogue)
        case Page.HANDOVER, "-here":
            return asking.resume(script, dialogue)
        case Page.COVER | Page.LATER | Page.WHY | Page.SNOOZED | Page.HANDOVER, _:
            return later.tapped(dialogue, choice, now)
        case _, "-undo" if dialogue.took:
            return asking.ask_again(dialogue, dialogue.took)
        case Page.QUESTION | Page.HELP | Page.RAISE, "-back":
            return asking.back(dialogue)
        case Page.QUESTION, _ if asking.known(script, dialogue, choice):
            return asking.answer(script, dialogue, choice)
        case Page.HELP, _ if choice in HELPS:
            return asking.answer_help(script, dialogue, choice)
        case Page.RAISE, _ if choice in RAISES:
            return asking.answer_raise(script, dialogue, choice)
        case Page.NOTE | Page.SHARE | Page.ANSWER | Page.TOPIC, _:
            return sharing.tapped(script, dialogue, choice, now)
        case _:
            return Turn(dialogue, (Hint("bot/hint/answered"),))


def _closed(script: PromptSet, dialogue: CheckIn, event: Heard, now: datetime) -> Turn[CheckIn]:
    """What is closed stays so, but for a second look before the summary is made."""
    match event:
        case Tapped(choice="-again", position=dialogue.position) if script.version == dialogue.version:
            return sharing.look_again(dialogue, now)
        case Retyped() if script.version == dialogue.version:
            return retyping.retyped(script, dialogue, event, now)
        case Tapped():
            return Turn(dialogue, (Hint("bot/hint/closed"),))
        case _:
            return Turn(dialogue)


def _remind(dialogue: CheckIn, event: WaitedLong) -> Turn[CheckIn]:
    """A fresh neutral cover takes the old card's place: still one message per check-in. Who has answered
    everything, or chose a time of their own, is not reminded besides."""
    chosen = dialogue.snoozed_until
    stale = event.due_at != chosen if event.wait is Wait.SNOOZE else chosen is not None
    if stale or dialogue.reviewing:
        return Turn(dialogue)
    covered = replace(moved(dialogue), page=Page.COVER, index=0)
    return Turn(covered, (Ask(Kind.REMINDER, new=True),))


def _close(dialogue: CheckIn, reason: str, now: datetime) -> Turn[CheckIn]:
    """Time is up. Who answered everything and only left the last page open has finished."""
    if dialogue.whole:
        return sharing.finish(dialogue, now, TIME_UP)
    closed = sharing.closed(dialogue, now)
    effects: tuple[Effect, ...] = (
        Close(CheckInState.PARTLY if dialogue.answers else CheckInState.EXPIRED, reason),
        Ask(),
    )
    return Turn(closed, effects)
