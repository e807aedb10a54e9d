"""How the bot introduces itself: its commands, name and descriptions, by scope and language."""

import json
import re
from typing import Final

from bot.demo.server.limits import clean
from bot.demo.server.parameters import Parameters
from bot.demo.server.state import State
from bot.demo.server.things import Json, bad, utf16

COMMANDS_MAX: Final = 100
MEANING_MAX: Final = 256
DESCRIPTION_MAX: Final = 512
SHORT_DESCRIPTION_MAX: Final = 120
NAME_MAX: Final = 64

_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
_LANGUAGE: Final = re.compile(r"(?:[a-z]{2})?", re.ASCII)
_SCOPES: Final = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
)


def set_my_commands(state: State, given: Parameters) -> bool:
    commands = given.structure("commands", "commands") or []
    if not isinstance(commands, list):
        raise bad("expected an Array of BotCommand")
    if len(commands) > COMMANDS_MAX:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    state.profile[_commands_place(given)] = [_command(command) for command in commands]
    state.record("setMyCommands")
    return True


def get_my_commands(state: State, given: Parameters) -> object:
    return state.profile.get(_commands_place(given), [])


def commands_in(state: State, chat_id: int) -> list[Json]:
    """What a person's app lists in their chat with the bot: the closest list there is, and of two for
    the same place the one in the app's language."""
    language = state.somebody(chat_id).language_code.partition("-")[0]
    for scope in ({"type": "chat", "chat_id": chat_id}, {"type": "all_private_chats"}, {"type": "default"}):
        for spoken in (language, ""):
            found = state.profile.get((_scope_place(scope), spoken))
            if isinstance(found, list) and found:
                return found
    return []


def delete_my_commands(state: State, given: Parameters) -> bool:
    state.profile.pop(_commands_place(given), None)
    state.record("deleteMyCommands")
    return True


def set_my_description(state: State, given: Parameters) -> bool:
    return _set(state, given, "setMyDescription", "description", DESCRIPTION_MAX)


def get_my_description(state: State, given: Parameters) -> Json:
    return _get(state, given, "description")


def set_my_short_description(state: State, given: Parameters) -> bool:
    return _set(state, given, "setMyShortDescription", "short_description", SHORT_DESCRIPTION_MAX)


def get_my_short_description(state: State, given: Parameters) -> Json:
    return _get(state, given, "short_description")


def set_my_name(state: State, given: Parameters) -> bool:
    return _set(state, given, "setMyName", "name", NAME_MAX)


def get_my_name(state: State, given: Parameters) -> Json:
    named = _get(state, given, "name")
    return named if named["name"] else {"name": state.me["first_name"]}


def _set(state: State, given: Parameters, method: str, what: str, most: int) -> bool:
    text, language = clean(given.text(what)), _language(given)
    if utf16(text) > most:
        raise bad(f"{what.upper()}_TOO_LONG")
    state.profile[what, language] = text
    state.record(method, text=text)
    return True


def _get(state: State, given: Parameters, what: str) -> Json:
    """In this language, else what everybody sees."""
    for language in (_language(given), ""):
        if text := state.profile.get((what, language)):
            return {what: text}
    return {what: ""}


def _language(given: Parameters) -> str:
    language = given.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    return language


def _commands_place(given: Parameters) -> tuple[str, str]:
    scope = given.structure("scope", "BotCommandScope") or {"type": "default"}
    if not isinstance(scope, dict):
        raise bad("can't parse BotCommandScope: BotCommandScope must be an Object")
    if scope.get("type") not in _SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    return _scope_place(scope), _language(given)


def _scope_place(scope: Json) -> str:
    return f"commands {json.dumps(scope, sort_keys=True)}"


def _command(command: object) -> Json:
    match command:
        case {"command": str(name), "description": str(meaning)}:
            name, meaning = name.removeprefix("/"), clean(meaning)
        case _:
            raise bad("can't parse BotCommand: expected an Object")
    if not _COMMAND.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= utf16(meaning) <= MEANING_MAX:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": meaning}
