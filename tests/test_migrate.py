"""From whatever the database holds to the present tables, or a sentence that says why not."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from bot.storage import migrate
from bot.storage.database import StorageProblem


async def test_the_newest_migration_is_the_one_that_alembic_ends_with():
    assert ScriptDirectory(str(migrate.MIGRATIONS)).get_current_head() == migrate.newest()


async def test_a_database_of_another_program_or_of_a_newer_attune_is_refused(database, keyring):
    def overtaken(tx):
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    def foreign(tx):
        tx.execute(text("DROP TABLE alembic_version"))

    await database.write(overtaken)
    with pytest.raises(StorageProblem, match="newer Attune"):
        await database.write(migrate.upgrade, keyring)
    await database.write(foreign)
    with pytest.raises(StorageProblem, match="another program"):
        await database.write(migrate.upgrade, keyring)
