"""Countries to choose from, by their names in the reader's language."""

from collections.abc import Sequence

from bot.core.safety import OTHER_COUNTRY
from bot.render.bodies import Button
from bot.render.buttons import Press, mark
from bot.render.words import Words


def country_name(words: Words, code: str) -> str:
    return str(words.locale.territories.get(code, code))


def country_rows(words: Words, press: Press, known: Sequence[str], country: str) -> list[list[Button]]:
    """One below the other; ``country`` is chosen, empty for none of them."""
    chosen = country or OTHER_COUNTRY
    named = sorted(((country_name(words, code), code) for code in known), key=lambda one: one[0].casefold())
    rows = [[press(mark(name, code, chosen), code)] for name, code in named]
    other = mark(words("bot/button/other_country"), OTHER_COUNTRY, chosen)
    return [*rows, [press(other, OTHER_COUNTRY)], [press(words("bot/button/back"), "-back")]]
