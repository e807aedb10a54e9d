"""``python -m tests.process.forks``: has imported the bot, and forks for each start that is ordered.

An order is a line of JSON. The answers are two lines: the new process's number, and later its exit
code. What a fork does is `attune` with the order's words and nothing else; only the seconds of
importing and of reading danger phrases are saved.
"""

import ctypes
import json
import os
import signal
import sys
from pathlib import Path

from bot.cli import app
from bot.service.start import read_danger_lists

ROOT = Path(__file__).parents[2]

END_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def main() -> None:
    end_with_parent()
    read_danger_lists(ROOT)
    for line in sys.stdin:
        order = json.loads(line)
        number = os.fork()
        if number == 0:
            run(order)
        tell(number)
        _, status = os.waitpid(number, 0)
        tell(os.waitstatus_to_exitcode(status))


def run(order: dict[str, object]) -> None:
    """Become the bot. Its SystemExit ends this process."""
    end_with_parent()
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    app(order["words"], prog_name="attune")


def tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def end_with_parent() -> None:
    """Should the tests be killed, nobody is left behind. Only Linux can be asked for this."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)


if __name__ == "__main__":
    main()
