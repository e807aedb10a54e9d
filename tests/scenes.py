"""Scenes of a story on the demo's page: what is done on the phones, and what has to stand on them then."""

from playwright.async_api import expect

from bot.content.languages import direction
from bot.core.model import Band, Voice
from bot.demo.booth import Booth
from bot.demo.cast import Casting
from tests.visitor import BOXES, KEYS, MARKS, PLACES, Visitor, marked, plain

FACES = {"yes": "🙂", "no": "🙁", "a_lot": "🙂", "a_bit": "😐", "not_really": "🙁"}
SCALES = {Band.B06: "two_faces", Band.B09: "three_faces"}
DOTS = "●○"


class Scenes:
    """``alias`` and ``band`` are those of whoever is asked just now."""

    def __init__(self, visitor: Visitor, casting: Casting, booth: Booth) -> None:
        assert booth.stage is not None
        self.visitor, self.casting = visitor, casting
        self.alias, self.band = casting.clients[0]
        house = booth.stage.bot.house
        self._client, self._therapist = house.words(casting.language), house.words(casting.therapist_language)

    def child(self, message: str, **values: str) -> str:
        """What the child's phone shows of a message."""
        return plain(self._client.speaking(self.band.voice)(message, **values))

    def parent(self, message: str, **values: str) -> str:
        return plain(self._client.speaking(Voice.ADULT)(message, **values))

    def therapist(self, message: str, **values: str) -> str:
        return plain(self._therapist(message, **values))

    def answer(self, choice: str) -> str:
        """The words of a step of the scale."""
        return self.child(f"starter/scale/{SCALES[self.band]}/{choice}")

    async def they_have_met(self) -> None:
        visitor = self.visitor
        picture = visitor.phone("therapist").locator("img").last
        width = await picture.evaluate("image => image.decode().then(() => image.naturalWidth)")
        assert width > 0, "the invitation's QR code is there to be scanned"
        await visitor.picture("they have met")

    async def it_is_the_turn_of(self, number: int) -> None:
        """The clock goes to the check-in of the child with this number."""
        visitor = self.visitor
        self.alias, self.band = self.casting.clients[number]
        if len(self.casting.clients) > 1:
            await expect(visitor.page.locator("[data-next=check_in]")).to_contain_text(f"{self.alias}:")
        await visitor.jump("check_in")
        await expect(visitor.page.locator("#said")).to_contain_text(self.casting.parent)
        await expect(visitor.key("client", "-later")).to_be_visible()
        cover = self.parent("bot/check_in/cover_for", client=self.alias)
        assert await visitor.text("client") == cover, "anybody may see it on a locked screen"
        await visitor.picture(f"a cover that tells only whose turn it is {number + 1}")

    async def the_phone_is_passed_on(self) -> None:
        visitor = self.visitor
        assert await visitor.tap("-open") == self.parent("bot/button/open")
        assert await visitor.text("client") == self.parent("bot/check_in/handover", client=self.alias)
        await visitor.picture("the phone is passed on")
        assert await visitor.tap("-here") == self.parent("bot/button/here", client=self.alias)

    async def is_asked(self, element: str, progress: str) -> None:
        """The question stands there, and so do all the marks of its language."""
        visitor, language = self.visitor, self.casting.language
        question = self.child(f"starter/{element}/{self.band}/question", therapist=self.casting.therapist)
        assert await visitor.text("client") == f"{progress}\n\n{question}"
        card, phone = visitor.newest("client"), visitor.phone("client")
        await expect(card.locator(".keys button:focus")).to_have_count(1)  # where it was before
        await expect(phone.locator(".screen")).to_have_attribute("dir", direction(language))
        await expect(phone.locator(".chat")).to_have_attribute("lang", language)
        await expect(card.locator(".text")).to_have_css("direction", direction(language))
        dots = [left for sign, left in await card.locator(".text").evaluate(PLACES) if sign in DOTS]
        assert dots == sorted(dots, reverse=direction(language) == "rtl")
        assert await visitor.page.locator("body").evaluate(BOXES, MARKS) == []
        await visitor.picture(f"asked about {element}")

    async def answers(self, choice: str) -> None:
        assert await self.visitor.tap(choice) == f"{FACES[choice]} {self.answer(choice)}"

    def line(self, kind: str, element: str, choice: str) -> str:
        """How an answer stands on the page that shows what the therapist will see."""
        about = self.child(f"bot/share/element/{element}")
        return self.child(f"bot/share/{kind}", about=about, answer=f"{FACES[choice]} {self.answer(choice)}")

    async def sees_what_is_shared(self, *lines: str) -> None:
        """All of it, and nothing else."""
        visitor, name = self.visitor, self.casting.therapist
        head = self.child("bot/share/head", therapist=name)
        text = plain(await visitor.phone("client").locator(f".message:has({KEYS}) .text").last.inner_text())
        seen = [line for line in text.splitlines() if line]
        kept = (
            [self.child("bot/share/kept_back", therapist=name)] if any("🔒" in one for one in lines) else []
        )
        assert seen == [head, *lines, *kept, self.child("bot/share/ask")]
        await visitor.picture("what the therapist will see")

    async def gives_the_phone_back(self, *private: str) -> None:
        """Thanks, and of all that was asked and answered nothing is left on the phone."""
        visitor = self.visitor
        assert await visitor.tap("-done") == self.child("bot/share/button/done")
        thanks = self.child(f"starter/band/{self.band}/thanks", therapist=self.casting.therapist)
        parts = (thanks, self.child("bot/check_in/give_back"), self.child("bot/check_in/not_live"))
        text = visitor.phone("client").locator(".text").get_by_text(marked("\n\n".join(parts)))
        await expect(text).to_be_in_viewport()
        await expect(visitor.phone("client").locator(KEYS)).to_have_count(0)
        left = plain(await visitor.phone("client").get_by_role("log").inner_text())
        assert [words for words in private if words in left] == []
        await visitor.picture("the phone is given back")
