"""A text in another form than the usual one, because the client chose it: “~informal” or “~formal”
behind its key says how they are addressed, “~f” or “~m” as what the language speaks to them.

Only translations have forms: English needs none. The text without a form is always there.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from itertools import product
from typing import Final

from bot.core.model import Address, Forms, Gender

MARK: Final = "~"
# What a translator reads above a text in this form.
_TOLD: Final = {
    Address.INFORMAL: "informal address",
    Address.FORMAL: "formal address",
    Gender.FEMININE: "the feminine form",
    Gender.MASCULINE: "the masculine form",
}


def plain(key: str) -> str:
    """The key of the text of which this one is a form; a text without a form is its own."""
    return key.partition(MARK)[0]


def form_in(key: str) -> str:
    """What stands behind the plain key: “~informal”; nothing if it has no form."""
    return key.removeprefix(plain(key))


@cache
def forms_of(address: Address, gender: Gender) -> tuple[str, ...]:
    """The forms that fit somebody who chose these, the closest first, and the plain one last."""
    addresses, genders = [_marked(address), ""], [_marked(gender), ""]
    return tuple(dict.fromkeys(map("".join, product(addresses, genders))))


def _marked(choice: str) -> str:
    return f"{MARK}{choice}" if choice else ""


FORMS: Final = tuple(
    dict.fromkeys(form for pair in product(Address, Gender) for form in forms_of(*pair) if form)
)


def choices(keys: Iterable[str]) -> Forms:
    """What somebody can choose who is spoken to with these texts."""
    chosen = {part for key in keys for part in form_in(key).split(MARK)} - {""}
    return Forms(
        tuple(address for address in Address if address in chosen),
        tuple(gender for gender in Gender if gender in chosen),
    )


def meant(form: str) -> str:
    """The form that a translator probably meant."""
    small = form.casefold()
    turned = (one for one in FORMS if sorted(one.split(MARK)) == sorted(small.split(MARK)))
    return next(turned, "") or next(iter(get_close_matches(small, FORMS, n=1)), "")


def told(form: str) -> str:
    """For whom a text in this form is, for its translator."""
    names = [name for choice, name in _TOLD.items() if choice in form.split(MARK)]
    return f"Only for those who chose {' and '.join(names)}." if names else "In a form that is not known."
