"""The stand-in for Telegram lets a bot introduce itself, in each language, as far as Telegram would."""

from typing import Any

import pytest

from tests.bot_api.line import Line, line


@pytest.mark.parametrize(
    ("method", "parameters", "words"),
    [
        ("setMyCommands", {"commands": [{"command": "Bad!", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": "x" * 257}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": "x"}] * 101},
            "BOT_COMMANDS_TOO_MUCH",
        ),
        ("setMyCommands", {"commands": [3]}, "can't parse BotCommand: expected an Object"),
        ("setMyCommands", {"language_code": "deu"}, "invalid language code specified"),
        ("setMyDescription", {"description": "x" * 513}, "DESCRIPTION_TOO_LONG"),
        ("setMyShortDescription", {"short_description": "x" * 121}, "SHORT_DESCRIPTION_TOO_LONG"),
        ("setMyName", {"name": "x" * 65}, "NAME_TOO_LONG"),
    ],
)
async def test_a_bot_that_introduces_itself_badly_is_refused(
    method: str, parameters: dict[str, Any], words: str
) -> None:
    async with line() as to:
        assert await to.refused(method, **parameters) == (400, f"Bad Request: {words}")


async def test_commands_and_descriptions_are_kept_by_language() -> None:
    async with line() as to:
        await _introduce(to, "", "help", "What I do")
        await _introduce(to, "de", "hilfe", "Was ich tue")
        assert (await to.result("getMyCommands", language_code="de"))[0]["command"] == "hilfe"
        assert (await to.result("getMyDescription", language_code="de"))["description"] == "Was ich tue"
        assert (await to.result("getMyDescription", language_code="fr"))["description"] == "What I do"
        assert (await to.result("getMyName"))["name"] == "Attune"
        await to.result("deleteMyCommands", language_code="de")
        assert await to.result("getMyCommands", language_code="de") == []


async def _introduce(to: Line, language: str, command: str, meaning: str) -> None:
    commands = [{"command": command, "description": meaning}]
    await to.result("setMyCommands", commands=commands, language_code=language)
    await to.result("setMyDescription", description=meaning, language_code=language)
