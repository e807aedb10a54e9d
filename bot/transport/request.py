"""One HTTP call to the Bot API: sent once or provably not at all, and nothing names the address.

The address holds the token, so no exception of the HTTP library leaves this file, not even as
the context of another, and the logs of the libraries are silenced.
"""

import io
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, final

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.transport.answers import result_of
from bot.transport.errors import NotSent

# Shorter than any server's own limit that we know of (uvicorn's is 5 s), so that a letter is
# never written into a connection that the server is just closing: that would leave it in doubt.
IDLE: Final = 4.0
CONNECTIONS: Final = 64
MEGABYTE: Final = 1_000_000

# Answers are small: unpacking them would cost us more than their bytes cost the line.
_HEADERS = {"User-Agent": BaseRequest.USER_AGENT, "Accept-Encoding": "identity"}
_JSON = {"Content-Type": "application/json"}

# Their finer logs print whole messages (telegram), the address with the token (httpx, aiohttp) and
# every function that is called, with its arguments (aiosqlite).
TALKATIVE: Final = ("telegram", "aiohttp", "aiosqlite", "httpx", "httpcore")

Seconds = float | None
File = tuple[str, object, str]  # its name, its bytes or an open file, its MIME type


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes along in ``field``, under a name without quotes, semicolons and line ends."""

    field: str
    name: str
    content: bytes
    media_type: str = "application/octet-stream"


def quiet_loggers() -> None:
    """Call once at start, whatever the log level: the libraries may only warn."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


@final
class Request(BaseRequest):
    """How python-telegram-bot's calls travel, and our own cheaper ones. None waits for ever.

    ``write`` is for whole messages; a file of many megabytes may take as long for each of them.
    """

    def __init__(
        self,
        *,
        read: Seconds = 20,
        write: Seconds = 20,
        connect: Seconds = 10,
        pool: Seconds = 10,
        connections: int = CONNECTIONS,
    ) -> None:
        self._read, self._write, self._connect, self._pool = read, write, connect, pool
        self._usual = _timeout(read, write, connect, pool)
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, URL] = {}

    @property
    def read_timeout(self) -> Seconds:
        return self._read

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=IDLE),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=_HEADERS,
            )

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def call(
        self,
        url: str,
        parameters: Mapping[str, object],
        *,
        upload: Upload | None = None,
        patience: timedelta = timedelta(),
    ) -> object:
        """The ``result``, as parsed JSON. ``patience`` is how much longer than usual the answer may take.

        A third of the CPU that python-telegram-bot's own methods need: no types are built.
        """
        target = self._urls.get(url)
        if target is None:
            target = self._urls[url] = URL(url, encoded=True)
        timeout = self._usual
        if patience or upload is not None:
            read = None if self._read is None else self._read + patience.total_seconds()
            timeout = _timeout(read, _write(self._write, upload), self._connect, self._pool)
        if upload is None:
            body: bytes | aiohttp.FormData = json.dumps(parameters).encode()
        else:
            fields = {
                name: value if isinstance(value, str) else json.dumps(value)
                for name, value in parameters.items()
            }
            body = _form(fields, {upload.field: (upload.name, upload.content, upload.media_type)})
        return result_of(*await self._exchange("POST", target, body, timeout))

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The way python-telegram-bot's methods come. What Telegram refuses is raised here already,
        because their own errors quote the answer, and the log of theirs too."""
        timeout = _timeout(
            _chosen(read_timeout, self._read),
            _chosen(write_timeout, self._write),
            _chosen(connect_timeout, self._connect),
            _chosen(pool_timeout, self._pool),
        )
        body: bytes | aiohttp.FormData | None = None
        if request_data is not None and request_data.contains_files:
            body = _form(request_data.json_parameters, request_data.multipart_data)
        elif request_data is not None:
            body = json.dumps(request_data.parameters).encode()
        status, payload = await self._exchange(method, URL(url, encoded=True), body, timeout)
        if method == "POST" or status >= 300:  # what a GET brings is a file, not JSON
            result_of(status, payload)
        return status, payload

    async def _exchange(
        self, method: str, url: URL, body: bytes | aiohttp.FormData | None, patience: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        failure: TelegramError
        if self._session is None:
            raise NotSent("the line to Telegram is closed")
        try:
            # aiohttp repeats no POST by itself; a redirect would, so none is followed.
            async with self._session.request(
                method,
                url,
                data=body,
                headers=_JSON if isinstance(body, bytes) else None,
                timeout=patience,
                allow_redirects=False,
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            failure = NotSent(f"no connection ({type(error).__name__})")
        except TimeoutError:
            failure = TimedOut("no answer in time")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = NetworkError(f"the line broke ({type(error).__name__})")
        raise failure  # out here it has no context that could be printed with the address


def _timeout(read: Seconds, write: Seconds, connect: Seconds, pool: Seconds) -> aiohttp.ClientTimeout:
    """aiohttp knows no time for writing; ``total`` ends a request whose bytes nobody takes."""
    before = None if pool is None or connect is None else pool + connect
    total = None if before is None or write is None or read is None else before + write + read
    return aiohttp.ClientTimeout(total=total, connect=before, sock_connect=connect, sock_read=read)


def _write(usual: Seconds, upload: Upload | None) -> Seconds:
    """How long the bytes of this call may take."""
    if usual is None or upload is None:
        return usual
    return usual * max(len(upload.content) / MEGABYTE, 1)


def _chosen(given: object, usual: Seconds) -> Seconds:
    if given is BaseRequest.DEFAULT_NONE:
        return usual
    return float(given) if isinstance(given, int | float) else None


def _form(fields: Mapping[str, str], files: Mapping[str, File]) -> aiohttp.FormData:
    # Telegram takes a file's name as it stands: quoted, an Arabic one would be shown as "%D8%A8…".
    form = aiohttp.FormData(fields, quote_fields=False)
    for name, (file_name, content, mime_type) in files.items():
        # aiohttp warns of bytes as large as a photograph, but takes a file of any size.
        content = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, content, filename=file_name, content_type=mime_type)
    return form
