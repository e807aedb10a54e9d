"""What can be wrong with a database, in words that say what to do."""

from sqlalchemy.exc import DBAPIError

_AWAY = ("08", "53", "57")  # SQLSTATE: no connection, no resources, it starts or stops


class StorageProblem(Exception):
    """The database cannot be used; the message says what to do."""


class StorageDown(StorageProblem):
    """It cannot be used just now, and may be again while we wait."""


def is_away(error: OSError | DBAPIError) -> bool:
    """Whether a PostgreSQL server is not there, or is just starting or stopping."""
    return isinstance(error, OSError) or str(getattr(error.orig, "sqlstate", ""))[:2] in _AWAY


def told(error: DBAPIError) -> StorageProblem | None:
    """The driver's words for what a person can put right, in our words."""
    said = str(error.orig)
    for sign, meaning in {
        "disk is full": "The disk is full. Make room; nothing unstored was confirmed.",
        "database is locked": "Another program holds the database. Stop it.",
        "disk I/O error": "The disk reported an error. Check it.",
    }.items():
        if sign in said:
            return StorageDown(meaning)
    for sign, meaning in {
        "readonly": "The database is read-only. Give the bot the right to write it.",
        "not a database": "The file is not an Attune database, or it is damaged. Restore a backup.",
        "malformed": "The database file is damaged. Restore a backup.",
    }.items():
        if sign in said:
            return StorageProblem(meaning)
    if error.connection_invalidated:
        return StorageDown("The connection to the database was lost.")
    return None
