"""An alert on the phone of somebody of the clinic: who, what kind of danger and when; never a word of theirs.

Its first line is all that a locked screen has to show: nobody outside the clinic knows whose code it is.
"""

from datetime import datetime
from typing import assert_never

from babel.lists import format_list

from bot.core.alerting import Alerting, Page
from bot.core.model import DialogueId
from bot.render.bodies import Body, Button
from bot.render.buttons import Press
from bot.render.words import Ltr, Words, isolated, local


def alerting_card(words: Words, number: DialogueId, state: Alerting) -> Body:
    press = Press(number, state.position)
    body: Body = {"text": "\n\n".join([_head(words, state), *_below(words, state)])}
    if rows := _buttons(words, press, state):
        body["buttons"] = rows
    return body


def alert_mail(words: Words, state: Alerting) -> tuple[str, str]:
    """Subject and text. It is read on other ways than Telegram's, so the subject says nothing."""
    text = "\n\n".join([_head(words, state), words("bot/alert/mail/text")])
    return words("bot/alert/mail/subject_drill" if state.drill else "bot/alert/mail/subject"), text


def _head(words: Words, state: Alerting) -> str:
    moment = _moment(words, state, state.raised_at)
    if state.category is None:
        return words("bot/alert/drill/head", **moment)
    kind = words(f"bot/alert/kind/{state.category}")
    match state.codes:
        case ():
            return words("bot/alert/head_unknown", kind=kind, **moment)
        case (code,):
            return words("bot/alert/head", code=Ltr(code), kind=kind, **moment)
        case codes:
            any_ = format_list([isolated(Ltr(code)) for code in codes], style="or", locale=words.locale)
            return words("bot/alert/head_some", codes=any_, kind=kind, **moment)


def _below(words: Words, state: Alerting) -> list[str]:
    """What to do, or who does it; while anything rests, that it does."""
    drill = "drill/" if state.drill else ""
    since = _moment(words, state, state.at or state.raised_at)
    match state.page:
        case Page.RAISED:
            return [words(f"bot/alert/{drill}raised")]
        case Page.HAVE:
            lines = [words(f"bot/alert/{drill}have", **since)]
        case Page.TAKEN:
            lines = [words(f"bot/alert/{drill}taken", name=state.by, **since)]
        case Page.RELEASED if state.by:
            return [words("bot/alert/released_by", name=state.by, **since)]
        case Page.RELEASED:
            return [words("bot/alert/released", **since)]
        case _:
            assert_never(state.page)
    return [*lines, words("bot/alert/held")] if state.open else lines


def _buttons(words: Words, press: Press, state: Alerting) -> list[list[Button]]:
    if state.page is Page.RAISED:
        return [[press(words("bot/button/have_it"), "-have")]]
    return [[press(words("bot/button/begin_again"), "-release")]] if state.open else []


def _moment(words: Words, state: Alerting, moment: datetime) -> dict[str, str]:
    there = local(moment, state.zone)
    return {"day": words.weekday(there.weekday()), "time": words.time(there.time())}
