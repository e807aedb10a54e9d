"""Single lines of a client's page: which step an answer was, and how often a message was changed."""

from dataclasses import replace

import pytest

from bot.core.dossier import KnownLetter
from bot.render.dossiers import as_page
from bot.render.words import Ltr
from tests.test_dossiers import AT, FULL, LANGUAGES, LATER, UNSURE, Seen, words


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_told_as_a_step_of_its_scale_and_what_is_none_as_no_step(language: str) -> None:
    said = words(language)
    text = Seen(as_page(said, replace(FULL, goals=()))).text
    assert text.count(said("bot/dossier/value", number=Ltr("2"), most=Ltr("3"))) == 1
    unsure = replace(FULL.check_ins[0], answers=(UNSURE,))
    none = Seen(as_page(said, replace(FULL, goals=(), check_ins=(unsure,)))).text
    assert said.texts["bot/dossier/value"].split("{")[0] not in none


@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_stand_with_the_message_that_was_changed(language: str) -> None:
    said = words(language)
    once, often = KnownLetter("check_in", AT, (LATER,)), KnownLetter("reminder", AT, (LATER,) * 4)
    text = Seen(as_page(said, replace(FULL, letters=(KnownLetter("reply", AT), once, often)))).text
    kinds = [said(f"bot/dossier/letter/{kind}") for kind in ("reply", "check_in", "reminder")]
    assert kinds[0] in text
    assert said("bot/dossier/letter/changed_once", kind=kinds[1]) in text
    assert said("bot/dossier/letter/changed", kind=kinds[2], count=Ltr("4")) in text
