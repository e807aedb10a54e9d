"""Whoever opens the demo's page sees a check-in from its cover to its summary, in a real browser."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from sqlalchemy import Connection

from bot.content.languages import direction
from bot.core.model import Band
from bot.demo.booth import Booth
from bot.demo.cast import Casting
from tests.visitor import (
    BOXES,
    DESKTOP,
    MARKS,
    PHONE,
    PLACES,
    Visitor,
    browsing,
    demo,
    marked,
    plain,
    visiting,
)

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
    note: str = ""
    calm: bool = True


ENGLISH = Casting(Band.B09, "en", "en")
ARABIC_AND_GERMAN = Casting(Band.B09, "ar", "de")
STORIES = [
    Story("english at a desk", ENGLISH, DESKTOP, note="The dog was there.", calm=False),
    Story("english in the hand", ENGLISH, PHONE),
    Story("arabic and german at a desk", ARABIC_AND_GERMAN, DESKTOP, note="أريد أن أتحدث عن المدرسة."),
    Story("arabic and german in the hand", ARABIC_AND_GERMAN, PHONE),
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_check_in_leads_from_its_cover_to_the_therapists_summary(
    browser: Browser, story: Story
) -> None:
    async with (
        demo() as (booth, url),
        visiting(browser, url, story.name, story.size, calm=story.calm) as visitor,
    ):
        if story.casting != booth.casting:
            await visitor.cast(story.casting.band, story.casting.language, story.casting.therapist_language)
        told = Told(visitor, story, booth)
        await told.two_people_have_met()
        await told.a_neutral_cover_comes()
        await told.a_child_answers()
        await told.words_of_ones_own_may_follow()
        await told.the_therapist_reads()
        assert visitor.wrong == []


class Told:
    """A story's scenes, each seen and kept as a picture."""

    def __init__(self, visitor: Visitor, story: Story, booth: Booth) -> None:
        assert booth.stage is not None
        house = booth.stage.bot.house
        self.visitor, self.story, self.casting = visitor, story, story.casting
        self._client = house.words(self.casting.language).speaking(self.casting.band.voice)
        self._therapist = house.words(self.casting.therapist_language)

    def client(self, message: str, **values: str) -> str:
        """What the client's phone shows of a message."""
        return plain(self._client(message, **values))

    def therapist(self, message: str, **values: str) -> str:
        """What the therapist's phone shows of a message."""
        return plain(self._therapist(message, **values))

    async def two_people_have_met(self) -> None:
        picture = self.visitor.phone("therapist").locator("img")
        width = await picture.evaluate("image => image.decode().then(() => image.naturalWidth)")
        assert width > 0, "the invitation's QR code is there to be scanned"
        await expect(self.visitor.newest("client").locator(".text")).to_contain_text("/checkin")
        await self.visitor.picture("two people have met")

    async def a_neutral_cover_comes(self) -> None:
        await self.visitor.jump("check_in")
        await expect(self.visitor.page.locator("#said")).to_contain_text(self.casting.client)
        await expect(self.visitor.key("client", "-open")).to_be_visible()
        cover = await self.visitor.text("client")
        assert cover == self.client("bot/check_in/cover"), "anybody may see it on a locked screen"
        await self.visitor.picture("a cover that tells nothing")

    async def a_child_answers(self) -> None:
        tap = self.visitor.tap
        assert await tap("-open") == self.client("bot/button/open")
        await self.is_asked("heard", "●○○")
        assert await tap("a_bit") == f"😐 {self.client('starter/scale/three_faces/a_bit')}"
        assert await self.visitor.text("client") == self.client("starter/band/b09/help")
        await self.visitor.picture("what would help")
        assert await tap("slower") == self.client("starter/band/b09/helps/slower")
        assert await tap("yes") == self.client("starter/band/b09/raises/yes")
        await self.is_asked("safe", "●●○")
        await tap("a_lot")
        await self.is_asked("in_control", "●●●")
        await tap("-back")
        marked_as_chosen = f"✓ 🙂 {self.client('starter/scale/three_faces/a_lot')}"
        assert await tap("a_lot") == marked_as_chosen, "one sees what one has answered"
        await tap("not_really")

    async def is_asked(self, element: str, progress: str) -> None:
        visitor, language = self.visitor, self.casting.language
        question = self.client(f"starter/{element}/b09/question", therapist=self.casting.therapist)
        assert await visitor.text("client") == f"{progress}\n\n{question}"
        card, phone = visitor.newest("client"), visitor.phone("client")
        await expect(card.locator(".keys button:focus")).to_have_count(1)  # where it was before
        await expect(phone.locator(".screen")).to_have_attribute("dir", direction(language))
        await expect(phone.locator(".chat")).to_have_attribute("lang", language)
        await expect(card.locator(".text")).to_have_css("direction", direction(language))
        dots = [left for sign, left in await card.locator(".text").evaluate(PLACES) if sign in "●○"]
        assert dots == sorted(dots, reverse=direction(language) == "rtl")
        assert await visitor.page.locator("body").evaluate(BOXES, MARKS) == []
        await visitor.picture(f"asked about {element}")

    async def words_of_ones_own_may_follow(self) -> None:
        name = self.casting.therapist
        promise = self.client("bot/check_in/note_promise", therapist=name)
        assert (await self.visitor.text("client")).endswith(promise)
        if self.story.note:
            await self.visitor.write(self.story.note)
            last = self.client("bot/check_in/note_kept")
        else:
            await self.visitor.tap("-nothing")
            thanks = self.client("starter/band/b09/thanks", therapist=name)
            last = f"{thanks}\n\n{self.client('bot/check_in/not_live')}"
        await expect(self.visitor.newest("client").locator(".text")).to_have_text(marked(last))
        await expect(self.visitor.phone("client").locator(".keys button")).to_have_count(0)
        await self.visitor.picture("all is answered")

    async def the_therapist_reads(self) -> None:
        await self.visitor.jump("session")
        words, newest = self.therapist, self.visitor.newest("therapist")
        await expect(newest).to_be_in_viewport()
        await expect(newest.get_by_text("🔒")).to_be_visible()
        await expect(newest.locator(".text")).to_have_css("direction", "ltr")
        expected = [
            words("bot/summary/head_first", client=self.casting.client),
            words("bot/summary/answered", count="1", due="1"),
            words("bot/summary/raised", elements=words("bot/element/heard")),
            words("bot/summary/help", choice=words("starter/band/b09/helps/slower")),
            words("bot/summary/raise/yes"),
        ]
        for element, choice in {"heard": "a_bit", "safe": "a_lot", "in_control": "not_really"}.items():
            answer = words(f"starter/scale/three_faces/{choice}")
            expected.append(
                words("bot/summary/element", element=words(f"bot/element/{element}"), answer=answer)
            )
        summary = await self.visitor.text("therapist")
        lines = [line.strip() for line in summary.splitlines()]
        assert [line for line in expected if line not in lines] == []
        if self.story.note:
            assert self.story.note in summary
            assert str(self._therapist.locale.languages[self.casting.language]) in summary
        await self.visitor.picture("the summary before the session")


async def test_all_of_it_can_be_done_with_the_keyboard_alone(browser: Browser) -> None:
    async with demo() as (_, url), visiting(browser, url, "by keyboard") as visitor:
        press = visitor.page.keyboard.press
        await visitor.tab_to(visitor.page.get_by_label("Client’s age"))
        await press("ArrowDown")
        await visitor.tab_to(visitor.page.get_by_role("button", name="Start again"))
        await press("Enter")
        await expect(visitor.phone("client")).to_contain_text("✓ Yes, I agree")  # as a teenager says it
        await visitor.ready()
        await visitor.tab_to(jump := visitor.page.locator(".jump[data-goal=check_in]"))
        await press("Enter")
        await visitor.arrived()
        await expect(jump).to_be_focused()
        for choice in ("-open", "mostly", "completely", "dont_know", "skip"):
            await visitor.tap(choice, by="Enter" if choice.startswith("-") else "Space")
            await expect(visitor.newest("client").locator(".keys button:focus")).to_have_count(1)
        await visitor.picture("standing on the first button of the last page")
        await visitor.tab_to(visitor.page.get_by_label("Message from the client"))
        await visitor.page.keyboard.type("All by keyboard.")
        await press("Enter")
        await expect(visitor.phone("client").locator(".keys button")).to_have_count(0)
        await visitor.tab_to(visitor.page.locator(".jump[data-goal=session]"), back=True)
        await press("Enter")
        await visitor.arrived()
        await visitor.tab_to(visitor.phone("therapist").get_by_role("log"))
        await expect(visitor.newest("therapist")).to_contain_text("All by keyboard.")
        await expect(visitor.newest("therapist")).to_contain_text("Completely")
        await visitor.picture("the summary can be scrolled")
        assert visitor.wrong == []


async def test_two_browsers_show_the_same_play(browser: Browser) -> None:
    async with demo() as (_, url), visiting(browser, url) as one, visiting(browser, url) as other:
        await one.jump("check_in")
        await other.tap("-open")
        await expect(one.key("client", "a_lot")).to_be_visible()
        assert await one.text("client") == await other.text("client")
        assert [*one.wrong, *other.wrong] == []


async def test_start_again_begins_anew_with_somebody_else(browser: Browser) -> None:
    async with demo() as (booth, url), visiting(browser, url, "start again") as visitor:
        await visitor.jump("check_in")
        await visitor.cast(Band.B18, "de", "ar")
        assert booth.casting == Casting(Band.B18, "de", "ar")
        await expect(visitor.page.locator("#day")).to_have_text("Wednesday 4 March")
        await expect(visitor.phone("client").locator(".keys button")).to_have_count(0)
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
                await expect(card).to_contain_text("Hello, your check-in is ready.")
                await expect(card.locator(".meta")).to_have_text("18:00")
                await visitor.picture(f"what came on {came.partition(',')[0]}")
        await visitor.jump("day")
        await expect(card).to_contain_text("This check-in is over.")
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
        for width, light in ((320, "dark"), (390, "light"), (768, "dark"), (1000, "light"), (1920, "dark")):
            await visitor.page.set_viewport_size({"width": width, "height": max(640, width * 9 // 16)})
            await visitor.page.emulate_media(color_scheme=light)
            await expect(visitor.newest("client").locator(".text")).to_be_in_viewport(ratio=1)
            page = visitor.page.locator("html")
            assert await page.evaluate("page => page.scrollWidth - page.clientWidth") == 0
            await visitor.picture(f"{width} px {light}")
        assert visitor.wrong == []
