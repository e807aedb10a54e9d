"""Who has consented to what, and until when. A consent is never changed, only withdrawn."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.core.model import ClientId, GivenBy
from bot.storage.schema import consents


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent to the words with this version, in the language in which they were read."""

    version: str
    language: str
    given_by: GivenBy
    agreed_at: datetime
    withdrawn_at: datetime | None


_OF_CLIENT = select(consents).where(consents.c.client_id == bindparam("client")).order_by(consents.c.id)
_IN_FORCE = select(consents.c.given_by).where(
    consents.c.client_id == bindparam("client"),
    consents.c.version == bindparam("version"),
    consents.c.withdrawn_at.is_(None),
)  # fmt: skip
_EVER = select(consents.c.given_by).where(
    consents.c.client_id == bindparam("client"), consents.c.withdrawn_at.is_(None)
)
_WITHDRAW = (
    update(consents)
    .where(consents.c.client_id == bindparam("client"), consents.c.withdrawn_at.is_(None))
    .values(withdrawn_at=bindparam("now"))
)


def give(
    tx: Connection, client_id: ClientId, version: str, language: str, given_by: GivenBy, now: datetime
) -> None:
    values = {"client_id": client_id, "version": version, "language": language}
    tx.execute(insert(consents), {**values, "given_by": given_by, "agreed_at": now})


def withdraw(tx: Connection, client_id: ClientId, now: datetime) -> None:
    """Whoever withdraws withdraws for all: what one has refused the other cannot allow."""
    tx.execute(_WITHDRAW, {"client": client_id, "now": now})


def in_force(tx: Connection, client_id: ClientId, version: str) -> frozenset[GivenBy]:
    """Who has consented to these words and not withdrawn it."""
    rows = tx.execute(_IN_FORCE, {"client": client_id, "version": version}).scalars()
    return frozenset(GivenBy(given_by) for given_by in rows)


def ever_in_force(tx: Connection, client_id: ClientId) -> frozenset[GivenBy]:
    """Who has consented to these words or to earlier ones, and not withdrawn it."""
    return frozenset(GivenBy(given_by) for given_by in tx.execute(_EVER, {"client": client_id}).scalars())


def of_client(tx: Connection, client_id: ClientId) -> list[Consent]:
    """All of them, the oldest first."""
    return [
        Consent(row.version, row.language, GivenBy(row.given_by), row.agreed_at, row.withdrawn_at)
        for row in tx.execute(_OF_CLIENT, {"client": client_id})
    ]
