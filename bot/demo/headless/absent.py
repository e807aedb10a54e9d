"""Before which sessions there is no summary: the client is not there, and nothing is new.

Whoever has stopped or cannot be reached is not there; the therapist was told so once. What came of their
check-ins before is still told, in one last summary.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.demo.headless.dates import SOON, Session
from bot.demo.headless.told import ALWAYS, Side, due, notes

SILENT = ("stopped", "unreachable")


def with_summary(side: Side, now: datetime) -> Iterator[Session]:
    """Those that have one, each with the moment of the one before. Whoever comes back in the hours before the
    session and finishes a check-in is told of at that moment."""
    assert side.client.linked_at is not None, "only linked clients have sessions"
    since: datetime | None = None
    for one in side.sessions:
        session = replace(one, since=since)
        told_at = session.told_at
        if told_at <= side.client.linked_at or (told_at + SOON <= now and _left_out(side, session)):
            done = (end for check_in in side.check_ins for end in check_in.ends(now))
            back_at = min((end for end in done if told_at < end < session.starts_at), default=None)
            if back_at is None:
                continue
            session = replace(session, told_at=back_at)
        since = session.told_at
        yield session


def _left_out(side: Side, session: Session) -> bool:
    client, at = side.client, session.told_at
    if not client.wishes.stopped.at(at) and client.phone.reachable(at, at):
        return False
    since = session.since or ALWAYS
    kept = {row.local_date: row.reason for row in side.kept.check_ins if row.scheduled}
    silent = (
        found is None and occasion is not None and kept.get(occasion.local_date) in SILENT
        for occasion, found in due(side, since, at)
    )
    return all(silent) and not any(notes(side, since, at))
