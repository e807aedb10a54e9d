"""The pages of a client's welcome."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from bot.content.languages import own_name
from bot.core.model import Address, DialogueId, Forms, Gender
from bot.core.welcome import Page, Welcome
from bot.render.bodies import Body, Button
from bot.render.buttons import CHOSEN, Press, mark
from bot.render.countries import country_name, country_rows
from bot.render.words import Words

USUAL = "-usual"


def welcome_card(words: Words, forms: Mapping[str, Forms], number: DialogueId, dialogue: Welcome) -> Body:
    """``forms`` are the languages that are offered, each with the ways in which it can address somebody."""
    press = Press(number, dialogue.position)
    offered = forms.get(dialogue.language, Forms())
    body: Body = {"text": _text(words, dialogue)}
    match dialogue.page:
        case Page.NEWS | Page.AGAIN:
            body["buttons"] = [[press(words(f"bot/button/welcome_{dialogue.page}"), "-next")]]
        case Page.GUARDIAN | Page.HELLO:
            language = [[press(words("bot/button/language"), "-language")]] if len(forms) > 1 else []
            body["buttons"] = [[press(words("bot/button/next"), "-next")], *language]
        case Page.GUARDIAN_SEES | Page.SEES:
            country = [[press(words("bot/button/country"), "-country")]] if dialogue.asks_country else []
            body["buttons"] = [
                [press(words("bot/button/next"), "-next")],
                *country,
                [press(words("bot/button/back"), "-back")],
            ]
        case Page.COUNTRY:
            body["buttons"] = country_rows(words, press, dialogue.countries, dialogue.country)
        case Page.GUARDIAN_YOURS | Page.YOURS:
            body["buttons"] = [
                [press(words("bot/button/agree"), "yes")],
                [press(words("bot/button/decline"), "no")],
                [press(words("bot/button/back"), "-back")],
            ]
        case Page.HANDOVER:
            body["buttons"] = [[press(words("bot/button/here", client=dialogue.client), "-here")]]
        case Page.LANGUAGE:
            rows = [[press(mark(own_name(one), one, dialogue.language), one)] for one in forms]
            body["buttons"] = [*rows, [press(words("bot/button/back"), "-back")]]
        case Page.ADDRESS:
            body["buttons"] = _forms(words, press, offered.addresses, dialogue.address)
        case Page.GENDER:
            body["buttons"] = _forms(words, press, offered.genders, dialogue.gender)
        case Page.DECLINED | Page.AGREED | Page.LINKED | Page.NOT_LINKED:
            pass
        case _:
            assert_never(dialogue.page)
    return body


def _text(words: Words, dialogue: Welcome) -> str:
    values = {"therapist": dialogue.therapist, "client": dialogue.client, "clinic": dialogue.clinic}
    match dialogue.page:
        case Page.GUARDIAN | Page.GUARDIAN_SEES | Page.GUARDIAN_YOURS:
            said = words(f"bot/guardian/{dialogue.page.removeprefix('guardian_')}", **values)
            return f"{said}\n\n{_country(words, dialogue)}" if dialogue.asks_country else said
        case Page.SEES if dialogue.asks_country:
            return f"{words('bot/welcome/sees', **values)}\n\n{_country(words, dialogue)}"
        case Page.HANDOVER:  # where no guardian is asked it is the first page
            said = "bot/guardian/handover" if dialogue.guardian_consent else "bot/guardian/handover_first"
            return words(said, **values)
        case Page.AGREED | Page.LINKED | Page.NOT_LINKED:
            # It stays on the card to be read again.
            read = [words(f"bot/welcome/{page}", **values) for page in (Page.SEES, Page.YOURS)]
            return "\n\n".join([*read, words.directed(CHOSEN + words("bot/button/agree"))])
        case _:
            return words(f"bot/welcome/{dialogue.page}", **values)


def _country(words: Words, dialogue: Welcome) -> str:
    """Whose numbers are shown to who needs help."""
    if not dialogue.country:
        return words("bot/welcome/no_country", clinic=dialogue.clinic)
    return words("bot/welcome/numbers", country=country_name(words, dialogue.country))


def _forms(
    words: Words, press: Press, offered: Sequence[Address] | Sequence[Gender], given: str
) -> list[list[Button]]:
    rows = [[press(mark(words(f"bot/forms/{one}"), one, given), one)] for one in offered]
    usual = words("bot/forms/usual")
    return [*rows, [press(mark(usual, USUAL, given or USUAL), USUAL)]]
