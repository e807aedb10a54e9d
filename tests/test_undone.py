"""What is undone leaves nothing behind, neither in the database nor in memory."""

from contextlib import suppress

from bot.core.model import Band
from bot.storage import facts, people
from bot.storage.database import attempt
from bot.storage.keys import Keyring
from tests.conftest import MASTER


def add_client(tx, keyring, alias):
    return people.add_client(
        tx, keyring, alias=alias, band=Band.B13, language="en", zone="Europe/Vienna", prompt_set="starter"
    )


async def test_an_attempt_that_fails_undoes_its_own_part_only(database):
    def work(tx):
        facts.write(tx, "before", "kept")
        with suppress(ZeroDivisionError), attempt(tx):
            facts.write(tx, "inside", "undone")
            raise ZeroDivisionError
        with attempt(tx):
            facts.write(tx, "after", "kept")

    await database.write(work)
    found = [await database.write(facts.read, name) for name in ("before", "inside", "after")]
    assert found == ["kept", None, "kept"]


async def test_after_a_statement_that_failed_the_transaction_goes_on(database):
    def work(tx):
        with suppress(Exception), attempt(tx):
            tx.exec_driver_sql("SELECT nothing FROM nowhere")
        facts.write(tx, "after", "kept")

    await database.write(work)
    assert await database.write(facts.read, "after") == "kept"


async def test_a_client_whose_making_was_undone_leaves_no_key_behind(database, keyring):
    def work(tx):
        with suppress(ZeroDivisionError), attempt(tx):
            add_client(tx, keyring, "Mila")
            raise ZeroDivisionError
        return add_client(tx, keyring, "Kim")

    number = await database.write(work)
    elsewhere = Keyring(MASTER)  # as after a restart
    assert (await database.write(people.client, elsewhere, number)).alias == "Kim"
