"""Holds what the phones saw against what the database keeps, one client after the other.

Nothing is taken from the bot's own tables: they are only the side that is held against the phones.
"""

from datetime import datetime, timedelta
from typing import Final

from bot.content.clinic import Clinic
from bot.core.model import CheckInState
from bot.core.sharing import AGAIN
from bot.demo.headless import keeping
from bot.demo.headless.counting import reminders
from bot.demo.headless.dates import NEVER, SOON, Occasion, Ring, occasions, ring, told_after
from bot.demo.headless.findings import ClientReport
from bot.demo.headless.kept import Kept, KeptCheckIn
from bot.demo.headless.persons import Client
from bot.demo.headless.reading import PageKind
from bot.demo.headless.witness import Seen, Talk

OWN_OPEN: Final = timedelta(hours=24)  # a check-in that the client began is over after this


class Comparison:
    """One client's check-ins, answers and notes. First all of a chat are placed, then what was done there
    is counted, then each is checked."""

    def __init__(self, client: Client, talk: Talk, kept: Kept, clinic: Clinic, now: datetime) -> None:
        self.client, self.report = client, ClientReport(client)
        self._phone, self._talk, self._kept = client.phone, talk, kept
        self._clinic, self._now = clinic, now
        self._seen = talk.of(client)
        self.occasions = occasions(client, clinic, now, self._arrived)
        self.closings = sorted([*(one.first.due_at for one in self.occasions), *client.wishes.rests])
        said = [(one.sent_at, one.versions[0].text) for one in talk.sent]
        alone = len(talk.clients) == 1
        self._asked_for = [at for at, text in said if text == "/checkin"] if alone else [*client.asked]
        self._came_back = [at for at, text in said if text in ("/start", "/later")]
        self._own: list[Seen] = []
        self._rows: dict[int, KeptCheckIn] = {}  # by the number of what was seen

    def place(self) -> None:
        """Say which occasion, or which /checkin, each check-in belongs to, and when it is over."""
        report = self.report
        report.due = len(self.occasions)
        for seen in self._seen:
            self._check_language(seen)
            closing = min((at for at in self.closings if at > seen.began), default=NEVER)
            seen.told_at = told_after(self.client, self._clinic, seen.began)
            seen.over_at = closing
            if not seen.prompted:
                begun_at = self._take_command(seen.began)
                if begun_at is None:
                    report.twice(seen.began, "a check-in that nobody asked for")
                seen.over_at = min((begun_at or seen.began) + OWN_OPEN, closing)
                self._own.append(seen)
                self._over_when_told(seen)
                continue
            occasion = next((one for one in self.occasions if self._is_for(seen, one)), None)
            if occasion is None or self.of(occasion) is not None:
                report.twice(seen.began, "a check-in without an occasion of its own")
                continue
            seen.occasion = occasion
            seen.told_at = occasion.told_at
            seen.over_at = min(occasion.over_at, closing)
            self._over_when_told(seen)
            if seen.began < occasion.first.heard_at and self._take_command(seen.began) is None:
                report.breach(seen.began, "the quiet hours were not kept")

    def _over_when_told(self, seen: Seen) -> None:
        """Who has seen what will be told, and only left it open, is told of with the summary."""
        if seen.reviewed(seen.told_at):
            seen.over_at = min(seen.over_at, seen.told_at)

    def _check_language(self, seen: Seen) -> None:
        """It speaks as the client wanted when it was sent, or came due."""
        spoken = self.client.wishes.language
        due = (one.first.due_at for one in self.occasions if self._is_for(seen, one))
        if seen.language not in (spoken.at(seen.began), spoken.at(next(due, seen.began))):
            self.report.lost(seen.began, f"a check-in came in {seen.language}, and another was chosen")

    def check(self) -> None:
        self._check_cards()
        for occasion in self.occasions:
            self._check_occasion(occasion)
        self._check_own()
        self._check_surplus()
        self._check_reactions()
        keeping.check(self.report, self._talk, self._rows, self._kept, self._clinic, self._now)
        self._tally()

    def of(self, occasion: Occasion) -> Seen | None:
        return next((seen for seen in self._seen if seen.occasion is occasion), None)

    def _check_cards(self) -> None:
        """Every message of its own had a reason: an occasion, a reminder, what was typed, or the client's
        wish. Whoever says /start or /later sees the check-in again that is open."""
        self._asked_for += [at for at in self._came_back if any(one.open(at) for one in self._seen)]
        for seen in self._seen:
            rings = [ring(due_at, self.client, self._clinic) for due_at in reminders(seen)]
            rings = [one for one in rings if not _needless(seen, one)]
            for card in seen.fresh[1:]:
                if _take(seen.calls, card.at) is not None or self._take_command(card.at) is not None:
                    continue
                due = next((one for one in rings if one.covers(card.at) and seen.open(card.at)), None)
                if due is None:
                    self.report.twice(card.at, "a check-in was sent once more")
                else:
                    rings.remove(due)
            for at in seen.calls:
                if self._got_through(at, at):
                    self.report.lost(at, "a card below what was typed")
            for one in rings:
                wanted = not one.too_late and seen.open(one.heard_at)
                wanted = wanted and not self.client.wishes.pauses(one.heard_at)
                if wanted and self._got_through(one.due_at, one.heard_at):
                    self.report.lost(one.heard_at, "a reminder")
        for seen in self._seen:
            self._take_command(seen.began)  # whoever asked just then has what they wanted
        for at in self._asked_for:
            if self._got_through(at, at):
                self.report.lost(at, "a check-in that the client asked for")

    def _check_occasion(self, occasion: Occasion) -> None:
        first, report = occasion.first, self.report
        seen = self.of(occasion)
        row = self._row_of(occasion)
        if seen is not None:
            report.sent += 1
            self._check_end(seen, row)
        elif row is None or self._kept.uncertain:
            pass
        elif reasons := self._reasons(occasion):
            if row.state is not CheckInState.SKIPPED or row.reason not in reasons:
                why = " and ".join(reasons)
                report.lost(first.due_at, f"not sent ({why}), but kept as {row.state} {row.reason}")
        elif first.heard_at + SOON <= self._now:
            report.lost(first.heard_at, f"a check-in; it is kept as {row.state} {row.reason}")
        if row is not None:
            report.states[row.state] += 1

    def _check_own(self) -> None:
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

    def _check_surplus(self) -> None:
        days = {occasion.local_date for occasion in self.occasions}
        for row in self._kept.check_ins:
            if row.scheduled and row.local_date not in days:
                self.report.twice(row.due_at, "a check-in is kept that was not due")

    def _check_reactions(self) -> None:
        """Nobody is left without an answer, and what a child typed stays in no guardian's chat."""
        if self.client is self._talk.clients[0]:
            heard = [message.sent_at for message in self._talk.heard]
            for message in self._talk.sent:
                at = message.sent_at
                if not any(at <= one <= at + SOON for one in heard) and self._got_through(at, at):
                    self.report.lost(at, "an answer to what was written or sent")
            for message in self._talk.unreadable:
                self.report.lost(message.sent_at, "a card that nobody can read")
            for message in self._talk.private:
                at, gone_at = message.sent_at, message.deleted_at or NEVER
                if gone_at > at + SOON and self._got_through(at, at):
                    self.report.breach(at, "what was typed into a check-in stays on a guardian's phone")
        for seen in self._seen:
            for press in seen.unturned:
                if self._got_through(press.at, press.at):
                    self.report.lost(press.at, "a press that turned no page")

    def _tally(self) -> None:
        did = self.report.did
        for seen in self._seen:
            did["typed"] += seen.typed
            did["held_back"] += sum(held for _, _, held in seen.held)
            did["taken_back"] += sum(note.gone_at < NEVER for note in seen.notes.values())
            did["put_off"] += len(seen.put_off)
            did["looked_again"] += len(seen.spans) - 1
        did["decided"] += self.client.wishes.count

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
        seen = self.of(occasion)
        if seen is not None:
            self._rows[seen.number] = rows[0]
        return rows[0]

    def _reasons(self, occasion: Occasion) -> list[str]:
        """Why the phone did not have to show it."""
        first, wishes = occasion.first, self.client.wishes
        reasons = {
            "late": first.too_late,
            "unreachable": not self._phone.reachable(first.due_at, first.heard_at + SOON),
            "paused": occasion.paused,
            "stopped": False,
        }
        for name, line in (("paused", wishes.paused), ("stopped", wishes.stopped)):
            reasons[name] |= any(value and first.due_at <= at <= first.heard_at for at, value in line.changes)
        return [name for name, holds in reasons.items() if holds]

    def _check_end(self, seen: Seen, row: KeptCheckIn | None) -> None:
        """How it stands in its row is how it ended on the phone."""
        ended = seen.state(self._now)
        if row is not None and row.state is not ended:
            self.report.lost(seen.began, f"it ended {ended} and is kept as {row.state} {row.reason}")
        if ended is CheckInState.FINISHED and seen.finished and not seen.complete(seen.finished[0]):
            self.report.lost(seen.began, "a question; there were thanks before all were answered")
        until = seen.spans[-1][1]
        shown, last = seen.shown[-1].page.kind, self._last_page(seen)
        if last is not shown and self._got_through(until, until):
            self.report.lost(until, f"it ended {ended}, and its card shows {shown}")
        offered = map(seen.shown[-1].page.meaning, seen.shown[-1].labels.values())
        if AGAIN in offered and self._got_through(seen.told_at, seen.told_at):
            self.report.lost(seen.told_at, "the card offers a second look after the summary")

    def _last_page(self, seen: Seen) -> PageKind:
        """What a check-in's card shows in the end, when it is over."""
        until = seen.spans[-1][1]
        if until in seen.finished or seen.complete(until):
            return PageKind.DONE
        if (until, True) in self.client.wishes.stopped.changes:
            return PageKind.RESTED
        return PageKind.PARTLY if seen.answers(until) else PageKind.CLOSED

    def _arrived(self, first: Ring) -> bool:
        return any(seen.prompted and first.covers(seen.began) for seen in self._seen)

    def _is_for(self, seen: Seen, occasion: Occasion) -> bool:
        """Whether it came when it was due. What was in doubt comes with its reminder, or when asked for."""
        if self._kept.uncertain and occasion.first.due_at <= seen.began < occasion.over_at:
            return True
        return not occasion.paused and occasion.first.covers(seen.began)

    def _take_command(self, at: datetime) -> datetime | None:
        """The /checkin that was sent just before, if nothing else has answered it."""
        return _take(self._asked_for, at)

    def _got_through(self, since: datetime, until: datetime) -> bool:
        """Whether what came of it must be there by now, and on the phone: letters in doubt are listed,
        not lost, and one cannot tell from the phone which they were."""
        if self._kept.uncertain or until > self._now - SOON:
            return False
        return self._phone.reachable(since, until + SOON)


def _needless(seen: Seen, reminder: Ring) -> bool:
    """Whether all was answered, or another time chosen, while it waited for the quiet hours to end."""
    chosen = any(reminder.due_at <= at < reminder.heard_at for at, _ in seen.put_off)
    return chosen or seen.reviewed(reminder.heard_at)


def _take(moments: list[datetime], at: datetime) -> datetime | None:
    """The first of them that was just before; it is taken out."""
    found = next((moment for moment in moments if moment <= at <= moment + SOON), None)
    if found is not None:
        moments.remove(found)
    return found
