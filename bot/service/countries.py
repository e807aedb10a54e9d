"""In which country a client is, for the numbers that are shown there."""

from typing import Final

from sqlalchemy import Connection

from bot.core.model import ClientId
from bot.service.house import House
from bot.storage import wishes
from bot.storage.people import Client

_UNKNOWN: Final = "-"


def known(house: House) -> tuple[str, ...]:
    """Those that can be chosen: the clinic's own, and every other whose numbers it has."""
    return tuple(dict.fromkeys((house.clinic.country, *house.helplines)))


def of(house: House, client: Client) -> str:
    """The clinic's until the client has chosen; empty if no numbers are known there."""
    return "" if client.country == _UNKNOWN else client.country or house.clinic.country


def stay(tx: Connection, client_id: ClientId, country: str) -> None:
    wishes.stay(tx, client_id, country or _UNKNOWN)
