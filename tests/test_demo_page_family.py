"""Whoever plays a family sees one phone go from hand to hand, and nothing stays on it, in a real browser."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.core.model import Band
from bot.demo.cast import FAMILY, Casting
from tests.scenes import Scenes
from tests.visitor import DESKTOP, PHONE, browsing, demo, marked, visiting

pytestmark = pytest.mark.asyncio(loop_scope="module")

WROTE = {"en": "He shouted.", "ar": "لقد صرخ."}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as browser:
        yield browser


@pytest.mark.parametrize(("language", "size"), [("en", DESKTOP), ("ar", PHONE)])
async def test_two_children_take_turns_and_each_decides_what_is_seen(
    browser: Browser, language: str, size: tuple[int, int]
) -> None:
    casting = Casting(FAMILY, language, language)
    async with demo() as (booth, url), visiting(browser, url, f"family {language}", size) as visitor:
        await visitor.cast(FAMILY, language, language)
        scenes = Scenes(visitor, casting, booth)
        assert [band for _, band in casting.clients] == [Band.B06, Band.B09]
        await scenes.they_have_met()
        await the_younger_keeps_something_back(scenes)
        await the_older_writes(scenes)
        await the_therapist_reads_of_the_younger(scenes)
        assert visitor.wrong == []


async def the_younger_keeps_something_back(scenes: Scenes) -> None:
    await scenes.it_is_the_turn_of(0)
    await scenes.the_phone_is_passed_on()
    await scenes.is_asked("heard", "●○")
    await scenes.answers("no")
    await scenes.is_asked("safe", "●●")
    await scenes.answers("yes")
    await scenes.sees_what_is_shared(scenes.line("seen", "heard", "no"), scenes.line("seen", "safe", "yes"))
    about = scenes.child("bot/share/element/heard")
    assert await scenes.visitor.tap("give_0") == scenes.child("bot/share/button/hold", about=about)
    seen, held = scenes.line("seen", "safe", "yes"), scenes.line("held", "heard", "no")
    await scenes.sees_what_is_shared(seen, held)
    await scenes.gives_the_phone_back(seen, held, "🙁", about)


async def the_older_writes(scenes: Scenes) -> None:
    """Whoever types instead of tapping leaves no trace either."""
    await scenes.it_is_the_turn_of(1)
    await scenes.the_phone_is_passed_on()
    await scenes.is_asked("heard", "●○○")
    visitor, wrote = scenes.visitor, WROTE[scenes.casting.language]
    await visitor.write(wrote)
    kept = scenes.child("bot/check_in/note_kept")
    await expect(visitor.newest("client").locator(".text")).to_have_text(marked(kept))
    await expect(visitor.phone("client").locator(".own", has_text=wrote)).to_have_count(0)
    for _ in range(3):
        await scenes.answers("a_lot")
    await visitor.tap("-nothing")
    note = scenes.child("bot/share/note_to", about=scenes.child("bot/share/element/heard"), words=wrote)
    lines = [scenes.line("seen", element, "a_lot") for element in ("heard", "safe", "in_control")]
    await scenes.sees_what_is_shared(*lines, note)
    await scenes.gives_the_phone_back(*lines, wrote)


async def the_therapist_reads_of_the_younger(scenes: Scenes) -> None:
    """That something was kept back, and not what; and once it is read the child hears so, quietly."""
    visitor, words = scenes.visitor, scenes.therapist
    scenes.alias, scenes.band = scenes.casting.clients[0]
    await visitor.jump("session")
    summary = await visitor.text("therapist")
    assert words("bot/summary/head_first", client=scenes.alias) in summary
    assert words("bot/summary/held_back") in summary
    told = [line.strip() for line in summary.splitlines()]
    safe, heard = (
        words("bot/summary/element", element=words(f"bot/element/{element}"), answer="").strip()
        for element in ("safe", "heard")
    )
    assert f"{safe} {words('starter/scale/two_faces/yes')}" in told
    assert [line for line in told if line.startswith(heard)] == []
    await visitor.picture("something was kept private")
    assert await visitor.tap("-read", "therapist") == words("bot/button/have_read")
    await visitor.picture("the therapist may answer")
    heard_of_it = [
        scenes.child("bot/after/for", client=scenes.alias),
        scenes.child("bot/after/read", therapist=scenes.casting.therapist),
    ]
    newest = visitor.newest("client")
    await expect(newest.locator(".text")).to_have_text(marked("\n".join(heard_of_it)))
    await expect(newest).to_contain_text("Came without a sound")
    await expect(visitor.page.locator("[data-next=session]")).to_contain_text(
        f"{scenes.casting.clients[1][0]}:"
    )
    await visitor.picture("it was read")
