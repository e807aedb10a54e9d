"""The page's side of the network: one page, a stream of pictures, and what people do with the phones.

Only this computer's browser is answered, and only if the page itself asks.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal, TypeVar
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.content.languages import direction, own_name
from bot.demo.booth import Booth, Goal
from bot.demo.cast import FAMILY, Casting, Who
from bot.demo.picture import PHONES, language_tag, picture
from bot.demo.server import Impossible
from bot.demo.stage import Stage
from bot.service.start import ContentProblem

PAGE: Final = Path(__file__).with_name("page")
SCRIPTS: Final = ("page.js", "phone.js", "card.js", "menu.js", "making.js")
HEARTBEAT: Final = 15.0  # real seconds
TOGETHER: Final = 0.03  # real seconds between two pictures, so that a long journey is not a flood
MISTAKES_SHOWN: Final = 3
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
# A document comes from the other side of the wall: it is shown, and can do and ask for nothing, as if
# it came from nowhere. No scripts, no forms, nothing from anywhere but what it brings along.
SANDBOX: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:;"
    " form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

Phone = Literal["client", "therapist", "on_call"]


class Tap(BaseModel):
    phone: Phone
    message: int
    data: str


class Words(BaseModel):
    phone: Phone
    text: str


class Journey(BaseModel):
    goal: Goal


class Wish(BaseModel):
    who: Who
    language: str
    therapist_language: str


Given = TypeVar("Given", Tap, Words, Journey, Wish)


def application(booth: Booth) -> Starlette:
    pages = Pages(booth)
    return Starlette(
        routes=[
            Route("/", pages.page),
            Route("/page.css", pages.style),
            *(Route(f"/{name}", pages.script) for name in SCRIPTS),
            Route("/events", pages.events),
            Route("/photo/{file_id}", pages.photo),
            Route("/file/{file_id}", pages.file),
            Route("/tap", pages.tap, methods=["POST"]),
            Route("/write", pages.write, methods=["POST"]),
            Route("/travel", pages.travel, methods=["POST"]),
            Route("/begin", pages.begin, methods=["POST"]),
        ],
        # Another site's name could be made to point here; it is not answered.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )


class Pages:
    def __init__(self, booth: Booth) -> None:
        self._booth = booth
        templates = Environment(
            loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._template = templates.get_template("page.html")

    async def page(self, request: Request) -> Response:
        booth = self._booth
        html = self._template.render(
            bands=booth.band_names,
            family=FAMILY,
            offered={who: list(languages) for who, languages in booth.offered.items()},
            languages={
                language: (own_name(language), language_tag(language), direction(language))
                for language in booth.languages
            },
            phones=[phone for phone in PHONES if phone != "on_call" or booth.answered],
        )
        return Response(html, media_type="text/html", headers=HEADERS)

    async def style(self, request: Request) -> Response:
        return _file("page.css", "text/css")

    async def script(self, request: Request) -> Response:
        return _file(request.url.path.removeprefix("/"), "text/javascript")

    async def events(self, request: Request) -> Response:
        return StreamingResponse(self._pictures(), media_type="text/event-stream", headers=HEADERS)

    async def photo(self, request: Request) -> Response:
        file = self._stage().state.files.get(request.path_params["file_id"])
        if file is None:
            raise HTTPException(404)
        return Response(file.content, media_type="image/png", headers=HEADERS)

    async def file(self, request: Request) -> Response:
        """A document in a sandbox, under its own name if somebody keeps it."""
        file = self._stage().state.files.get(request.path_params["file_id"])
        if file is None:
            raise HTTPException(404)
        name = f"inline; filename*=UTF-8''{quote(file.name, safe='')}"
        headers = {**HEADERS, "Content-Security-Policy": SANDBOX, "Content-Disposition": name}
        return Response(file.content, media_type=file.mime_type, headers=headers)

    async def tap(self, request: Request) -> Response:
        given = await _read(request, Tap)
        with _possible():
            self._stage().state.tap(PHONES[given.phone], given.message, given.data)
        return Response(status_code=204)

    async def write(self, request: Request) -> Response:
        given = await _read(request, Words)
        with _possible():
            self._stage().state.write(PHONES[given.phone], given.text)
        return Response(status_code=204)

    async def travel(self, request: Request) -> Response:
        given = await _read(request, Journey)
        if not self._booth.set_out(given.goal):
            raise HTTPException(409)
        return Response(status_code=204)

    async def begin(self, request: Request) -> Response:
        given, booth = await _read(request, Wish), self._booth
        if given.language not in booth.offered.get(given.who, ()):
            raise HTTPException(400)
        if given.therapist_language not in booth.languages:
            raise HTTPException(400)
        try:
            await booth.begin(Casting(given.who, given.language, given.therapist_language))
        except ContentProblem as mistakes:  # the clinic's folder was changed since
            lines = [str(mistakes), *map(str, mistakes.problems[:MISTAKES_SHOWN])]
            return Response("\n".join(lines), 422, media_type="text/plain")
        return Response(status_code=204)

    def _stage(self) -> Stage:
        """The play that is on; 409 while one begins."""
        if self._booth.stage is None:
            raise HTTPException(409)
        return self._booth.stage

    async def _pictures(self) -> AsyncIterator[str]:
        booth = self._booth
        while not booth.over:
            seen = booth.version
            yield f"data: {json.dumps(picture(booth), ensure_ascii=False)}\n\n"
            await asyncio.sleep(TOGETHER)
            await booth.changed(seen, HEARTBEAT)


async def _read(request: Request, kind: type[Given]) -> Given:
    """What was asked for. Only JSON is read, which other sites' pages cannot send without asking."""
    if request.headers.get("content-type") != "application/json":
        raise HTTPException(415)
    try:
        return kind.model_validate_json(await request.body())
    except ValidationError:
        raise HTTPException(400) from None


@contextmanager
def _possible() -> Iterator[None]:
    """409 for what no person could do, such as pressing a button of a page that has turned."""
    try:
        yield
    except Impossible:
        raise HTTPException(409) from None


def _file(name: str, media_type: str) -> Response:
    return Response((PAGE / name).read_bytes(), media_type=media_type, headers=HEADERS)
