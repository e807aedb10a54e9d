"""The page's clock knows what comes next, whose it is, and what does not come at all."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.model import Band
from bot.demo.booth import Booth
from bot.demo.cast import CLIENT, FAMILY, Casting
from bot.demo.picture import picture
from tests.browser import ROOT
from tests.visitor import it_is, until


@pytest.fixture
async def booth(tmp_path: Path) -> AsyncIterator[Booth]:
    booth = Booth(ROOT, tmp_path)
    with it_is():
        yield booth
    await booth.close()


async def test_a_family_has_one_phone_and_it_is_said_whose_turn_comes(booth: Booth) -> None:
    await booth.begin(Casting(FAMILY, "ar", "en"))
    shown = picture(booth)
    parent = shown["phones"]["client"]
    assert (parent["name"], parent["role"], parent["of"]) == ("سلمى", "parent", ("ليلى", "نور"))
    whose = [booth.ahead.coming[goal].whose for goal in ("check_in", "session")]
    assert whose == [("ليلى",), ("ليلى",)]
    assert booth.stage is not None
    await booth.stage.travel(booth.ahead.coming["check_in"].at)
    await until(booth, lambda: booth.ahead.coming["check_in"].whose == ("نور",))


async def test_what_was_put_off_comes_next_and_what_falls_into_a_pause_does_not(booth: Booth) -> None:
    await booth.begin(Casting(Band.B18, "en", "en"))
    stage = booth.stage
    assert stage is not None
    first = booth.ahead.coming["check_in"].at
    await stage.travel(first)
    await stage.tap(CLIENT, "-later")
    await stage.tap(CLIENT, "hour")
    await until(booth, lambda: first < booth.ahead.coming["check_in"].at <= first + timedelta(minutes=61))
    assert (picture(booth)["step"], booth.ahead.answering) == (1, False)
    await stage.travel(booth.ahead.coming["check_in"].at)
    for choice in ("-open", *["skip"] * 4, "-nothing", "-done"):
        await stage.tap(CLIENT, choice)
    await stage.write(CLIENT, "/pause")
    await stage.tap(CLIENT, "2")
    await until(booth, lambda: booth.ahead.coming["check_in"].at == first + timedelta(weeks=2))
    await stage.write(CLIENT, "/stop")
    await stage.tap(CLIENT, "yes")
    await until(booth, lambda: "check_in" not in booth.ahead.coming)
    assert not booth.set_out("check_in")
