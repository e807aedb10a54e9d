"""The network's side: HTTP in, HTTP out, and the failures that were asked for in between."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final, TypeVar

from aiohttp import web

from bot.demo.server.control import Controls
from bot.demo.server.faults import Failure, Fault
from bot.demo.server.methods import Methods
from bot.demo.server.parameters import Parameters, read_parameters
from bot.demo.server.state import State
from bot.demo.server.things import Impossible, Json, Refusal, bad

BODY_MAX: Final = 64 * 1024 * 1024
HOST: Final = "127.0.0.1"
PATIENCE: Final = 0.1  # for calls under way when the server stops; long polls are ended before

T = TypeVar("T")

_JSON: Final = "application/json"
_CONTROL: Final = "/control/"
_NOT_FOUND: Final = Refusal(404, "Not Found")
_NO_METHOD: Final = Refusal(404, "Not Found: method not found")
_UNAUTHORIZED: Final = Refusal(401, "Unauthorized")

_GARBLED: Final = {
    Failure.NOT_JSON: b"<html><body>Everything is fine</body></html>",
    Failure.NO_RESULT: b'{"ok":true}',
    Failure.LIST: b"[]",
    Failure.WRONG_RESULT: b'{"ok":true,"result":"surprise"}',
    Failure.EMPTY: b"",
}


class Server:
    """Stands at ``url`` while it is open. Paused, it refuses connections and forgets nothing."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.url = ""
        self.port = 0
        self._methods = Methods(state)
        self._controls = Controls(state, self.pause_for)
        self._runner: web.ServerRunner | None = None
        self._site: web.TCPSite | None = None
        self._server: web.Server | None = None
        self._begun: set[asyncio.Task[Any]] = set()

    async def open(self, port: int = 0) -> None:
        roomy = partial(web.BaseRequest, loop=asyncio.get_running_loop(), client_max_size=BODY_MAX)
        # A poll whose client has left must not take updates; other calls never wait, once they are read.
        self._server = web.Server(
            self._answer, request_factory=roomy, handler_cancellation=True, access_log=None
        )
        self._runner = web.ServerRunner(self._server, shutdown_timeout=PATIENCE)
        await self._runner.setup()
        self.port = port
        await self.resume()

    @property
    def standing(self) -> bool:
        """Whether connections are taken just now."""
        return self._site is not None

    async def resume(self) -> None:
        """Take connections again, at the same port."""
        if self._runner is None or self._site is not None:
            return
        site = web.TCPSite(self._runner, HOST, self.port, reuse_address=True)
        await site.start()
        self._site = site
        self.port = int(self._runner.addresses[0][1])
        self.url = f"http://{HOST}:{self.port}"

    async def pause(self) -> None:
        """Refuse connections, and tear down those that stand. What is asked just now may take effect."""
        if self._site is not None:
            site, self._site = self._site, None
            await site.stop()
        if self._server is not None:
            for connection in self._server.connections:
                if connection.transport is not None:
                    connection.transport.abort()

    def pause_for(self, seconds: float) -> None:
        """Pause in a moment, so that this can still be answered, and resume by itself; real seconds."""

        async def pause_and_resume() -> None:
            await asyncio.sleep(PATIENCE)
            await self.pause()
            await asyncio.sleep(seconds)
            await self.resume()

        self._begin(pause_and_resume())

    async def close(self) -> None:
        for task in self._begun:
            task.cancel()
        await asyncio.gather(*self._begun, return_exceptions=True)
        await self.state.webhook.close()
        self.state.updates.end()
        if self._runner is not None:
            await self._runner.cleanup()
        self._site = self._runner = None

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith(_CONTROL):
            return await self._control(request, path.removeprefix(_CONTROL))
        if path.startswith("/file/bot"):
            return self._file(path.removeprefix("/file/bot"))
        token, slash, method = path.removeprefix("/bot").partition("/")
        if not path.startswith("/bot") or not slash:
            return _refusal(_NOT_FOUND)
        method = method.rstrip("/").lower()
        if token != self.state.token:
            return _refusal(_UNAUTHORIZED)
        if not self._methods.knows(method):
            return _refusal(_NO_METHOD)
        fault = self.state.faults.take(method)
        if fault is None:
            return await self._perform(request, method)
        return await self._fail(request, method, fault)

    async def _perform(self, request: web.BaseRequest, method: str) -> web.Response:
        return await self._result(await _given(request), method)

    async def _result(self, given: Parameters | Refusal, method: str) -> web.Response:
        if isinstance(given, Refusal):
            return _refusal(given)
        try:
            return _json({"ok": True, "result": await self._methods.call(method, given)})
        except Refusal as refusal:
            return _refusal(refusal)

    async def _fail(self, request: web.BaseRequest, method: str, fault: Fault) -> web.StreamResponse:
        """Before the effect the call is not performed, save by a delay, which only performs it late."""
        if fault.failure is Failure.DELAY:
            # Shielded: the client may leave, the call takes effect all the same.
            return await asyncio.shield(self._begin(self._late(await _given(request), method, fault)))
        if fault.failure is Failure.RESET and not fault.after:
            return _reset(request)
        given = await _given(request)  # read in any case, so that the client has sent all of it
        response = await self._result(given, method) if fault.after else _json({"ok": True, "result": True})
        match fault.failure:
            case Failure.RESET:
                return _reset(request)
            case Failure.HANG_UP:
                if request.transport is not None:
                    request.transport.close()
                return response
            case Failure.REFUSE:
                return _refusal(fault.refusal())
            case Failure.GATEWAY:
                page = f"<html><head><title>{fault.status}</title></head><body>gateway</body></html>"
                return web.Response(status=fault.status, text=page, content_type="text/html")
            case Failure.TRUNCATED:
                return await _truncate(request, response)
            case garbled:
                return web.Response(body=_GARBLED[garbled], content_type=_JSON)

    async def _late(self, given: Parameters | Refusal, method: str, fault: Fault) -> web.Response:
        if not fault.after:
            await asyncio.sleep(fault.seconds)
        response = await self._result(given, method)
        if fault.after:
            await asyncio.sleep(fault.seconds)
        return response

    def _begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """What goes on by itself, until the server closes."""
        task = asyncio.create_task(work)
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        return task

    def _file(self, rest: str) -> web.Response:
        token, _, path = rest.partition("/")
        if token != self.state.token:
            return _refusal(_UNAUTHORIZED)
        for file in self.state.files.values():
            if file.path == path:
                return web.Response(body=file.content, content_type="application/octet-stream")
        return _refusal(_NOT_FOUND)

    async def _control(self, request: web.BaseRequest, what: str) -> web.Response:
        try:
            body = await request.read()
            arguments = json.loads(body) if body else {}
            return _json({"ok": True, "result": await self._controls.act(what, arguments)})
        except (Impossible, LookupError, TypeError, ValueError) as error:
            return _refusal(Refusal(400, f"{type(error).__name__}: {error}"))


@asynccontextmanager
async def serve(state: State, port: int = 0) -> AsyncIterator[Server]:
    """Run in this event loop; ``server.url`` is what the bot's base URL setting needs."""
    server = Server(state)
    await server.open(port)
    try:
        yield server
    finally:
        await server.close()


async def _given(request: web.BaseRequest) -> Parameters | Refusal:
    try:
        return await read_parameters(request)
    except Refusal as refusal:
        return refusal
    except (ValueError, UnicodeError):
        return bad("can't parse the request")


def _json(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), status=status, content_type=_JSON, headers=headers)


def _refusal(refusal: Refusal) -> web.Response:
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else None
    return _json(refusal.body(), refusal.code, headers)


def _reset(request: web.BaseRequest) -> web.Response:
    """Tear the line down without the usual good-bye, so that the other side sees ECONNRESET."""
    transport = request.transport
    if transport is not None:
        line: socket.socket = transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def _truncate(request: web.BaseRequest, response: web.Response) -> web.StreamResponse:
    body = response.body if isinstance(response.body, bytes) else b"{}"
    half = web.StreamResponse(headers={"Content-Type": _JSON, "Content-Length": str(len(body))})
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return half
