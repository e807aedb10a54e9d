"""What the demo's page is told when something alarming was written, and that it is always found."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.content.danger import read_danger
from bot.core.danger import Category, screen
from bot.core.model import Band
from bot.demo.booth import Booth
from bot.demo.cast import FAMILY, ON_CALL, THERAPIST, Casting, Who
from bot.demo.picture import picture
from tests.browser import ROOT
from tests.test_demo_web import ENGLISH, asking
from tests.visitor import clinic_in, it_is, until


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    booth = Booth(ROOT, tmp_path)
    with it_is():
        yield booth
    await booth.close()


@pytest.mark.parametrize("who", [Band.B13, FAMILY])
async def test_who_is_on_call_gets_what_was_written_as_an_alert_without_the_words(
    booth: Booth, who: Who
) -> None:
    await booth.begin(Casting(who, "de", "en"))
    stage, shown = booth.stage, picture(booth)
    assert stage is not None
    assert (shown["phones"]["on_call"]["name"], shown["phones"]["on_call"]["language"]) == (
        stage.bot.house.clinic.answering.on_call,
        "en",
    )
    assert booth.set_out("check_in")
    await until(booth, lambda: booth.moving_to is None)
    async with asking(booth) as ask:
        wrote = await ask.post("/write", json={"phone": "client", "text": shown["alarming"]})
        assert wrote.status_code == 204
    await stage.settled()
    await until(booth, lambda: "check_in" not in booth.ahead.coming)
    for role, chat in (("therapist", THERAPIST), ("on_call", ON_CALL)):
        alert = picture(booth)["phones"][role]["messages"][-1]
        assert "I have it" in alert["rows"][0][0]["text"]
        assert [one for one in stage.shown(chat) if shown["alarming"] in one.text] == []
    for choice in ("-have", "-release"):
        await stage.tap(ON_CALL, choice)
    await until(booth, lambda: "check_in" in booth.ahead.coming)


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_the_alarming_sentence_is_found_in_its_own_language_as_one_danger(language: str) -> None:
    listed, _ = read_danger(ROOT, language)
    assert listed is not None
    found = {one.category for one in screen([listed.listed], Casting(Band.B18, language, "en").alarming)}
    assert found == {Category.SUICIDE}


async def test_a_clinic_in_which_nobody_is_on_call_has_two_phones(tmp_path: Path) -> None:
    folder, data = clinic_in(tmp_path / "clinic"), tmp_path / "data"
    data.mkdir()
    file = folder / "conversations" / "clinic.toml"
    rules, alerts, rest = file.read_text("utf-8").partition("[alerts]")
    file.write_text(f"{rules}[free_words]\non = false\n", "utf-8")
    booth = Booth(folder, data)
    await booth.begin(ENGLISH)
    assert list(picture(booth)["phones"]) == ["client", "therapist"]
    async with asking(booth) as ask:
        assert 'id="on_call"' not in (await ask.get("/")).text
        told = {"phone": "on_call", "text": "Hello"}
        assert (await ask.post("/write", json=told)).status_code == 409
        file.write_text(rules + alerts + rest, "utf-8")
        wish = {"who": "b13", "language": "en", "therapist_language": "ar"}
        assert (await ask.post("/begin", json=wish)).status_code == 204
        assert 'id="on_call"' in (await ask.get("/")).text
    assert picture(booth)["phones"]["on_call"]["dir"] == "rtl"
    await booth.close()
