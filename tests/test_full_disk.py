"""When the disk is full the bot says so, and what it could not store it has not confirmed either. Whoever
asks for help meanwhile gets an answer, and when there is room again it goes on by itself.

The disk becomes full just when updates are handed over, so that storing them is what fails.
"""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.storage.schema import inbox as inbox_rows
from tests.process.attune import Nursery, Process, eventually
from tests.process.clinic import Cast
from tests.process.town import Town, town

CAST = Cast(asks=10, due=6, reminded=4, summaries=4, seconds=6)
SMALL = 65_536  # bytes: less than the write-ahead log wants before long


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The database's folder is a disk of its own, of 24 megabytes."""
    place = tmp_path / "data"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "attune-test", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk; the limit on file sizes is tested all the same")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


async def test_a_full_disk_loses_nothing(tmp_path: Path, nursery: Nursery, small_disk: Path) -> None:
    async with town(tmp_path, nursery, CAST, seed=4) as there:
        async with there.bot() as process:
            await _busy(there)
            there.telegram.at("updates", lambda: _fill(small_disk / "holiday.mov"))
            await _told(there, "The disk is full. Make room")
            await _helped(there, 901, "/help")
            await _helped(there, 902, "ich will nicht mehr leben")
            (small_disk / "holiday.mov").unlink()
            await _goes_on_by_itself(there, process)
        await _goes_on(there)


async def test_a_limit_on_the_size_of_files_loses_nothing(tmp_path: Path, nursery: Nursery) -> None:
    async with town(tmp_path, nursery, CAST, seed=5) as there:
        async with there.bot() as process:
            await _busy(there)
            limit = resource.RLIMIT_FSIZE, (SMALL, resource.RLIM_INFINITY)
            there.telegram.at("updates", lambda: resource.prlimit(process.pid, *limit))
            await _told(there, "The disk ")
            await _helped(there, 901, "/help")
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            await _goes_on_by_itself(there, process)
        await _goes_on(there)


async def _busy(there: Town) -> None:
    """People have begun to answer, and updates come in."""
    confirmed = there.telegram.updates.confirmed
    await eventually(lambda: len(confirmed) > 30, "people write and tap")


async def _told(there: Town, reason: str) -> None:
    await eventually(lambda: reason in there.home.said(), f"the log says {reason!r}")


async def _helped(there: Town, chat_id: int, words: str) -> None:
    """Nothing can be stored, and the number to call is on the phone all the same."""
    there.telegram.person(chat_id, "Noor", "de", started=True)
    there.telegram.write(chat_id, words)
    await eventually(
        lambda: any("Notruf" in message.text for message in there.telegram.chat(chat_id)), "the card came"
    )


async def _goes_on_by_itself(there: Town, process: Process) -> None:
    stored = len(there.telegram.updates.confirmed)
    await eventually(lambda: len(there.telegram.updates.confirmed) > stored, "it takes updates in again")
    assert await process.stop() == 0


async def _goes_on(there: Town) -> None:
    stored = await there.home.read(lambda tx: set(tx.execute(select(inbox_rows.c.update_id)).scalars()))
    assert there.telegram.updates.confirmed <= stored
    found = await there.finish(answers=10)
    assert found.differences == []


def _fill(file: Path) -> None:
    """To the last byte."""
    with file.open("wb", buffering=0) as film:
        for size in (1 << 16, 1 << 10, 1):
            with suppress(OSError):
                while film.write(b"x" * size):
                    pass
