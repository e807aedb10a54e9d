"""How the bot introduces itself in each language: its commands and what it says it is.

Everybody's menu shows what a client can do; a therapist's chat gets one of its own.
"""

from bot.core.model import Voice
from bot.render.bodies import Command
from bot.render.words import Words
from bot.service.house import House
from bot.transport.profile import Profile

COMMANDS = {
    name: f"bot/commands/client/{name}"
    for name in (
        *("menu", "checkin", "answers", "later", "time", "quiet", "pause", "why", "goals", "language"),
        *("therapist", "data", "erase", "stop", "help", "privacy"),
    )
}
THERAPIST = {
    "summary": "bot/commands/therapist/summary",
    "invite": "bot/commands/therapist/invite",
    "goal": "bot/commands/therapist/goal",
    "help": "bot/commands/client/help",
    "privacy": "bot/commands/client/privacy",
}


def profiles(house: House) -> dict[str, Profile]:
    """By language; the empty one is what everybody else sees, in the clinic's first language."""
    first = house.clinic.languages[0]
    return {"": _profile(house, first)} | {language: _profile(house, language) for language in house.texts}


def therapist_menu(words: Words) -> list[Command]:
    return [{"command": name, "description": words(message)} for name, message in THERAPIST.items()]


def _profile(house: House, language: str) -> Profile:
    words = house.words(language).speaking(Voice.ADULT)
    return Profile(
        commands={command: words(message) for command, message in COMMANDS.items()},
        description=words("bot/profile/description"),
        short_description=words("bot/profile/short"),
    )
