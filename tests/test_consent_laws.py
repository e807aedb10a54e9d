"""Whatever anybody does in whatever order: nothing comes by itself before everybody whose consent is needed
has given it, nor after it was withdrawn. For every age, with and without a guardian."""

import random
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import Connection, update

from bot.core.model import Band, DialogueId, GivenBy, Kind
from bot.core.welcome import CONSENT_VERSION, Page, Welcome
from bot.storage import dialogues
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import consents
from tests.house import Arrived
from tests.play import Play

STEPS = 45
RULES = list(product(Band, (False, True), (False, True)))
BY_ITSELF = (Kind.CHECK_IN, Kind.REMINDER, Kind.NEWS)


class Case:
    """One client with their rule, invited and not there yet. ``given`` is who has said yes since somebody
    last said no: kept here by what is tapped, so that it does not depend on what is stored."""

    def __init__(
        self, play: Play, dice: random.Random, chat: int, band: Band, *, account: bool, consent: bool
    ):
        self.play, self.dice, self.chat, self.band = play, dice, chat, band
        self.therapist, self.account = chat + 1000, account
        self.wanted = {GivenBy.CLIENT, GivenBy.GUARDIAN} if consent else {GivenBy.CLIENT}
        self.given: dict[GivenBy, str] = {}
        self.linked = False
        self.came: list[Kind] = []
        self._seen = len(play.phones.arrived)

    async def play_out(self) -> None:
        secret = await self.play.invited(
            self.therapist,
            band=self.band,
            guardian_account=self.account,
            guardian_consent=GivenBy.GUARDIAN in self.wanted,
        )
        await self.play.write(self.chat, f"/start {secret}")
        for _ in range(STEPS):
            await self._act()
            await self._obey()

    async def _act(self) -> None:
        acts = (self._tap, self._confirm, self._pass_time, self._command, self._new_words)
        await self.dice.choices(acts, weights=(10, 2, 4, 1, 1))[0]()

    async def _tap(self) -> None:
        """Any button of the newest card, more often one that leads on."""
        newest = self.play.phones.newest(self.chat)
        if newest is None:
            return
        data = self.dice.choice(newest[1])
        onward = [one for one in newest[1] if one.rpartition(":")[2] in ("-next", "yes", "-here", "-usual")]
        data = self.dice.choice(onward) if onward and self.dice.random() < 0.8 else data
        number, choice = int(data.partition(":")[0]), data.rpartition(":")[2]
        page = await self.play.database.write(self._page, number)
        stops = await self.play.database.write(self._stops, number)
        await self.play.tap(self.chat, choice)
        match page, choice:
            case Page.GUARDIAN_YOURS, "yes":
                self.given[GivenBy.GUARDIAN] = CONSENT_VERSION
            case Page.YOURS, "yes":
                self.given[GivenBy.CLIENT] = CONSENT_VERSION
            case Page.GUARDIAN_YOURS | Page.YOURS, "no":
                self.given.clear()
            case None, "yes" if stops:
                self.given.clear()
            case _:
                pass

    async def _confirm(self) -> None:
        newest = self.play.phones.newest(self.therapist)
        if newest is not None and any(one.endswith(":yes") for one in newest[1]):
            choice = self.dice.choice(("yes", "yes", "yes", "no"))
            await self.play.tap(self.therapist, choice)
            if choice == "no":
                self.given.clear()
            else:
                self.linked = True

    async def _pass_time(self) -> None:
        end = self.play.now + timedelta(days=self.dice.randint(1, 8))
        while self.play.now < end:
            await self.play.until(min(self.play.now + timedelta(hours=6), end))
            await self._obey()

    async def _command(self) -> None:
        await self.play.write(self.chat, self.dice.choice(("/start", "/checkin", "/stop", "/menu")))

    async def _new_words(self) -> None:
        """The clinic's words change: what everybody agreed to are the old ones now."""

        await self.play.database.write(lambda tx: tx.execute(update(consents).values(version="1")))
        self.given = dict.fromkeys(self.given, "1")

    async def _obey(self) -> None:
        news, self._seen = self.play.phones.arrived[self._seen :], len(self.play.phones.arrived)
        for arrived in news:
            if arrived.letter.chat_id == self.chat and arrived.letter.kind in BY_ITSELF:
                self.came.append(arrived.letter.kind)
                await self._allowed(arrived)

    async def _allowed(self, arrived: Arrived) -> None:
        assert self.linked, "before the therapist said who it was"
        assert set(self.given) >= self.wanted, f"{arrived.letter.kind} came, and who agreed is {self.given}"
        if set(self.given.values()) == {CONSENT_VERSION}:
            return
        # Of words that have changed nothing may come but the card that asks to read them.
        page = await self.play.database.write(self._page, arrived.letter.dialogue_id or 0)
        assert page is Page.NEWS

    def _page(self, tx: Connection, number: int) -> Page | None:
        """Which page of the welcome this dialogue shows; None if it is another dialogue."""
        found = dialogues.get(tx, self.play.house.keyring, DialogueId(number))
        return found.state.page if found is not None and isinstance(found.state, Welcome) else None

    def _stops(self, tx: Connection, number: int) -> bool:
        """Whether a yes on this card withdraws the consent."""
        found = dialogues.get(tx, self.play.house.keyring, DialogueId(number))
        return found is not None and getattr(found.state, "page", "") == "stop"


@pytest.mark.parametrize(
    "seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 30))]
)
async def test_nothing_comes_by_itself_without_the_consent_of_everybody_it_takes(
    database: Database, keyring: Keyring, seed: int
) -> None:
    came: list[Kind] = []
    play, dice = Play(database, keyring), random.Random(seed)
    for number, (band, account, consent) in enumerate(RULES):
        case = Case(play, dice, 1000 + number, band, account=account, consent=consent)
        await case.play_out()
        came += case.came
    assert Kind.CHECK_IN in came, "something did come, so that there was something to forbid"
