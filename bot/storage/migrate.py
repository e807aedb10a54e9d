"""The way to the present schema, whatever the database holds: nothing, an older Attune, or ours."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from bot.storage.database import StorageProblem
from bot.storage.keys import HOUSE, Keyring
from bot.storage.schema import keys


def configuration(tx: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = tx
    return config


def upgrade(tx: Connection, keyring: Keyring) -> None:
    """Create or update all tables, and see that the master key fits."""
    config = configuration(tx)
    found = MigrationContext.configure(tx).get_current_revision()
    if found is None and inspect(tx).get_table_names():
        raise StorageProblem(
            "The database holds tables of another program. Name an empty one in ATTUNE_DATABASE_URL."
        )
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StorageProblem(
            "The database was written by a newer Attune. Install that version or restore a backup."
        )
    command.upgrade(config, "head")
    if tx.execute(keys.select().where(keys.c.owner == HOUSE)).first() is None:
        keyring.make(tx, None)
    keyring.seal(tx, None, "fits", "")  # raises KeyProblem if the house's key does not open
