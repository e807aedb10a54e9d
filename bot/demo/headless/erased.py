"""Whoever erased themselves is gone: nothing is kept of them, and nobody hears of them any more."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.demo.headless.dates import SOON
from bot.demo.headless.findings import ClientReport
from bot.demo.headless.kept import Held
from bot.demo.headless.reading import seen
from bot.demo.headless.witness import Talk
from bot.demo.server import Message


def check(
    report: ClientReport, talk: Talk, of_therapist: Sequence[Message], held: Held, now: datetime
) -> None:
    """One client, alone on their phone. What they did before is not looked at: nothing is left of it to hold
    it against."""
    client, since = report.client, report.client.wishes.erased_at
    assert since is not None, "only who was erased is looked at"
    report.did["decided"] += client.wishes.count
    if since + SOON > now:
        return
    name = re.compile(rf"(?<!\w){re.escape(client.alias)}(?! \d)(?!\w)")
    shown = [seen(message.text) for message in talk.heard if since <= message.sent_at <= since + SOON]
    found = next((one for one in held.erased if any(one.receipt in text for text in shown)), None)
    if found is None:
        report.lost(since, "a receipt of an erasure")
    else:
        _check_rows(report, since, found.rows)
        told = [one for one in of_therapist if one.by_bot and found.code in seen(one.text)]
        if not any(since <= one.sent_at <= since + SOON for one in told):
            report.lost(since, "a word to the therapist that somebody was erased")
    if client.chat_id in held.chats or (client.chat_id, client.alias) in held.clients:
        report.breach(since, "the chat of somebody who was erased is kept")
    if any(name.search(text) for text in held.waiting):
        report.breach(since, "a letter waits that names somebody who was erased")
    for message in of_therapist:
        for version in message.versions if message.by_bot else ():
            if version.at > since + SOON and name.search(version.text):
                report.breach(version.at, "the therapist reads of somebody who was erased")
    _check_calm(report, talk, since)


def _check_rows(report: ClientReport, since: datetime, rows: int) -> None:
    if rows:
        report.breach(since, f"{rows} rows are kept of somebody who was erased")


def _check_calm(report: ClientReport, talk: Talk, since: datetime) -> None:
    """Their phone shows the receipt, and after it only what answers something."""
    acts = [message.sent_at for message in talk.sent] + [press.at for press in talk.presses]
    for message in talk.heard:
        at = message.sent_at
        if at > since + SOON and not any(act <= at <= act + SOON for act in acts):
            report.breach(at, "something came after an erasure")
