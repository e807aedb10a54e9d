"""Whoever is erased stands in other chats and on the way to them, too: their therapist's, their family's."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.core import caseload, family, pairing
from bot.core.caseload import Choosing, Inviting
from bot.core.events import CheckInDue, SessionNear, Wait, WaitedLong
from bot.core.family import Family
from bot.core.model import ChatId, ClientId, DialogueId, TherapistId
from bot.core.pairing import Pairing
from bot.service import delivery, forgetting, work
from bot.service.handle import handle
from bot.service.house import House
from bot.service.scene import Scene
from bot.storage import dialogues, inbox, people
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import accounts, clients, outbox, timers
from bot.storage.schema import dialogues as dialogue_rows
from bot.transport.sender import Gone, NotSentYet, Outcome, Refused, Sent, Slower, Unclear, Unreachable
from tests.house import Met, Phones, furnished, meet, pressed, seat_therapist, wrote

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
LINDE, MILA, KIM = 100, 200, 300


@pytest.fixture
def house(keyring: Keyring) -> House:
    return furnished(keyring)


class Room:
    """One transaction with Dr. Linde, Mila and Kim in it, and what their phones show."""

    def __init__(self, tx: Connection, house: House, *, family: bool = False) -> None:
        self.tx, self.house, self.phones = tx, house, Phones()
        self.linde: TherapistId = seat_therapist(tx, house.keyring, LINDE)
        self.mila = self._meet(MILA, "Mila")
        self.kim = self._meet(MILA if family else KIM, "Kim")

    def forget(self, met: Met, now: datetime = DUE) -> None:
        client = people.client(self.tx, self.house.keyring, met.client)
        forgetting.forget(self.tx, self.house, client, now)

    def deliver(self, now: datetime = DUE) -> None:
        self.phones.deliver(self.tx, self.house, now)

    def scene(self, chat: int, client: ClientId | None = None) -> Scene:
        return Scene(self.tx, self.house, ChatId(chat), self.house.words("en"), DUE, client)

    def open_in(self, chat: int) -> list[object]:
        return [one.state for one in dialogues.open_in(self.tx, self.house.keyring, ChatId(chat))]

    def _meet(self, chat: int, alias: str) -> Met:
        return meet(self.tx, self.house, self.linde, chat, MONDAY, alias=alias, check_ins=((0, time(17)),))


async def play(
    database: Database, house: House, story: Callable[[Room], None], *, family: bool = False
) -> None:
    await database.write(lambda tx: story(Room(tx, house, family=family)))


async def test_a_check_in_that_is_open_keeps_no_question_and_no_button(
    database: Database, house: House
) -> None:
    def story(room: Room) -> None:
        work.take_timers(room.tx, house, DUE)
        room.deliver()
        card, data = room.phones.newest(MILA) or (0, [])
        (opens,) = (one for one in data if one.endswith(":-open"))
        work.take_updates(room.tx, house, [pressed(1, MILA, card, opens)], DUE)
        room.deliver()
        assert room.phones.cards[MILA][card].get("buttons")
        room.forget(room.mila)
        room.deliver()
        closed = room.phones.cards[MILA][card]
        assert closed["text"] == "This has been deleted."
        assert not closed.get("buttons")
        (told,) = room.phones.cards[LINDE].values()
        assert "C001" in told["text"]
        assert "Mila" not in told["text"]
        other, _ = room.phones.newest(KIM) or (0, [])
        assert room.phones.cards[KIM][other].get("buttons"), "Kim's goes on"

    await play(database, house, story)


OUTCOMES: dict[str, Outcome] = {
    "slower": Slower(timedelta(seconds=3)),
    "not_yet": NotSentYet("the line was down"),
    "unclear": Unclear(),
    "unreachable": Unreachable(),
    "gone": Gone(),
    "refused": Refused("too long"),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_a_letter_on_its_way_may_end_as_it_likes(
    database: Database, house: House, outcome: str
) -> None:
    def story(room: Room) -> None:
        work.take_timers(room.tx, house, DUE)
        sent = delivery.claim(room.tx, house, DUE, (), 10)
        room.forget(room.mila)
        for letter, _ in sent:
            if letter.client_id == room.mila.client:
                delivery.settle(room.tx, house, letter, OUTCOMES[outcome], DUE)
        left = room.tx.execute(select(outbox.c.id).where(outbox.c.client_id == room.mila.client)).all()
        assert left == []
        room.deliver()
        assert room.phones.cards[MILA] == {}

    await play(database, house, story)


async def test_a_letter_that_arrives_after_all_is_taken_away_again(database: Database, house: House) -> None:
    def story(room: Room) -> None:
        work.take_timers(room.tx, house, DUE)
        sent = delivery.claim(room.tx, house, DUE, (), 10)
        room.forget(room.mila)
        for letter, parcel in sent:
            arrived = Sent(room.phones.show(letter, parcel, DUE))
            delivery.settle(room.tx, house, letter, arrived, DUE)
        assert len(room.phones.cards[MILA]) == 1
        room.deliver()
        assert room.phones.cards[MILA] == {}
        assert len(room.phones.cards[KIM]) == 1

    await play(database, house, story)


async def test_a_list_that_names_them_is_taken_away_and_an_invitation_goes_on_without_them(
    database: Database, house: House
) -> None:
    def story(room: Room) -> None:
        named = ((room.mila.pairing, "Mila"), (room.kim.pairing, "Kim"))
        room.scene(LINDE).begin(caseload.begin(Choosing("en", named)))
        room.scene(LINDE).begin(caseload.begin(Inviting("en", clients=named)))
        room.deliver()
        room.forget(room.mila)
        room.deliver()
        (left,) = room.open_in(LINDE)
        assert isinstance(left, Inviting)
        assert left.clients == named[1:]
        states = room.tx.execute(select(dialogue_rows.c.state).where(dialogue_rows.c.open == 0)).scalars()
        assert set(states) == {None}, "in what is closed nobody is named"
        shown = "\n".join(json.dumps(body) for body in room.phones.cards[LINDE].values())
        assert '"text": "Mila"' not in shown

    await play(database, house, story)


async def test_whoever_asks_whether_it_was_them_asks_no_longer(database: Database, house: House) -> None:
    """Sealed by the house, as an older Attune did it, and by the client's own key."""

    def story(room: Room) -> None:
        for client in (None, room.mila.client):
            asked = pairing.begin(Pairing(room.mila.pairing, "en", "Mila"))
            room.scene(LINDE, client).begin(asked)
        room.deliver()
        room.forget(room.mila)
        room.deliver()
        assert room.open_in(LINDE) == []
        assert not any("Mila" in body["text"] for body in room.phones.cards[LINDE].values())
        assert not any(body.get("buttons") for body in room.phones.cards[LINDE].values())

    await play(database, house, story)


async def test_in_a_family_only_this_child_is_forgotten(database: Database, house: House) -> None:
    def story(room: Room) -> None:
        children = ((room.mila.client, "Mila"), (room.kim.client, "Kim"))
        room.scene(MILA).begin(family.begin(Family("en", children, "menu")))
        room.tx.execute(clients.update().values(guardian_account=1))
        work.take_timers(room.tx, house, DUE)
        room.deliver()
        assert any("Mila" in json.dumps(body) for body in room.phones.cards[MILA].values())
        room.forget(room.mila)
        room.deliver()
        assert [one.about.client for one in room.open_in(MILA)] == ["Kim"]  # type: ignore[attr-defined]
        assert set(room.tx.execute(select(clients.c.id)).scalars()) == {room.kim.client}
        assert MILA in room.tx.execute(select(accounts.c.chat_id)).scalars().all()
        texts = [body["text"] for body in room.phones.cards[MILA].values()]
        assert not any("Mila" in text for text in texts)
        assert any("Kim" in text for text in texts)

    await play(database, house, story, family=True)


@pytest.mark.parametrize("shared", [False, True], ids=["their own chat", "a family's chat"])
async def test_what_failed_and_waits_in_their_chat_is_dropped(
    database: Database, house: House, shared: bool
) -> None:
    """In a family's chat the words may be theirs; a pressed button says nothing, and is tried again."""

    def story(room: Room) -> None:
        keyring = house.keyring
        for number, body in (
            wrote(1, MILA, "a secret"),
            pressed(2, MILA, 5, "9:0:yes"),
            wrote(3, LINDE, "hello"),
        ):
            inbox.take(room.tx, [number], DUE)
            inbox.mark_failed(room.tx, keyring, number, body, 0, DUE)
        room.forget(room.mila)
        left = inbox.to_try_again(room.tx, keyring, DUE + timedelta(days=1))
        assert [one.update_id for one in left] == ([2, 3] if shared else [3])

    await play(database, house, story, family=shared)


async def test_an_alarm_that_was_on_its_way_rings_for_nobody(database: Database, house: House) -> None:
    def story(room: Room) -> None:
        work.take_timers(room.tx, house, DUE)
        numbers = list(room.tx.execute(select(dialogue_rows.c.id)).scalars())
        mine = room.mila
        late = timedelta(minutes=5)
        room.forget(mine)
        waits = [WaitedLong(DialogueId(number), wait, DUE) for number in numbers[:1] for wait in Wait]
        for event in (
            CheckInDue(mine.schedules[0], MONDAY.date(), DUE),
            SessionNear(mine.pairing, MONDAY.date(), DUE, DUE),
            *waits,
        ):
            assert handle(room.tx, house, event, DUE + late) is None
        kept = {(row.kind, row.key) for row in room.tx.execute(select(timers))}
        assert not kept & {("check_in", mine.schedules[0]), ("session", mine.pairing)}

    await play(database, house, story)
