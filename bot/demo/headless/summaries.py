"""Reads what a therapist's phone showed about a client, with nothing but the clinic's own texts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.core.model import Band, PromptSet
from bot.demo.headless.reading import pattern, seen

_HEADS: Final = ("head_first", "head")


@dataclass(frozen=True, slots=True)
class Told:
    """One summary as it can be read: how many check-ins it counts, and all of its letters' text."""

    answered: int
    due: int
    still_open: int
    text: str


class SummaryReader:
    """Knows how a therapist is told about one client."""

    def __init__(self, script: PromptSet, texts: Mapping[str, str], alias: str, band: Band) -> None:
        self._script, self._texts, self._band = script, texts, band
        self._heads = [_line(texts[f"bot/summary/{head}"], alias) for head in _HEADS]
        self._more = _line(texts["bot/summary/head_more"], alias)
        self._repeat = seen(texts["bot/repeat"])
        self._counts = pattern(texts["bot/summary/answered"])
        self._open = pattern(texts["bot/summary/still_open"])
        self.kept_private = seen(texts["bot/summary/held_back"])

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
        lines = [line.strip() for line in text.splitlines()]
        counts = next(filter(None, map(self._counts.fullmatch, lines)), None)
        opened = next(filter(None, map(self._open.fullmatch, lines)), None)
        still_open = 0 if opened is None else int(opened["count"])
        if counts is None:
            return Told(0, 0, still_open, text)
        return Told(int(counts["count"]), int(counts["due"]), still_open, text)

    @cached_property
    def answers(self) -> dict[tuple[str, str], str]:
        """The line that tells an answer, by prompt and choice."""
        scale = self._script.scale(self._band)
        found = {}
        for prompt in self._script.prompts:
            element = self._texts[f"bot/element/{prompt.element}"]
            for option in scale.options:
                label = self._texts[f"{self._script.id}/scale/{scale.id}/{option.id}"]
                line = self._texts["bot/summary/element"].format(element=element, answer=label)
                found[prompt.id, option.id] = seen(line)
        return found

    def _first(self, text: str) -> str:
        return seen(text).removeprefix(self._repeat).strip()


def _line(template: str, alias: str) -> re.Pattern[str]:
    """A sentence that has a line of its own."""
    return re.compile(rf"{pattern(template, client=alias).pattern}(\n|$)")
