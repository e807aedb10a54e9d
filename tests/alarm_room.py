"""A clinic in which somebody answers alerts, and phrases that mean nothing but in tests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, select

from bot.content.hours import week_hours
from bot.core.alerting import Alerting, Answering
from bot.core.danger import Category, DangerList, Pattern, Phrase
from bot.core.model import ChatId
from bot.core.near import Near
from bot.core.safety import Safety
from bot.service.house import House
from bot.storage import dialogues, people
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import audit as audit_rows
from tests.cards import ADA, CHECK_IN, Room
from tests.house import VIENNA, furnished, seat_therapist

DESK, DEPUTY, HEAD = 110, 111, 112
SAID = "nobody would know the words: zzyzx"  # means nothing but in these tests' list


def listed(category: Category, word: str) -> Pattern:
    return Pattern(f"{category}_word", category, (Phrase(rf"\b{word}\b", frozenset({word})),), ())


PHRASES = DangerList.of(
    "en",
    [listed(Category.SUICIDE, "zyzx"), listed(Category.ABUSE, "qwyx")],
    Near.of([], [], 6),
    {},
    spaced=True,
)
ANSWERING = Answering(
    week_hours("Mon-Fri 09:00-17:00"), VIENNA, "Front desk", "Deputy", timedelta(minutes=30)
)


def answering(keyring: Keyring) -> House:
    house = furnished(keyring)
    house.danger[:] = [PHRASES]
    return replace(house, clinic=replace(house.clinic, answering=ANSWERING))


class Clinic(Room):
    """With somebody on call, a deputy, and an administrator who sees no clients."""

    def __init__(self, tx: Connection, house: House) -> None:
        super().__init__(tx, house)
        seat_therapist(tx, house.keyring, DESK, "Front desk")
        seat_therapist(tx, house.keyring, DEPUTY, "deputy")
        number = people.add_therapist(tx, house.keyring, "Head", "en", VIENNA, "admin")
        people.know_account(tx, ChatId(HEAD), "en")
        people.seat_therapist(tx, number, ChatId(HEAD))
        self.now = CHECK_IN - timedelta(hours=6)  # Monday, in the monitored hours

    def alerted(self, chat: int) -> list[Alerting]:
        found = dialogues.open_in(self.tx, self.house.keyring, ChatId(chat))
        return [one.state for one in found if isinstance(one.state, Alerting)]

    def card(self, chat: int = ADA) -> Safety:
        found = dialogues.open_in(self.tx, self.house.keyring, ChatId(chat))
        return next(one.state for one in found if isinstance(one.state, Safety))

    def shown(self, chat: int) -> str:
        """The help card or alert as it stands in the chat now: the newest message."""
        cards = self.phones.cards[chat]
        return str(cards[max(cards)]["text"])

    def done(self) -> list[str]:
        return [str(one) for one in self.tx.execute(select(audit_rows.c.what)).scalars()]

    def client(self, alias: str = "Ada") -> people.Client:
        return people.client(self.tx, self.house.keyring, self.met[alias].client)


Story = Callable[[Clinic], None]


async def play(database: Database, house: House, story: Story) -> None:
    await database.write(lambda tx: story(Clinic(tx, house)))
