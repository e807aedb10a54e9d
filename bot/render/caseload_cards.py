"""The therapist's cards: an invitation step by step, whose summary, and was it the right person."""

from datetime import time
from typing import assert_never

from bot.content.languages import own_name
from bot.core import caseload, pairing
from bot.core.caseload import Choosing, Inviting
from bot.core.model import DialogueId
from bot.core.pairing import Pairing
from bot.render.bodies import Body, Button
from bot.render.buttons import Press, mark
from bot.render.words import Ltr, Words

HOURS = tuple(time(hour) for hour in range(8, 20))


def pairing_card(words: Words, number: DialogueId, dialogue: Pairing) -> Body:
    press = Press(number, dialogue.position)
    first = dialogue.moving is None
    said = f"bot/pairing/{dialogue.page}" if first else f"bot/pairing/move_{dialogue.page}"
    body: Body = {"text": words(said, client=dialogue.client)}
    if dialogue.page is pairing.Page.ASKED:
        body["buttons"] = [
            [press(words("bot/button/right_person"), "yes")],
            [press(words("bot/button/wrong_person"), "no")],
        ]
    return body


def choosing_card(words: Words, number: DialogueId, dialogue: Choosing) -> Body:
    press = Press(number, dialogue.position)
    if dialogue.chosen:
        return {"text": words(f"bot/{dialogue.what}/chosen", client=dialogue.chosen)}
    rows = [[press(alias, str(pairing_id))] for pairing_id, alias in dialogue.clients]
    return {"text": words(f"bot/{dialogue.what}/choose"), "buttons": rows}


def inviting_card(words: Words, number: DialogueId, dialogue: Inviting) -> Body:
    press = Press(number, dialogue.position)
    text = words(f"bot/invite/{dialogue.page}", **_draft_values(words, dialogue))
    body: Body = {"text": text}
    rows: list[list[Button]] = []
    match dialogue.page:
        case caseload.Page.BAND:
            rows = [[press(words(f"bot/band/{band}"), band)] for band in dialogue.bands]
        case caseload.Page.ACCOUNT | caseload.Page.CONSENT:
            asked = f"bot/button/{dialogue.page}"
            rows = [[press(words(f"{asked}/{whose}"), whose)] for whose in caseload.ACCOUNTS]
        case caseload.Page.WHOM:
            rows = [[press(alias, str(pairing_id))] for pairing_id, alias in dialogue.clients]
        case caseload.Page.LANGUAGE:
            rows = [[press(own_name(language), language)] for language in dialogue.offered]
        case caseload.Page.ZONE:
            rows = [[press(dialogue.zone, "-here")]]
        case caseload.Page.SESSION_DAY | caseload.Page.CHECK_IN_DAY:
            rows = [
                [press(mark(words.weekday(day), str(day), _suggested(dialogue)), str(day))]
                for day in range(7)
            ]
        case caseload.Page.SESSION_AT | caseload.Page.CHECK_IN_AT:
            hours = [
                press(mark(words.time(at), f"{at:%H%M}", _suggested(dialogue)), f"{at:%H%M}") for at in HOURS
            ]
            rows = [hours[at : at + 3] for at in range(0, len(hours), 3)]
        case caseload.Page.REVIEW:
            body["text"] = _review(words, dialogue, text)
            rows = [[press(words("bot/button/create"), "-create")]]
        case caseload.Page.ALIAS:
            rows = [[press(words("bot/button/relink"), "-relink")]] if dialogue.clients else []
        case caseload.Page.MADE | caseload.Page.CANCELLED | caseload.Page.RELINKED:
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


def _review(words: Words, dialogue: Inviting, text: str) -> str:
    """All of it, with what a guardian has to do, if there is one."""
    draft, lines = dialogue.draft, []
    if draft.guardian_account:
        lines.append(words("bot/invite/guardian_account"))
    if draft.guardian_consent:
        lines.append(words("bot/invite/guardian_consent"))
    return "\n\n".join([text, *(["\n".join(lines)] if lines else []), words("bot/invite/right")])


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
        "age": Ltr(dialogue.age),
        "zone": Ltr(draft.zone or dialogue.zone),
        "session_day": words.weekday(draft.session_day),
        "session_time": words.time(draft.session_at),
        "day": words.weekday(draft.check_in_day),
        "time": words.time(draft.check_in_at),
    }
