"""``attune demo``: the page on this computer alone, until somebody stops it."""

import asyncio
import errno
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import uvicorn
from rich.console import Console

from bot.demo.booth import Booth
from bot.demo.web import application
from bot.service.running import SetupProblem

HOST: Final = "127.0.0.1"
PATIENCE: Final = 2  # seconds for browsers that still listen when we stop


async def until_stopped(folder: Path, port: int, out: Console) -> None:
    """Show it until Ctrl-C or SIGTERM. SetupProblem if the port is taken."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    with TemporaryDirectory(prefix="attune-demo-") as data:
        async with shown(folder, port, Path(data)) as (booth, url):
            out.print(f"The phones and a clock: open {url} in your browser. Ctrl-C ends it.", markup=False)
            out.print(
                f"Everything stays on this computer, in {data}, and is removed at the end.", markup=False
            )
            await _first(stop, booth.broken)
        if booth.failure is not None:
            raise booth.failure
    out.print("Stopped, and removed.")


@asynccontextmanager
async def shown(folder: Path, port: int, data: Path) -> AsyncIterator[tuple[Booth, str]]:
    """The page, served, and a play begun; port 0 takes any free one. Gives the booth and the address."""
    with _listening(port) as line:
        booth = Booth(folder, data)
        server = _Server(
            uvicorn.Config(
                application(booth),
                log_level="warning",
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=PATIENCE,
            )
        )
        serving: asyncio.Task[None] | None = None
        try:
            await booth.begin(booth.casting)
            serving = asyncio.create_task(server.serve(sockets=[line]))
            yield booth, f"http://{HOST}:{line.getsockname()[1]}"
        finally:
            try:
                await booth.close()
            finally:
                server.should_exit = True
                if serving is not None:
                    await serving


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ours."""
        yield


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    try:
        line = socket.create_server((HOST, port))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise SetupProblem(
            f"Port {port} is taken by another program, perhaps another demo. "
            f"Stop that one, or choose another port: attune demo --port {port + 1}"
        ) from None
    with line:
        yield line


async def _first(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
