"""What must be stored, worked out from nothing but what people saw and pressed, in Telegram's order.

The rules are the ones a person would give: the first press on a page counts, a press on a page that
was left counts no more, an answer that was changed takes the place of the earlier one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.core.model import HELPS, RAISES, Band, PromptSet
from tests.process.people import Act

_INVISIBLE = re.compile("[\u200e\u200f\u2066-\u2069]")


class Pages:
    """Tells from a card's words which page it shows, in one language and for one age band."""

    def __init__(self, script: PromptSet, texts: Mapping[str, str], band: Band) -> None:
        self.script, self.band = script, band
        stem = script.id
        self._pages = {
            prompt.id: _pattern(texts[f"{stem}/{prompt.id}/{band}/question"]) for prompt in script.prompts
        }
        for page in ("help", "raise", "note"):
            if (text := texts.get(f"{stem}/band/{band}/{page}")) is not None:
                self._pages[f".{page}"] = _pattern(text)

    def read(self, shown: str) -> str:
        """A prompt's id, ``.help``, ``.raise``, ``.note``, or nothing for a cover."""
        shown = _INVISIBLE.sub("", shown)
        found = [page for page, pattern in self._pages.items() if pattern.search(shown)]
        assert len(found) <= 1, f"{found} look alike"
        return found[0] if found else ""

    def low(self, choice: str) -> bool:
        return choice in self.script.scale(self.band).low


@dataclass
class Talk:
    """One check-in as the person lived it. ``turned`` is the position at which this page was opened:
    /checkin shows the same page again, under a new position. ``shared``: the page is open that shows what
    the therapist will see."""

    dialogue: int | None = None
    position: int = 0
    turned: int = 0
    open: bool = True
    prompt: str = ""
    shared: bool = False
    answers: dict[str, str] = field(default_factory=dict)


@dataclass
class Expected:
    """Of one client. ``stale`` counts presses that came too late and changed nothing."""

    talks: list[Talk] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stale: int = 0

    @property
    def answers(self) -> Mapping[int, dict[str, str]]:
        """By dialogue."""
        return {talk.dialogue: talk.answers for talk in self.talks if talk.dialogue is not None}


def expect(acts: Iterable[Act], pages: Pages, *, begins: bool, position: int = 0) -> Expected:
    """``begins``: this client's check-ins are begun by command. Otherwise there is one, at ``position``."""
    told = Expected([] if begins else [Talk(position=position, turned=position)])
    for act in acts:
        talk = told.talks[-1] if told.talks and told.talks[-1].open else None
        match act.did:
            case "commanded" if talk is None:
                told.talks.append(Talk())
            case "commanded":
                talk.position += 1
            case "wrote" if talk is not None:
                told.notes.append(act.choice)
                if act.position >= talk.turned or talk.shared:  # the card comes again below the words
                    talk.position += 1
                    talk.turned, talk.shared = talk.position, True
            case "tapped" if talk is not None and _counts(told, talk, act):
                talk.dialogue = act.dialogue
                _turn(talk, act, pages)
            case _:
                told.stale += 1
    return told


def _counts(told: Expected, talk: Talk, act: Act) -> bool:
    earlier = max((one.dialogue or 0 for one in told.talks[:-1]), default=0)
    known = talk.dialogue == act.dialogue if talk.dialogue is not None else act.dialogue > earlier
    return known and act.position == talk.position


def _turn(talk: Talk, act: Act, pages: Pages) -> None:
    page, choice, prompt = pages.read(act.shown), act.choice, talk.prompt
    talk.position += 1
    talk.turned, talk.shared = talk.position, choice == "-nothing"
    if choice in ("-open", "-back", "-nothing"):
        return
    if choice == "-done":
        talk.open = False
    elif page == ".help":
        assert choice in HELPS
        talk.answers[f"{prompt}.help"] = choice
        if choice == "rather_not":
            talk.answers.pop(f"{prompt}.raise", None)
    elif page == ".raise":
        assert choice in RAISES
        talk.answers[f"{prompt}.raise"] = choice
    else:
        assert page, f"no page looks like {act.shown!r}"
        talk.prompt = page
        talk.answers[page] = choice
        if not pages.low(choice):
            talk.answers.pop(f"{page}.help", None)
            talk.answers.pop(f"{page}.raise", None)


def _pattern(text: str) -> re.Pattern[str]:
    words = re.split(r"\{\w+\}", _INVISIBLE.sub("", text))
    return re.compile("(^|\n)" + ".+".join(re.escape(part) for part in words) + "(\n|$)")
