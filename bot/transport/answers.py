"""What an answer of the Bot API means. Pure; trusts nothing that does not look like the Bot API.

A gateway's page is no answer: only the JSON of the Bot API itself can say that a letter was refused.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, TelegramError

from bot.transport.errors import TooFast, WrongToken

WAIT_LEAST: Final = timedelta(seconds=1)
WAIT_MOST: Final = timedelta(days=1)
DESCRIPTION_MAX: Final = 200


def result_of(status: int, payload: bytes) -> object:
    """The ``result`` of a success. What was refused is raised as the error that says so,
    and everything unreadable as NetworkError: then nobody knows what became of the request."""
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        answer = None  # raised below, so that the error does not carry the unreadable words with it
    match answer:
        case {"ok": True, "result": result} if 200 <= status < 300:
            return result
        case {"ok": False} if 400 <= status < 500:
            raise _refusal(status, answer)
        case _:
            raise NetworkError(f"no answer of the Bot API (status {status})")


def _refusal(status: int, answer: Mapping[str, object]) -> TelegramError:
    description = answer.get("description")
    said = " ".join(description.split())[:DESCRIPTION_MAX] if isinstance(description, str) else ""
    match status, answer.get("parameters"):
        case _, {"migrate_to_chat_id": int(chat_id)}:
            return ChatMigrated(chat_id)
        case 429, {"retry_after": int() | float() as seconds}:
            return TooFast(_wait(seconds))
        case 429, _:
            return TooFast(WAIT_LEAST)
        case ((401 | 404), _):
            return WrongToken()
        case 403, _:
            return Forbidden(said)
        case 409, _:
            return Conflict(said)
        case _:
            return BadRequest(said or f"status {status}")


def _wait(seconds: float) -> timedelta:
    """Within reason, also for numbers that are none."""
    if seconds >= WAIT_MOST.total_seconds():
        return WAIT_MOST
    return timedelta(seconds=seconds) if seconds >= WAIT_LEAST.total_seconds() else WAIT_LEAST
