"""A summary that was read: what its client hears of it, once, quietly, and only who still wants to hear."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from bot.core.model import Band, CheckInState, Kind
from bot.core.reading import Reading
from bot.service import delivery, reports, work
from bot.service.house import House
from bot.storage import checkins, dialogues, people, summaries
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.people import PairingState
from bot.storage.schema import clients
from bot.storage.schema import dialogues as dialogue_rows
from bot.storage.schema import summaries as summary_rows
from tests.house import Arrived, Met, Phones, furnished, meet, pressed, seat_therapist, wrote

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SESSION = date(2026, 3, 5)
LINDE, MILA = 100, 200
READ = "Dr. Linde has read your check-in."


class Pair:
    """A therapist and a client who has answered. All of it happens in one transaction."""

    def __init__(
        self, tx: Connection, house: House, band: Band = Band.B13, *, guardian: bool = False
    ) -> None:
        self.tx, self.house, self.phones, self.now = tx, house, Phones(), NOON
        self.met: Met = meet(tx, house, seat_therapist(tx, house.keyring, LINDE), MILA, NOON, band=band)
        tx.execute(update(clients).values(guardian_account=int(guardian)))
        self.update = 0

    def answer(self) -> None:
        asked = self.house.prompt_sets["starter"].choose(Band.B13, 0)
        begun = checkins.start(
            self.tx, self.met.client, schedule_id=None, local_date=self.now.date(), ordinal=0,
            due_at=self.now, prompt_set="starter", version=1, language="en", band=Band.B13, asked=asked,
            state=CheckInState.OPEN,
        )  # fmt: skip
        assert begun is not None
        checkins.record(self.tx, self.house.keyring, self.met.client, begun, asked[0], "mostly", self.now)
        checkins.close(self.tx, begun, CheckInState.FINISHED, "", self.now)

    def summarise(self, day: date | None = SESSION) -> None:
        paired = people.pairing(self.tx, self.met.pairing)
        since = None
        if day is not None:
            assert summaries.make(self.tx, paired.id, day, self.now)
        reports.send(self.tx, self.house, paired, since, self.now, day)
        self.deliver()

    def tap(self, choice: str) -> None:
        """The newest button that means this."""
        for number, body in sorted(self.phones.cards[LINDE].items(), reverse=True):
            for row in body.get("buttons", []):
                for button in row:
                    if button["data"].endswith(f":{choice}"):
                        self.press(number, button["data"])
                        return
        raise AssertionError(f"there is no button that means {choice}")

    def press(self, number: int, data: str) -> None:
        self.update += 1
        work.take_updates(self.tx, self.house, [pressed(self.update, LINDE, number, data)], self.now)
        self.deliver()

    def write(self, text: str) -> None:
        self.update += 1
        work.take_updates(self.tx, self.house, [wrote(self.update, LINDE, text)], self.now)
        self.deliver()

    def deliver(self) -> None:
        self.phones.deliver(self.tx, self.house, self.now)

    def card(self) -> str:
        """What the newest message of the therapist's phone says."""
        return plain(self.phones.cards[LINDE][max(self.phones.cards[LINDE])]["text"])

    def labels(self) -> list[str]:
        body = self.phones.cards[LINDE][max(self.phones.cards[LINDE])]
        return [button["text"] for row in body.get("buttons", []) for button in row]

    def heard(self) -> list[str]:
        """What the client has been sent, and all of it quietly."""
        came: list[Arrived] = [one for one in self.phones.arrived if one.parcel.chat_id == MILA]
        assert all(one.letter.kind is Kind.NEWS and one.parcel.body.get("silent") for one in came)
        return [plain(one.parcel.body["text"]) for one in came]

    def marks(self) -> list[tuple[datetime | None, datetime | None]]:
        found = self.tx.execute(select(summary_rows.c.read_at, summary_rows.c.answered_at)).all()
        return [(row.read_at, row.answered_at) for row in found]


def plain(text: str) -> str:
    return text.translate(dict.fromkeys(range(0x2066, 0x206A)))


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


async def test_a_summary_in_which_nothing_was_given_asks_nothing(database: Database, house: House) -> None:
    def story(tx: Connection) -> None:
        pair = Pair(tx, house)
        pair.summarise()
        assert pair.labels() == []

    await database.write(story)


async def test_the_client_is_told_once_that_it_was_read(database: Database, house: House) -> None:
    def story(tx: Connection) -> None:
        pair = Pair(tx, house)
        pair.answer()
        pair.summarise()
        assert pair.labels() == ["I have read it"]
        letter = pair.card()
        (number,) = pair.phones.cards[LINDE]
        button = pair.phones.cards[LINDE][number]["buttons"][0][0]["data"]
        pair.press(number, button)
        pair.press(number, button)
        assert pair.heard() == [READ]
        assert pair.card().startswith(f"{letter}\n\n✓ Read.")
        pair.now += timedelta(minutes=5)
        pair.tap("-none")
        assert (pair.card(), pair.labels()) == (f"{letter}\n\n✓ Read", [])
        assert pair.heard() == [READ]
        assert pair.marks() == [(NOON, None)]

    await database.write(story)


@pytest.mark.parametrize("day", [SESSION, None])
async def test_a_reviewed_answer_arrives_in_the_clients_own_voice(
    database: Database, house: House, day: date | None
) -> None:
    def story(tx: Connection) -> None:
        pair = Pair(tx, house, Band.B09)
        pair.answer()
        pair.summarise(day)
        pair.tap("-read")
        pair.tap("thanks")
        said = "Dr. Linde says: Thank you. I will think of it when we meet."
        assert pair.heard() == [READ, said]
        assert pair.card().endswith("Your answer is on its way to Mila.")
        assert pair.marks() == ([] if day is None else [(NOON, NOON)])

    await database.write(story)


async def test_own_words_arrive_as_they_were_written_and_only_after_they_were_looked_at(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        pair = Pair(tx, house)
        pair.answer()
        pair.summarise()
        pair.write("not for anybody")
        assert "nothing was saved" in pair.card()
        pair.tap("-read")
        pair.tap("-own")
        pair.write("Thank you, Mila.\nI {liked} the drawing; /stop is fine.")
        assert pair.heard() == [READ]
        pair.tap("-send")
        words = "Dr. Linde writes to you:\n\nThank you, Mila.\nI {liked} the drawing; /stop is fine."
        assert pair.heard() == [READ, words]

    await database.write(story)


async def test_on_a_guardians_phone_it_says_for_whom_it_is_and_the_therapist_knows(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        pair = Pair(tx, house, guardian=True)
        pair.answer()
        pair.summarise()
        pair.tap("-read")
        pair.tap("-own")
        pair.write("Well done.")
        shown = [plain(body["text"]) for body in pair.phones.cards[LINDE].values()]
        assert any("Mila uses a parent's or guardian's phone." in text for text in shown)
        pair.tap("-send")
        assert pair.heard() == [f"For Mila:\n{READ}", "For Mila:\nDr. Linde writes to you:\n\nWell done."]

    await database.write(story)


@pytest.mark.parametrize("why", ["stopped", "unpaired", "away", "unseated"])
async def test_who_does_not_want_to_hear_any_more_hears_nothing_and_the_card_says_so(
    database: Database, house: House, why: str
) -> None:
    def story(tx: Connection) -> None:
        pair = Pair(tx, house)
        pair.answer()
        pair.summarise()
        pair.tap("-read")
        match why:
            case "stopped":
                tx.execute(update(clients).values(stopped_at=NOON))
            case "unpaired":
                people.move(tx, pair.met.pairing, PairingState.REFUSED, NOON)
            case "away":
                people.mark_reachable(tx, MILA, False)
            case _:
                people.seat_client(tx, pair.met.client, None)
        pair.tap("thanks")
        assert pair.heard() == [READ]
        assert "Nothing was sent: at the moment Mila receives no messages" in pair.card()
        assert pair.labels() == []

    await database.write(story)


async def test_a_newer_summary_ends_the_older_question_and_nothing_of_it_is_kept(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        pair = Pair(tx, house)
        pair.answer()
        pair.summarise()
        (first,) = pair.phones.cards[LINDE]
        letter = pair.phones.cards[LINDE][first]
        pair.summarise(None)
        assert pair.phones.cards[LINDE][first]["text"] == letter["text"]
        assert "buttons" not in pair.phones.cards[LINDE][first]
        assert pair.labels() == ["I have read it"]
        pair.press(first, letter["buttons"][0][0]["data"])
        assert pair.heard() == []
        pair.tap("-read")
        pair.tap("-none")
        assert pair.heard() == [READ]
        rows = tx.execute(select(dialogue_rows.c.open, dialogue_rows.c.state)).all()
        assert [tuple(row) for row in rows] == [(0, None), (0, None)]

    await database.write(story)


async def test_a_summary_that_has_not_left_yet_arrives_also_after_a_newer_one_was_made(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        pair = Pair(tx, house)
        pair.answer()
        paired = people.pairing(tx, pair.met.pairing)
        for _ in range(2):
            reports.send(tx, house, paired, None, NOON)
        pair.deliver()
        shown = sorted(pair.phones.cards[LINDE].items())
        assert [bool(body.get("buttons")) for _, body in shown] == [False, True]
        assert shown[0][1]["text"] == shown[1][1]["text"]

    await database.write(story)


async def test_the_letter_is_sealed_by_the_clients_key_and_marked_if_it_repeats(
    database: Database, house: House
) -> None:
    def story(tx: Connection) -> None:
        pair = Pair(tx, house)
        pair.answer()
        reports.send(tx, house, people.pairing(tx, pair.met.pairing), None, NOON)
        (open_one,) = dialogues.open_in(tx, house.keyring, LINDE)
        assert isinstance(open_one.state, Reading)
        assert open_one.client_id == pair.met.client
        ((letter, parcel),) = delivery.claim(tx, house, NOON, (), 8)
        assert parcel.body["protect"]
        assert not letter.kind.harmless
        delivery.recover(tx, NOON)
        ((_, again),) = delivery.claim(tx, house, NOON, (), 8)
        assert again.again
        assert again == replace(parcel, again=True)
        assert again.body["repeat"] == "This message may have reached you before."

    await database.write(story)
