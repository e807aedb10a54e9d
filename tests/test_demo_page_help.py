"""Somebody writes something alarming, and whoever plays sees on all phones which way help takes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.content.languages import direction
from bot.core.danger import Category
from bot.core.model import Band
from bot.demo.cast import FAMILY, Casting
from tests.scenes import Scenes
from tests.visitor import PHONE, TOO_WIDE, Role, Visitor, browsing, clinic_in, demo, marked, visiting

pytestmark = pytest.mark.asyncio(loop_scope="module")

DESK = 1440, 900
ENGLISH, ARABIC = Casting(Band.B18, "en", "en"), Casting(FAMILY, "ar", "ar")
HAVE = '[data-data$=":-have"]'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as browser:
        yield browser


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "hand"])
@pytest.mark.parametrize("casting", [ENGLISH, ARABIC], ids=["en", "ar"])
async def test_an_alarming_sentence_goes_to_everybody_who_has_to_know_until_one_has_it(
    browser: Browser, casting: Casting, size: tuple[int, int]
) -> None:
    story = f"alarming {casting.language} {size[0]}"
    async with demo() as (booth, url), visiting(browser, url, story, size) as visitor:
        await visitor.cast(casting.who, casting.language, casting.therapist_language)
        scenes = Scenes(visitor, casting, booth)
        await the_client_gets_help_at_once(scenes)
        await the_clinic_is_told_without_the_words(scenes)
        await who_is_on_call_has_it(scenes)
        await the_therapist_sees_who_has_it(scenes)
        assert visitor.wrong == []


async def the_client_gets_help_at_once(scenes: Scenes) -> None:
    visitor, card = scenes.visitor, scenes.visitor.newest("client").locator(".text")
    await look_at(visitor, "therapist")
    button = visitor.page.locator("#alarm[aria-disabled=false]")
    await expect(button.locator("bdi")).to_have_css("direction", direction(scenes.casting.language))
    await button.click()
    await expect(visitor.page.locator("body")).to_have_attribute("data-showing", "client")
    await expect(card).to_contain_text(marked(scenes.child(f"bot/safety/opening/{Category.SUICIDE}")))
    told = scenes.child("bot/safety/told/delivered", clinic="{}").partition("{}")[0]
    await expect(card).to_contain_text(marked(told.strip()))
    own = visitor.phone("client").locator(".own", has_text=scenes.casting.alarming)
    lent = scenes.casting.who == FAMILY  # whoever takes the phone next finds nothing of it
    await expect(own).to_have_count(0 if lent else 1)
    await is_seen(visitor, "the help card")


async def the_clinic_is_told_without_the_words(scenes: Scenes) -> None:
    """Once, also where it is not known which child has written."""
    roles: tuple[Role, ...] = ("therapist", "on_call")
    for role in roles:
        await look_at(scenes.visitor, role)
        phone = scenes.visitor.phone(role)
        await expect(phone.locator(HAVE)).to_have_count(1)
        card = phone.locator(f".message:has({HAVE}) .text").last
        await expect(card).to_contain_text(marked(scenes.therapist("bot/alert/raised")))
        await expect(card).to_have_css("direction", direction(scenes.casting.therapist_language))
        await expect(phone.get_by_text(scenes.casting.alarming)).to_have_count(0)
        await is_seen(scenes.visitor, f"the alert of the {role}")


async def who_is_on_call_has_it(scenes: Scenes) -> None:
    visitor, open_ones = scenes.visitor, scenes.visitor.phone("on_call").locator(HAVE)
    await open_ones.click()
    await expect(open_ones).to_have_count(0)
    await is_seen(visitor, "one has it")
    await look_at(visitor, "client")
    seen = scenes.child("bot/safety/told/seen", clinic="{}").partition("{}")
    card = visitor.newest("client").locator(".text")
    for part in (seen[0], seen[2]):
        await expect(card).to_contain_text(marked(part.strip()))
    await is_seen(visitor, "the client knows that it was seen")


async def the_therapist_sees_who_has_it(scenes: Scenes) -> None:
    await look_at(scenes.visitor, "therapist")
    phone = scenes.visitor.phone("therapist")
    await expect(phone.locator(HAVE)).to_have_count(0)
    on_call = scenes.visitor.phone("on_call").locator("h2 .name")
    await expect(phone.locator(".message").last).to_contain_text(marked(await on_call.inner_text()))
    await is_seen(scenes.visitor, "the therapist knows who has it")


async def look_at(visitor: Visitor, role: Role) -> None:
    """Turn to this phone where only one is shown at a time."""
    tab = visitor.page.locator(f'[data-shows="{role}"]')
    if await tab.is_visible():
        await tab.click()
    await expect(visitor.phone(role)).to_be_visible()


async def is_seen(visitor: Visitor, shows: str) -> None:
    assert await visitor.page.evaluate(TOO_WIDE) == []
    await visitor.picture(shows)


async def test_all_of_it_can_be_done_with_the_keyboard_alone(browser: Browser) -> None:
    async with demo() as (_, url), visiting(browser, url, "alarming by keyboard") as visitor:
        press = visitor.page.keyboard.press
        await visitor.tab_to(visitor.page.get_by_role("button", name="Write something alarming"))
        await press("Enter")
        have = visitor.phone("on_call").locator(HAVE)
        await expect(have).to_have_count(1)
        await expect(visitor.page.get_by_role("status").first).to_have_text("Written on Anna’s phone")
        await visitor.tab_to(visitor.phone("on_call").get_by_role("log", name="Front desk · on call"))
        await visitor.tab_to(have)
        await press("Enter")
        await expect(have).to_have_count(0)
        await visitor.picture("all phones")
        assert visitor.wrong == []


async def test_between_a_desk_and_a_hand_the_third_phone_stands_below(browser: Browser) -> None:
    async with demo() as (_, url), visiting(browser, url, "alarming 1024", (1024, 768)) as visitor:
        await visitor.alarm()
        await visitor.phone("on_call").locator(HAVE).click()
        await is_seen(visitor, "the third phone")
        assert visitor.wrong == []


async def test_where_nobody_is_on_call_there_are_two_phones_and_the_button(
    browser: Browser, tmp_path: Path
) -> None:
    folder = clinic_in(tmp_path)
    file = folder / "conversations" / "clinic.toml"
    rules = file.read_text("utf-8").partition("[alerts]")[0]
    file.write_text(f"{rules}[free_words]\non = false\n", "utf-8")
    async with demo(folder) as (_, url), visiting(browser, url, "nobody on call", DESK) as visitor:
        await expect(visitor.page.locator(".phone")).to_have_count(2)
        await visitor.alarm()
        await expect(visitor.phone("therapist").locator(HAVE)).to_have_count(1)
        await is_seen(visitor, "two phones")
        assert visitor.wrong == []
