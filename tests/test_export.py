"""A copy of everything: what a client gave stands in it, and nothing of anybody else."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.core.dossier import KnownLetter
from bot.core.goals import GOALS_MAX
from bot.core.model import CheckInState, DialogueId, GivenBy, Kind
from bot.render.dossiers import as_json, as_page
from bot.service import dossiers
from bot.service.house import House
from bot.service.scene import Scene
from bot.storage import checkins, consents, goals, people
from bot.storage.checkins import Kept
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.letters import Sent
from tests.house import Met, Phones, furnished, meet, seat_therapist

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINDE, MILA, KIM = 100, 200, 300
CHOICES = ("not_at_all", "a_little", "somewhat", "mostly", "completely", "skip", "dont_know")
PROMPTS = ("heard", "safe", "in_control")
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40)


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


def fill(tx: Connection, house: House, met: Met, given_: list[tuple[str, bool]], words: list[str]) -> None:
    """One check-in with these answers, some kept back, and these words as notes and goals."""
    keyring, client = house.keyring, met.client
    number = checkins.start(
        tx, client, schedule_id=met.schedules[0], local_date=MONDAY.date(), ordinal=0, due_at=MONDAY,
        prompt_set="starter", version=1, language="en", band=people.client(tx, keyring, client).band,
        asked=PROMPTS, state=CheckInState.OPEN,
    )  # fmt: skip
    assert number is not None
    for prompt, (choice, held) in zip(PROMPTS, given_, strict=False):
        checkins.record(tx, keyring, client, number, prompt, choice, MONDAY)
        checkins.hold_back(tx, number, prompt, held)
    for at, said in enumerate(words):
        moment = MONDAY + timedelta(minutes=at)
        checkins.keep(tx, keyring, client, number, Kept(10 + at, said, "en", None, moment, at % 2 == 0))
        goals.propose(tx, keyring, client, said, "en", moment)


def told(tx: Connection, house: House, met: Met, *, whole: bool = True) -> tuple[dict, str]:
    client = people.client(tx, house.keyring, met.client)
    known = dossiers.gather(tx, house, client, MONDAY, whole=whole)
    return json.loads(as_json(known)), as_page(house.words(client.language), known)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # the database is filled and emptied anew for each
@given(
    st.lists(st.tuples(st.sampled_from(CHOICES), st.booleans()), max_size=3),
    st.lists(WORDS.map(lambda said: f"mine {said}"), max_size=5, unique=True),
)
async def test_it_holds_everything_a_client_gave_and_nothing_of_another(
    database: Database, house: House, answers: list[tuple[str, bool]], words: list[str]
) -> None:
    def look(tx: Connection) -> None:
        savepoint = tx.begin_nested()
        therapist = seat_therapist(tx, house.keyring, LINDE)
        mila = meet(tx, house, therapist, MILA, MONDAY, alias="Mila")
        kim = meet(tx, house, therapist, KIM, MONDAY, alias="Kim the other")
        fill(tx, house, mila, answers, words)
        fill(tx, house, kim, [("skip", False)], ["theirs alone"])
        found, page = told(tx, house, mila)
        (check_in,) = found["check_ins"]
        kept = {one["prompt"]: (one["choice"], one["held_back"]) for one in check_in["answers"]}
        assert kept == dict(zip(PROMPTS, answers, strict=False))
        assert [note["words"] for note in found["notes"]] == words
        assert [goal["words"] for goal in found["goals"]] == words[:GOALS_MAX]
        assert [one["given_by"] for one in found["consents"]] == ["client"]
        assert found["who"]["alias"] == "Mila"
        for content in (json.dumps(found), page):
            assert "theirs alone" not in content
            assert "Kim the other" not in content
        savepoint.rollback()

    await database.write(look)


async def test_on_a_guardians_account_the_childs_own_words_are_left_out_and_that_is_said(
    database: Database, house: House
) -> None:
    def look(tx: Connection) -> None:
        therapist = seat_therapist(tx, house.keyring, LINDE)
        mila = meet(tx, house, therapist, MILA, MONDAY, alias="Mila")
        fill(tx, house, mila, [("mostly", False)], ["only for Dr. Linde"])
        found, page = told(tx, house, mila, whole=False)
        assert [one["answers"] for one in found["check_ins"]] == [[]]
        assert found["notes"] == found["goals"] == []
        assert found["answers_left_out"] is True
        assert "only for Dr. Linde" not in page
        assert "left out of this copy" in page

    await database.write(look)


async def test_it_comes_as_two_files_that_can_be_kept(database: Database, house: House) -> None:
    phones = Phones()

    def ask(tx: Connection) -> None:
        mila = meet(tx, house, seat_therapist(tx, house.keyring, LINDE), MILA, MONDAY, alias="Mila")
        consents.give(tx, mila.client, "older", "en", GivenBy.CLIENT, MONDAY)
        words = house.words("en").speaking(people.client(tx, house.keyring, mila.client).band.voice)
        dossiers.hand_over(Scene(tx, house, MILA, words, MONDAY, mila.client))
        phones.deliver(tx, house, MONDAY)

    await database.write(ask)
    bodies = [one.parcel.body for one in phones.arrived if one.parcel.action == "file"]
    assert [body["file_name"] for body in bodies] == ["attune-2026-03-02.html", "attune-2026-03-02.json"]
    assert not any(body.get("protect") for body in bodies)


def test_changes_are_told_with_their_message_and_alone_once_it_is_gone() -> None:
    at = [MONDAY + timedelta(minutes=minute) for minute in range(6)]
    card, other = DialogueId(4), DialogueId(9)
    sent = [
        Sent(Kind.EDIT, at[0], True, other),
        Sent(Kind.CHECK_IN, at[1], False, card),
        Sent(Kind.REPLY, at[2], False, None),
        Sent(Kind.EDIT, at[3], True, card),
        Sent(Kind.REMINDER, at[4], False, card),
        Sent(Kind.EDIT, at[5], True, card),
    ]
    assert list(dossiers.told_of(sent)) == [
        KnownLetter("edit", at[0]),
        KnownLetter("check_in", at[1], (at[3],)),
        KnownLetter("reply", at[2]),
        KnownLetter("reminder", at[4], (at[5],)),
    ]
