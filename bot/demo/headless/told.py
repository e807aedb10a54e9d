"""Holds the summaries on a therapist's phone against what the clients did.

A summary is due before each session, but for the exception in absent.py, and whenever the therapist has
asked for one. Since the summary of the session before, it must count every check-in that came due, and every
earlier one that was still open then; tell each element's latest answer among those of them that are closed,
and no other; and tell every note of these that was not taken back. Of what is still open it tells nothing but
that it is: nobody has said yet what of it is to be shared. What was kept back stands nowhere, only that there
was something. Whoever finishes a check-in between the summary and the session is told of in one letter more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.model import DONT_KNOW, SKIP, CheckInState, PromptSet
from bot.demo.headless.compare import Comparison
from bot.demo.headless.dates import SOON, Occasion, Session
from bot.demo.headless.findings import ClientReport
from bot.demo.headless.kept import Kept
from bot.demo.headless.persons import Client
from bot.demo.headless.reading import pattern, seen
from bot.demo.headless.summaries import SummaryReader
from bot.demo.headless.witness import FOLLOW_UPS, Seen, Talk
from bot.demo.server import Message, State

ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Side:
    """One client, with all that is known of both sides by now."""

    client: Client
    talk: Talk
    comparison: Comparison
    sessions: Sequence[Session]
    kept: Kept
    reader: SummaryReader

    @property
    def report(self) -> ClientReport:
        return self.comparison.report

    @property
    def check_ins(self) -> list[Seen]:
        return self.talk.of(self.client)


def compare(
    state: State, texts: Mapping[str, str], script: PromptSet, sides: Sequence[Side], now: datetime
) -> int:
    """All clients of one therapist; what is wrong goes into their reports. Says how many summaries came
    for sessions."""
    chat_id = sides[0].client.therapist.chat_id
    letters = [message for message in state.chat(chat_id) if message.by_bot]
    beginning = {
        message.message_id: side
        for message in letters
        for side in sides
        if side.reader.begins(message.versions[0].text) or side.reader.adds(message.versions[0].text)
    }
    asked = list(_requests(state, texts, sides))
    came = 0
    for side in sides:
        if side.client.wishes.erased_at is not None:
            continue  # nothing is kept any more that a summary could be held against (erased.py)
        heads = [message for message in letters if beginning.get(message.message_id) is side]
        for at, since in _additions(side, script, now):
            head = next((one for one in heads if abs(one.sent_at - at) <= SOON and _adds(side, one)), None)
            if head is not None:
                heads.remove(head)
                _check(side, script, at, since, list(_letters(letters, head, beginning)), added=True)
            elif at + SOON <= now and not side.kept.uncertain:
                side.report.lost(at, "what was answered after the summary")
        wanted = [(session.told_at, session) for session in side.sessions if session.told_at + SOON <= now]
        wanted += [(at, upcoming(side, at)) for at, whose in asked if whose is side]
        for at, session in sorted(wanted, key=lambda pair: pair[0]):
            near = (one for one in heads if at <= one.sent_at <= at + SOON)
            head = next((one for one in near if not _adds(side, one)), None)
            if head is None:
                side.report.lost(at, "a summary")
                continue
            heads.remove(head)
            came += at == session.told_at
            _check(side, script, at, session.since or ALWAYS, list(_letters(letters, head, beginning)))
        for session in side.sessions:
            if session.told_at + SOON <= now and session.local_date not in side.kept.told:
                side.report.lost(session.told_at, "a summary is not noted as made")
        for head in heads:  # those that nothing explains
            if not side.reader.repeats(head.text) and head.sent_at + SOON <= now:
                side.report.twice(head.sent_at, "a summary that was not due and nobody asked for")
    return came


def _requests(
    state: State, texts: Mapping[str, str], sides: Sequence[Side]
) -> Iterator[tuple[datetime, Side]]:
    """When the therapist asked for whose summary: by the first press on a list of clients that stood."""
    chat_id = sides[0].client.therapist.chat_id
    for message in state.chat(chat_id):
        there = [side for side in sides if side.client.knows_us(message.sent_at)]
        if not message.by_bot and message.text == "/summary" and len(there) == 1:
            yield message.sent_at, there[0]
    choose, used = pattern(texts["bot/summary/choose"]), set()
    for press in state.presses.values():
        if press.chat_id != chat_id or press.message_id not in state.messages[chat_id]:
            continue
        message = state.messages[chat_id][press.message_id]
        version = message.versions[0]
        replaced = len(message.versions) > 1 and message.versions[1].at < press.at
        if replaced or message.message_id in used or not choose.fullmatch(seen(version.text)):
            continue
        rows = (version.markup or {}).get("inline_keyboard", [])
        labels = {button["callback_data"]: seen(button["text"]) for row in rows for button in row}
        whose = next((side for side in sides if side.client.alias == labels.get(press.data)), None)
        if whose is not None:
            used.add(message.message_id)
            yield press.at, whose


def _additions(side: Side, script: PromptSet, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When a client finished, with something new, between a summary and its session; and that summary's
    moment."""
    for check_in in side.check_ins:
        for done in check_in.ends(now):
            told_at, after = upcoming(side, done).told_at, done + INSTANT
            news = [*_latest(script, _closed(side, told_at, after), after), *notes(side, told_at, after)]
            if told_at < done and news:
                yield done, told_at


def _adds(side: Side, message: Message) -> bool:
    return side.reader.adds(message.versions[0].text)


def upcoming(side: Side, at: datetime) -> Session:
    return next(session for session in side.sessions if session.starts_at > at)


def _letters(letters: list[Message], head: Message, beginning: dict[int, Side]) -> Iterator[str]:
    """The texts of one summary as they came: its first letter, and what follows at once."""
    yield head.versions[0].text
    for message in letters[letters.index(head) + 1 :]:
        if message.message_id in beginning or message.sent_at > head.sent_at + SOON:
            return
        yield message.versions[0].text


def _check(
    side: Side, script: PromptSet, at: datetime, since: datetime, letters: list[str], *, added: bool = False
) -> None:
    """What was ``added`` has no counts."""
    told, report = side.reader.read(letters), side.report
    counted = list(_counted(side, since, at))
    answered = sum(one is not None and one.state(at) is CheckInState.FINISHED for one in counted)
    still_open = sum(one is not None and one.state(at) is CheckInState.OPEN for one in counted)
    wrong = (told.answered, told.due) != (answered, len(counted)) and not added
    if wrong and not side.kept.uncertain:
        said, was = f"{told.answered} of {told.due}", f"{answered} of {len(counted)}"
        report.lost(at, f"the summary says {said}, it was {was}")
    if told.still_open < still_open and not added and not side.kept.uncertain:
        report.lost(at, f"the summary says that {told.still_open} are open, it was {still_open}")
    lines = {line.strip() for line in told.text.splitlines()}
    found = _closed(side, since, at)
    wanted = {(prompt, choice) for _, prompt, choice in _latest(script, found, at)}
    expected = {side.reader.answers[one] for one in wanted}
    for (prompt, choice), line in side.reader.answers.items():
        if (prompt, choice) in wanted and line not in lines:
            report.lost(at, f"the summary does not tell {prompt}: {choice}")
        if line in lines and line not in expected:
            report.breach(at, f"the summary tells {prompt}: {choice}, which is kept back or not the latest")
    private = any(one.held_back(at) & one.answers(at).keys() for one in found)
    if private != (side.reader.kept_private in lines):
        report.breach(at, f"something was kept private: {private}, and the summary says otherwise")
    for message in notes(side, since, at):
        words = next(one.text for one in reversed(message.versions) if one.at < at)
        if seen(words)[:1000] not in told.text:
            report.lost(at, "the summary does not tell a note")
    for message in _unshared(side, at):
        if any(seen(one.text)[:1000] in told.text for one in message.versions):
            report.breach(at, "the summary tells a note of a check-in that is still open")
    for message, gone_at in _taken_back(side):
        if gone_at < at and any(seen(one.text)[:1000] in told.text for one in message.versions):
            report.breach(at, "the summary tells a note that was taken back")


def notes(side: Side, since: datetime, at: datetime) -> Iterator[Message]:
    """What stood at the end of that time in those that are closed: all of them that are new, and what was
    written in that time into others."""
    written, new = {message.message_id: message for message in side.talk.sent}, _closed(side, since, at)
    for check_in in side.check_ins:
        if check_in.state(at) is CheckInState.OPEN:
            continue
        for number, note in check_in.notes.items():
            told = check_in in new or since < written[number].sent_at
            if told and written[number].sent_at < at and not note.gone_at < at:
                yield written[number]


def gives(side: Side, script: PromptSet, until: datetime, at: datetime) -> bool:
    """Whether a summary made then tells anything that was given or changed after ``until``."""
    new = _closed(side, until, at)
    given = (one.answers(at).keys() - one.held_back(at) for one in new)
    if any(not prompt.endswith(FOLLOW_UPS) for prompts in given for prompt in prompts):
        return True
    told = _latest(script, _closed(side, upcoming(side, at).since or ALWAYS, at), at)
    return any(notes(side, until, at)) or any(moment > until for moment, _, _ in told)


def _unshared(side: Side, at: datetime) -> Iterator[Message]:
    """What was written by then into those that are still open."""
    written = {message.message_id: message for message in side.talk.sent}
    for check_in in side.check_ins:
        if check_in.state(at) is CheckInState.OPEN:
            yield from (written[number] for number in check_in.notes if written[number].sent_at < at)


def _taken_back(side: Side) -> Iterator[tuple[Message, datetime]]:
    written = {message.message_id: message for message in side.talk.sent}
    for check_in in side.check_ins:
        yield from ((written[number], note.gone_at) for number, note in check_in.notes.items())


def _counted(side: Side, since: datetime, at: datetime) -> Iterator[Seen | None]:
    """The check-ins that this summary is about; None for one that did not reach the phone."""
    yield from (found for _, found in due(side, since, at))


def due(side: Side, since: datetime, at: datetime) -> Iterator[tuple[Occasion | None, Seen | None]]:
    """The same, with the occasions of those that come by themselves."""
    for occasion in side.comparison.occasions:
        first, found = occasion.first, side.comparison.of(occasion)
        still_open = first.due_at <= since and (
            found.open(since)
            if found and found.began < since
            else not first.too_late and not occasion.paused and first.heard_at > since
        )
        if since < first.due_at <= at or still_open:
            yield occasion, found if found is not None and found.began < at else None
    for check_in in side.check_ins:
        if not check_in.prompted and (since < check_in.began < at or check_in.open(since)):
            yield None, check_in


def _closed(side: Side, since: datetime, at: datetime) -> list[Seen]:
    """Those of them whose answers this summary tells."""
    found = (one for one in _counted(side, since, at) if one is not None)
    return [one for one in found if one.state(at) is not CheckInState.OPEN]


def _latest(script: PromptSet, check_ins: list[Seen], at: datetime) -> list[tuple[datetime, str, str]]:
    """Each element's latest step on the scale that is shared: when, to which prompt, and the choice."""
    elements = {prompt.id: prompt.element for prompt in script.prompts}
    answers = [
        (moment, prompt, choice)
        for check_in in check_ins
        for prompt, (choice, moment) in check_in.answers(at).items()
        if prompt in elements and choice not in (SKIP, DONT_KNOW) and prompt not in check_in.held_back(at)
    ]
    return list({elements[answer[1]]: answer for answer in sorted(answers)}.values())
