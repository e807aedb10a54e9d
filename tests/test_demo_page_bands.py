"""Each band's check-in as its phone shows it, to be looked at: nothing is cut off, in either direction."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.core.model import Band, Voice
from bot.demo.booth import Booth
from bot.demo.cast import CLIENT, Casting
from bot.demo.stage import Stage
from tests.visitor import PHONE, TOO_WIDE, Visitor, browsing, demo, marked, plain, visiting

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASTS = [Casting(band, "en", "en") for band in Band]
CASTS += [Casting(band, "ar", "ar") for band in (Band.B09, Band.B18, Band.B65)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as browser:
        yield browser


async def test_every_age_can_read_its_questions_and_what_is_shared(browser: Browser) -> None:
    async with demo() as (booth, url), visiting(browser, url, "bands", PHONE) as visitor:
        for casting in CASTS:
            await booth.begin(casting)
            await shows_question_and_sharing_page(booth, visitor)
        assert visitor.wrong == []


async def shows_question_and_sharing_page(booth: Booth, visitor: Visitor) -> None:
    stage, who, language = booth.stage, Band(booth.casting.who), booth.casting.language
    assert stage is not None
    script = stage.bot.house.prompt_sets[stage.bot.house.clinic.prompt_set]
    plan, best = script.bands[who], script.scale(who).options[-1].id
    await stage.travel(booth.ahead.coming["check_in"].at)
    await stage.tap(CLIENT, "-open")
    if who in booth.lent:
        await stage.tap(CLIENT, "-here")
    await is_seen(visitor, stage, f"{who} {language} question")
    for _ in range(plan.core + (plan.rotate_every == 1)):
        await stage.tap(CLIENT, best)
    if plan.free_words:
        await stage.tap(CLIENT, "-nothing")
    await stage.tap(CLIENT, "give_0")
    if who.voice is not Voice.CHILD:
        await stage.tap(CLIENT, "-hold")
    await is_seen(visitor, stage, f"{who} {language} what is shared")


async def is_seen(visitor: Visitor, stage: Stage, shows: str) -> None:
    card = stage.shown(CLIENT)[-1]
    await expect(visitor.newest("client").locator(".text")).to_have_text(marked(plain(card.text)))
    assert await visitor.page.evaluate(TOO_WIDE) == []
    await visitor.picture(shows)
