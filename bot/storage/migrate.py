"""The way to the present schema, whatever the database holds: nothing, an older Attune, or ours."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from bot.storage.database import StorageProblem
from bot.storage.keys import HOUSE, Keyring
from bot.storage.schema import keys

MIGRATIONS: Final = Path(__file__).parent / "migrations"

_AT: Final = text("SELECT version_num FROM alembic_version")


def upgrade(tx: Connection, keyring: Keyring) -> None:
    """Create or update all tables, and see that the master key fits."""
    found = _revision(tx)
    if found != newest():
        _migrate(tx, found)
    if tx.execute(keys.select().where(keys.c.owner == HOUSE)).first() is None:
        keyring.make(tx, None)
    keyring.seal(tx, None, "fits", "")  # raises KeyProblem if the house's key does not open


def newest() -> str:
    """The number of the newest migration, which its file's name begins with."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(tx: Connection) -> str | None:
    """The number of the last migration that this database has seen."""
    if not inspect(tx).has_table("alembic_version"):
        return None
    number: str | None = tx.execute(_AT).scalar()
    return number


def _migrate(tx: Connection, found: str | None) -> None:
    # Loading Alembic takes longer than all else at a start, and most starts have nothing to migrate.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    if found is None and inspect(tx).get_table_names():
        raise StorageProblem(
            "The database holds tables of another program. Name an empty one in ATTUNE_DATABASE_URL."
        )
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = tx
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StorageProblem(
            "The database was written by a newer Attune. Install that version or restore a backup."
        )
    command.upgrade(config, "head")
