"""One phone in several hands. On a guardian's phone a page of a child's own is open only while that child
holds it; then it is covered: nothing is lost, and nothing can be read."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeVar, assert_never

from bot.core import checkin_state, menu_state
from bot.core.checkin_state import OUTSIDE, CheckIn
from bot.core.effects import Ask, Conceal, StayOpen, Turn
from bot.core.events import Commanded, SentOther, Tapped, Wrote
from bot.core.family import Family
from bot.core.menu_state import Menu
from bot.core.safety import Safety
from bot.core.welcome import Welcome

# A check-in takes a child two minutes, and some stay with one question for long; but whoever finds the phone
# on the table later finds nothing open on it.
LEFT_ALONE: Final = timedelta(minutes=15)

FromHands = Tapped | Wrote | SentOther | Commanded

S = TypeVar("S")


def is_shared(state: object) -> bool:
    """Whether it is held on a phone that is handed from one to another."""
    match state:
        case CheckIn(about=about):
            return about.guardian
        case Menu(known=known):
            return known.guardian
        case Welcome(guardian_account=shared):
            return shared
        case Safety(guardian=guardian):
            return guardian
        case _:
            return isinstance(state, Family)


def is_own(state: object) -> bool:
    """Whether its page is a child's own: what they answer, or their goals."""
    match state:
        case CheckIn(about=about, page=page, open=True):
            return about.guardian and page not in OUTSIDE
        case Menu(known=known, page=page):
            return known.guardian and page in menu_state.OWN
        case Safety(guardian=guardian, open=open_):
            return guardian and open_
        case _:
            return False


def put_down(state: CheckIn | Menu) -> Turn[CheckIn | Menu]:
    """The page on which a child says that they are there takes the place of their own. Behind it all stays as
    it was."""
    if not is_own(state):
        return Turn(state)
    match state:
        case CheckIn():
            return Turn(checkin_state.covered(state), (Ask(),))
        case Menu():
            return Turn(menu_state.covered(state), (Ask(),))
        case _:
            assert_never(state)


def in_hand(turn: Turn[S], event: FromHands, now: datetime) -> Turn[S]:
    """The same turn on a phone that is shared. Whatever was sent is taken out of the chat, whoever sent it;
    and while the child goes on, their page stays open a while longer."""
    if not is_shared(turn.dialogue):
        return turn
    more: list[Conceal | StayOpen] = []
    if isinstance(event, Wrote | SentOther) and not any(isinstance(one, Conceal) for one in turn.effects):
        more.append(Conceal(event.message_id))
    if is_own(turn.dialogue):
        more.append(StayOpen(now + LEFT_ALONE))
    return replace(turn, effects=(*turn.effects, *more))
