"""What the page shows at one moment, as JSON: the phones, the clock, and how far one has come."""

from datetime import datetime, timedelta
from typing import Any, Final

from bot.content.languages import direction
from bot.demo.booth import Booth
from bot.demo.cast import CLIENT, ON_CALL, THERAPIST
from bot.demo.server import Message, commands_in
from bot.demo.stage import Stage
from bot.render.words import Words, local

Json = dict[str, Any]

PHONES: Final = {"client": CLIENT, "therapist": THERAPIST, "on_call": ON_CALL}
SPINS_FOR: Final = timedelta(seconds=30)


def picture(booth: Booth) -> Json:
    """All of it; the page finds out by itself what is new. ``clock`` is None while a play begins.
    ``alarming`` is what the client can write to see who is called; empty if nobody is a client here."""
    casting, stage = booth.casting, booth.stage
    shown: Json = {
        "play": booth.plays,
        "casting": {
            "who": casting.who,
            "language": casting.language,
            "therapist_language": casting.therapist_language,
        },
        "clock": None,
        "alarming": casting.alarming if booth.ahead.clients else "",
        "phones": {},
    }
    if stage is None:
        return shown
    clock = {
        "now": _millis(stage.clock.now()),
        "zone": stage.bot.house.clinic.zone,
        "moving_to": None if booth.moving_to is None else _millis(booth.moving_to),
        "journeys": booth.journeys,
        "next": {
            goal: {"at": _millis(coming.at), "whose": coming.whose}
            for goal, coming in booth.ahead.coming.items()
        },
    }
    owner: Json = {"name": casting.clients[0][0], "role": "client", "of": []}
    if casting.who in booth.lent:
        owner = {"name": casting.parent, "role": "parent", "of": booth.ahead.clients}
    therapist = {"name": casting.therapist, "role": "therapist", "of": []}
    phones: Json = {
        "client": owner | _phone(stage, CLIENT, casting.language),
        "therapist": therapist | _phone(stage, THERAPIST, casting.therapist_language),
    }
    if (answering := stage.bot.house.clinic.answering) is not None:
        on_call = {"name": answering.on_call, "role": "on call", "of": []}
        phones["on_call"] = on_call | _phone(stage, ON_CALL, casting.therapist_language)
    return shown | {"clock": clock, "phones": phones, "step": _step(booth, stage)}


def language_tag(language: str) -> str:
    """As HTML spells it: ``pt-BR``."""
    return language.replace("_", "-")


def _phone(stage: Stage, chat_id: int, language: str) -> Json:
    words, zone = stage.bot.house.words(language), stage.bot.house.clinic.zone
    spinning = {
        press.message_id: press.data
        for press in stage.state.presses.values()
        if press.chat_id == chat_id and press.answered_at is None and stage.clock.now() - press.at < SPINS_FOR
    }
    return {
        "language": language_tag(language),
        "dir": direction(language),
        "messages": [_message(words, zone, message, spinning) for message in stage.shown(chat_id)],
        "commands": commands_in(stage.state, chat_id),
        "toast": _toast(stage, chat_id),
    }


def _message(words: Words, zone: str, message: Message, spinning: dict[int, str]) -> Json:
    at = local(message.sent_at, zone)
    rows = (message.markup or {}).get("inline_keyboard", [])
    return {
        "id": message.message_id,
        "by_bot": message.by_bot,
        "text": _as_apps_show(message),
        "photo": message.file_id if "photo" in message.content else "",
        "file": _file(message),
        "protected": message.protected,
        "silent": message.silent,
        "date": at.date().isoformat(),
        "day": words.day(at),
        "time": words.time(at.time()),
        "rows": [[{"text": one["text"], "data": one["callback_data"]} for one in row] for row in rows],
        "spinning": spinning.get(message.message_id, ""),
    }


def _file(message: Message) -> Json | None:
    """The document that hangs on a message; a name that Telegram left nothing of is shown as it is."""
    if "document" not in message.content:
        return None
    return {"id": message.file_id, "name": message.content["document"].get("file_name", "…")}


def _as_apps_show(message: Message) -> str:
    """The secret of a link is sent, and not shown."""
    hidden = not message.by_bot and message.text.startswith("/start ")
    return "/start" if hidden else message.text


def _toast(stage: Stage, chat_id: int) -> Json | None:
    """What the last tap was answered with; empty words if only its spinner ended."""
    last = next((toast for toast in reversed(stage.state.toasts) if toast.chat_id == chat_id), None)
    return None if last is None else {"id": last.press_id, "text": last.text}


def _step(booth: Booth, stage: Stage) -> int:
    """1: go to the check-in and answer. 2: go to the session. 3: read the summary."""
    summary = next((one for one in reversed(stage.shown(THERAPIST)) if _unread(one)), None)
    client = stage.shown(CLIENT)
    if summary is not None and not (client and client[-1].sent_at > summary.sent_at):
        return 3
    check_in, session = booth.ahead.coming.get("check_in"), booth.ahead.coming.get("session")
    first = check_in is not None and (session is None or check_in.at < session.at)
    return 1 if first or booth.ahead.answering else 2


def _unread(message: Message) -> bool:
    """Whether it is a summary that nobody has said to have read."""
    return any(str(button["callback_data"]).endswith(":-read") for button in message.buttons())


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
