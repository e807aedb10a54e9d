"""The report of a run: what came of it in numbers, found by holding both sides against each other."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Final

from rich.console import Console
from rich.table import Table

from bot.content.languages import english_name
from bot.core.model import Band, CheckInState
from bot.demo.headless import absent, erased, told, unasked
from bot.demo.headless.company import Company
from bot.demo.headless.compare import Comparison
from bot.demo.headless.counting import count
from bot.demo.headless.dates import sessions
from bot.demo.headless.findings import DID, ClientReport
from bot.demo.headless.kept import Held, Kept
from bot.demo.headless.persons import Client
from bot.demo.headless.reading import CheckInReader
from bot.demo.headless.summaries import SummaryReader
from bot.demo.headless.told import Side
from bot.demo.headless.witness import listen
from bot.demo.server import State
from bot.service.house import House

CAME: Final = ("due", "sent", "answered", "expired", "summaries", "readings")
WRONG: Final = ("lost", "twice", "breach")
SHOWN_MOST: Final = 20  # findings that are printed one by one
NOTHING: Final = Kept((), {}, 0, 0, (), 0)


@dataclass(frozen=True, slots=True)
class Report:
    """What the keys mean:

    ``due``: occasions of all schedules whose moment passed, by the calendar (dates.py);
    ``sent``: those whose cover reached the phone;
    ``answered``: those kept as finished, or closed with some answers; ``expired``: closed without any;
    ``summaries``: summaries before sessions that reached a therapist's phone;
    ``readings``: how often a client heard that a summary was read, or was answered;
    ``typed`` and those after it: how often clients did so (findings.py);
    ``lost``, ``twice`` and ``breach``: see findings.py;
    ``uncertain``: letters of which nobody knows whether they arrived;
    ``seconds``: how long it took, in real time.
    """

    clients: tuple[ClientReport, ...]
    summaries: int
    readings: int
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
        return self._found("lost")

    @property
    def twice(self) -> int:
        return self._found("twice")

    @property
    def breach(self) -> int:
        return self._found("breach")

    @property
    def did(self) -> Counter[str]:
        return sum((client.did for client in self.clients), Counter[str]())

    def _found(self, kind: str) -> int:
        return sum(finding.kind == kind for client in self.clients for finding in client.findings)

    def numbers(self) -> dict[str, float]:
        """All of them, in this order."""
        did = {name: self.did[name] for name in DID}
        return self._read(CAME) | did | self._read((*WRONG, "uncertain", "seconds"))

    def _read(self, names: Sequence[str]) -> dict[str, float]:
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
    def reader(band: Band, language: str, guardian: bool) -> CheckInReader:
        return CheckInReader(script, house.texts[language], band, guardian=guardian)

    def readers(client: Client, language: str) -> CheckInReader:
        return reader(client.band, language, client.guardian)

    sides: dict[int, list[Side]] = {}  # by their therapist's chat
    for family in people.families():
        since = min(client.linked_at for client in family if client.linked_at is not None)
        talk = listen(state, family, readers, since)
        theirs = [held.clients.get((client.chat_id, client.alias), NOTHING) for client in family]
        compared = [
            Comparison(client, talk, kept, house.clinic, client.wishes.erased_at or now)
            for client, kept in zip(family, theirs, strict=True)
        ]
        for one in compared:
            one.place()
        count(talk, script, {one.client.alias: one.closings for one in compared})
        for one, kept in zip(compared, theirs, strict=True):
            if one.client.wishes.erased_at is None:
                one.check()
            else:
                erased.check(one.report, talk, state.chat(one.client.therapist.chat_id), held, now)
            unasked.check_quiet(one.report, talk, house.clinic)
            texts = house.texts[one.client.therapist.language]
            summary = SummaryReader(script, texts, one.client.alias, one.client.band)
            near = sessions(one.client, house.clinic, one.client.wishes.erased_at or now)
            side = Side(one.client, talk, one, near, kept, summary)
            side = replace(side, sessions=tuple(absent.with_summary(side, now)))
            sides.setdefault(one.client.therapist.chat_id, []).append(side)
    summaries = readings = 0
    for therapist in people.therapists:
        mine = sides.get(therapist.chat_id, [])
        if mine:
            summaries += told.compare(state, house.texts[therapist.language], script, mine, now)
            readings += unasked.check_readings(therapist, mine, state, house, now)
    reports = {side.client.alias: side.report for found in sides.values() for side in found}
    _check_strangers(state, people, reports)
    return Report(
        tuple(reports[one.alias] for one in people.clients),
        summaries,
        readings,
        sum(held.uncertain.values()),
        seconds,
    )


def _check_strangers(state: State, people: Company, reports: Mapping[str, ClientReport]) -> None:
    """No phone shows anything of a client whom its owner does not know."""
    for family in people.families():
        others = [one for one in people.clients if one.family is not family]
        unasked.check_strangers(reports[family[0].alias], state.chat(family[0].chat_id), others)
    for therapist in people.therapists:
        theirs = [one for one in people.clients if one.therapist is therapist]
        others = [one for one in people.clients if one.therapist is not therapist]
        if theirs:
            unasked.check_strangers(reports[theirs[0].alias], state.chat(therapist.chat_id), others)


def tell(report: Report, out: Console, *, as_json: bool) -> None:
    """One JSON object on a line of its own, or a table and a sentence."""
    if as_json:
        out.print(json.dumps(report.numbers()), markup=False)
        return
    table = Table("", *CAME[:-2], *WRONG, title="Check-ins")
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
    out.print(_besides(report), markup=False)
    out.print(_sentence(report), markup=False)


def _section(table: Table, clients: Sequence[ClientReport], group: Callable[[ClientReport], str]) -> None:
    for name in sorted({group(one) for one in clients}):
        numbers = Report(tuple(one for one in clients if group(one) == name), 0, 0, 0, 0).numbers()
        table.add_row(name, *(f"{numbers[str(column.header)]}" for column in table.columns[1:]))
    table.add_section()


def _besides(report: Report) -> str:
    """What people did with what is theirs to decide."""
    did = report.did
    return (
        f"Clients typed {did['typed']} answers, kept back {did['held_back']}, took back {did['taken_back']}"
        f" notes, put off {did['put_off']} check-ins, looked again at {did['looked_again']}, and decided"
        f" {did['decided']} times about themselves; they heard {report.readings} times from their therapists."
    )


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
    wrong += f"; {report.breach} times a wish was not kept" if report.breach else ""
    doubt = f"; {report.uncertain} letters are in doubt" if report.uncertain else ""
    return f"{came}; {wrong}{doubt}. It took {report.seconds:.0f} seconds."
