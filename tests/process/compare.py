"""What is stored, and what arrived, against what people pressed: every difference, in a sentence."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, and_, select

from bot.core.checkin import CheckIn
from bot.core.model import ChatId, CheckInId, Kind
from bot.service.house import House
from bot.service.reports import ALWAYS
from bot.service.who import client_words
from bot.storage import checkins, dialogues, inbox, outbox
from bot.storage import people as people_rows
from bot.storage.schema import dialogues as dialogue_rows
from bot.storage.schema import inbox as inbox_rows
from bot.storage.schema import outbox as letter_rows
from tests.process.clinic import Client, Clinic, Part, Session
from tests.process.expected import Expected, Pages, expect
from tests.process.people import Person, confirmed
from tests.process.telegram import Watched


@dataclass
class Found:
    """``differences`` is empty if every promise was kept; the rest says how much was tried."""

    differences: list[str] = field(default_factory=list)
    answers: int = 0
    notes: int = 0
    stale: int = 0
    covers: int = 0
    summaries: int = 0
    repeats: int = 0
    letters: Mapping[str, int] = field(default_factory=dict)


def compare(
    tx: Connection,
    house: House,
    clinic: Clinic,
    people: Collection[Person],
    telegram: Watched,
    *,
    clean: bool,
) -> Found:
    """``clean``: nothing may be in doubt, and nothing repeated."""
    found = Found(letters=outbox.counts(tx))
    differences = found.differences
    seen = set(tx.execute(select(inbox_rows.c.update_id)).scalars())
    if lost := telegram.updates.confirmed - seen:
        differences.append(f"confirmed to Telegram and not stored: updates {sorted(lost)}")
    differences += [f"update {number} failed and is parked" for number in inbox.parked(tx)]
    differences += [f"letter {row.id}, {row.kind}, is {row.state}" for row in _unwell(tx, clean=clean)]
    by_chat = {person.chat_id: person for person in people}
    for client in clinic.clients:
        acts = confirmed([by_chat[client.chat_id]], telegram.updates.confirmed)
        pages = Pages(house.prompt_sets[house.clinic.prompt_set], house.texts[client.language], client.band)
        asks, position = client.part is Part.ASKS, int(client.part is Part.REMINDED)
        expected = expect(acts, pages, begins=asks, position=position)
        found.stale += expected.stale
        differences += _stored(tx, house, client, expected, found)
        if not asks:
            differences += _covers(tx, house, client, expected, telegram, found, clean=clean)
    for session in clinic.sessions:
        differences += _summary(tx, house, session, telegram, found, clean=clean)
    health = tx.exec_driver_sql("PRAGMA integrity_check").scalar_one()
    if health != "ok":
        differences.append(f"integrity_check says {health}")
    return found


def _stored(tx: Connection, house: House, client: Client, expected: Expected, found: Found) -> Iterator[str]:
    """Each answer and each note once and right; each check-in once."""
    given = checkins.answers_of(tx, house.keyring, client.id, ALWAYS)
    talks = _talks(tx, house, client.chat_id)
    for dialogue, check_in in talks.items():
        wanted = sorted(expected.answers.get(dialogue, {}).items())
        stored = sorted((answer.prompt_id, answer.choice) for answer in given.get(check_in, []))
        found.answers += len(stored)
        if stored != wanted:
            yield f"{client.alias}, {client.part}, check-in {check_in}: pressed {wanted}, stored {stored}"
    if len(talks) != len(expected.talks):
        yield f"{client.alias}, {client.part}: began {len(expected.talks)} check-ins, stored are {len(talks)}"
    if sorted(checkin.id for checkin in checkins.of_client(tx, client.id, ALWAYS)) != sorted(talks.values()):
        yield f"{client.alias}: dialogues and check-ins are not the same"
    stored_notes = [note.words for note in checkins.notes_of(tx, house.keyring, client.id, ALWAYS)]
    found.notes += len(stored_notes)
    if Counter(stored_notes) != Counter(expected.notes):
        yield f"{client.alias}: wrote {expected.notes}, stored are {stored_notes}"


def _covers(
    tx: Connection,
    house: House,
    client: Client,
    expected: Expected,
    telegram: Watched,
    found: Found,
    *,
    clean: bool,
) -> Iterator[str]:
    """One occasion, one cover: it arrived once, or it is listed as being in doubt."""
    cover = client_words(house, people_rows.client(tx, house.keyring, client.id))("bot/check_in/cover")
    arrived = [
        message.message_id
        for message in telegram.chat(client.chat_id)
        if message.by_bot and message.versions[0].text == cover and message.message_id != client.has
    ]
    found.covers += len(arrived)
    kind = Kind.REMINDER if client.part is Part.REMINDED else Kind.CHECK_IN
    letters = _letters(tx, client, kind)
    states = [letter.state for letter in letters]
    who = f"{client.alias}, {kind}"
    if len(letters) != 1:
        yield f"{who}: one occasion has {len(letters)} letters, {states}"
    if len(arrived) > 1:
        yield f"{who}: it arrived {len(arrived)} times"
    if states == ["sent"] and [letters[0].message_id] != arrived:
        yield f"{who}: noted as sent as {letters[0].message_id}, but {arrived} arrived"
    if clean and len(arrived) != 1:
        yield f"{who}: nothing was in the way, and it arrived {len(arrived)} times, {states}"
    if expected.answers and states != ["sent"]:
        yield f"{who}: it was answered, so it has arrived, and still it is {states}"


def _summary(
    tx: Connection, house: House, session: Session, telegram: Watched, found: Found, *, clean: bool
) -> Iterator[str]:
    """It arrived, and whatever came after the first says that it is a repeat."""
    marks = tuple(texts["bot/repeat"] for texts in house.texts.values())
    arrived = [
        any(mark in message.text.split("\n\n")[0] for mark in marks)
        for message in telegram.chat(session.chat_id)
        if message.by_bot and session.alias in message.text
    ]
    found.summaries += len(arrived)
    found.repeats += sum(arrived)
    if not arrived:
        yield f"{session.alias}: the summary never arrived"
    if not all(arrived[1:]):
        yield f"{session.alias}: the summary arrived again and does not say so: {arrived}"
    if clean and arrived != [False]:
        yield f"{session.alias}: nothing was in the way, and the summary came as {arrived}"
    states = [row.state for row in _letters(tx, session, Kind.SUMMARY)]
    if states != ["sent"]:
        yield f"{session.alias}: the summary's letters are {states}"


def _talks(tx: Connection, house: House, chat_id: ChatId) -> dict[int, CheckInId]:
    """The check-in of each dialogue."""
    numbers = tx.execute(select(dialogue_rows.c.id).where(dialogue_rows.c.chat_id == chat_id)).scalars()
    talks = {}
    for number in numbers.all():
        found = dialogues.get(tx, house.keyring, number)
        assert found is not None
        if isinstance(found.state, CheckIn):
            talks[int(number)] = found.state.id
    return talks


def _unwell(tx: Connection, *, clean: bool) -> list[Row]:
    """Letters in a state that nothing here leads to. A deletion that is repeated finds nothing to delete."""
    well = ("sent", "superseded", *(() if clean else ("uncertain",)))
    needless = and_(letter_rows.c.action == "delete", letter_rows.c.state == "failed")
    return list(tx.execute(select(letter_rows).where(letter_rows.c.state.not_in(well), ~needless)).all())


def _letters(tx: Connection, of: Client | Session, kind: Kind) -> list[Row]:
    client_id = of.id if isinstance(of, Client) else of.client_id
    wanted = (letter_rows.c.client_id == client_id, letter_rows.c.kind == kind)
    return list(tx.execute(select(letter_rows).where(*wanted)).all())
