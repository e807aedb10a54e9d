"""Somebody who visits the demo with a real browser: what they do with it, and what they see."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from unittest.mock import patch
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, async_playwright, expect

from bot.demo.booth import Booth
from bot.demo.show import shown
from tests.browser import ROOT, environment, executable

ARTEFACTS = ROOT / "artefacts"
WEDNESDAY = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # 10:00 in Vienna; no test depends on today
MARKS = "\u200e\u200f\u2066\u2067\u2068\u2069"
KEYS = '.keys [data-data*=":"]'  # but for the one for help, which is on every card
FAR = 90  # presses of Tab, which is once around the page
ARRIVED = re.compile("New for|Nothing new")
PATIENCE = 30_000  # ms until a test gives up; a machine may have other work
DESKTOP, PHONE = (1280, 800), (390, 844)

expect.set_options(timeout=PATIENCE)

Role = Literal["client", "therapist", "on_call"]

# Marks for direction that take room, as a font does that has only its box to show for them.
BOXES = """(root, marks) => {
  const found = [], walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (let at = 0; at < node.data.length; at++) {
      if (!marks.includes(node.data[at])) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      if (range.getBoundingClientRect().width > 0) found.push(node.data);
    }
  }
  return found;
}"""

# Where each character of an element's words stands, from the left.
PLACES = """node => {
  const words = node.firstChild, places = [];
  for (let at = 0; at < words.data.length; at++) {
    const range = document.createRange();
    range.setStart(words, at);
    range.setEnd(words, at + 1);
    places.push([words.data[at], range.getBoundingClientRect().left]);
  }
  return places;
}"""

# What is wider than the page, or holds more than it shows from side to side.
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll("body *")]
  .filter((node) => node.checkVisibility() && getComputedStyle(node).display !== "inline")
  .filter((node) => getComputedStyle(node).clipPath === "none")
  .filter((node) => !node.closest(".sr, option, svg") && node.scrollWidth > node.clientWidth + 1)
  .map((node) => node.outerHTML.slice(0, 120))"""


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """A browser. There is always one after `make browser`."""
    path = executable()
    assert path is not None, "There is no browser for the tests. Get one: make browser"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"], env=environment()
        )
        try:
            yield browser
        finally:
            await browser.close()


def clinic_in(folder: Path) -> Path:
    """A clinic's folder like ours, that may be spoilt."""
    for part in ("conversations", "locales"):
        shutil.copytree(ROOT / part, folder / part)
    return folder


@contextmanager
def it_is(moment: datetime = WEDNESDAY) -> Iterator[None]:
    """Plays begin at this moment, whenever the tests run."""
    with patch("bot.demo.booth.WallClock") as wall:
        wall.return_value.now.return_value = moment
        yield


@asynccontextmanager
async def demo(folder: Path = ROOT) -> AsyncIterator[tuple[Booth, str]]:
    """The demo as `attune demo` serves it."""
    with TemporaryDirectory() as data, it_is():
        async with shown(folder, 0, Path(data)) as (booth, url):
            yield booth, url


async def until(booth: Booth, condition: Callable[[], bool]) -> None:
    """Wait until the page has been told what makes it true."""
    async with asyncio.timeout(PATIENCE / 1000):
        while not condition():
            await booth.changed(booth.version, PATIENCE)


def plain(text: str) -> str:
    """Without the marks that only say in which direction something reads."""
    return text.translate(dict.fromkeys(map(ord, MARKS)))


def marked(text: str) -> re.Pattern[str]:
    """``text``, with such marks anywhere in it."""
    return re.compile(f"[{MARKS}]*".join(map(re.escape, text)))


@dataclass
class Visitor:
    """``story`` begins the names of the pictures. ``wrong`` lists what the browser complained of, and
    requests to anywhere but this computer."""

    page: Page
    story: str = ""
    wrong: list[str] = field(default_factory=list)
    pictures: int = 0

    def phone(self, role: Role) -> Locator:
        return self.page.locator(f"#{role}")

    def newest(self, role: Role) -> Locator:
        """The last message on a phone."""
        return self.phone(role).locator(".message").last

    async def text(self, role: Role) -> str:
        """The words of the last message on a phone."""
        return plain(await self.newest(role).locator(".text").inner_text())

    def key(self, role: Role, choice: str) -> Locator:
        """The button that means ``choice`` on the last message that has buttons, but for the one for help."""
        card = self.phone(role).locator(f".message:has({KEYS})").last
        return card.locator(f'.keys [data-data$=":{choice}"]')

    async def tap(self, choice: str, role: Role = "client", *, by: str = "") -> str:
        """Press a button with the mouse, or ``by`` a key, and see the card turn. The words on the button."""
        key = self.key(role, choice)
        label, data = await key.inner_text(), await key.get_attribute("data-data")
        if by:
            await self.tab_to(key)
            await self.page.keyboard.press(by)
        else:
            await key.click()
        await expect(self.phone(role).locator(f'[data-data="{data}"]')).to_have_count(0)
        return plain(label)

    async def tab_to(self, target: Locator, *, back: bool = False) -> None:
        """Go there with the keyboard alone, and see that one is there."""
        for _ in range(FAR):
            await self.page.keyboard.press("Shift+Tab" if back else "Tab")
            if await target.evaluate("node => node === document.activeElement"):
                await expect(target).to_have_css("outline-style", "solid")
                return
        raise AssertionError(f"the keyboard does not come to {target}")

    async def write(self, words: str, role: Role = "client") -> None:
        await self.phone(role).get_by_placeholder("Message").fill(words)
        await self.phone(role).get_by_role("button", name="Send").click()

    async def jump(self, goal: str) -> None:
        """Move the clock, and wait until it has come there."""
        await self.page.locator(f'.jump[data-goal="{goal}"][aria-disabled=false]').click()
        await self.arrived()

    async def alarm(self) -> None:
        """Have the client write something alarming."""
        await self.page.locator("#alarm[aria-disabled=false]").click()

    async def arrived(self) -> None:
        await expect(self.page.locator("#said")).to_contain_text(ARRIVED)

    async def cast(self, who: str, language: str, therapist_language: str) -> None:
        """Choose who plays, and start again."""
        page, choice = self.page, self.page.locator("#casting")
        link = await self.phone("therapist").locator("[data-link]").last.get_attribute("data-link")
        if not await choice.is_visible():
            await page.get_by_role("button", name="Who plays").click()
        await choice.locator("[name=who]").select_option(who)
        await choice.locator("[name=language]").select_option(language)
        await choice.locator("[name=therapist_language]").select_option(therapist_language)
        await page.get_by_role("button", name="Start again").click()
        await expect(self.phone("therapist").locator(f'[data-link="{link}"]')).to_have_count(0)
        await self.ready()

    async def ready(self) -> None:
        """Wait until two people have met and the clock can be moved."""
        await expect(self.page.locator('.jump[data-goal="check_in"][aria-disabled=false]')).to_be_visible()

    async def picture(self, shows: str) -> None:
        """Keep what is seen now as artefacts/<story>-<number>-<shows>.png."""
        self.pictures += 1
        name = f"{self.story}-{self.pictures}-{shows}.png".replace(" ", "-").replace("_", "-")
        await self.page.screenshot(path=ARTEFACTS / name, animations="disabled")


@asynccontextmanager
async def visiting(
    browser: Browser, url: str, story: str = "", size: tuple[int, int] = DESKTOP, *, calm: bool = True
) -> AsyncIterator[Visitor]:
    """A visitor who has opened the page. ``calm``: their browser asks for no motion."""
    page = await browser.new_page(
        viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce" if calm else "no-preference"
    )
    page.set_default_timeout(PATIENCE)
    visitor = Visitor(page, story)
    for old in ARTEFACTS.glob(f"{story.replace(' ', '-')}-*.png") if story else ():
        old.unlink()

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            visitor.wrong.append(f"{message.type}: {message.text}")

    def went(request: Request) -> None:
        place = urlsplit(request.url)
        if place.scheme != "data" and place.hostname != "127.0.0.1":
            visitor.wrong.append(f"a request to {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: visitor.wrong.append(str(error)))
    page.on("request", went)
    try:
        await page.goto(url)
        await visitor.ready()
        yield visitor
    finally:
        await page.close()
