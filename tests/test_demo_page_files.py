"""Documents and deletions on the demo's page, in a real browser: opened by their names, harmless, gone."""

import base64
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from sqlalchemy import Connection

from bot.core.model import Band, ChatId
from bot.demo.booth import Booth
from bot.demo.cast import CLIENT
from bot.render.dossiers import as_page
from bot.service.scene import Scene
from tests.test_dossiers import FULL, words
from tests.visitor import ARTEFACTS, PHONE, TOO_WIDE, Visitor, browsing, demo, visiting

pytestmark = pytest.mark.asyncio(loop_scope="module")

ARABIC, LATIN = "بياناتي-2026.html", "attune-2026-03-04.json"

# All that a page could try, each try with a trace that the test can look for.
HOSTILE = """<!doctype html><html lang="en"><title>All that is known</title>
<style>p { color: rgb(1, 2, 3) }</style>
<body onload="document.title = 'ran'"><p>Words of a client</p>
<script>document.title = "ran"; fetch("/travel", {method: "POST", body: '{"goal": "day"}'})</script>
<img src="/photo/x" onerror="document.title = 'ran'"><iframe src="/"></iframe>
<form action="/travel" method="post"><button>Send</button></form></body></html>"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as browser:
        yield browser


async def act(booth: Booth, what: Callable[[Scene], None]) -> None:
    """Something happens in the client's chat, and the letters that come of it leave."""
    stage = booth.stage
    assert stage is not None

    def happen(tx: Connection) -> None:
        house = stage.bot.house
        what(Scene(tx, house, ChatId(CLIENT), house.words("en"), stage.clock.now()))

    await stage.bot.database.write(happen)
    stage.bot.wake.set()
    await stage.settled()


async def give(booth: Booth, name: str, content: str = HOSTILE) -> None:
    encoded = base64.b64encode(content.encode()).decode()
    await act(booth, lambda scene: scene.send({"text": "", "file": encoded, "file_name": name}))


async def opened(visitor: Visitor, name: str) -> Page:
    """What opens when the link with this name is reached and pressed by keyboard."""
    link = visitor.phone("client").get_by_role("link", name=f"File: {name}")
    await visitor.tab_to(link)
    async with visitor.page.context.expect_page() as coming:
        await visitor.page.keyboard.press("Enter")
    page = await coming.value
    await page.wait_for_load_state()
    return page


async def test_a_document_opens_by_keyboard_and_can_do_nothing_to_the_page(browser: Browser) -> None:
    async with demo() as (booth, url), visiting(browser, url, "a document") as visitor:
        await give(booth, "attune.html")
        before = booth.journeys
        page = await opened(visitor, "attune.html")
        await expect(page.get_by_text("Words of a client")).to_have_css("color", "rgb(1, 2, 3)")
        assert await page.title() == "All that is known", "its scripts do not run"
        assert await page.evaluate("self.origin") == "null", "it is from nowhere"
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_text("Words of a client")).to_be_visible()
        assert (booth.journeys, booth.moving_to) == (before, None)
        assert [frame.url for frame in page.frames if frame.url.rstrip("/") == url] == []
        await page.close()
        await visitor.picture("a file on the phone")


async def test_a_file_keeps_its_name_in_either_direction(browser: Browser) -> None:
    async with demo() as (booth, url), visiting(browser, url, "file names") as visitor:
        await visitor.cast(Band.B18, "ar", "en")
        await give(booth, ARABIC)
        await give(booth, LATIN, "{}")
        names = visitor.phone("client").locator(".file [dir=auto]")
        await expect(names).to_have_text([ARABIC, LATIN])
        await expect(names.first).to_have_css("direction", "rtl")
        await expect(names.last).to_have_css("direction", "ltr")
        assert await names.last.evaluate("node => node.scrollWidth <= node.clientWidth")
        await visitor.picture("two names")
        assert visitor.wrong == []


async def test_what_was_taken_away_is_gone_from_the_page(browser: Browser) -> None:
    async with demo() as (booth, url), visiting(browser, url, "taken away") as visitor:
        await visitor.write("Only for a moment.")
        bubble = visitor.phone("client").locator(".message.own", has_text="Only for a moment.")
        await expect(bubble).to_be_visible()
        assert booth.stage is not None
        written = next(one for one in reversed(booth.stage.shown(CLIENT)) if one.text == "Only for a moment.")
        await act(booth, lambda scene: scene.conceal(written.message_id))
        await expect(bubble).to_have_count(0)
        assert visitor.wrong == []


@pytest.mark.parametrize(("language", "way"), [("en", "ltr"), ("ar", "rtl")])
async def test_the_page_of_all_that_is_known_reads_well_on_a_phone(
    browser: Browser, language: str, way: str
) -> None:
    async with demo() as (booth, url), visiting(browser, url, f"export {language}", PHONE) as visitor:
        await give(booth, "attune.html", as_page(words(language), FULL))
        page = await opened(visitor, "attune.html")
        await expect(page.get_by_role("heading", level=1)).to_have_css("direction", way)
        await expect(page.get_by_text(FULL.who.code)).to_be_visible()
        assert await page.evaluate(TOO_WIDE) == []
        await page.screenshot(path=ARTEFACTS / f"export-{language}.png", full_page=True)
        await page.close()
