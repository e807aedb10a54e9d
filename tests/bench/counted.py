"""``attune run`` with a count of what it asks of the database: ``python -m tests.bench.counted FILE``.

The file holds three numbers of 8 bytes: statements, transactions, and those that wrote something.
"""

import mmap
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

SHAPE: Final = struct.Struct("<3q")


@dataclass(frozen=True, slots=True)
class Counts:
    statements: int
    transactions: int
    commits: int

    def __sub__(self, before: "Counts") -> "Counts":
        return Counts(
            self.statements - before.statements,
            self.transactions - before.transactions,
            self.commits - before.commits,
        )


def read(file: Path) -> Counts:
    return Counts(*SHAPE.unpack(file.read_bytes()))


def count(file: Path) -> None:
    """From now on, in this process. One that wrote something is one that changed rows."""
    file.write_bytes(bytes(SHAPE.size))
    with file.open("r+b") as opened:
        shown = mmap.mmap(opened.fileno(), SHAPE.size)
    statements = transactions = commits = changes = 0

    def statement(*_: Any) -> None:
        nonlocal statements
        statements += 1

    def commit(connection: Connection) -> None:
        nonlocal transactions, commits, changes
        raw: Any = connection.connection.dbapi_connection
        transactions += 1
        commits += raw.total_changes != changes
        changes = raw.total_changes
        SHAPE.pack_into(shown, 0, statements, transactions, commits)

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)


def main() -> None:
    from bot.cli import app

    count(Path(sys.argv[1]))
    app(["run"])


if __name__ == "__main__":
    main()
