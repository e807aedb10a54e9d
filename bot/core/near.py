"""Long words with one typing error in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

STAR = "*"  # hides a letter that the writer did not want to type


@dataclass(frozen=True, slots=True)
class Near:
    """The words that are looked for, by their first letter; each with whether it is only a beginning.

    ``known`` are words that mean themselves and are never taken for another. The first letter is hardly
    ever the wrong one, and shorter words are too often another word.
    """

    words: dict[str, tuple[tuple[str, bool], ...]]
    whole: frozenset[str]
    known: frozenset[str]
    long: int

    @classmethod
    def of(cls, words: Iterable[tuple[str, bool]], known: Iterable[str], long: int) -> Self:
        by_first: dict[str, list[tuple[str, bool]]] = {}
        for word, begins in sorted(set(words)):
            by_first.setdefault(word[0], []).append((word, begins))
        whole = frozenset(word for word, _ in words)
        return cls({first: tuple(found) for first, found in by_first.items()}, whole, frozenset(known), long)

    def mended(self, text: str) -> str:
        """The text with each long word that is nearly one of ours as that word, and with words closed up
        that were torn in two."""
        return " ".join(self._closed_up([self._nearest(token) for token in text.split()]))

    def _nearest(self, token: str) -> str:
        if token in self.known or token in self.whole:
            return token
        hidden = STAR in token
        if not hidden and len(token) < self.long - 1:
            return token
        for word, begins in self.words.get(token[0], ()):
            if hidden:
                if len(token) == len(word) and all(map(_may_be, token, word)):
                    return word
            elif len(word) >= self.long:
                if begins and token.startswith(word):
                    return token
                for end in (len(word), len(word) + 1, len(word) - 1) if begins else (len(token),):
                    if one_off(token[:end], word):
                        return word + token[end:]
        return token

    def _closed_up(self, tokens: list[str]) -> list[str]:
        found: list[str] = []
        for token in tokens:
            whole = found[-1] + token if found else ""
            if len(whole) >= self.long and whole in self.whole and token not in self.whole:
                found[-1] = whole
            else:
                found.append(token)
        return found


def one_off(typed: str, meant: str) -> bool:
    """Whether one letter is wrong, missing or too many, or two neighbours have changed places."""
    if abs(len(typed) - len(meant)) > 1 or typed == meant:
        return False
    pairs = enumerate(zip(typed, meant, strict=False))
    at = next((place for place, (one, other) in pairs if one != other), min(len(typed), len(meant)))
    if len(typed) > len(meant):
        return typed[at + 1 :] == meant[at:]
    if len(typed) < len(meant):
        return typed[at:] == meant[at + 1 :]
    changed_places = typed[at : at + 2] == meant[at : at + 2][::-1]
    return typed[at + 1 :] == meant[at + 1 :] or (changed_places and typed[at + 2 :] == meant[at + 2 :])


def _may_be(typed: str, meant: str) -> bool:
    return typed in (STAR, meant)
