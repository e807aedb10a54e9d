"""Holds what the phones saw against what the database keeps, one client after the other.

``lost`` is whatever was due or done by a person and is not kept, or not shown, or otherwise than it was:
an occasion without its row or its cover, a press that turned no page, an answer, a note, a reminder,
a closing, a summary, or one of a summary's answers and notes. ``twice`` is whatever is there once more
than there was reason for: a cover, a reminder, a row, an answer, a summary that does not say it repeats.
Neither is taken from the bot's own tables: they are only the side that is held against the phones.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.core.model import CheckInState
from bot.demo.dates import NEVER, SOON, Occasion, Ring
from bot.demo.kept import Kept, KeptCheckIn
from bot.demo.persons import Client
from bot.demo.reading import PageKind
from bot.demo.witness import Seen, Talk

OWN_OPEN: Final = timedelta(hours=24)  # a check-in that the client began is over after this
LAST_PAGE: Final = {
    CheckInState.FINISHED: PageKind.DONE,
    CheckInState.PARTLY: PageKind.PARTLY,
    CheckInState.EXPIRED: PageKind.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Literal["lost", "twice"]
    client: str
    at: datetime
    what: str


@dataclass
class ClientReport:
    """What became of one client's check-ins, those of the schedule; and all that is wrong."""

    client: Client
    due: int = 0
    sent: int = 0
    states: Counter[CheckInState] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return self.states[CheckInState.FINISHED] + self.states[CheckInState.PARTLY]

    def lost(self, at: datetime, what: str) -> None:
        self.findings.append(Finding("lost", self.client.alias, at, what))

    def twice(self, at: datetime, what: str) -> None:
        self.findings.append(Finding("twice", self.client.alias, at, what))


def compare(
    client: Client, talk: Talk, occasions: Sequence[Occasion], kept: Kept, now: datetime
) -> ClientReport:
    """One client's check-ins, answers and notes. ``talk`` is counted in the course of it."""
    comparison = _Comparison(client, talk, kept, now)
    comparison.place(occasions)
    talk.fold()
    comparison.check_cards()
    for occasion in occasions:
        comparison.check_occasion(occasion)
    comparison.check_own()
    comparison.check_surplus(occasions)
    comparison.check_answers()
    comparison.check_notes()
    comparison.check_reactions()
    return comparison.report


class _Comparison:
    def __init__(self, client: Client, talk: Talk, kept: Kept, now: datetime) -> None:
        self.report = ClientReport(client)
        self._phone, self._talk, self._kept, self._now = client.phone, talk, kept, now
        said = [(one.sent_at, one.versions[0].text) for one in talk.sent]
        self._asked_for = [at for at, text in said if text == "/checkin"]
        self._came_back = [at for at, text in said if text == "/start"]
        self._own: list[Seen] = []
        self._rows: dict[int, KeptCheckIn] = {}  # by the number of what was seen

    def place(self, occasions: Sequence[Occasion]) -> None:
        """Say which occasion, or which /checkin, each check-in belongs to, and when it is over."""
        report = self.report
        report.due = len(occasions)
        for seen in self._talk.check_ins:
            next_due = min((o.first.due_at for o in occasions if o.first.due_at > seen.began), default=NEVER)
            if not seen.prompted:
                begun_at = self._take_command(seen.began)
                if begun_at is None:
                    report.twice(seen.began, "a check-in that nobody asked for")
                seen.over_at = min((begun_at or seen.began) + OWN_OPEN, next_due)
                self._own.append(seen)
                continue
            occasion = next((o for o in occasions if self._is_for(seen, o)), None)
            if occasion is None or self._talk.of(occasion) is not None:
                report.twice(seen.began, "a check-in without an occasion of its own")
                continue
            seen.occasion = occasion
            seen.over_at = min(occasion.over_at, next_due)
            if seen.began < occasion.first.heard_at and self._take_command(seen.began) is None:
                report.lost(seen.began, "the quiet hours were not kept")

    def check_cards(self) -> None:
        """Every message of its own had a reason: an occasion, a reminder, or the client's wish. Whoever
        says /start sees the check-in again that is open."""
        self._asked_for += [at for at in self._came_back if self._talk.open_at(at) is not None]
        for seen in self._talk.check_ins:
            reminded, reminder = False, seen.occasion.reminder if seen.occasion else None
            for card in seen.fresh[1:]:
                if self._take_command(card.at) is not None:
                    continue
                due = reminder is not None and reminder.covers(card.at) and seen.open(card.at)
                if not due or reminded:
                    self.report.twice(card.at, "a check-in was sent once more")
                reminded = True
            if reminder is None or reminded or reminder.too_late or not seen.open(reminder.heard_at):
                continue
            if self._got_through(reminder.due_at, reminder.heard_at):
                self.report.lost(reminder.heard_at, "a reminder")
        for seen in self._talk.check_ins:
            self._take_command(seen.began)  # whoever asked just then has what they wanted
        for at in self._asked_for:
            if self._got_through(at, at):
                self.report.lost(at, "a check-in that the client asked for")

    def check_occasion(self, occasion: Occasion) -> None:
        first, report = occasion.first, self.report
        seen = self._talk.of(occasion)
        row = self._row_of(occasion)
        if seen is not None:
            report.sent += 1
            self._check_end(seen, row)
        elif row is None or self._kept.uncertain:
            pass
        elif reasons := self._reasons(first):
            if row.state is not CheckInState.SKIPPED or row.reason not in reasons:
                why = " and ".join(reasons)
                report.lost(first.due_at, f"not sent ({why}), but kept as {row.state} {row.reason}")
        elif first.heard_at + SOON <= self._now:
            report.lost(first.heard_at, f"a check-in; it is kept as {row.state} {row.reason}")
        if row is not None:
            report.states[row.state] += 1

    def check_own(self) -> None:
        """Those that the client began: each in a row of its own, at its moment."""
        rows = sorted((row for row in self._kept.check_ins if not row.scheduled), key=lambda row: row.due_at)
        for seen in self._own:
            row = next((row for row in rows if row.due_at <= seen.began <= row.due_at + SOON), None)
            if row is not None:
                rows.remove(row)
                self._rows[seen.number] = row
            else:
                self.report.lost(seen.began, "a check-in that the client began")
            self._check_end(seen, row)
        for row in rows:
            if self._got_through(row.due_at, row.due_at):
                self.report.twice(row.due_at, "a check-in is kept that nobody began")

    def check_surplus(self, occasions: Sequence[Occasion]) -> None:
        days = {occasion.local_date for occasion in occasions}
        for row in self._kept.check_ins:
            if row.scheduled and row.local_date not in days:
                self.report.twice(row.due_at, "a check-in is kept that was not due")

    def check_answers(self) -> None:
        for seen in self._talk.check_ins:
            row = self._rows.get(seen.number)
            given = {prompt: choice for prompt, (choice, _) in seen.answers(NEVER).items()}
            kept: dict[str, list[str]] = {}
            for prompt, choice in row.answers if row else ():
                kept.setdefault(prompt, []).append(choice)
            for prompt in {**given, **kept}:
                wanted, found = given.get(prompt), kept.get(prompt, [])
                if wanted is not None and wanted not in found:
                    what = f"{prompt}: {wanted} was answered, {' and '.join(found) or 'nothing'} is kept"
                    self.report.lost(seen.began, what)
                for _ in found[0 if wanted is None else 1 :]:
                    self.report.twice(seen.began, f"{prompt}: an answer is kept that was not given, or again")

    def check_notes(self) -> None:
        written = {message.message_id: message for message in self._talk.sent}
        wanted = {number for seen in self._talk.check_ins for number in seen.notes}
        for seen in self._talk.check_ins:
            row = self._rows.get(seen.number)
            for number, prompt in seen.notes.items():
                message, note = written[number], self._kept.notes.get(number)
                if note is None:
                    self.report.lost(message.sent_at, "a note")
                elif note.words != message.text:
                    self.report.lost(message.versions[-1].at, "what a note was changed to")
                elif note.prompt != prompt or row is None or note.check_in != row.id:
                    self.report.lost(message.sent_at, f"a note to {prompt} is kept with {note.prompt}")
        for number in self._kept.notes.keys() - wanted:
            at = written[number].sent_at if number in written else self._now
            self.report.lost(at, "words are kept that are no note")

    def check_reactions(self) -> None:
        """Nobody is left without an answer."""
        heard = [message.sent_at for message in self._talk.heard]
        for message in self._talk.sent:
            at = message.sent_at
            if not any(at <= one <= at + SOON for one in heard) and self._got_through(at, at):
                self.report.lost(at, "an answer to what was written or sent")
        for seen in self._talk.check_ins:
            for press in seen.unturned:
                if self._got_through(press.at, press.at):
                    self.report.lost(press.at, "a press that turned no page")
        for message in self._talk.unreadable:
            self.report.lost(message.sent_at, "a card that nobody can read")
        for _ in range(1 - self._kept.consents):
            self.report.lost(self._now, "a consent")
        for _ in range(self._kept.consents - 1):
            self.report.twice(self._now, "a consent")

    def _row_of(self, occasion: Occasion) -> KeptCheckIn | None:
        """The occasion's one row, at its moment."""
        day, due_at = occasion.local_date, occasion.first.due_at
        rows = [row for row in self._kept.check_ins if row.scheduled and row.local_date == day]
        for _ in rows[1:]:
            self.report.twice(due_at, "an occasion is kept more than once")
        if not rows:
            self.report.lost(due_at, "an occasion")
            return None
        if rows[0].due_at != due_at:
            self.report.lost(due_at, f"an occasion is kept for {rows[0].due_at}")
        seen = self._talk.of(occasion)
        if seen is not None:
            self._rows[seen.number] = rows[0]
        return rows[0]

    def _reasons(self, first: Ring) -> list[str]:
        """Why the phone did not have to show it."""
        away = not self._phone.reachable(first.due_at, first.heard_at + SOON)
        return [*(["late"] if first.too_late else []), *(["unreachable"] if away else [])]

    def _check_end(self, seen: Seen, row: KeptCheckIn | None) -> None:
        """How it stands in its row is how it ended on the phone."""
        if seen.thanked or (seen.complete(NEVER) and seen.over_at <= self._now):
            ended = CheckInState.FINISHED
        elif self._now < seen.over_at:
            ended = CheckInState.OPEN
        elif any("." not in prompt for prompt in seen.answers(NEVER)):
            ended = CheckInState.PARTLY
        else:
            ended = CheckInState.EXPIRED
        if row is not None and row.state is not ended:
            self.report.lost(seen.began, f"it ended {ended} and is kept as {row.state} {row.reason}")
        if seen.thanked and not seen.complete(NEVER):
            self.report.lost(seen.began, "a question; there were thanks before all were answered")
        shown, last = seen.shown[-1].page.kind, LAST_PAGE.get(ended)
        if last not in (None, shown) and self._got_through(seen.over_at, seen.over_at):
            self.report.lost(seen.over_at, f"it ended {ended}, and its card shows {shown}")

    def _is_for(self, seen: Seen, occasion: Occasion) -> bool:
        """Whether it came when it was due. What was in doubt comes with its reminder, or when asked for."""
        if self._kept.uncertain and occasion.first.due_at <= seen.began < occasion.over_at:
            return True
        return occasion.first.covers(seen.began)

    def _take_command(self, at: datetime) -> datetime | None:
        """The /checkin that was sent just before, if nothing else has answered it."""
        found = next((asked for asked in self._asked_for if asked <= at <= asked + SOON), None)
        if found is not None:
            self._asked_for.remove(found)
        return found

    def _got_through(self, since: datetime, until: datetime) -> bool:
        """Whether what came of it must be there by now, and on the phone: letters in doubt are listed,
        not lost, and one cannot tell from the phone which they were."""
        if self._kept.uncertain or until + SOON > self._now:
            return False
        return self._phone.reachable(since, until + SOON)
