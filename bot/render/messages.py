"""A dialogue's page in one language, made into a card that fits Telegram."""

from collections.abc import Mapping
from datetime import time
from typing import assert_never

from bot.content.languages import own_name
from bot.core import caseload, checkin, pairing, welcome
from bot.core.caseload import Choosing, Inviting
from bot.core.checkin import CheckIn
from bot.core.model import DONT_KNOW, HELPS, RAISES, SKIP, Band, DialogueId, PromptSet
from bot.core.pairing import Pairing
from bot.core.welcome import Welcome
from bot.render.bodies import Body, Button
from bot.render.words import Ltr, Words

HOURS = tuple(time(hour) for hour in range(8, 20))
CHOSEN = "✓ "


def check_in(words: Words, script: PromptSet, number: DialogueId, dialogue: CheckIn) -> Body:
    """The check-in's card. On its cover nothing is private: it may show on a locked screen."""
    return _check_in_page(words, script, _Press(number, dialogue.position), dialogue)


class _Press:
    """Makes buttons that know which dialogue and which of its pages they belong to."""

    def __init__(self, number: DialogueId, position: int) -> None:
        self._stem = f"{number}:{position}:"

    def __call__(self, text: str, choice: str) -> Button:
        return {"text": text, "data": self._stem + choice}


def _check_in_page(words: Words, script: PromptSet, press: _Press, dialogue: CheckIn) -> Body:
    about, back = dialogue.about, press(words("bot/button/back"), checkin.BACK)
    band = f"{script.id}/band/{about.band}"
    values = _values(words, dialogue)
    match dialogue.page:
        case checkin.Page.COVER:
            return {
                "text": words("bot/check_in/cover"),
                "buttons": [[press(words("bot/button/open"), checkin.OPEN)]],
            }
        case checkin.Page.QUESTION:
            return _question(words, script, press, dialogue, values)
        case checkin.Page.HELP:
            given = dialogue.answers.get(f"{dialogue.plan[dialogue.index]}.help")
            rows = [[press(_mark(words(f"{band}/helps/{help_}"), help_, given), help_)] for help_ in HELPS]
            return {"text": words(f"{band}/help", **values), "buttons": [*rows, [back]]}
        case checkin.Page.RAISE:
            rows = [[press(words(f"{band}/raises/{choice}"), choice)] for choice in RAISES]
            return {"text": words(f"{band}/raise", **values), "buttons": [*rows, [back]]}
        case checkin.Page.NOTE:
            text = f"{words(f'{band}/note', **values)}\n\n{words('bot/check_in/note_promise', **values)}"
            nothing = press(words("bot/button/nothing"), checkin.NOTHING)
            return {"text": text, "buttons": [[nothing], [back]]}
        case checkin.Page.DONE:
            return {"text": f"{words(f'{band}/thanks', **values)}\n\n{words('bot/check_in/not_live')}"}
        case checkin.Page.CLOSED:
            state = "partly" if dialogue.answers else "closed"
            return {"text": words(f"bot/check_in/{state}", therapist=about.therapist)}
        case _:
            assert_never(dialogue.page)


def _question(
    words: Words, script: PromptSet, press: _Press, dialogue: CheckIn, values: Mapping[str, str]
) -> Body:
    band, prompt = dialogue.about.band, dialogue.plan[dialogue.index]
    scale, given = script.scale(band), dialogue.answers.get(prompt)
    progress = "●" * (dialogue.index + 1) + "○" * (len(dialogue.plan) - dialogue.index - 1)
    question = words(f"{script.id}/{prompt}/{band}/question", **values)
    steps = []
    for option in scale.options:
        label = words(f"{script.id}/scale/{scale.id}/{option.id}")
        steps.append(press(_mark(f"{option.face} {label}".strip(), option.id, given), option.id))
    rows = [steps[at : at + scale.columns] for at in range(0, len(steps), scale.columns)]
    unsure = press(_mark(words("bot/button/dont_know"), DONT_KNOW, given), DONT_KNOW)
    rows.append([unsure, press(_mark(words("bot/button/skip"), SKIP, given), SKIP)])
    if dialogue.index > 0:
        rows.append([press(words("bot/button/back"), checkin.BACK)])
    return {"text": f"{words.directed(progress)}\n\n{question}", "buttons": rows}


def _mark(label: str, choice: str, given: str | None) -> str:
    return CHOSEN + label if choice == given else label


def _values(words: Words, dialogue: CheckIn) -> dict[str, str]:
    about = dialogue.about
    values = {"therapist": about.therapist, "client": about.client, "clinic": about.clinic}
    if about.last_session is not None:
        values |= {"day": words.day(about.last_session), "time": words.time(about.last_session.time())}
    return values


def welcome_card(words: Words, number: DialogueId, dialogue: Welcome) -> Body:
    press = _Press(number, dialogue.position)
    values = {"therapist": dialogue.therapist, "client": dialogue.client, "clinic": dialogue.clinic}
    match dialogue.page:
        case welcome.Page.HELLO:
            rows = [[press(words("bot/button/next"), "-next")]]
            return {"text": words("bot/welcome/hello", **values), "buttons": rows}
        case welcome.Page.PROMISE:
            rows = [
                [press(words("bot/button/agree"), "yes")],
                [press(words("bot/button/decline"), "no")],
                [press(words("bot/button/back"), "-back")],
            ]
            return {"text": words("bot/welcome/promise", **values), "buttons": rows}
        case welcome.Page.DECLINED:
            return {"text": words("bot/welcome/declined", **values)}
        case welcome.Page.AGREED | welcome.Page.LINKED | welcome.Page.NOT_LINKED:
            said = words.directed(CHOSEN + words("bot/button/agree"))
            return {"text": f"{words('bot/welcome/promise', **values)}\n\n{said}"}
        case _:
            assert_never(dialogue.page)


def pairing_card(words: Words, number: DialogueId, dialogue: Pairing) -> Body:
    press = _Press(number, dialogue.position)
    body: Body = {"text": words(f"bot/pairing/{dialogue.page}", client=dialogue.client)}
    if dialogue.page is pairing.Page.ASKED:
        body["buttons"] = [
            [press(words("bot/button/right_person"), "yes")],
            [press(words("bot/button/wrong_person"), "no")],
        ]
    return body


def choosing_card(words: Words, number: DialogueId, dialogue: Choosing) -> Body:
    press = _Press(number, dialogue.position)
    if dialogue.chosen:
        return {"text": words("bot/summary/chosen", client=dialogue.chosen)}
    rows = [[press(alias, str(pairing_id))] for pairing_id, alias in dialogue.clients]
    return {"text": words("bot/summary/choose"), "buttons": rows}


def inviting_card(words: Words, number: DialogueId, dialogue: Inviting) -> Body:
    press = _Press(number, dialogue.position)
    body: Body = {"text": words(f"bot/invite/{dialogue.page}", **_draft_values(words, dialogue))}
    rows: list[list[Button]] = []
    match dialogue.page:
        case caseload.Page.BAND:
            rows = [[press(words(f"bot/band/{band}"), band)] for band in Band]
        case caseload.Page.LANGUAGE:
            rows = [[press(own_name(language), language)] for language in dialogue.offered]
        case caseload.Page.ZONE:
            rows = [[press(dialogue.zone, "-here")]]
        case caseload.Page.SESSION_DAY | caseload.Page.CHECK_IN_DAY:
            rows = [
                [press(_mark(words.weekday(day), str(day), _suggested(dialogue)), str(day))]
                for day in range(7)
            ]
        case caseload.Page.SESSION_AT | caseload.Page.CHECK_IN_AT:
            hours = [
                press(_mark(words.time(at), f"{at:%H%M}", _suggested(dialogue)), f"{at:%H%M}") for at in HOURS
            ]
            rows = [hours[at : at + 3] for at in range(0, len(hours), 3)]
        case caseload.Page.REVIEW:
            rows = [[press(words("bot/button/create"), "-create")]]
        case caseload.Page.ALIAS | caseload.Page.MADE | caseload.Page.CANCELLED:
            pass
        case _:
            assert_never(dialogue.page)
    if dialogue.open:
        before = (
            [press(words("bot/button/back"), "-back")] if dialogue.page is not caseload.Page.ALIAS else []
        )
        rows.append([*before, press(words("bot/button/cancel"), "-cancel")])
        body["buttons"] = rows
    return body


def _suggested(dialogue: Inviting) -> str | None:
    """The choice that suits most: it is marked, and the therapist may take another."""
    match dialogue.page:
        case caseload.Page.CHECK_IN_DAY:
            return str(dialogue.draft.check_in_day)
        case caseload.Page.CHECK_IN_AT:
            return f"{dialogue.draft.check_in_at:%H%M}"
        case _:
            return None


def _draft_values(words: Words, dialogue: Inviting) -> dict[str, str]:
    draft = dialogue.draft
    return {
        "client": draft.alias,
        "band": words(f"bot/band/{draft.band}"),
        "language": own_name(draft.language) if draft.language else "",
        "zone": Ltr(draft.zone or dialogue.zone),
        "session_day": words.weekday(draft.session_day),
        "session_time": words.time(draft.session_at),
        "day": words.weekday(draft.check_in_day),
        "time": words.time(draft.check_in_at),
    }
