"""Reads what a phone showed back into what it means, with nothing but the clinic's own texts.

Nothing of bot/render is used here: whoever reads has the sentences, and marks that no eye sees are
taken out first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from string import Formatter
from typing import Final

from bot.core.model import DONT_KNOW, HELPS, RAISES, SKIP, Band, PromptSet

# Isolates and marks of direction, and what precedes a chosen button.
_UNSEEN: Final = dict.fromkeys([*range(0x2066, 0x206A), 0x200E, 0x200F])
_CHOSEN: Final = "✓ "
_LATER: Final = "○"


class PageKind(StrEnum):
    COVER = "cover"
    QUESTION = "question"
    HELP = "help"
    RAISE = "raise"
    NOTE = "note"
    DONE = "done"
    PARTLY = "partly"
    CLOSED = "closed"

    @property
    def open(self) -> bool:
        return self not in (PageKind.DONE, PageKind.PARTLY, PageKind.CLOSED)


@dataclass(frozen=True, slots=True)
class Page:
    """``labels`` says what a button's label means. ``prompts`` counts the dots over a question."""

    kind: PageKind
    labels: Mapping[str, str] = field(default_factory=dict)
    prompt: str = ""
    prompts: int = 0

    def meaning(self, label: str) -> str | None:
        return self.labels.get(seen(label).removeprefix(_CHOSEN))


def seen(text: str) -> str:
    """As an eye sees it."""
    return text.translate(_UNSEEN).strip()


def pattern(template: str, **known: str) -> re.Pattern[str]:
    """Matches the sentence whatever stands in its placeholders; those not ``known`` are groups."""
    parts, names = [], set()
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(re.escape(literal.translate(_UNSEEN)))
        if name in known:
            parts.append(re.escape(seen(known[name])))
        elif name:
            parts.append(f"(?P={name})" if name in names else f"(?P<{name}>.+?)")
            names.add(name)
    return re.compile("".join(parts).strip(), re.DOTALL)


class CheckInReader:
    """Knows the pages of a check-in in the words of one band and language."""

    def __init__(self, script: PromptSet, texts: Mapping[str, str], band: Band) -> None:
        self._texts, self._voice = texts, band.voice
        words, own = f"{script.id}/band/{band}", script.scale(band)
        scale = {
            f"{option.face} {texts[f'{script.id}/scale/{own.id}/{option.id}']}".strip(): option.id
            for option in own.options
        }
        unsure = {self._said(f"bot/button/{choice}"): choice for choice in (DONT_KNOW, SKIP)}
        back = {self._said("bot/button/back"): "-back"}
        self._pages = [
            self._page(PageKind.COVER, "bot/check_in/cover", {self._said("bot/button/open"): "-open"}),
            self._page(PageKind.PARTLY, "bot/check_in/partly", {}),
            self._page(PageKind.CLOSED, "bot/check_in/closed", {}),
            self._page(PageKind.DONE, f"{words}/thanks", {}, "bot/check_in/not_live"),
        ]
        for prompt in script.prompts:
            key = f"{script.id}/{prompt.id}/{band}/question"
            self._pages.append(self._page(PageKind.QUESTION, key, scale | unsure | back, prompt=prompt.id))
        if script.bands[band].free_words:
            nothing = {self._said("bot/button/nothing"): "-nothing"}
            promise = "bot/check_in/note_promise"
            self._pages.append(self._page(PageKind.NOTE, f"{words}/note", nothing | back, promise))
        if script.bands[band].follow_up:
            helps = {texts[f"{words}/helps/{choice}"]: choice for choice in HELPS}
            raises = {texts[f"{words}/raises/{choice}"]: choice for choice in RAISES}
            self._pages.append(self._page(PageKind.HELP, f"{words}/help", helps | back))
            self._pages.append(self._page(PageKind.RAISE, f"{words}/raise", raises | back))
        self._known: dict[str, Page | None] = {}

    def page(self, text: str) -> Page | None:
        """What page of a check-in this is, if it is one."""
        if text not in self._known:
            self._known[text] = self._read(seen(text))
        return self._known[text]

    def _read(self, text: str) -> Page | None:
        away = self._said("bot/away")
        dots, _, question = text.removeprefix(away).strip().partition("\n\n")
        for looks_like, page in self._pages:
            if page.kind is PageKind.QUESTION:
                if looks_like.fullmatch(question) and not dots.strip("●○"):
                    return Page(page.kind, page.labels, page.prompt, len(dots))
            elif looks_like.fullmatch(text.removeprefix(away).strip()):
                return page
        return None

    def _page(
        self, kind: PageKind, key: str, labels: Mapping[str, str], below: str = "", prompt: str = ""
    ) -> tuple[re.Pattern[str], Page]:
        text = self._said(key) + (f"\n\n{self._said(below)}" if below else "")
        return pattern(text), Page(kind, {seen(label): choice for label, choice in labels.items()}, prompt)

    def _said(self, key: str) -> str:
        return seen(self._texts.get(f"{key}/{self._voice}") or self._texts[key])


@dataclass(frozen=True, slots=True)
class Told:
    """One summary as it can be read: how many check-ins it counts, and all of its letters' text."""

    answered: int
    due: int
    text: str


class SummaryReader:
    """Knows how a therapist is told about one client."""

    def __init__(self, script: PromptSet, texts: Mapping[str, str], alias: str) -> None:
        self._script, self._texts = script, texts
        self._heads = [_line(texts[f"bot/summary/{head}"], alias) for head in ("head_first", "head")]
        self._more = _line(texts["bot/summary/head_more"], alias)
        self._repeat = seen(texts["bot/repeat"])
        self._counts = pattern(texts["bot/summary/answered"])

    def begins(self, text: str) -> bool:
        """Whether a summary of this client begins with this letter."""
        return any(head.match(self._first(text)) for head in self._heads)

    def adds(self, text: str) -> bool:
        """Whether this letter tells what was answered after the summary."""
        return self._more.match(self._first(text)) is not None

    def repeats(self, text: str) -> bool:
        """Whether the letter says that it may have come before."""
        return seen(text).startswith(self._repeat)

    def read(self, letters: list[str]) -> Told:
        text = "\n\n".join(seen(letter) for letter in letters)
        for line in text.splitlines():
            if counts := self._counts.fullmatch(line.strip()):
                return Told(int(counts["count"]), int(counts["due"]), text)
        return Told(0, 0, text)

    def answer(self, band: Band, prompt_id: str, choice: str) -> str:
        """The line that tells this answer."""
        scale = self._script.scale(band)
        label = self._texts[f"{self._script.id}/scale/{scale.id}/{choice}"]
        element = self._texts[f"bot/element/{self._script.prompt(prompt_id).element}"]
        return seen(self._texts["bot/summary/element"].format(element=element, answer=label))

    def _first(self, text: str) -> str:
        return seen(text).removeprefix(self._repeat).strip()


def _line(template: str, alias: str) -> re.Pattern[str]:
    """A sentence that has a line of its own."""
    return re.compile(rf"{pattern(template, client=alias).pattern}(\n|$)")
