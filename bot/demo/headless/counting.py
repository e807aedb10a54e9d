"""What counts of all that was pressed and written, by rules of our own. In full:

- People never act in the very instant in which something arrives (the play sees to that), so what bears
  the moment of an act came after it.
- A press counts if its button stood on what the phone showed last of this check-in, nobody had pressed a
  button of that page before, and the check-in was open. What a button means is what its label says.
- Words belong to the check-in that is being answered, or else to one that waits to be opened. They count
  as an answer if they are an answer's label or its place on the page; else as a note, if the band may
  write: to the question that shows, on a cover and where words are asked for to none. On a guardian's
  phone nothing is kept before the child has it.
- Whoever finishes, or leaves some of it open, may look again until the summary is made, but for a
  guardian's phone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.later import EVENING
from bot.core.model import DONT_KNOW, SKIP, PromptSet, Voice
from bot.core.sharing import AGAIN
from bot.demo.headless.dates import DAY, SOON, moment
from bot.demo.headless.reading import GIVE, GONE, OFFERS, PageKind, plain, seen
from bot.demo.headless.witness import FOLLOW_UPS, Seen, Shown, Talk, Written, is_command
from bot.demo.server import Message, Press

ON_BUTTON: Final = 20  # so much of a note's words stands on the button that takes it back

# When everything of a client's that is open closes, by their alias: a check-in is due, a pause begins, …
Closings = Mapping[str, Sequence[datetime]]


def count(talk: Talk, script: PromptSet, closings: Closings) -> None:
    """Let everything count, in its order. What each check-in was sent for must be known by then."""
    counting = _Counting(talk, script, closings)
    acts: list[tuple[datetime, Press | Message]] = [(press.at, press) for press in talk.presses]
    acts += [(message.sent_at, message) for message in talk.sent]
    for at, act in sorted(acts, key=lambda pair: pair[0]):
        if isinstance(act, Message):
            counting.write(act, at)
        else:
            counting.press(act, at)


class _Counting:
    def __init__(self, talk: Talk, script: PromptSet, closings: Closings) -> None:
        self._talk, self._script, self._closings = talk, script, closings
        self._used: set[tuple[int, str]] = set()
        self._typed: dict[int, str] = {}  # by check-in: the prompt, or what follows it, that was typed last
        self._asked_later: dict[int, datetime] = {}  # by check-in: since when the times on its page count
        self._written = {message.message_id: message for message in talk.sent}
        for one in talk.check_ins:
            one.spans = [(one.began, one.over_at)]

    def press(self, press: Press, at: datetime) -> None:
        number, position, _ = press.data.split(":", 2)
        found = next((one for one in self._talk.check_ins if str(one.number) == number), None)
        last = None if found is None else found.last(at)
        if found is None or last is None or (found.number, position) in self._used:
            return
        if last.message.message_id != press.message_id or press.data not in last.labels:
            return
        if last.message.deleted_at is not None and last.message.deleted_at < at:
            return
        label = last.labels[press.data]
        choice = last.page.meaning(label) or f"unreadable: {label}"
        if choice == AGAIN and not found.open(at) and at < found.told_at:
            found.spans.append((at, self._until(found, at)))
        elif not found.open(at):
            return
        self._used.add((found.number, position))
        if not any(at <= one.at <= at + SOON for one in found.shown):
            found.unturned.append(press)
        self._take(found, last, choice, press.data, at)

    def write(self, message: Message, at: datetime) -> None:
        found = self._listener(at)
        if found is not None and message.text == "/later":
            self._asked_later[found.number] = at
        if found is None or message.content or is_command(message):
            return
        last, owner = found.last(at), found.owner
        assert last is not None, "what is open has been shown"
        outside = last.page.kind.outside
        if owner.guardian:
            self._talk.private.append(message)
        if last.page.kind.asks and not outside:
            choice = _typed(last, message.text)
            if choice is not None:
                found.typed += 1
                found.calls.append(at)
                ends = dict(zip((PageKind.HELP, PageKind.RAISE), FOLLOW_UPS, strict=True))
                asked = last.page.prompt or _question(found, at)
                self._typed[found.number] = asked + ends.get(last.page.kind, "")
                self._answer(found, last, choice, at)
                return
        if not self._script.bands[owner.band].free_words or (outside and owner.guardian):
            return
        about = not outside and (last.page.kind.asks or last.page.kind is PageKind.ANSWER)
        prompt = _question(found, at) if about else None
        found.notes[message.message_id] = Written(prompt, last.page.kind is PageKind.TOPIC and not outside)
        if last.page.kind.takes_words and not outside:
            found.calls.append(at)

    def _listener(self, at: datetime) -> Seen | None:
        """The check-in that words belong to at that moment: in a family there may be several."""
        opened = [one for one in self._talk.check_ins if one.open(at)]
        opened.sort(key=lambda one: last.at if (last := one.last(at)) else one.began, reverse=True)
        asked = (one for one in opened if (last := one.last(at)) and not last.page.kind.outside)
        return next(asked, next(iter(opened), None))

    def _until(self, found: Seen, at: datetime) -> datetime:
        """How long what is opened again stays so."""
        later = (moment for moment in self._closings[found.owner.alias] if moment > at)
        return min([found.told_at, *later])

    def _take(self, found: Seen, last: Shown, choice: str, data: str, at: datetime) -> None:
        kind = last.page.kind
        match choice:
            case "-undo":
                self._undo(found, self._typed.get(found.number, ""), at)
            case "-later":
                self._asked_later[found.number] = at
            case "-done" | "-leave_out":
                since, _ = found.spans[-1]
                found.spans[-1] = since, at
                found.finished += [at] if choice == "-done" else []
            case "-back" if kind is PageKind.SHARE:
                found.went_back.append(at)
            case "-hold":
                self._hold(found, last.page.prompt, at)
            case _ if choice in OFFERS:
                self._put_off(found, last, choice, at)
            case _ if choice.startswith(GIVE) and found.owner.band.voice is Voice.CHILD:
                self._hold(found, choice.removeprefix(GIVE), at)
            case _ if choice.startswith(GONE):
                self._take_back(found, choice.removeprefix(GONE), data, at)
            case _ if kind.asks and not choice.startswith("-"):
                self._answer(found, last, choice, at)
            case _:
                pass

    def _undo(self, found: Seen, typed: str, at: datetime) -> None:
        """What was typed no longer stands, nor what would have followed it."""
        prompt = typed.removesuffix(".help").removesuffix(".raise")
        all_of_it = (prompt, *_follow_ups(prompt))
        found.choices += [(at, gone, None) for gone in all_of_it[all_of_it.index(typed) :]]
        if typed == prompt:
            found.held.append((at, prompt, False))
        found.asked_again.append((at, prompt))

    def _hold(self, found: Seen, prompt: str, at: datetime) -> None:
        found.held.append((at, prompt, prompt not in found.held_back(at)))

    def _put_off(self, found: Seen, last: Shown, choice: str, at: datetime) -> None:
        asked_at, zone = self._asked_later.get(found.number, last.at), found.owner.zone
        here = asked_at.astimezone(ZoneInfo(zone))
        due_at = found.began if found.occasion is None else found.occasion.first.due_at
        match choice:
            case "hour":
                until = asked_at.replace(microsecond=0) + timedelta(hours=1)
            case "evening":
                until = moment(here.date(), EVENING, zone)
            case _:
                until = moment(here.date() + DAY, due_at.astimezone(ZoneInfo(zone)).time(), zone)
        if until > at:
            found.put_off.append((at, until))
        else:
            self._asked_later[found.number] = at  # the page stood open for long, and is asked again

    def _take_back(self, found: Seen, words: str, data: str, at: datetime) -> None:
        """The note that the button stands for, if it is the one whose words are on it."""
        number = int(data.rpartition("_")[2])
        note, message = found.notes.get(number), self._written.get(number)
        if note is None or message is None or words not in {_cut(one.text) for one in message.versions}:
            found.choices.append((at, "unreadable", words))
        else:
            note.gone_at = at

    def _answer(self, found: Seen, last: Shown, choice: str, at: datetime) -> None:
        prompt = last.page.prompt or _question(found, at)
        help_, raise_ = _follow_ups(prompt)
        fallen: tuple[str, ...] = ()
        match last.page.kind:
            case PageKind.QUESTION if choice not in self._script.scale(found.owner.band).low:
                fallen = help_, raise_
            case PageKind.HELP:
                fallen = (raise_,) if choice == "rather_not" else ()
                prompt = help_
            case PageKind.RAISE:
                prompt = raise_
            case _:
                pass
        found.choices += [(at, prompt, choice), *((at, gone, None) for gone in fallen)]


def _typed(last: Shown, text: str) -> str | None:
    """What the words say as an answer: the label of one, or its place, counted from 1."""
    steps = {}
    for label in last.labels.values():
        choice = last.page.meaning(label)
        if choice is not None and not choice.startswith("-") and choice not in (SKIP, DONT_KNOW):
            steps[plain(label).casefold()] = choice
    said = seen(text).casefold()
    if said.isdecimal() and 1 <= int(said) <= len(steps):
        return list(steps.values())[int(said) - 1]
    return steps.get(said)


def reminders(found: Seen) -> list[datetime]:
    """When a fresh cover of it was due: once by the schedule, unless the client had chosen another time."""
    due = [until for at, until in found.put_off if not any(at < other < until for other, _ in found.put_off)]
    reminder = None if found.occasion is None else found.occasion.reminder
    if reminder is not None and not any(at < reminder.due_at for at, _ in found.put_off):
        due.append(reminder.due_at)
    return [moment for moment in due if found.open(moment)]


def _question(found: Seen, at: datetime) -> str:
    """The prompt that was asked last before that moment."""
    asked = [(one.at, one.page.prompt) for one in found.shown if one.page.prompt]
    before = [one for one in (*asked, *found.asked_again) if one[0] < at]
    return max(before, key=lambda one: one[0], default=(at, ""))[1]


def _follow_ups(prompt: str) -> tuple[str, str]:
    help_, raise_ = (f"{prompt}{end}" for end in FOLLOW_UPS)
    return help_, raise_


def _cut(words: str) -> str:
    text = seen(words)
    return text if len(text) <= ON_BUTTON else f"{text[: ON_BUTTON - 1].rstrip()}…"
