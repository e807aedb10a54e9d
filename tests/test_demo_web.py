"""What the demo answers to its page, what it refuses, and what each picture of a play tells."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unicodedata import bidirectional

import httpx
import pytest
import pytest_asyncio

from bot.core.model import Band
from bot.demo.ahead import NOTHING
from bot.demo.booth import Booth
from bot.demo.cast import CLIENT, FAMILY, THERAPIST, Casting
from bot.demo.picture import picture
from bot.demo.web import SCRIPTS, application
from tests.browser import ROOT
from tests.visitor import clinic_in, it_is, until

ENGLISH = Casting(Band.B09, "en", "en")
HOME = "http://127.0.0.1"


def asking(booth: Booth, base_url: str = HOME) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(application(booth)), base_url=base_url)


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    """A booth in which nothing is played yet."""
    booth = Booth(ROOT, tmp_path)
    with it_is():
        yield booth
    await booth.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def playing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Booth]:
    """A booth with a play on, for tests that change nothing."""
    booth = Booth(ROOT, tmp_path_factory.mktemp("booth"))
    with it_is():
        await booth.begin(ENGLISH)
    yield booth
    await booth.close()


# ------------------------------------------------------------------ what is refused


REFUSED: list[tuple[int, str, Any]] = [
    (400, "tap", {"phone": "client"}),
    (400, "tap", {"phone": "guardian", "message": 1, "data": "x"}),
    (400, "write", {"phone": "client", "text": 5}),
    (400, "travel", {"goal": "yesterday"}),
    (400, "begin", {"who": "b07", "language": "en", "therapist_language": "en"}),
    (400, "begin", {"who": "b09", "language": "fr", "therapist_language": "en"}),
    (400, "begin", {"who": "family", "language": "en", "therapist_language": "../en"}),
    (409, "tap", {"phone": "client", "message": 99, "data": "4:1:yes"}),
    (409, "tap", {"phone": "client", "message": 1, "data": "4:1:no_such_button"}),
    (409, "write", {"phone": "therapist", "text": " "}),
]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("status", "path", "given"), REFUSED)
async def test_what_no_page_and_no_person_would_do_is_refused(
    playing: Booth, status: int, path: str, given: dict[str, Any]
) -> None:
    before = picture(playing)["phones"]
    async with asking(playing) as ask:
        assert (await ask.post(path, json=given)).status_code == status
    assert picture(playing)["phones"] == before


@pytest.mark.asyncio(loop_scope="module")
async def test_another_sites_name_is_not_answered(playing: Booth) -> None:
    async with asking(playing, "http://attune.example") as ask:
        assert (await ask.get("/")).status_code == 400
        assert (await ask.post("/travel", json={"goal": "day"})).status_code == 400


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"]
)
async def test_another_sites_form_is_not_read(playing: Booth, kind: str) -> None:
    async with asking(playing) as ask:
        answer = await ask.post("/travel", content=b'{"goal": "day"}', headers={"Content-Type": kind})
    assert answer.status_code == 415


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"day"', b"\xff\xfe", b'{"goal": null}'])
async def test_what_is_no_json_of_ours_is_refused(playing: Booth, body: bytes) -> None:
    async with asking(playing) as ask:
        answer = await ask.post("/travel", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.asyncio(loop_scope="module")
async def test_every_answer_forbids_strangers_scripts_and_keeps_nothing(playing: Booth) -> None:
    async with asking(playing) as ask:
        scripts = [(f"/{name}", "text/javascript") for name in SCRIPTS]
        for path, kind in (("/", "text/html"), ("/page.css", "text/css"), *scripts):
            answer = await ask.get(path)
            assert answer.headers["content-type"].startswith(kind)
            assert answer.headers["content-security-policy"].startswith("default-src 'self'")
            assert answer.headers["cache-control"] == "no-store"
        assert (await ask.get("/photo/AgACAgIAAxkBAAM999")).status_code == 404
        assert (await ask.get("/file/BQACAgIAAxkBAAM999")).status_code == 404
        assert (await ask.get("/../web.py")).status_code == 404


@pytest.mark.asyncio(loop_scope="module")
async def test_the_page_offers_every_band_a_family_and_every_language_of_the_clinic(playing: Booth) -> None:
    async with asking(playing) as ask:
        html = (await ask.get("/")).text
    assert list(playing.offered) == [*Band, FAMILY]
    assert all(f'<option value="{who}">' in html for who in playing.offered)
    assert '<option value="ar" lang="ar" dir="rtl">العربية</option>' in html


async def test_while_two_people_meet_nothing_can_be_done(booth: Booth) -> None:
    shown = picture(booth)
    assert (shown["clock"], shown["phones"]) == (None, {})
    async with asking(booth) as ask:
        tapped = await ask.post("/tap", json={"phone": "client", "message": 1, "data": "x"})
        wrote = await ask.post("/write", json={"phone": "client", "text": "Hello"})
        moved = await ask.post("/travel", json={"goal": "check_in"})
        assert {tapped.status_code, wrote.status_code, moved.status_code} == {409}
        assert (await ask.get("/photo/x")).status_code == 409
        assert (await ask.get("/file/x")).status_code == 409


# ------------------------------------------------------------------ what a play shows


async def test_a_picture_tells_what_stands_on_both_phones_and_how_far_one_has_come(booth: Booth) -> None:
    await booth.begin(ENGLISH)
    stage = booth.stage
    assert stage is not None
    met = picture(booth)
    assert (met["play"], met["step"], met["clock"]["moving_to"]) == (1, 1, None)
    assert said(met, "client")[0]["text"] == "/start", "the secret is not shown"
    (invitation,) = [message for message in said(met, "therapist") if message["photo"]]
    async with asking(booth) as ask:
        photo = await ask.get(f"/photo/{invitation['photo']}")
        assert photo.content.startswith(b"\x89PNG")
        await stage.travel(booth.ahead.coming["check_in"].at)
        cover = said(picture(booth), "client")[-1]
        (key,), *_others = cover["rows"]
        tapped = {"phone": "client", "message": cover["id"], "data": key["data"]}
        assert (await ask.post("/tap", json=tapped)).status_code == 204
        assert said(picture(booth), "client")[-1]["spinning"] == key["data"]
        await stage.settled()
        assert said(picture(booth), "client")[-1]["spinning"] == ""
        assert (await ask.post("/tap", json=tapped)).status_code == 409, "its page has turned"
        for choice in ("-here", "a_lot", "a_lot", "a_lot"):
            await stage.tap(CLIENT, choice)
        assert picture(booth)["step"] == 1, "there is one page more"
        assert (await ask.post("/write", json={"phone": "client", "text": "Hello"})).status_code == 204
        await stage.settled()
        await stage.tap(CLIENT, "-done")
        await until(booth, lambda: picture(booth)["step"] == 2)
    await stage.travel(booth.ahead.coming["session"].at)
    read = picture(booth)
    assert read["step"] == 3
    assert said(read, "therapist")[-1]["protected"]
    assert read["phones"]["client"]["toast"]["text"] == ""
    await stage.tap(THERAPIST, "-read")
    told = picture(booth)
    assert (told["step"], said(told, "client")[-1]["silent"]) == (1, True)


async def test_each_phone_lists_the_commands_of_whoever_holds_it(booth: Booth) -> None:
    await booth.begin(Casting(Band.B18, "de", "ar"))
    phones = picture(booth)["phones"]
    theirs = {role: [one["command"] for one in phones[role]["commands"]] for role in phones}
    assert theirs["client"][0] == "menu"
    assert theirs["therapist"][:2] == ["summary", "invite"]
    assert theirs["on_call"] == theirs["therapist"]
    assert phones["client"]["commands"][1]["description"] == "Jetzt einen Check-in beginnen"
    assert direction_of(phones["therapist"]["commands"][0]["description"]) == "R"


def direction_of(words: str) -> str:
    """ "L" or "R", as the first letter reads."""
    strong = {"L": "L", "R": "R", "AL": "R"}
    return next(strong[kind] for kind in map(bidirectional, words) if kind in strong)


async def test_a_document_is_served_in_a_sandbox_and_under_its_own_name(booth: Booth) -> None:
    await booth.begin(ENGLISH)
    assert booth.stage is not None
    document = booth.stage.state.send(CLIENT, "document", b"<script>", name="بياناتي 1.html")
    shown = said(picture(booth), "client")[-1]
    assert shown["file"] == {"id": document.file_id, "name": "بياناتي 1.html"}
    async with asking(booth) as ask:
        answer = await ask.get(f"/file/{document.file_id}")
    assert (answer.content, answer.headers["content-type"]) == (b"<script>", "text/html; charset=utf-8")
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "allow-" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    name = "%D8%A8%D9%8A%D8%A7%D9%86%D8%A7%D8%AA%D9%8A%201.html"
    assert answer.headers["content-disposition"] == f"inline; filename*=UTF-8''{name}"


def said(shown: dict[str, Any], role: str) -> list[dict[str, Any]]:
    return list(shown["phones"][role]["messages"])


async def test_the_clock_goes_one_way_at_a_time(booth: Booth) -> None:
    await booth.begin(ENGLISH)
    before = picture(booth)["clock"]
    async with asking(booth) as ask:
        assert (await ask.post("/travel", json={"goal": "hour"})).status_code == 204
        assert picture(booth)["clock"]["moving_to"] >= before["now"] + 3_600_000
        assert (await ask.post("/travel", json={"goal": "day"})).status_code == 409
        while picture(booth)["clock"]["moving_to"]:
            await booth.changed(booth.version, 9)
    assert picture(booth)["clock"]["journeys"] == before["journeys"] + 1
    booth.ahead = NOTHING
    assert not booth.set_out("session"), "there is nothing to go to"


async def test_somebody_else_may_play_next_and_the_play_before_is_gone(booth: Booth, tmp_path: Path) -> None:
    await booth.begin(ENGLISH)
    first = booth.stage
    async with asking(booth) as ask:
        wish = {"who": "b65", "language": "ar", "therapist_language": "de"}
        assert (await ask.post("/begin", json=wish)).status_code == 204
    assert booth.stage is not first
    shown = picture(booth)
    assert shown["play"] == 2
    assert shown["casting"] == wish
    assert (shown["phones"]["client"]["language"], shown["phones"]["client"]["dir"]) == ("ar", "rtl")
    assert (shown["phones"]["therapist"]["language"], shown["phones"]["therapist"]["dir"]) == ("de", "ltr")
    assert len(inside(tmp_path)) == 1, "the database of the play before was removed"


def inside(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_mistake_in_the_clinics_folder_is_told_and_the_play_goes_on(tmp_path: Path) -> None:
    folder, data = clinic_in(tmp_path / "clinic"), tmp_path / "data"
    data.mkdir()
    booth = Booth(folder, data)
    await booth.begin(ENGLISH)
    file = folder / "conversations" / "clinic.toml"
    right, wish = file.read_text("utf-8"), {"who": "b13", "language": "de", "therapist_language": "de"}
    async with asking(booth) as ask:
        file.write_text(right.replace("Europe/Vienna", "Europe/Wien"), "utf-8")
        answer = await ask.post("/begin", json=wish)
        assert answer.status_code == 422
        assert "attune check" in answer.text
        assert "clinic.toml" in answer.text
        assert (booth.stage is None, booth.casting, booth.plays) == (False, ENGLISH, 1)
        file.write_text(right, "utf-8")
        assert (await ask.post("/begin", json=wish)).status_code == 204
    assert booth.casting == Casting(Band.B13, "de", "de")
    await booth.close()
