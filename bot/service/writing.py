"""Whether clients may write in words of their own: only while it is shown that somebody answers alerts.

The clinic switches it on in clinic.toml; it counts from the first drill that is acknowledged in the promised
time, and until one is not.
"""

from sqlalchemy import Connection

from bot.core.model import PromptSet
from bot.service.house import House
from bot.storage import alerts


def script_of(tx: Connection, house: House, name: str) -> PromptSet:
    """The prompt set as clients are asked with it now."""
    return house.prompt_sets[name] if may_write(tx, house) else house.wordless[name]


def may_write(tx: Connection, house: House) -> bool:
    return house.clinic.free_words and alerts.last_drill_passed(tx)
