"""What a client said and agreed to, as it was last, is kept once, and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.content.clinic import Clinic
from bot.demo.headless.dates import NEVER
from bot.demo.headless.findings import ClientReport
from bot.demo.headless.kept import Kept, KeptCheckIn
from bot.demo.headless.witness import Seen, Talk

Seens = Sequence[Seen]
Rows = Mapping[int, KeptCheckIn]  # by the number of what was seen


def check(report: ClientReport, talk: Talk, rows: Rows, kept: Kept, clinic: Clinic, now: datetime) -> None:
    """Of one client. What is wrong goes into the report."""
    _check_answers(report, talk.of(report.client), rows)
    _check_notes(report, talk, rows, kept, now)
    _check_consents(report, kept, clinic, now)


def _check_answers(report: ClientReport, check_ins: Seens, rows: Rows) -> None:
    for seen in check_ins:
        row = rows.get(seen.number)
        given = {prompt: choice for prompt, (choice, _) in seen.answers(NEVER).items()}
        private = seen.held_back(NEVER)
        stored: dict[str, list[str]] = {}
        for prompt, choice, held in row.answers if row else ():
            stored.setdefault(prompt, []).append(choice)
            if prompt in given and held != (prompt.removesuffix(".help").removesuffix(".raise") in private):
                what = "is kept back, and was not" if held else "was kept back, and is not"
                report.breach(seen.began, f"{prompt}: {what}")
        for prompt in {**given, **stored}:
            wanted, found = given.get(prompt), stored.get(prompt, [])
            if wanted is not None and wanted not in found:
                what = f"{prompt}: {wanted} was answered, {' and '.join(found) or 'nothing'} is kept"
                report.lost(seen.began, what)
            for _ in found[0 if wanted is None else 1 :]:
                report.twice(seen.began, f"{prompt}: an answer is kept that was not given, or again")


def _check_notes(report: ClientReport, talk: Talk, rows: Rows, kept: Kept, now: datetime) -> None:
    written = {message.message_id: message for message in talk.sent}
    wanted: set[int] = set()
    for seen in talk.of(report.client):
        row = rows.get(seen.number)
        for number, said in seen.notes.items():
            message, note = written[number], kept.notes.get(number)
            if said.gone_at < NEVER:
                continue
            wanted.add(number)
            if note is None:
                report.lost(message.sent_at, "a note")
            elif note.words != message.text:
                report.lost(message.versions[-1].at, "what a note was changed to")
            elif note.prompt != said.prompt or row is None or note.check_in != row.id:
                report.lost(message.sent_at, f"a note to {said.prompt} is kept with {note.prompt}")
            elif note.topic != said.topic:
                report.lost(message.sent_at, "a wish to talk about something")
    for number in kept.notes.keys() - wanted:
        at = written[number].sent_at if number in written else now
        report.lost(at, "words are kept that are no note")


def _check_consents(report: ClientReport, kept: Kept, clinic: Clinic, now: datetime) -> None:
    """Each time everybody agrees anew; what was withdrawn no longer counts."""
    wishes, who = report.client.wishes, 1 + (report.client.band.oldest < clinic.guardian_consent_under)
    wanted, found = who * (1 + wishes.agreed_again), kept.consents
    if wanted == found:
        wanted, found = 0 if wishes.stopped.at(now) else who, kept.in_force
    for _ in range(wanted - found):
        report.lost(now, "a consent")
    for _ in range(found - wanted):
        report.twice(now, "a consent")
