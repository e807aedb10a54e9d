"""``python -m tests.pictures`` makes the README's pictures again: the demo's page in its second week."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, expect

from bot.core.model import Band
from tests.browser import ROOT
from tests.visitor import Visitor, browsing, demo, visiting

DOCS = ROOT / "docs"
SIZE = (1280, 880)
PICTURES = {
    "demo.png": ("en", "en", "I liked the drawing."),
    "demo-arabic.png": ("ar", "de", "أعجبني الرسم."),
}


async def make(browser: Browser, file: Path, language: str, therapist_language: str, note: str) -> None:
    """A child is asked on the left; what it answered the week before stands on the right."""
    async with demo() as (_, url), visiting(browser, url, size=SIZE) as visitor:
        await visitor.cast(Band.B09, language, therapist_language)
        await visitor.jump("check_in")
        for choice in ("-open", "-here", "a_lot", "a_bit", "slower", "yes", "a_lot"):
            await visitor.tap(choice)
        await visitor.write(note)
        await expect(visitor.key("client", "-done")).to_be_visible()
        await visitor.tap("-done")
        await visitor.jump("session")
        await visitor.jump("check_in")
        await visitor.tap("-open")
        await visitor.tap("-here")
        await at_rest(visitor)
        await visitor.page.screenshot(path=file, animations="disabled")


async def at_rest(visitor: Visitor) -> None:
    """Nothing is pointed at, and nothing has the focus."""
    await visitor.page.mouse.move(0, 0)
    await visitor.page.locator(":focus").evaluate("node => node.blur()")


async def main() -> None:
    async with browsing() as browser:
        for name, told in PICTURES.items():
            await make(browser, DOCS / name, *told)
            print(f"docs/{name}: {(DOCS / name).stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    asyncio.run(main())
