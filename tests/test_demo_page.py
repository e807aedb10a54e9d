"""Whoever opens the demo's page sees a check-in from its cover to its summary, in a real browser."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from sqlalchemy import Connection

from bot.core.model import Band
from bot.demo.cast import Casting
from tests.scenes import Scenes
from tests.visitor import DESKTOP, KEYS, PHONE, TOO_WIDE, browsing, demo, marked, visiting

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with browsing() as browser:
        yield browser


@dataclass(frozen=True)
class Story:
    name: str
    casting: Casting
    size: tuple[int, int]
    note: str
    calm: bool = True


STORIES = [
    Story("english at a desk", Casting(Band.B09, "en", "en"), DESKTOP, "The dog was there.", calm=False),
    Story("arabic and german in the hand", Casting(Band.B09, "ar", "de"), PHONE, "أريد أن أتحدث عن المدرسة."),
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_check_in_leads_from_its_cover_to_the_therapists_summary(
    browser: Browser, story: Story
) -> None:
    async with (
        demo() as (booth, url),
        visiting(browser, url, story.name, story.size, calm=story.calm) as visitor,
    ):
        casting = story.casting
        if casting != booth.casting:
            await visitor.cast(casting.who, casting.language, casting.therapist_language)
        scenes = Scenes(visitor, casting, booth)
        await scenes.they_have_met()
        await scenes.it_is_the_turn_of(0)
        await scenes.the_phone_is_passed_on()
        await a_child_answers(scenes)
        await and_writes(scenes, story.note)
        await the_therapist_reads(scenes, story.note)
        assert visitor.wrong == []


async def a_child_answers(scenes: Scenes) -> None:
    visitor, tap, words = scenes.visitor, scenes.visitor.tap, scenes.child
    await scenes.is_asked("heard", "●○○")
    await scenes.answers("a_bit")
    assert await visitor.text("client") == words("starter/band/b09/help")
    await visitor.picture("what would help")
    assert await tap("slower") == words("starter/band/b09/helps/slower")
    assert await tap("yes") == words("starter/band/b09/raises/yes")
    await scenes.is_asked("safe", "●●○")
    await scenes.answers("a_lot")
    await scenes.is_asked("in_control", "●●●")
    await tap("-back")
    assert await tap("a_lot") == f"✓ 🙂 {scenes.answer('a_lot')}", "one sees what one has answered"
    await scenes.answers("not_really")


async def and_writes(scenes: Scenes, note: str) -> None:
    """The words are gone from the chat at once: what stands there is read by a parent, too."""
    visitor, name = scenes.visitor, scenes.casting.therapist
    assert (await visitor.text("client")).endswith(scenes.child("bot/check_in/note_promise", therapist=name))
    await visitor.write(note)
    helps = scenes.child("starter/band/b09/helps/slower"), scenes.child("starter/band/b09/raises/yes")
    lines = [
        scenes.line("seen", "heard", "a_bit"),
        scenes.child("bot/share/help", choice=helps[0]),
        scenes.child("bot/share/raise", therapist=name, choice=helps[1]),
        scenes.line("seen", "safe", "a_lot"),
        scenes.line("seen", "in_control", "not_really"),
        scenes.child("bot/share/note", words=note),
    ]
    await expect(visitor.key("client", "-done")).to_be_visible()
    await scenes.sees_what_is_shared(*lines)
    await expect(visitor.phone("client").locator(".own", has_text=note)).to_have_count(0)
    await scenes.gives_the_phone_back(note, *lines)


async def the_therapist_reads(scenes: Scenes, note: str) -> None:
    visitor, words, alias = scenes.visitor, scenes.therapist, scenes.alias
    await visitor.jump("session")
    newest = visitor.newest("therapist")
    await expect(newest).to_be_in_viewport()
    await expect(newest.get_by_text("🔒")).to_be_visible()
    await expect(newest.locator(".text")).to_have_css("direction", "ltr")
    expected = [
        words("bot/summary/head_first", client=alias),
        words("bot/summary/answered", count="1", due="1"),
        words("bot/summary/raised", elements=words("bot/element/heard")),
        words("bot/summary/help", choice=words("starter/band/b09/helps/slower")),
        words("bot/summary/raise/yes"),
    ]
    for element, choice in {"heard": "a_bit", "safe": "a_lot", "in_control": "not_really"}.items():
        answer = words(f"starter/scale/three_faces/{choice}")
        expected.append(words("bot/summary/element", element=words(f"bot/element/{element}"), answer=answer))
    summary = await visitor.text("therapist")
    lines = [line.strip() for line in summary.splitlines()]
    assert [line for line in expected if line not in lines] == []
    assert note in summary
    await visitor.picture("the summary before the session")


async def test_all_of_it_can_be_done_with_the_keyboard_alone(browser: Browser) -> None:
    async with demo() as (_, url), visiting(browser, url, "by keyboard") as visitor:
        press = visitor.page.keyboard.press
        await visitor.tab_to(visitor.page.get_by_label("Client’s age"))
        await press("ArrowDown")
        await press("ArrowDown")
        await visitor.tab_to(visitor.page.get_by_role("button", name="Start again"))
        await press("Enter")
        await expect(visitor.phone("client")).to_contain_text("✓ Yes, I agree")  # as an adult says it
        await visitor.ready()
        await visitor.tab_to(jump := visitor.page.locator(".jump[data-goal=check_in]"))
        await press("Enter")
        await visitor.arrived()
        await expect(jump).to_be_focused()
        for choice in ("-open", "mostly", "completely", "dont_know", "skip"):
            await visitor.tap(choice, by="Enter" if choice.startswith("-") else "Space")
            await expect(visitor.newest("client").locator(".keys button:focus")).to_have_count(1)
        await visitor.picture("standing on the first button of a page")
        await visitor.tab_to(visitor.page.get_by_role("textbox", name="Message from Mila · client"))
        await visitor.page.keyboard.type("All by keyboard.")
        await press("Enter")
        await expect(visitor.key("client", "-done")).to_be_visible()
        await visitor.tab_to(visitor.key("client", "give_1"), back=True)
        for choice in ("give_1", "-hold"):
            await visitor.tap(choice, by="Enter")
        assert "🔒 Feeling safe: Completely" in await visitor.text("client")
        await visitor.picture("one answer is kept back")
        await visitor.tap("-done", by="Enter")
        await visitor.tab_to(visitor.page.locator(".jump[data-goal=session]"), back=True)
        await press("Enter")
        await visitor.arrived()
        await visitor.tab_to(visitor.phone("therapist").get_by_role("log"))
        summary = await visitor.text("therapist")
        assert "All by keyboard." in summary
        assert "Mostly" in summary
        assert "Kept something private in this time." in summary
        assert "Completely" not in summary
        await visitor.picture("the summary can be scrolled")
        assert visitor.wrong == []


async def test_the_menu_is_found_and_used_with_the_keyboard(browser: Browser) -> None:
    async with demo() as (_, url), visiting(browser, url, "menu") as visitor:
        press, phone = visitor.page.keyboard.press, visitor.phone("client")
        button = phone.get_by_role("button", name="Menu", exact=True)
        await visitor.tab_to(button)
        await press("Enter")
        await expect(phone.get_by_role("button", name="/menu Everything you can change")).to_be_focused()
        await visitor.picture("all commands")
        await press("Escape")
        await expect(button).to_be_focused()
        await expect(phone.locator(".commands")).to_be_hidden()
        await press("Enter")
        await press("Enter")
        await expect(visitor.key("client", "-close")).to_be_visible()
        await expect(button).to_be_focused()
        await visitor.picture("the menu has come")
        theirs = visitor.phone("therapist")
        await theirs.get_by_role("button", name="Menu", exact=True).click()
        await expect(theirs.locator(".commands [dir=ltr]").first).to_have_text("/summary")
        await visitor.picture("a therapist has other commands")
        await theirs.get_by_placeholder("Message").click()
        await expect(theirs.locator(".commands")).to_be_hidden()
        assert visitor.wrong == []


async def test_two_browsers_show_the_same_play(browser: Browser) -> None:
    async with demo() as (_, url), visiting(browser, url) as one, visiting(browser, url) as other:
        await one.jump("check_in")
        await other.tap("-open")
        await expect(one.key("client", "-here")).to_be_visible()
        assert await one.text("client") == await other.text("client")
        assert [*one.wrong, *other.wrong] == []


async def test_start_again_begins_anew_with_somebody_else(browser: Browser) -> None:
    async with demo() as (booth, url), visiting(browser, url, "start again") as visitor:
        await visitor.jump("check_in")
        await visitor.cast(Band.B18, "de", "ar")
        assert booth.casting == Casting(Band.B18, "de", "ar")
        await expect(visitor.page.locator("#day")).to_have_text("Wednesday 4 March")
        await expect(visitor.phone("client").locator(KEYS)).to_have_count(0)
        await expect(visitor.phone("client")).to_contain_text("✓ Ja, ich bin einverstanden")
        await expect(visitor.phone("client").locator(".screen")).to_have_attribute("dir", "ltr")
        await expect(visitor.phone("therapist").locator(".screen")).to_have_attribute("dir", "rtl")
        await visitor.picture("an adult in German and a therapist in Arabic")
        assert visitor.wrong == []


async def test_a_day_at_a_time_passes_over_check_in_and_reminder_and_nothing_is_late(
    browser: Browser,
) -> None:
    async with demo() as (booth, url), visiting(browser, url, "day by day") as visitor:
        card = visitor.newest("client")
        for day, came in (
            ("Thursday 5", "Wednesday, 4"),
            ("Friday 6", "Thursday, 5"),
            ("Saturday 7", "Friday, 6"),
        ):
            await visitor.jump("day")
            await expect(visitor.page.locator("#day")).to_have_text(f"{day} March")
            await expect(visitor.page.locator("#time")).to_have_text("10:00")
            await expect(visitor.phone("client").locator(".date").last).to_have_text(f"{came} March")
            if came != "Wednesday, 4":  # the check-in, then its reminder, each at its hour
                await expect(card).to_contain_text(marked("Hello, a check-in is ready for Mila."))
                await expect(card.locator(".meta")).to_have_text("18:00")
                await visitor.picture(f"what came on {came.partition(',')[0]}")
        await visitor.jump("day")
        await expect(card).to_contain_text("This check-in is closed.")
        assert booth.stage is not None
        assert await booth.stage.bot.database.write(reasons) == ["unanswered"], "not: late"
        summary = visitor.newest("therapist")
        await expect(summary).to_contain_text(marked("Still open: 1"))
        await expect(summary.locator(".meta")).to_contain_text("14:00")
        await visitor.picture("nobody has answered")
        assert visitor.wrong == []


def reasons(tx: Connection) -> list[str]:
    return list(tx.exec_driver_sql("SELECT reason FROM check_ins ORDER BY id").scalars())


async def test_nothing_sticks_out_on_any_screen_by_day_or_by_night(browser: Browser) -> None:
    async with demo() as (_, url), visiting(browser, url, "every width") as visitor:
        await visitor.cast(Band.B65, "ar", "ar")
        await visitor.jump("check_in")
        await visitor.tap("-open")
        page = visitor.page
        for width, light in ((320, "dark"), (390, "light"), (768, "dark"), (1000, "light"), (1920, "dark")):
            await page.set_viewport_size({"width": width, "height": max(640, width * 9 // 16)})
            await page.emulate_media(color_scheme=light)
            await expect(visitor.newest("client").locator(".text")).to_be_in_viewport(ratio=1)
            assert await page.evaluate(TOO_WIDE) == []
            await visitor.picture(f"{width} px {light}")
        settings = await page.context.new_cdp_session(page)
        await settings.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
        for width in (320, 1280):
            await page.set_viewport_size({"width": width, "height": 900})
            await expect(visitor.newest("client").locator(".text")).to_have_css("font-size", "32px")
            assert await page.evaluate(TOO_WIDE) == []
            await visitor.picture(f"{width} px in large type")
        assert visitor.wrong == []
