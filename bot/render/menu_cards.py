"""The pages of the client's menu."""

from datetime import date, timedelta
from typing import assert_never

from bot.content.languages import own_name
from bot.core import menu_when
from bot.core.family import Family
from bot.core.menu import Known, Menu, Page, may_add_goal
from bot.core.model import DialogueId
from bot.render.bodies import Body, Button
from bot.render.buttons import Press, mark
from bot.render.checkin_cards import why_text
from bot.render.words import Ltr, Words

Rows = list[list[Button]]


def menu_card(words: Words, number: DialogueId, menu: Menu) -> Body:
    press = Press(number, menu.position)
    text, rows = _page(words, press, menu)
    if menu.told:
        text = f"{words(menu.told, therapist=_names(words, menu.known))}\n\n{text}"
    if menu.page is Page.MENU:
        rows.append([press(words("bot/button/close"), "-close")])
    elif menu.open:
        rows.append([press(words("bot/button/back"), "-back")])
    return {"text": text, "buttons": rows}


def _page(words: Words, press: Press, menu: Menu) -> tuple[str, Rows]:
    known = menu.known
    match menu.page:
        case Page.MENU:
            return _menu(words, press, known)
        case Page.WHEN:
            return _when(words, press, known)
        case Page.DAY:
            days = [[press(words.weekday(day), str(day))] for day in range(7)]
            return words("bot/menu/day"), days
        case Page.HOUR:
            hours = [press(words.time(at), f"{at:%H%M}") for at in menu_when.hours(menu)]
            return words("bot/menu/hour", day=words.weekday(menu.day)), _rows(hours, 3)
        case Page.QUIET_FROM | Page.QUIET_TO:
            times = menu_when.EVENINGS if menu.page is Page.QUIET_FROM else menu_when.MORNINGS
            return words(f"bot/menu/{menu.page}"), _rows(
                [press(words.time(at), f"{at:%H%M}") for at in times], 3
            )
        case Page.PAUSE | Page.MONTH | Page.DATE:
            return words(f"bot/menu/{menu.page}"), _pause(words, press, menu)
        case Page.WHY:
            return _why(words, known), []
        case Page.LANGUAGE | Page.FORMS:
            return words(f"bot/menu/{menu.page}"), _speech(words, press, menu)
        case Page.HANDOVER:
            here = press(words("bot/button/here", client=known.client), "-here")
            return words("bot/check_in/handover", client=known.client), [[here]]
        case Page.GOALS | Page.GOAL | Page.GOAL_NEW:
            return _goals(words, press, menu)
        case Page.THERAPIST:
            return _therapist(words, known), []
        case Page.DATA:
            choices = [
                [press(words(f"bot/menu/button/{name}"), name)] for name in ("copy", "policy", "erase")
            ]
            return words("bot/menu/data"), choices
        case Page.ERASE | Page.ERASE_SURE:
            return words(f"bot/menu/{menu.page}"), [[press(words(f"bot/menu/button/{menu.page}"), "yes")]]
        case Page.STOP:
            stop = [press(words("bot/menu/button/stop_yes"), "yes")]
            pause = [[press(words("bot/menu/button/pause"), "pause")]] if known.rule is not None else []
            return words("bot/menu/stop"), [*pause, stop]
        case Page.STOPPED | Page.CLOSED:
            return words(f"bot/menu/{menu.page}"), []
        case _:
            assert_never(menu.page)


def _menu(words: Words, press: Press, known: Known) -> tuple[str, Rows]:
    names: list[str] = ["welcome"] if known.stopped else ["check_in"]
    if known.waits:
        names.append("later")
    if known.answered:
        names.append("answers")
    if known.rule is not None and not known.stopped:
        names.append("when")
    names += ["goals", "language", "therapist", "data"]
    if not known.stopped:
        names.append("stop")
    text = words("bot/menu/menu")
    return text, [[press(words(f"bot/menu/button/{name}"), name)] for name in names]


def _when(words: Words, press: Press, known: Known) -> tuple[str, Rows]:
    lines = []
    if known.rule is not None:
        day, at = words.weekday(known.rule.weekday), words.time(known.rule.at)
        lines.append(words("bot/menu/when", day=day, time=at))
    if known.paused_until is not None:
        lines.append(words("bot/menu/paused", day=words.day(known.paused_until)))
    elif known.next_at is not None:
        day, at = words.day(known.next_at), words.time(known.next_at.time())
        lines.append(words("bot/menu/next", day=day, time=at))
    hours = {"since": words.time(known.quiet[0]), "until": words.time(known.quiet[1])}
    lines.append(words("bot/menu/quiet", **hours))
    names = ["day", "quiet_from", "go_on" if known.paused_until is not None else "pause", "why"]
    return "\n".join(lines), [[press(words(f"bot/menu/button/{name}"), name)] for name in names]


def _pause(words: Words, press: Press, menu: Menu) -> Rows:
    known = menu.known
    match menu.page:
        case Page.PAUSE:
            rows = []
            if menu_when.after_next(known) is not None:
                rows.append([press(words("bot/menu/button/next_only"), "-next")])
            for weeks in menu_when.WEEKS:
                until = words.short_day(known.today + timedelta(weeks=weeks))
                rows.append([press(words(f"bot/menu/weeks/{weeks}", day=until), str(weeks))])
            rows.append([press(words("bot/menu/button/other_date"), "-other")])
            if known.paused_until is not None:
                rows.append([press(words("bot/menu/button/go_on"), "go_on")])
            return rows
        case Page.MONTH:
            months = menu_when.months(known)
            return [[press(words.month(date(*month, 1)), f"{month[0]}_{month[1]}")] for month in months]
        case _:
            days = [press(words.short_day(day), day.isoformat()) for day in menu_when.days(menu)]
            return _rows(days, 4)


def _why(words: Words, known: Known) -> str:
    if known.why is not None:
        return why_text(words, known.why)
    if known.next_at is None:
        return words("bot/why/nothing")
    return words("bot/why/none", day=words.day(known.next_at), time=words.time(known.next_at.time()))


def _speech(words: Words, press: Press, menu: Menu) -> Rows:
    known = menu.known
    if menu.page is Page.LANGUAGE:
        rows = [[press(mark(own_name(one), one, known.language), one)] for one in known.languages]
        if known.addresses or known.genders:
            rows.append([press(words("bot/menu/button/forms"), "-forms")])
        return rows
    rows = [[press(mark(words(f"bot/forms/{one}"), one, known.address), one)] for one in known.addresses]
    rows += [[press(mark(words(f"bot/forms/{one}"), one, known.gender), one)] for one in known.genders]
    chosen = "-usual" if not known.address and not known.gender else ""
    return [*rows, [press(mark(words("bot/forms/usual"), "-usual", chosen), "-usual")]]


def _goals(words: Words, press: Press, menu: Menu) -> tuple[str, Rows]:
    known = menu.known
    if menu.page is Page.GOAL_NEW:
        return words("bot/menu/goal_new", therapist=_names(words, known)), []
    if menu.page is Page.GOAL:
        said = next((goal.words for goal in known.goals if goal.id == menu.goal), "")
        rows = [[press(words(f"bot/menu/button/{name}"), name)] for name in ("reached", "let_go")]
        return words("bot/menu/goal", goal=said), rows
    lines = [words("bot/menu/goals" if known.goals else "bot/menu/no_goals")]
    states = (("agreed" if goal.agreed else "proposed", goal.words) for goal in known.goals)
    lines += [words(f"bot/menu/goal_{state}", goal=said) for state, said in states]
    rows = [[press(goal.words, str(goal.id))] for goal in known.goals]
    if may_add_goal(known):
        rows.append([press(words("bot/menu/button/goal_new"), "-new")])
    return "\n\n".join(lines), rows


def _therapist(words: Words, known: Known) -> str:
    told = words(
        "bot/menu/therapist", therapist=_names(words, known), clinic=known.clinic, phone=Ltr(known.phone)
    )
    if known.session_at is None:
        return told
    day, at = words.day(known.session_at), words.time(known.session_at.time())
    return f"{told}\n\n{words('bot/menu/session', day=day, time=at)}"


def _names(words: Words, known: Known) -> str:
    return words.listed(list(known.therapists))


def _rows(buttons: list[Button], columns: int) -> Rows:
    return [buttons[at : at + columns] for at in range(0, len(buttons), columns)]


def family_card(words: Words, number: DialogueId, dialogue: Family) -> Body:
    press = Press(number, dialogue.position)
    if dialogue.chosen:
        return {"text": words("bot/menu/turn_of", client=dialogue.chosen)}
    rows = [[press(alias, str(client_id))] for client_id, alias in dialogue.children]
    return {"text": words("bot/menu/whose"), "buttons": rows}
