"""Words that are surely an answer: what somebody typed, held against the buttons of the page."""

from bot.core.checkin import CheckIn, Page
from bot.core.events import Typed, Wrote
from bot.core.model import HELPS, RAISES
from bot.core.typed import understood
from bot.service.house import House
from bot.service.pages import words_of


def spelled_out(house: House, state: CheckIn, event: Wrote) -> Wrote | Typed:
    """The same event, as the answer that it is, or as it came if that is not sure."""
    words, script = words_of(house, state), house.prompt_sets[state.prompt_set]
    band = f"{script.id}/band/{state.about.band}"
    match state.page:
        case Page.QUESTION:
            scale = script.scale(state.about.band)
            labels = {one.id: words(f"{script.id}/scale/{scale.id}/{one.id}") for one in scale.options}
        case Page.HELP:
            labels = {name: words(f"{band}/helps/{name}") for name in HELPS}
        case Page.RAISE:
            labels = {name: words(f"{band}/raises/{name}") for name in RAISES}
        case _:
            return event
    # Only steps from less to more have a "very": on other pages nothing but the button's own words counts.
    tables = house.typed[words.language] if state.page is Page.QUESTION else ()
    choice = understood(event.text, labels, tables)
    if choice is None or (state.page is not Page.QUESTION and choice not in labels):
        return event
    return Typed(event.chat_id, event.message_id, choice)
