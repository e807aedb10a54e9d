"""``make bench``: one table of medians, each next to something measured in the same run.

Exit 1 if a target is missed. ``--quick`` is smaller, and less sure.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from bot.service import start
from bot.service.clock import WallClock
from bot.storage.keys import Keyring, new_key_file, read_key_file
from tests.bench import bots, due, machine, people, starting, taps
from tests.bench.bots import ROOT, Place
from tests.bench.due import Arrivals
from tests.bench.table import Row, show
from tests.bench.taps import ATTUNE, COUNTED, Measured, Pair, Size
from tests.bench.telegram import standing

FULL: Final = Size(people=26, rounds=3, alone=16, idle=4, due=1000, starts=3)
QUICK: Final = Size(people=24, rounds=1, alone=10, idle=3, due=300, starts=2)

ONE: Final = 500  # who taps alone
STRANGER: Final = 501
STARTING: Final = 600  # and the chats after it: who writes to a bot that is just being started
WAITING: Final = 1000  # and the chats after it: whose check-ins are due

HOW = """\
Each bot is a process of its own, and so is its stand-in for Telegram, over HTTP on the loopback interface.
The stand-in enforces Telegram's limits all the time. Attune runs as `attune run`: SQLCipher,
synchronous=FULL, English, German and Arabic in turns, at the pace that it keeps for Telegram. The echo bot
shows the same pages and buttons (recorded from Attune in this run), ends the spinner and edits the message
for each tap, and keeps nothing. It is written as python-telegram-bot's users do: Application,
CallbackQueryHandler, run_polling. "default" is its default request class (httpx); "with sniffio" the same
with that package, which httpx is faster with and which pip does not install; "our line" is
bot.transport.request.Request. All bots get the same taps at the same rate, in turns, round after round. CPU
is user and system time of the bot's process, all threads, from the first tap to half a second after the
last answer; what the bot would have used anyway (see "nobody does anything") is not taken off."""


async def measured(place: Place, size: Size) -> list[Row]:
    new_key_file(place.key_file)
    keyring = Keyring(read_key_file(place.key_file))
    house = start.furnish(start.load(ROOT), keyring, "attune_demo_bot")
    now = WallClock().now()
    zone = people.noon_zone(now)
    tapping = [*range(1, size.people + 1), ONE]
    starters = range(STARTING, STARTING + 2 * (size.starts + 1))
    waiting = range(WAITING, WAITING + size.due)
    for name, chats in ((ATTUNE, [*tapping, *starters, *waiting]), (COUNTED, tapping)):
        database = await start.open_database(place.database(name), keyring, alone=True)
        await database.write(people.link, house, chats, zone, now)
        await database.close()
    database = await start.open_database(place.database(ATTUNE), keyring, alone=False)
    try:
        async with standing([*tapping, STRANGER, *starters, *waiting]) as telegram:
            starts = [
                await starting.first_reply(telegram, chat, lambda: bots.attune(place, telegram, ATTUNE))
                for chat in starters[: size.starts + 1]
            ]
            async with bots.attune(place, telegram, ATTUNE) as attune:
                found = await taps.measure(place, Pair(attune, telegram), size, ONE)
                arrivals = await due.arrivals(telegram, database, house, waiting, STRANGER)
                memory = attune.memory()
        async with standing(starters) as telegram:
            echo_starts = [
                await starting.first_reply(telegram, chat, lambda: bots.echo(place, telegram, "default"))
                for chat in starters[size.starts + 1 :]
            ]
        again = await database.write(due.tried_again)
    finally:
        await database.close()
    _same_work(found)
    return [
        *_taps(found),
        *_commits(found),
        *_arrivals(arrivals, again, size),
        Row("Memory after all this", "MB", [memory], [found.memory["default"]], "echo, default", most=120),
        Row("Start to the first reply", "s", starts[1:], echo_starts[1:], "echo, default", most=2),
        Row("  where nothing is compiled yet", "s", starts[:1]),
    ]


def _taps(found: Measured) -> list[Row]:
    names = {"default": "echo, default", "sniffio": "echo, with sniffio", "ours": "echo, our line"}
    loads = {
        "Tap, everybody in turn": found.steady,
        "Tap, everybody at once": found.burst,
        "Tap, one person, one a second": {name: [work] for name, work in found.alone.items()},
    }
    rows = []
    for what, works in loads.items():
        mine = [work.per_tap for work in works[ATTUNE]]
        for line, name in names.items():
            if line in works:
                beside = [work.per_tap for work in works[line]]
                first = line == "default"
                most = 1.0 if first else None
                rows.append(Row(what if first else "", "ms CPU", mine, beside, name, most, of_ratio=True))
    waits = {name: [wait for work in works for wait in work.waits()] for name, works in found.steady.items()}
    idle = found.idle
    return [
        *rows,
        Row("Tap to the new page, in turn", "ms", waits[ATTUNE], waits["default"], "echo, default"),
        Row("Nobody does anything, a second", "ms CPU", [idle[ATTUNE]], [idle["default"]], "echo, default"),
    ]


def _commits(found: Measured) -> list[Row]:
    (turns,), alone = found.steady[COUNTED], found.alone[COUNTED]
    rows = []
    for what, name in (
        ("Commits", "commits"),
        ("Transactions", "transactions"),
        ("Statements", "statements"),
    ):
        here, there = ([getattr(work.counts, name) / work.taps] for work in (turns, alone))
        rows.append(Row(f"{what} a tap, everybody in turn", "", here, there, "one person, one a second"))
    return rows


def _arrivals(arrivals: Arrivals, again: int, size: Size) -> list[Row]:
    floor = size.due / due.PER_SECOND
    most = 45 * size.due / 1000
    what, beside = f"{size.due} check-ins due at once", f"at {due.PER_SECOND} a second"
    return [
        Row(f"{what}: the middle one", "s", arrivals.seconds, [floor / 2], beside),
        Row("  95 of 100 are there", "s", [arrivals.ninety_fifth], [floor * 0.95], beside),
        Row("  the last is there", "s", arrivals.seconds[-1:], [floor], beside, most=most),
        Row("  refused for coming too fast (429)", "", [again], most=0),
        Row("  a command meanwhile, to its reply", "s", arrivals.replies, most=2),
    ]


def _same_work(found: Measured) -> None:
    """Every tap had one edit and one end of its spinner, or it would have been an error; and the words
    that were shown were as many."""
    for name in ("default", "sniffio", "ours"):
        mine, other = found.steady[ATTUNE][-1].characters, found.steady[name][-1].characters
        if abs(mine - other) > mine / 20:
            raise RuntimeError(f"Attune showed {mine} characters and the echo bot ({name}) {other}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller, and less sure")
    size = QUICK if parser.parse_args(arguments).quick else FULL
    out = Console(highlight=False, width=132)
    out.print(machine.described(), "\n")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="attune-bench-") as folder:
        rows = asyncio.run(measured(Place(Path(folder)), size))
    missed = [row for row in rows if row.missed]
    show("Attune" + (", quick size" if size is QUICK else ""), rows, out)
    out.print(HOW, "\n", soft_wrap=True)
    verdict = f"{len(missed)} targets missed." if missed else "All targets met."
    out.print(f"{verdict} It took {time.monotonic() - began:.0f} s.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
