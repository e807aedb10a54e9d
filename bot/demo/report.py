"""The report of a run: what came of it in numbers, found by holding both sides against each other."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from rich.console import Console
from rich.table import Table

from bot.content.languages import english_name
from bot.core.model import Band, CheckInState
from bot.demo import told
from bot.demo.company import Company
from bot.demo.compare import ClientReport, compare
from bot.demo.dates import occasions, sessions
from bot.demo.kept import Held, Kept
from bot.demo.reading import CheckInReader, SummaryReader
from bot.demo.server import State
from bot.demo.told import Side
from bot.demo.witness import listen
from bot.service.house import House

SHOWN_MOST: Final = 20  # findings that are printed one by one
NOTHING: Final = Kept((), {}, 0, (), 0)


@dataclass(frozen=True, slots=True)
class Report:
    """What the keys mean:

    ``due``: occasions of all schedules whose moment passed, by the calendar (dates.py);
    ``sent``: those whose cover reached the phone;
    ``answered``: those kept as finished, or closed with some answers; ``expired``: closed without any;
    ``summaries``: summaries before sessions that reached a therapist's phone;
    ``lost`` and ``twice``: see compare.py and told.py;
    ``uncertain``: letters of which nobody knows whether they arrived;
    ``seconds``: how long it took, in real time.
    """

    clients: tuple[ClientReport, ...]
    summaries: int
    uncertain: int
    seconds: float

    @property
    def due(self) -> int:
        return sum(client.due for client in self.clients)

    @property
    def sent(self) -> int:
        return sum(client.sent for client in self.clients)

    @property
    def answered(self) -> int:
        return sum(client.answered for client in self.clients)

    @property
    def expired(self) -> int:
        return sum(client.states[CheckInState.EXPIRED] for client in self.clients)

    @property
    def lost(self) -> int:
        return sum(finding.kind == "lost" for client in self.clients for finding in client.findings)

    @property
    def twice(self) -> int:
        return sum(finding.kind == "twice" for client in self.clients for finding in client.findings)

    def numbers(self) -> dict[str, float]:
        names = ("due", "sent", "answered", "expired", "summaries", "lost", "twice", "uncertain", "seconds")
        return {name: getattr(self, name) for name in names}


def examine(
    state: State,
    house: House,
    people: Company,
    held: Held,
    now: datetime,
    seconds: float,
) -> Report:
    """Hold both sides against each other. Nothing is changed by it."""
    script = house.prompt_sets[house.clinic.prompt_set]

    @cache
    def reader(band: Band, language: str) -> CheckInReader:
        return CheckInReader(script, house.texts[language], band)

    summaries, reports = 0, []
    for therapist in people.therapists:
        texts, sides = house.texts[therapist.language], []
        for client in (one for one in people.clients if one.therapist is therapist):
            assert client.linked_at is not None, "everybody in the cast has been linked"
            pages = reader(client.band, client.language)
            talk = listen(state, client.chat_id, pages, script, client.band, client.linked_at)
            due = occasions(client, house.clinic, now)
            theirs = held.clients.get(client.chat_id, NOTHING)
            report = compare(client, talk, due, theirs, now)
            near = sessions(client, house.clinic, now)
            summary = SummaryReader(script, texts, client.alias)
            sides.append(Side(client, talk, due, near, theirs, report, summary))
            reports.append(report)
        if sides:
            summaries += told.compare(state, texts, script, sides, now)
    for therapist in people.therapists:
        texts, letters = house.texts[therapist.language], state.chat(therapist.chat_id)
        for report in reports:
            if report.client.therapist is not therapist:
                told.strays(letters, SummaryReader(script, texts, report.client.alias), report)
    return Report(tuple(reports), summaries, sum(held.uncertain.values()), seconds)


def tell(report: Report, out: Console, *, as_json: bool) -> None:
    """One JSON object on a line of its own, or a table and a sentence."""
    if as_json:
        out.print(json.dumps(report.numbers()), markup=False)
        return
    table = Table("", "due", "sent", "answered", "expired", "lost", "twice", title="Check-ins")
    for column in table.columns[1:]:
        column.justify = "right"
    _section(table, report.clients, lambda one: f"{one.client.band}")
    _section(table, report.clients, lambda one: english_name(one.client.language))
    _section(table, report.clients, lambda _: "all")
    out.print(table)
    findings = [finding for client in report.clients for finding in client.findings]
    for finding in sorted(findings, key=lambda one: one.at)[:SHOWN_MOST]:
        out.print(
            f"{finding.kind}: {finding.client}, {finding.at:%Y-%m-%d %H:%M} UTC: {finding.what}", markup=False
        )
    if len(findings) > SHOWN_MOST:
        out.print(f"… and {len(findings) - SHOWN_MOST} more")
    out.print(_sentence(report), markup=False)


def _section(table: Table, clients: Sequence[ClientReport], group: Callable[[ClientReport], str]) -> None:
    for name in sorted({group(one) for one in clients}):
        numbers = Report(tuple(one for one in clients if group(one) == name), 0, 0, 0).numbers()
        table.add_row(name, *(f"{numbers[str(column.header)]}" for column in table.columns[1:]))
    table.add_section()


def _sentence(report: Report) -> str:
    came = (
        f"{report.due} check-ins were due for {len(report.clients)} clients, and {report.summaries} summaries"
        " came before their sessions"
    )
    wrong = (
        f"{report.lost} things were lost and {report.twice} came twice"
        if report.lost or report.twice
        else "nothing was lost and nothing came twice"
    )
    doubt = f"; {report.uncertain} letters are in doubt" if report.uncertain else ""
    return f"{came}; {wrong}{doubt}. It took {report.seconds:.0f} seconds."
