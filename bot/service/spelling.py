"""Words that are surely an answer: what somebody typed, held against the buttons of the page."""

from sqlalchemy import Connection

from bot.core.asking import asked
from bot.core.checkin import CheckIn, Page
from bot.core.events import Edited, Retyped, Typed, Wrote
from bot.core.model import HELPS, RAISES
from bot.core.retyping import answer_of
from bot.core.typed import understood
from bot.service.house import House
from bot.service.pages import words_of
from bot.storage import dialogues, people
from bot.storage.dialogues import Dialogue

LOOKED_AT = 20  # so many of a client's dialogues back, for an answer that was typed


def spelled_out(house: House, state: CheckIn, event: Wrote | Edited) -> Wrote | Typed | Edited | Retyped:
    """The same event, as the answer that it is, or as it came if that is not sure."""
    if isinstance(event, Wrote):
        choice = _choice(house, state, event.text)
        return event if choice is None else Typed(event.chat_id, event.message_id, choice)
    key = answer_of(state, event.message_id)
    if key is None:
        return event
    return Retyped(event.chat_id, event.message_id, event.text, _choice(house, asked(state, key), event.text))


def answered_by(tx: Connection, house: House, event: Edited) -> Dialogue | None:
    """The check-in in which the message was an answer, be it closed by now; None if it was none."""
    for client in people.clients_in(tx, house.keyring, event.chat_id):
        for found in dialogues.latest_with(tx, house.keyring, event.chat_id, client.id, LOOKED_AT):
            if isinstance(found.state, CheckIn) and answer_of(found.state, event.message_id) is not None:
                return found
    return None


def _choice(house: House, state: CheckIn, text: str) -> str | None:
    """What the words surely mean on this page, if it asks anything."""
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
            return None
    # Only steps from less to more have a "very": on other pages nothing but the button's own words counts.
    tables = house.typed[words.language] if state.page is Page.QUESTION else ()
    choice = understood(text, labels, tables)
    return choice if state.page is Page.QUESTION or choice in labels else None
