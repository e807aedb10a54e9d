"""A server on the loopback interface that does what a script says, and counts what reaches it.

A script is a row of acts, one per request; the last one is repeated. Unlike the demo's Bot API
server this one knows nothing of Telegram: it can also reset, fall silent or talk nonsense.
"""

import asyncio
import json
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

Act = Callable[["Talk"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def method(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parameters(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass(slots=True)
class Talk:
    """One connection, seen by an act."""

    server: "FailingServer"
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def head(self) -> tuple[str, dict[str, str]]:
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.partition(": ") for line in lines[1:] if line)
        return lines[0].split(" ")[1], {name.lower(): value for name, _, value in pairs}

    async def request(self) -> None:
        """Read a whole request and count it."""
        path, headers = await self.head()
        if "content-length" in headers:
            body = await self.reader.readexactly(int(headers["content-length"]))
        else:
            body = await self._chunks()
        self.server.requests.append(Received(path, headers, body))

    async def say(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    def hang_up(self) -> None:
        self.writer.close()

    def reset(self) -> None:
        """Tear the line down without the usual good-bye."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self.reader.readline(), 16):
            body += await self.reader.readexactly(size)
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return body


@dataclass(slots=True)
class FailingServer:
    script: list[Act]
    tls: ssl.SSLContext | None = None
    requests: list[Received] = field(default_factory=list)
    connections: int = 0
    url: str = ""
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _talks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0, ssl=self.tls)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            while not writer.is_closing():
                act = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                await act(Talk(self, reader, writer))
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # the other side left, or the test is over
        finally:
            self._talks.discard(talk)
            writer.transport.abort()


def answers(status: int, body: object, **headers: str) -> Act:
    """Bytes as they are, anything else as JSON."""

    async def act(talk: Talk) -> None:
        await talk.request()
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = [f"HTTP/1.1 {status} -", f"Content-Length: {len(payload)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await talk.say("\r\n".join([*lines, "", ""]).encode() + payload)

    return act


def accepts(result: object) -> Act:
    return answers(200, {"ok": True, "result": result})


def refuses(status: int, description: str, **parameters: object) -> Act:
    body: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    return answers(status, body | {"parameters": parameters} if parameters else body)


async def hangs_up_at_once(talk: Talk) -> None:
    talk.hang_up()


async def resets_at_once(talk: Talk) -> None:
    talk.reset()


async def resets_before_the_body(talk: Talk) -> None:
    await talk.head()
    talk.reset()


async def resets_after_the_body(talk: Talk) -> None:
    await talk.request()
    talk.reset()


async def hangs_up_after_the_body(talk: Talk) -> None:
    await talk.request()
    talk.hang_up()


async def says_nothing(talk: Talk) -> None:
    await talk.request()
    await asyncio.Event().wait()


async def takes_nothing(talk: Talk) -> None:
    """Not even the request."""
    await asyncio.Event().wait()


async def talks_nonsense(talk: Talk) -> None:
    await talk.request()
    await talk.say(b"220 mail.example ready\r\n")
    talk.hang_up()


async def breaks_off(talk: Talk) -> None:
    await talk.request()
    await talk.say(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"ok": true, "resu')
    talk.hang_up()


async def falls_silent(talk: Talk) -> None:
    await talk.request()
    await talk.say(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"ok": true, "resu')
    await asyncio.Event().wait()


def hangs_up_after(act: Act) -> Act:
    """Answer, then close the connection that was to be kept."""

    async def both(talk: Talk) -> None:
        await act(talk)
        talk.hang_up()
        await talk.writer.wait_closed()
        talk.server.hung_up.set()

    return both
