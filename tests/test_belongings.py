"""Every table with a client's data stands in the list of belongings, each of its columns with its place."""

from dataclasses import fields

import pytest

from bot.core import dossier
from bot.storage import schema
from bot.storage.belongings import BELONGINGS, NOT_THEIRS, OF_CHATS

KNOWN = {
    "who": dossier.Who,
    "sessions": dossier.KnownSession,
    "schedules": dossier.KnownSchedule,
    "consents": dossier.KnownConsent,
    "check_ins": dossier.KnownCheckIn,
    "check_ins.answers": dossier.KnownAnswer,
    "notes": dossier.KnownNote,
    "goals": dossier.KnownGoal,
    "summaries": dossier.KnownSummary,
    "letters": dossier.KnownLetter,
}


def test_every_table_has_its_place_and_only_one():
    listed = [one.table for one in BELONGINGS] + list(OF_CHATS) + list(NOT_THEIRS)
    assert sorted(table.name for table in listed) == sorted(schema.metadata.tables)


@pytest.mark.parametrize("belonging", BELONGINGS, ids=lambda one: one.table.name)
def test_every_column_is_shown_to_the_client_or_says_why_not(belonging):
    told = [*belonging.shown, *belonging.unshown]
    assert sorted(told) == sorted(column.name for column in belonging.table.columns)
    assert all(belonging.unshown.values())


@pytest.mark.parametrize("belonging", BELONGINGS, ids=lambda one: one.table.name)
def test_what_is_shown_has_its_field_in_the_copy(belonging):
    for path in belonging.shown.values():
        section, _, name = path.rpartition(".")
        assert name in {one.name for one in fields(KNOWN[section])}, path


def test_what_refers_to_a_client_or_to_their_chat_belongs_to_somebody():
    for table in schema.metadata.tables.values():
        theirs = {"client_id", "chat_id"} & {column.name for column in table.columns}
        if theirs and table not in (schema.therapists, schema.erasures):
            assert table in [*(one.table for one in BELONGINGS), *OF_CHATS], table.name


def test_the_key_goes_first():
    assert BELONGINGS[0].table is schema.keys
