"""A new phone or account: the history comes along, and only when the therapist has said who it is."""

from datetime import timedelta

import pytest

from bot.core.model import CheckInState, ClientId, GivenBy
from bot.storage import checkins, consents, people, wishes
from bot.storage.database import Database
from bot.storage.keys import Keyring
from bot.storage.schema import dialogues
from tests.play import ADA, LINDE, NOW, OTHER, Play

DUE = NOW.replace(hour=16)  # 17:00 in Vienna
WELCOME = ("-next", "-next", "yes")
NEW = 401


@pytest.fixture
def play(database: Database, keyring: Keyring) -> Play:
    return Play(database, keyring)


async def new_link(play: Play, alias: str = "Mila") -> str:
    await play.write(LINDE, "/invite")
    number, data = play.phones.newest(LINDE) or (0, [])
    assert any(one.endswith(":-relink") for one in data)
    await play.tap(LINDE, "-relink")
    rows = [button for row in play.phones.cards[LINDE][number].get("buttons", []) for button in row]
    await play.tap(LINDE, next(one["data"] for one in rows if one["text"] == alias).rpartition(":")[2])
    link = next(
        one.parcel.body["text"] for one in reversed(play.phones.arrived) if one.parcel.action == "photo"
    )
    return link.partition("start=")[2].rstrip("\u2069")


async def seat_of(play: Play, client: ClientId) -> int | None:
    return (await play.database.write(people.client, play.house.keyring, client)).chat_id


async def test_on_the_therapists_yes_everything_comes_along_and_the_old_chat_is_told_once(play: Play) -> None:
    met = await play.meet(ADA)
    await play.until(DUE)
    await play.tap(ADA, "-open", "mostly")
    secret = await new_link(play)
    assert "Mila" not in await play.write(NEW, f"/start {secret}")
    await play.tap(NEW, *WELCOME)
    assert await seat_of(play, met.client) == ADA, "until the therapist has said yes"
    assert await play.heard(LINDE) == play.says("bot/pairing/move_asked", client="Mila")
    before = len(play.phones.arrived)
    await play.tap(LINDE, "yes")
    assert await seat_of(play, met.client) == NEW
    told = [one for one in play.phones.arrived[before:] if one.letter.chat_id == ADA]
    assert [one.parcel.action for one in told] == ["delete", "send"], "the card goes, and one letter says so"
    assert "another phone" in (await play.heard(ADA))
    (past,) = await play.database.write(checkins.of_client, met.client, NOW - timedelta(days=1))
    assert (past.state, past.reason) == (CheckInState.PARTLY, "moved")
    assert "next check-in comes on Monday" in await play.heard(NEW)
    await play.until(DUE + timedelta(days=7))
    assert "ready" in await play.heard(NEW)
    assert len([text for text in play.shows(ADA) if "another phone" in text]) == 1
    assert await play.write(ADA, "/checkin") == play.says("bot/stranger/unknown")


async def test_nothing_that_was_shown_in_the_old_chat_works_there_any_more(play: Play) -> None:
    await play.meet(ADA, guardian=False)
    await play.until(DUE)
    await play.tap(ADA, "-open")
    await play.write(ADA, "/menu")
    old = {number: dict(body) for number, body in play.phones.cards[ADA].items()}
    await play.write(NEW, f"/start {await new_link(play)}")
    await play.tap(NEW, *WELCOME)
    await play.tap(LINDE, "yes")
    for number, body in old.items():
        assert number not in play.phones.cards[ADA] or not play.phones.cards[ADA][number].get("buttons")
        for row in body.get("buttons", []):
            for button in row:
                play.phones.cards[ADA] = {number: body}
                before = len(play.phones.arrived)
                await play.tap(ADA, button["data"].rpartition(":")[2])
                assert len(play.phones.arrived) == before


async def test_on_a_no_nothing_has_changed(play: Play) -> None:
    met = await play.meet(ADA)
    given = await play.database.write(consents.of_client, met.client)
    await play.write(OTHER, f"/start {await new_link(play)}")
    await play.tap(OTHER, "-language", "ar", *WELCOME, "f")
    await play.tap(LINDE, "no")
    assert await seat_of(play, met.client) == ADA
    assert await play.database.write(consents.of_client, met.client) == given
    client = await play.database.write(people.client, play.house.keyring, met.client)
    assert (client.language, client.gender) == ("en", "")
    await play.until(DUE)
    assert "ready" in await play.heard(ADA)
    assert all("ready" not in text for text in play.shows(OTHER))


async def test_whoever_declines_on_another_account_declines_for_themselves(play: Play) -> None:
    met = await play.meet(ADA)
    await play.write(OTHER, f"/start {await new_link(play)}")
    await play.tap(OTHER, "-next", "-next", "no")
    assert await play.heard(LINDE) == play.says("bot/pairing/move_declined", client="Mila")
    assert await seat_of(play, met.client) == ADA
    await play.until(DUE)
    assert "ready" in await play.heard(ADA)


async def test_what_was_agreed_and_chosen_there_counts_from_the_yes_on(play: Play) -> None:
    met = await play.meet(ADA)
    await play.write(NEW, f"/start {await new_link(play)}")
    await play.tap(NEW, "-language", "ar", *WELCOME)
    await play.tap(LINDE, "yes")  # quicker than the last question
    await play.tap(NEW, "f")
    client = await play.database.write(people.client, play.house.keyring, met.client)
    assert (client.language, client.gender) == ("ar", "f")
    old, new = await play.database.write(consents.of_client, met.client)
    assert old.withdrawn_at is not None
    assert (new.language, new.withdrawn_at) == ("ar", None)


async def test_from_their_own_account_it_just_goes_on(play: Play) -> None:
    met = await play.meet(ADA)
    secret = await new_link(play)
    assert (await play.write(ADA, f"/start {secret}")).startswith("Hello. I'll write when")
    assert (await play.write(ADA, f"/start {secret}")).startswith("Hello. I'll write when")
    assert await seat_of(play, met.client) == ADA
    assert await play.write(OTHER, f"/start {secret}") == play.says("bot/link/used")


async def test_a_link_opened_again_on_the_new_account_shows_where_it_was(play: Play) -> None:
    await play.meet(ADA)
    secret = await new_link(play)
    first = await play.write(NEW, f"/start {secret}")
    assert await play.write(NEW, f"/start {secret}") == first
    await play.tap(NEW, *WELCOME)
    assert await play.write(NEW, "/checkin") == "Your therapist still has to confirm you. Then we can start."


async def test_of_several_children_only_the_one_whose_link_it_was_moves(play: Play) -> None:
    mila = await play.meet(ADA, guardian=True)
    noor = await play.meet(ADA, guardian=True, alias="Noor")
    await play.until(DUE)
    await play.write(NEW, f"/start {await new_link(play, 'Noor')}")
    assert "the parent or guardian of Noor" in await play.heard(NEW)
    await play.tap(NEW, *WELCOME, "-here", *WELCOME)
    await play.tap(LINDE, "yes")
    assert await seat_of(play, noor.client) == NEW
    assert await seat_of(play, mila.client) == ADA
    in_force = await play.database.write(consents.ever_in_force, noor.client)
    assert in_force == {GivenBy.CLIENT, GivenBy.GUARDIAN}
    assert len([body for body in play.phones.cards[ADA].values() if body.get("buttons")]) == 1
    await play.until(DUE + timedelta(days=7))
    assert "ready" in await play.heard(NEW)


async def test_whoever_had_stopped_begins_again_on_the_new_account(play: Play) -> None:
    met = await play.meet(ADA)
    await play.database.write(wishes.stop, met.client, NOW)
    await play.write(NEW, f"/start {await new_link(play)}")
    await play.tap(NEW, *WELCOME)
    await play.tap(LINDE, "yes")
    await play.until(DUE)
    assert "ready" in await play.heard(NEW)


async def test_a_link_for_somebody_who_is_not_theirs_any_more_is_not_made(play: Play) -> None:
    met = await play.meet(ADA)
    await play.write(LINDE, "/invite")
    await play.tap(LINDE, "-relink")
    await play.database.write(people.move, met.pairing, people.PairingState.REFUSED, NOW)
    assert await play.tap(LINDE, str(met.pairing)) == play.says("bot/summary/nobody")
    assert not [one for one in play.phones.arrived if one.parcel.action == "photo"]


async def test_if_they_are_no_longer_linked_a_late_yes_moves_nobody(play: Play) -> None:
    met = await play.meet(ADA)
    await play.write(NEW, f"/start {await new_link(play)}")
    await play.tap(NEW, *WELCOME)
    await play.database.write(people.move, met.pairing, people.PairingState.REFUSED, NOW)
    await play.tap(LINDE, "yes")
    assert await seat_of(play, met.client) == ADA


async def test_of_two_accounts_the_one_that_is_confirmed_gets_the_seat(play: Play) -> None:
    met = await play.meet(ADA)
    for chat in (OTHER, NEW):
        await play.write(chat, f"/start {await new_link(play)}")
        await play.tap(chat, *WELCOME)
    await play.tap(LINDE, "yes")  # the newest card asks about the newest account
    assert await seat_of(play, met.client) == NEW
    held = await play.database.write(lambda tx: tx.execute(dialogues.select()).all())
    assert {row.chat_id for row in held if row.client_id == met.client} - {LINDE} == {OTHER, NEW}


async def test_a_newer_link_ends_the_older_and_a_used_one_ends_all_of_that_client(play: Play) -> None:
    await play.meet(ADA)
    await play.meet(OTHER, alias="Noor")
    older, noors, newer = [await new_link(play, alias) for alias in ("Mila", "Noor", "Mila")]
    assert await play.write(NEW, f"/start {older}") == play.says("bot/link/expired")
    assert "Hello" in await play.write(NEW, f"/start {newer}")
    newest = await new_link(play)
    assert "Hello" in await play.write(NEW + 1, f"/start {newest}")
    for secret in (older, newer, newest):
        assert "Hello" not in await play.write(NEW + 2, f"/start {secret}")
    assert "Hello" in await play.write(NEW + 2, f"/start {noors}"), "another's link is as good as before"


@pytest.mark.parametrize("way", ["reached", "begun again", "by another link"])
async def test_a_link_is_void_when_the_client_has_come_back_by_another_way(play: Play, way: str) -> None:
    await play.meet(ADA)
    if way == "begun again":
        await play.write(ADA, "/stop")
        await play.tap(ADA, "yes")
    else:
        await play.membership(ADA, "kicked")
    secret = await new_link(play)
    match way:
        case "reached":
            await play.membership(ADA, "member")
        case "begun again":
            await play.write(ADA, "/start")
            await play.tap(ADA, "-next", *WELCOME)
        case _:
            await play.write(OTHER, f"/start {await new_link(play)}")
    assert await play.write(NEW, f"/start {secret}") == play.says("bot/link/expired")
