"""Which page a dialogue shows, and in whose words."""

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.core.agreeing import Agreeing
from bot.core.alerting import Alerting
from bot.core.caseload import Choosing, Inviting
from bot.core.checkin import CheckIn
from bot.core.checkin import Page as CheckInPage
from bot.core.checkin_state import OUTSIDE
from bot.core.family import Family
from bot.core.goals import goal_of
from bot.core.helplines import lines_for
from bot.core.hours import WeekHours
from bot.core.menu import Menu
from bot.core.menu_state import OWN
from bot.core.model import Voice
from bot.core.pairing import Pairing
from bot.core.phrasing import Phrasing
from bot.core.reading import Reading
from bot.core.safety import Safety
from bot.core.welcome import Welcome
from bot.render import caseload_cards, checkin_cards, goal_cards, reading_cards, welcome_cards
from bot.render.alert_cards import alerting_card
from bot.render.bodies import Body
from bot.render.menu_cards import family_card, menu_card
from bot.render.safety_cards import HelpShown, help_button, safety_card
from bot.render.share_cards import Line, Shown
from bot.render.words import Words
from bot.service.house import House
from bot.service.writing import script_of
from bot.storage import checkins, goals
from bot.storage.dialogues import Dialogue, State


def card(tx: Connection, house: House, dialogue: Dialogue, away: bool, now: datetime) -> Body:
    """A dialogue's page in the words of whoever it is held with, on a client's phone with the button for
    help below it. ``away`` asks for the tap again."""
    words = words_of(house, dialogue.state)
    body = _page(tx, house, words, dialogue, now)
    if away and dialogue.state.open:
        body["text"] = f"{words('bot/away')}\n\n{body['text']}"
    if isinstance(dialogue.state, CheckIn | Menu | Family | Welcome):
        body["buttons"] = [*body.get("buttons", []), [help_button(words)]]
    return body


def words_of(house: House, state: State) -> Words:
    """The words a dialogue is held in. How a child wants to be spoken to says nothing about a guardian."""
    match state:
        case CheckIn(about=about, page=page):
            words = house.words(about.language)
            if about.guardian and page in OUTSIDE:
                return words.speaking(Voice.ADULT).about(about.client)
            return words.speaking(about.band.voice).addressed(about.address, about.gender)
        case Menu(known=known, page=page):
            words = house.words(known.language)
            if known.guardian and page not in OWN:
                return words.speaking(Voice.ADULT).about(known.client)
            return words.speaking(known.band.voice).addressed(known.address, known.gender)
        case Family():
            return house.words(state.language).speaking(Voice.ADULT)
        case Welcome():
            voice = Voice.ADULT if state.guardian_reads else state.band.voice
            return house.words(state.language).speaking(voice).addressed(state.address, state.gender)
        case Safety():
            spoken = house.words(state.language).speaking(state.band.voice)
            return spoken.addressed(state.address, state.gender)
        case Pairing() | Inviting() | Choosing() | Agreeing() | Phrasing() | Reading() | Alerting():
            return house.words(state.language)
        case _:
            assert_never(state)


def _page(tx: Connection, house: House, words: Words, dialogue: Dialogue, now: datetime) -> Body:
    match dialogue.state:
        case CheckIn() as state:
            script, shown = script_of(tx, house, state.prompt_set), _shown(tx, house, dialogue, state)
            return checkin_cards.check_in(words, script, dialogue.id, state, shown)
        case Menu() as state:
            return menu_card(words, dialogue.id, state)
        case Family() as state:
            return family_card(words, dialogue.id, state)
        case Welcome() as state:
            return welcome_cards.welcome_card(words, house.spoken_to(state.band), dialogue.id, state)
        case Pairing() as state:
            return caseload_cards.pairing_card(words, dialogue.id, state)
        case Inviting() as state:
            return caseload_cards.inviting_card(words, dialogue.id, state)
        case Choosing() as state:
            return caseload_cards.choosing_card(words, dialogue.id, state)
        case Agreeing() as state:
            return goal_cards.agreeing_card(words, dialogue.id, state)
        case Phrasing() as state:
            return goal_cards.phrasing_card(words, dialogue.id, state)
        case Reading() as state:
            return reading_cards.reading_card(words, dialogue.id, state)
        case Safety() as state:
            return safety_card(words, dialogue.id, state, _help(house, state, now))
        case Alerting() as state:
            return alerting_card(words, dialogue.id, state)
        case _:
            assert_never(dialogue.state)


def _shown(tx: Connection, house: House, dialogue: Dialogue, state: CheckIn) -> Shown:
    """The client's own words that the page needs: they are kept in one place only."""
    if state.page not in (CheckInPage.QUESTION, CheckInPage.SHARE, CheckInPage.ANSWER):
        return Shown()
    wanted = [goal for prompt in state.plan if (goal := goal_of(prompt)) is not None]
    found = [goals.one(tx, house.keyring, goal) for goal in wanted]
    named: dict[int, str] = {goal.id: goal.words for goal in found if goal is not None}
    if state.page is not CheckInPage.SHARE:
        return Shown(goals=named)
    notes = [
        Line(note.message_id, note.words, note.prompt_id, note.topic)
        for note in checkins.notes_in(tx, house.keyring, state.id)
    ]
    return Shown(notes, named)


def _help(house: House, state: Safety, now: datetime) -> HelpShown:
    """Whom the client can call where they are now, and when somebody at the clinic reads alerts."""
    clinic, country = house.clinic, house.helplines.get(state.country)
    emergency = "" if country is None else country.emergency
    if not emergency and state.country == clinic.country:
        emergency = clinic.emergency_number
    answering = clinic.answering
    opens = None if answering is None else answering.opens(now)
    return HelpShown(
        clinic=clinic.name,
        phone=clinic.phone,
        emergency=emergency,
        lines=lines_for(country, child=state.band.voice is not Voice.ADULT, language=state.language),
        monitored=WeekHours() if answering is None else answering.monitored,
        opens=None if opens is None or opens == now else opens.astimezone(ZoneInfo(clinic.zone)),
    )
