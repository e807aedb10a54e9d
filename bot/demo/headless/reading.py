"""Reads what a phone showed of a check-in back into what it means, with nothing but the clinic's own texts.

Nothing of bot/render is used here: whoever reads has the sentences, and marks that no eye sees are
taken out first.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from string import Formatter
from typing import Final

from bot.core.asking import HERE, UNDO
from bot.core.checkin import BACK, OPEN
from bot.core.later import LATER, LEAVE_OUT, WHY
from bot.core.model import DONT_KNOW, HELPS, RAISES, SKIP, Band, Prompt, PromptSet, Voice
from bot.core.sharing import ADD, AGAIN, CHANGE, DONE, HOLD, NOTHING, TOPIC
from bot.render.words import FOR

GIVE: Final = "give "  # before the prompt
GONE: Final = "gone "  # before the words
OFFERS: Final = ("hour", "evening", "tomorrow")

# Isolates and marks of direction, and what precedes a chosen button.
_UNSEEN: Final = dict.fromkeys([*range(0x2066, 0x206A), 0x200E, 0x200F])
_CHOSEN: Final = "✓ "


class PageKind(StrEnum):
    COVER = "cover"
    LATER = "later"
    WHY = "why"
    SNOOZED = "snoozed"
    HANDOVER = "handover"
    QUESTION = "question"
    HELP = "help"
    RAISE = "raise"
    NOTE = "note"
    TOPIC = "topic"
    SHARE = "share"
    ANSWER = "answer"
    DONE = "done"
    PARTLY = "partly"
    RESTED = "rested"
    CLOSED = "closed"

    @property
    def outside(self) -> bool:
        """Whether it is there before the questions; on a guardian's phone for the guardian to read."""
        return self in (PageKind.COVER, PageKind.LATER, PageKind.WHY, PageKind.SNOOZED, PageKind.HANDOVER)

    @property
    def asks(self) -> bool:
        return self in (PageKind.QUESTION, PageKind.HELP, PageKind.RAISE)

    @property
    def takes_words(self) -> bool:
        """Whether words are what it asks for, so that what is to be shared is shown below them."""
        return self in (PageKind.NOTE, PageKind.TOPIC, PageKind.SHARE)


@dataclass(frozen=True, slots=True)
class Page:
    """``labels`` says what a button's label means, ``alike`` what one means that is never quite the same.
    ``prompts`` counts the dots over a question. ``client`` is the name on a guardian's phone."""

    kind: PageKind
    labels: Mapping[str, str] = field(default_factory=dict)
    alike: tuple[tuple[re.Pattern[str], str], ...] = ()
    prompt: str = ""
    prompts: int = 0
    client: str = ""

    def meaning(self, label: str) -> str | None:
        text = seen(label).removeprefix(_CHOSEN)
        if text in self.labels:
            return self.labels[text]
        found = ((looks_like.fullmatch(text), choice) for looks_like, choice in self.alike)
        return next((choice + match.groupdict().get("words", "") for match, choice in found if match), None)


def seen(text: str) -> str:
    """As an eye sees it."""
    return text.translate(_UNSEEN).strip()


def plain(label: str) -> str:
    """A button's words, without what marks it as chosen and without its face."""
    words = seen(label).removeprefix(_CHOSEN)
    face, _, rest = words.partition(" ")
    return rest if rest and not any(map(str.isalnum, face)) else words


def pattern(template: str, **known: str) -> re.Pattern[str]:
    """Matches the sentence whatever stands in its placeholders; those not ``known`` are groups."""
    parts, names = [], set()
    for literal, name in _parts(template):
        parts.append(re.escape(literal.translate(_UNSEEN)))
        if name in known:
            parts.append(re.escape(seen(known[name])))
        elif name:
            parts.append(f"(?P={name})" if name in names else f"(?P<{name}>.+?)")
            names.add(name)
    return re.compile("".join(parts).strip(), re.DOTALL)


def _nameless(template: str) -> str:
    """The same for the midst of a longer pattern, where a name may stand only once."""
    parts = (
        re.escape(literal.translate(_UNSEEN)) + (".+?" if name else "") for literal, name in _parts(template)
    )
    return "".join(parts).strip()


def _parts(template: str) -> Iterator[tuple[str, str | None]]:
    yield from ((literal, name) for literal, name, _, _ in Formatter().parse(template))


_Looks = tuple[re.Pattern[str], Page]


class CheckInReader:
    """Knows the pages of a check-in in the words of one band and language. On a guardian's phone its
    outside is for the guardian."""

    def __init__(
        self, script: PromptSet, texts: Mapping[str, str], band: Band, *, guardian: bool = False
    ) -> None:
        self._script, self._texts, self._band = script, texts, band
        self._voice = band.voice
        self._outer = Voice.ADULT if guardian else band.voice
        self._guardian = guardian
        self._words = f"{script.id}/band/{band}"
        self._back, self._undo = self._label("back", BACK), self._label("undo", UNDO)
        self._questions = [(pattern(self._question(one)), one.id) for one in script.prompts]
        self._pages = [
            *self._outside(guardian),
            *self._asked(),
            *self._words_and_sharing(),
            *self._ended(guardian),
        ]
        self._away = [seen(self._said("bot/away", voice)) for voice in {self._voice, self._outer}]
        self._plainly = [
            seen(self._said("bot/check_in/plainly", voice)) for voice in {self._voice, self._outer}
        ]
        self._took = re.compile(pattern(self._said("bot/check_in/took")).pattern + "\n\n", re.DOTALL)
        self._known: dict[str, Page | None] = {}

    def page(self, text: str) -> Page | None:
        """What page of a check-in this is, if it is one."""
        if text not in self._known:
            self._known[text] = self._read(seen(text))
        return self._known[text]

    def held(self, prompt: str, choice: str, *, held: bool) -> str:
        """The line that shows what becomes of an answer before it is shared."""
        about = self._about(self._script.prompt(prompt))
        key = "bot/share/held" if held else "bot/share/seen"
        return seen(self._said(key).format(about=about, answer=self._choice(choice)))

    def _read(self, text: str) -> Page | None:
        for away in self._away:
            text = text.removeprefix(away).strip()
        for plainly in self._plainly:
            text = text.removesuffix(plainly).strip()
        if took := self._took.match(text):
            page = self._read(text[took.end() :])
            return page and replace(page, labels={**page.labels, **self._undo})
        dots, _, question = text.partition("\n\n")
        if not dots.strip("●○"):
            asked = (one for one in self._pages if one[1].kind is PageKind.QUESTION)
            found = next((page for looks_like, page in asked if looks_like.fullmatch(question)), None)
            return found and replace(found, prompts=len(dots))
        for looks_like, page in self._pages:
            if match := looks_like.fullmatch(text):
                client = match.groupdict().get("client", "") if page.kind.outside else ""
                return replace(page, client=client)
        return None

    def _outside(self, guardian: bool) -> Iterator[_Looks]:
        voice = self._outer
        open_ = self._label("open", OPEN, voice) | self._label("later", LATER, voice)
        back = self._label("back", BACK, voice)
        yield pattern(self._said("bot/check_in/cover", voice)), Page(PageKind.COVER, open_)
        yield pattern(self._said("bot/later/snoozed", voice)), Page(PageKind.SNOOZED, open_)
        times = tuple((pattern(self._said(f"bot/later/{offer}", voice)), offer) for offer in OFFERS)
        for key in ("ask", "none"):
            leave_out = self._label("leave_out", LEAVE_OUT, voice, "later")
            page = Page(PageKind.LATER, leave_out | self._label("why", WHY, voice) | back, times)
            yield pattern(self._said(f"bot/later/{key}", voice)), page
        for key in ("client", "therapist", "agreed", "own"):
            yield pattern(self._said(f"bot/why/{key}", voice)), Page(PageKind.WHY, back)
        if guardian:
            here = (pattern(self._said("bot/button/here", voice)), HERE)
            handover = Page(PageKind.HANDOVER, self._label("later", LATER, voice), (here,))
            yield pattern(self._said("bot/check_in/handover", voice)), handover

    def _asked(self) -> Iterator[_Looks]:
        unsure = self._label("dont_know", DONT_KNOW) | self._label("skip", SKIP)
        scale = {seen(self._choice(one.id)): one.id for one in self._script.scale(self._band).options}
        for looks_like, prompt in self._questions:
            yield looks_like, Page(PageKind.QUESTION, scale | unsure | self._back, prompt=prompt)
        if self._script.bands[self._band].follow_up:
            for kind, name, choices in (
                (PageKind.HELP, "help", HELPS),
                (PageKind.RAISE, "raise", RAISES),
            ):
                labels = {seen(self._texts[f"{self._words}/{name}s/{choice}"]): choice for choice in choices}
                yield pattern(self._texts[f"{self._words}/{name}"]), Page(kind, labels | self._back)

    def _words_and_sharing(self) -> Iterator[_Looks]:
        child, free = self._voice is Voice.CHILD, self._script.bands[self._band].free_words
        if free:
            promise, nothing = self._said("bot/check_in/note_promise"), self._label("nothing", NOTHING)
            for kind, asked in (
                (PageKind.NOTE, self._texts[f"{self._words}/note"]),
                (PageKind.TOPIC, self._said("bot/share/topic_ask")),
            ):
                yield pattern(f"{asked}\n\n{promise}"), Page(kind, nothing | self._back)
        labels = self._label("add", ADD, stem="share/button") if free else {}
        labels |= self._label("topic", TOPIC, stem="share/button") if free and not child else {}
        labels |= self._label("done", DONE, stem="share/button") | (self._back if child else {})
        for prompt in self._script.prompts:
            labels |= {seen(label): f"{GIVE}{prompt.id}" for label in self._given(prompt, child)}
        gone = (pattern(self._said("bot/share/button/take_back")), GONE)
        head, ask = (_nameless(self._said(f"bot/share/{key}")) for key in ("head", "ask"))
        yield re.compile(f"{head}\n\n.+\n\n{ask}", re.DOTALL), Page(PageKind.SHARE, labels, (gone,))
        if not child:
            stem = "share/button"
            labels = self._label("change", CHANGE, stem=stem) | self._label("hold", HOLD, stem=stem)
            labels |= self._label("show", HOLD, stem=stem) | self._back
            said = "|".join(_nameless(self._said(f"bot/share/{key}")) for key in ("seen", "held"))
            for asked_, prompt_id in self._questions:
                shown = re.compile(f"{asked_.pattern}\n\n(?:{said})", re.DOTALL)
                yield shown, Page(PageKind.ANSWER, labels, prompt=prompt_id)

    def _ended(self, guardian: bool) -> Iterator[_Looks]:
        again = {} if guardian else self._label("look_again", AGAIN)
        parts = [self._texts[f"{self._words}/thanks"], self._said("bot/check_in/not_live")]
        if guardian:
            parts.insert(1, self._said("bot/check_in/give_back"))
        yield pattern("\n\n".join(parts)), Page(PageKind.DONE, again)
        partly = self._said("bot/check_in/partly", self._outer)
        yield pattern(partly), Page(PageKind.PARTLY)
        yield pattern(f"{partly}\n\n{self._said('bot/check_in/may_change')}"), Page(PageKind.PARTLY, again)
        yield pattern(self._said("bot/check_in/rested", self._outer)), Page(PageKind.RESTED)
        yield pattern(self._said("bot/check_in/closed", self._outer)), Page(PageKind.CLOSED)

    def _given(self, prompt: Prompt, child: bool) -> Iterator[str]:
        """What can stand on the button of an answer that is to be shared."""
        about = self._about(prompt)
        if child:
            for act in ("hold", "show"):
                yield self._said(f"bot/share/button/{act}").format(about=about)
        else:
            for choice in (*(one.id for one in self._script.scale(self._band).options), SKIP, DONT_KNOW):
                answer = self._choice(choice)
                yield self._said("bot/share/button/answer").format(about=about, answer=answer)

    def _choice(self, choice: str) -> str:
        scale = self._script.scale(self._band)
        option = scale.option(choice)
        if option is None:
            return self._said(f"bot/button/{choice}")
        return f"{option.face} {self._texts[f'{self._script.id}/scale/{scale.id}/{choice}']}".strip()

    def _about(self, prompt: Prompt) -> str:
        return self._said(f"bot/share/element/{prompt.element}")

    def _question(self, prompt: Prompt) -> str:
        return self._texts[f"{self._script.id}/{prompt.id}/{self._band}/question"]

    def _label(
        self, key: str, choice: str, voice: Voice | None = None, stem: str = "button"
    ) -> dict[str, str]:
        return {self._said(f"bot/{stem}/{key}", voice): choice}

    def _said(self, key: str, voice: Voice | None = None) -> str:
        if self._guardian and voice is self._outer and f"{key}{FOR}" in self._texts:
            key = f"{key}{FOR}"
        return seen(self._texts.get(f"{key}/{voice or self._voice}") or self._texts[key])
