"""What a client sees who asks for help, or whose words may speak of danger: fixed text, and whom to call.

It says that the clinic was told only where that is so.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.core.helplines import DIRECTORY, Line
from bot.core.hours import WeekHours
from bot.core.model import DialogueId
from bot.core.safety import HELP, Page, Safety, Told
from bot.render.bodies import Body, Button
from bot.render.buttons import Press
from bot.render.countries import country_name, country_rows
from bot.render.hours import hours_text
from bot.render.words import Ltr, Words


@dataclass(frozen=True, slots=True)
class HelpShown:
    """What the card shows besides its own words. ``emergency`` and ``lines`` are those of the country in
    which the client is; the one is empty if it is not known. ``monitored`` is when somebody at the clinic
    reads alerts, and ``opens`` when they do next, on the clinic's clock: None while somebody reads, and if
    nobody ever does."""

    clinic: str
    phone: str
    emergency: str
    lines: tuple[Line, ...]
    monitored: WeekHours
    opens: datetime | None = None


def safety_card(words: Words, number: DialogueId, state: Safety, help_: HelpShown) -> Body:
    press = Press(number, state.position)
    match state.page:
        case Page.CARD:
            return {"text": _text(words, state, help_), "buttons": _buttons(words, press, state, help_)}
        case Page.COUNTRY:
            return {
                "text": words("bot/safety/country"),
                "buttons": country_rows(words, press, state.countries, state.country),
            }
        case Page.GONE:
            return {"text": words("bot/safety/gone")}
        case _:
            assert_never(state.page)


def lifeline_card(words: Words, country: str, help_: HelpShown) -> str:
    """What is shown when nobody can be told: made ready beforehand, for anybody, wherever they are."""
    where = country_name(words, country)
    emergency = words("bot/lifeline/emergency", country=where, emergency=Ltr(help_.emergency))
    phone = words("bot/lifeline/phone", clinic=help_.clinic, phone=Ltr(help_.phone))
    directory = words("bot/lifeline/directory", link=Ltr(DIRECTORY))
    lines = [_line(words, line) for line in help_.lines]
    called = "\n".join([emergency, phone, *lines, directory])
    return "\n\n".join([words("bot/lifeline/card", clinic=help_.clinic), called])


def help_button(words: Words) -> Button:
    """The same on every card, and never too old: it belongs to no dialogue and no page."""
    return {"text": words("bot/button/help"), "data": HELP}


def _text(words: Words, state: Safety, help_: HelpShown) -> str:
    opening = words(f"bot/safety/opening/{state.category or 'asked'}")
    program = words("bot/safety/program" if state.category is None else "bot/safety/program_words")
    parts = [opening, program, _urgent(words, help_), _lines(words, help_), _told(words, state.told, help_)]
    return "\n\n".join(part for part in parts if part)


def _urgent(words: Words, help_: HelpShown) -> str:
    """Where one can call at once, and whom the client knows."""
    lines = []
    if help_.emergency:
        lines.append(words("bot/safety/emergency", emergency=Ltr(help_.emergency)))
    lines.append(words("bot/safety/phone", clinic=help_.clinic, phone=Ltr(help_.phone)))
    return "\n".join(lines)


def _lines(words: Words, help_: HelpShown) -> str:
    head = [words("bot/safety/lines")] if help_.lines else []
    lines = [_line(words, line) for line in help_.lines]
    return "\n".join([*head, *lines, words("bot/safety/directory", link=Ltr(DIRECTORY))])


def _line(words: Words, line: Line) -> str:
    said = "bot/safety/line/text" if line.texts else "bot/safety/line/call"
    return words(said, name=line.name, number=Ltr(line.number), hours=hours_text(words, line.hours))


def _told(words: Words, told: Told, help_: HelpShown) -> str:
    match told:
        case Told.NOT:
            return ""
        case Told.DELIVERED:
            return f"{words('bot/safety/told/delivered', clinic=help_.clinic)}\n{_read(words, help_)}"
        case Told.TRYING | Told.SEEN:
            return words(f"bot/safety/told/{told}", clinic=help_.clinic)
        case _:
            assert_never(told)


def _read(words: Words, help_: HelpShown) -> str:
    """When somebody reads it."""
    if help_.monitored.always:
        return words("bot/safety/read/always")
    if help_.opens is not None:
        day, at = words.day(help_.opens), words.time(help_.opens.time())
        return words("bot/safety/read/opens", day=day, time=at)
    if help_.monitored.spans:
        return words("bot/safety/read/hours", hours=hours_text(words, help_.monitored))
    return words("bot/safety/read/never")


def _buttons(words: Words, press: Press, state: Safety, help_: HelpShown) -> list[list[Button]]:
    tell = [[press(words("bot/button/tell", clinic=help_.clinic), "-tell")]]
    country = [[press(words("bot/button/country"), "-country")]]
    return [
        *(tell if state.told is Told.NOT else []),
        *(country if state.countries else []),
        [press(words("bot/button/hide"), "-hide")],
    ]
