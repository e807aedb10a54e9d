"""The client's menu: everything that is theirs to decide, by buttons, one thing a page."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.core import menu_when
from bot.core.effects import (
    Ask,
    Begin,
    Call,
    Conceal,
    Effect,
    Erase,
    HandOver,
    Hint,
    LetGo,
    Propose,
    Say,
    ShowPolicy,
    Speak,
    Stop,
    Turn,
)  # fmt: skip
from bot.core.events import Commanded, Edited, SentOther, Tapped, WasAway, Wrote
from bot.core.goals import GOALS_MAX, goal_words
from bot.core.menu_state import COMMANDS as COMMANDS
from bot.core.menu_state import Goal as Goal
from bot.core.menu_state import Known as Known
from bot.core.menu_state import Menu as Menu
from bot.core.menu_state import Page as Page
from bot.core.menu_state import show
from bot.core.model import Address, Gender, GoalId, Kind

Heard = Tapped | Wrote | Edited | SentOther | Commanded | WasAway

# Where "back" leads. From every other page it leads to the menu.
_ABOVE = {
    Page.DAY: Page.WHEN,
    Page.HOUR: Page.DAY,
    Page.QUIET_FROM: Page.WHEN,
    Page.QUIET_TO: Page.QUIET_FROM,
    Page.PAUSE: Page.WHEN,
    Page.MONTH: Page.PAUSE,
    Page.DATE: Page.MONTH,
    Page.WHY: Page.WHEN,
    Page.FORMS: Page.LANGUAGE,
    Page.GOAL: Page.GOALS,
    Page.GOAL_NEW: Page.GOALS,
    Page.ERASE: Page.DATA,
    Page.ERASE_SURE: Page.DATA,
}
_ROOMS = (
    Page.WHEN, Page.LANGUAGE, Page.GOALS, Page.THERAPIST, Page.DATA, Page.STOP,
)  # fmt: skip
_WHEN = (
    Page.WHEN, Page.DAY, Page.HOUR, Page.QUIET_FROM, Page.QUIET_TO, Page.PAUSE, Page.MONTH, Page.DATE,
)  # fmt: skip


def begin(menu: Menu) -> Turn[Menu]:
    """The menu at the page that was asked for, or at the first if that has nothing to show."""
    return Turn(replace(menu, page=_allowed(menu, menu.page)), (Ask(Kind.REPLY, new=True),))


def advance(menu: Menu, event: Heard, now: datetime) -> Turn[Menu]:
    if not menu.open:
        return Turn(menu, (Hint("bot/hint/menu_closed"),) if isinstance(event, Tapped) else ())
    match event:
        case Tapped(position=position) if position != menu.position:
            return Turn(menu, (Hint("bot/hint/menu_closed"),))
        case Tapped(choice=choice):
            return _tapped(menu, choice, now)
        case Wrote():
            return _wrote(menu, event)
        case WasAway():
            return Turn(menu, (Ask(away=True),))
        case SentOther():
            return Turn(menu, (Say("bot/menu/only_buttons", receipt=True),))
        case Edited() | Commanded():
            return Turn(menu)
        case _:
            assert_never(event)


def _tapped(menu: Menu, choice: str, now: datetime) -> Turn[Menu]:
    match menu.page, choice:
        case _, "-back":
            return show(menu, _ABOVE.get(menu.page, Page.MENU))
        case _, "-close":
            return show(menu, Page.CLOSED)
        case Page.MENU, _ if choice in _ROOMS:
            return show(menu, _allowed(menu, Page(choice)))
        case Page.MENU, "check_in" | "later" | "answers" | "welcome":
            return _leave(menu, choice)
        case Page.HANDOVER, "-here":
            return show(menu, _behind(menu))
        case Page.LANGUAGE | Page.FORMS, _:
            return _speech(menu, choice)
        case Page.GOALS | Page.GOAL, _:
            return _goals(menu, choice)
        case Page.DATA | Page.ERASE | Page.ERASE_SURE, _:
            return _data(menu, choice)
        case Page.STOP, "yes":
            return show(menu, Page.STOPPED, Stop())
        case Page.STOP, "pause":
            return show(menu, Page.PAUSE)
        case page, _ if page in _WHEN:
            return menu_when.tapped(menu, choice, now)
        case _:
            return Turn(menu, (Hint("bot/hint/menu_closed"),))


def _leave(menu: Menu, choice: str) -> Turn[Menu]:
    """To another dialogue; this one is put away first."""
    closed = show(menu, Page.CLOSED)
    match choice:
        case "check_in" if not menu.known.stopped:
            return replace(closed, effects=(*closed.effects, Begin("check_in")))
        case "later" if menu.known.waits:
            return replace(closed, effects=(*closed.effects, Begin("later")))
        case "answers" if menu.known.answered:
            return replace(closed, effects=(*closed.effects, Begin("answers")))
        case "welcome" if menu.known.stopped:
            return replace(closed, effects=(*closed.effects, Begin("welcome")))
        case _:
            return Turn(menu, (Hint("bot/hint/menu_closed"),))


def _speech(menu: Menu, choice: str) -> Turn[Menu]:
    known = menu.known
    match menu.page, choice:
        case Page.LANGUAGE, "-forms" if known.addresses or known.genders:
            return show(menu, Page.FORMS)
        case Page.LANGUAGE, _ if choice in known.languages:
            return show(menu, Page.MENU, Speak(choice), told="bot/menu/language_now")
        case Page.FORMS, "-usual":
            return show(menu, Page.FORMS, Call(Address.USUAL, Gender.OPEN))
        case Page.FORMS, _ if choice in known.addresses:
            return show(menu, Page.FORMS, Call(address=Address(choice)))
        case Page.FORMS, _ if choice in known.genders:
            return show(menu, Page.FORMS, Call(gender=Gender(choice)))
        case _:
            return Turn(menu, (Hint("bot/hint/menu_closed"),))


def _goals(menu: Menu, choice: str) -> Turn[Menu]:
    match menu.page, choice:
        case Page.GOALS, "-new" if may_add_goal(menu.known):
            return show(menu, Page.GOAL_NEW)
        case Page.GOALS, _ if any(str(goal.id) == choice for goal in menu.known.goals):
            return show(replace(menu, goal=GoalId(int(choice))), Page.GOAL)
        case Page.GOAL, "reached" | "let_go" if menu.goal is not None:
            end = LetGo(menu.goal, reached=choice == "reached")
            return show(menu, Page.GOALS, end, told=f"bot/menu/goal_{choice}_now")
        case _:
            return Turn(menu, (Hint("bot/hint/menu_closed"),))


def _data(menu: Menu, choice: str) -> Turn[Menu]:
    match menu.page, choice:
        case Page.DATA, "copy":
            return Turn(menu, (HandOver(),))
        case Page.DATA, "policy":
            return Turn(menu, (ShowPolicy(),))
        case Page.DATA, "erase":
            return show(menu, Page.ERASE)
        case Page.ERASE, "yes":
            return show(menu, Page.ERASE_SURE)
        case Page.ERASE_SURE, "yes":
            return Turn(menu, (Erase(),))
        case _:
            return Turn(menu, (Hint("bot/hint/menu_closed"),))


def _behind(menu: Menu) -> Page:
    """Where the child was before the page was covered, if that is still there."""
    match menu.behind:
        case Page.GOAL if all(goal.id != menu.goal for goal in menu.known.goals):
            return Page.GOALS
        case Page.GOAL_NEW if not may_add_goal(menu.known):
            return Page.GOALS
        case page:
            return page


def may_add_goal(known: Known) -> bool:
    return known.may_write and len(known.goals) < GOALS_MAX and not known.stopped


def _wrote(menu: Menu, event: Wrote) -> Turn[Menu]:
    match menu.page:
        case Page.HOUR:
            return menu_when.hour_typed(menu, event.text)
        case Page.GOALS | Page.GOAL_NEW:
            return _goal_typed(menu, event)
        case Page.HANDOVER:  # whoever it was, nobody has said yet that they are the child
            return Turn(menu, (Say("bot/check_in/open_first", receipt=True), Conceal(event.message_id)))
        case _:
            return Turn(menu, (Say("bot/menu/only_buttons", receipt=True),))


def _goal_typed(menu: Menu, event: Wrote) -> Turn[Menu]:
    gone: tuple[Effect, ...] = (Conceal(event.message_id),) if menu.known.guardian else ()
    words = goal_words(event.text)
    if menu.known.may_write and len(menu.known.goals) >= GOALS_MAX:
        return show(menu, Page.GOALS, *gone, told="bot/goal/full", below=True)
    if menu.page is Page.GOALS:  # who has not asked for another goal may have meant anything
        return Turn(menu, (Say("bot/menu/only_buttons", receipt=True), *gone))
    if words is None:
        return Turn(menu, (Say("bot/menu/goal_too_long"), *gone))
    return show(menu, Page.GOALS, Propose(words), *gone, told="bot/menu/goal_proposed_now", below=True)


def _allowed(menu: Menu, page: Page) -> Page:
    """On a guardian's phone the child's own words are for the child; what is stopped has no times."""
    if page is Page.GOALS and menu.known.guardian:
        return Page.HANDOVER
    if menu.known.stopped and page in (*_WHEN, Page.WHY, Page.STOP):
        return Page.MENU
    if menu.known.rule is None and page in _WHEN:
        return Page.MENU
    return page
