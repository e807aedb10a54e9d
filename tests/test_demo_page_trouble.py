"""What the demo's page says when something is not as usual, in a real browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.demo.server import flood
from tests.visitor import KEYS, browsing, clinic_in, demo, visiting

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as browser:
        yield browser


async def test_who_taps_a_page_that_has_turned_is_told_so(browser: Browser) -> None:
    async with demo() as (booth, url), visiting(browser, url, "tapped twice") as visitor:
        await visitor.jump("check_in")
        await visitor.tap("-open")
        await visitor.tap("-here")
        assert booth.stage is not None
        booth.stage.state.faults.next(flood(60), "editMessageText")  # Telegram makes the next page wait
        await visitor.key("client", "a_lot").click()
        await expect(visitor.phone("client").locator("[data-spinning]")).to_have_count(0)
        await visitor.key("client", "a_bit").click()
        toast = visitor.phone("client").get_by_role("status")
        await expect(toast).to_have_text("This one is done already.")
        await expect(toast).to_have_css("opacity", "1")
        await visitor.picture("a toast")
        await visitor.jump("hour")  # nobody tapped meanwhile: the child's page is covered
        await visitor.tap("-here")
        assert (await visitor.text("client")).startswith("●●○")
        await visitor.tap("-back")
        await expect(visitor.key("client", "a_lot")).to_contain_text("✓")  # the first tap counts
        assert visitor.wrong == []


async def test_a_mistake_in_the_clinics_folder_is_told_and_the_play_goes_on(
    browser: Browser, tmp_path: Path
) -> None:
    folder = clinic_in(tmp_path)
    file = folder / "conversations" / "clinic.toml"
    right = file.read_text("utf-8")
    async with demo(folder) as (_, url), visiting(browser, url, "a mistake") as visitor:
        await visitor.jump("check_in")
        file.write_text(right.replace("Europe/Vienna", "Europe/Wien"), "utf-8")
        await visitor.page.get_by_role("button", name="Start again").click()
        alert = visitor.page.get_by_role("alert")
        await expect(alert).to_contain_text("Europe/Wien")
        await visitor.picture("told above the phones")
        await visitor.tap("-open")
        await visitor.tap("-here")
        assert (await visitor.text("client")).startswith("●○○")
        file.write_text(right, "utf-8")
        await visitor.page.get_by_role("button", name="Start again").click()
        await expect(alert).to_be_hidden()
        await expect(visitor.phone("client").locator(KEYS)).to_have_count(0)


async def test_the_page_says_when_the_demo_has_stopped(browser: Browser) -> None:
    async with demo() as (booth, url), visiting(browser, url, "stopped") as visitor:
        await booth.close()
        await expect(visitor.page.get_by_role("alert")).to_contain_text("The demo has stopped")
        await visitor.picture("the demo has stopped")
