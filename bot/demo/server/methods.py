"""Every method that the bot may call, by its name, and what those do that are no messages."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.demo.server.limits import DOWNLOAD_BYTES_MAX, HINT_MAX, PRESS_ANSWERABLE_FOR
from bot.demo.server.parameters import Parameters
from bot.demo.server.profile import (
    delete_my_commands,
    get_my_commands,
    get_my_description,
    get_my_name,
    get_my_short_description,
    set_my_commands,
    set_my_description,
    set_my_name,
    set_my_short_description,
)
from bot.demo.server.state import State
from bot.demo.server.talking import (
    delete_message,
    edit_message_caption,
    edit_message_reply_markup,
    edit_message_text,
    place,
    send_document,
    send_message,
    send_photo,
)
from bot.demo.server.things import Json, Person, Refusal, Toast, bad, too_many, utf16
from bot.demo.server.waiting import Interrupted

LONG_POLL_MAX: Final = 50
SAME_OFFSET: Final = timedelta(seconds=0.5)
SAME_OFFSET_WAITS: Final = 3
CONFLICT_EVERY: Final = timedelta(seconds=3)
TOGETHER: Final = 0.001  # real seconds after the first update, for those that come with it

_POLLED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_HOOKED = "Conflict: terminated by setWebhook request"
_NOT_WHILE_HOOKED = (
    "Conflict: can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)

_LONG_AGO = timedelta(days=1)


class Methods:
    """The Bot API of one state. ``call`` is all that the network needs."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._last_poll: tuple[int, datetime] = (0, state.now() - _LONG_AGO)
        self._next_conflict = self._next_webhook = state.now() - _LONG_AGO

    def knows(self, method: str) -> bool:
        return method == "getupdates" or method in _METHODS or method in _WEBHOOK

    async def call(self, method: str, given: Parameters) -> object:
        """The ``result``; Refusal for what Telegram would not do. ``method`` in small letters."""
        if method == "getupdates":
            return await self._get_updates(given)
        if method in _WEBHOOK:
            return self._set_webhook(given if method == "setwebhook" else None, given)
        return _METHODS[method](self._state, given)

    async def _get_updates(self, given: Parameters) -> list[Json]:
        state, updates = self._state, self._state.updates
        if state.webhook.url:
            raise await self._conflict(_NOT_WHILE_HOOKED)
        offset, limit = given.number("offset"), given.number("limit", 100, 1, 100)
        timeout = given.number("timeout", 0, 0, LONG_POLL_MAX)
        _allow(state, given)
        now = state.now()
        last_offset, last_at = self._last_poll
        since = now - last_at
        if offset == last_offset and timedelta() <= since < timedelta(seconds=SAME_OFFSET_WAITS):
            timeout = max(timeout, SAME_OFFSET_WAITS)
            if since < SAME_OFFSET:
                limit = 1
        self._last_poll = (offset, now)
        updates.confirm(offset)
        found = updates.take_repeats() + updates.peek(limit, now)
        if not found and timeout:
            try:
                await updates.wait(state.real(timeout))
            except Interrupted:
                raise await self._conflict(_HOOKED if state.webhook.url else _POLLED) from None
            await asyncio.sleep(TOGETHER)
            found = updates.take_repeats() + updates.peek(limit, state.now())
        return [{"update_id": waiting.update_id} | waiting.body for waiting in found]

    async def _conflict(self, words: str) -> Refusal:
        """The first is told at once, others within three seconds only after these."""
        now = self._state.now()
        if now < self._next_conflict:
            await asyncio.sleep(self._state.real(CONFLICT_EVERY.total_seconds()))
        else:
            self._next_conflict = now + CONFLICT_EVERY
        return Refusal(409, words)

    def _set_webhook(self, wanted: Parameters | None, given: Parameters) -> bool:
        state, now = self._state, self._state.now()
        url = wanted.text("url") if wanted else ""
        hook = (url, given.text("secret_token"), given.number("max_connections", 40, 1, 100))
        if url and state.rates.enforced:
            if timedelta() < self._next_webhook - now <= timedelta(seconds=1):
                raise too_many(1)
            self._next_webhook = now + timedelta(seconds=1)
        if given.flag("drop_pending_updates"):
            state.updates.clear()
        if not url:
            state.webhook.delete()
        elif not state.webhook.is_set(*hook):
            state.webhook.set(*hook)
            state.updates.interrupt()
        _allow(state, given)
        state.record("setWebhook" if wanted else "deleteWebhook")
        return True


def get_me(state: State, given: Parameters) -> Json:
    abilities = dict.fromkeys(
        (
            "can_read_all_group_messages",
            "supports_inline_queries",
            "supports_guest_queries",
            "can_connect_to_business",
            "has_main_web_app",
            "has_topics_enabled",
            "allows_users_to_create_topics",
            "can_manage_bots",
        ),
        False,
    )
    return state.me | {"can_join_groups": True} | abilities


def get_webhook_info(state: State, given: Parameters) -> Json:
    return state.webhook.info()


def get_chat(state: State, given: Parameters) -> Json:
    chat = place(state, given)
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    facts: Json = {
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, isinstance(chat, Person)),
    }
    return chat.as_chat() | facts


def send_chat_action(state: State, given: Parameters) -> bool:
    place(state, given)
    return True


def get_file(state: State, given: Parameters) -> Json:
    file_id = given.text("file_id")
    if not file_id:
        raise bad("file_id not specified")
    file = state.files.get(file_id)
    if file is None:
        raise bad("invalid file_id")
    if len(file.content) > DOWNLOAD_BYTES_MAX:
        raise bad("file is too big")
    return file.as_json() | {"file_path": file.path}


def answer_callback_query(state: State, given: Parameters) -> bool:
    text = given.text("text")
    if utf16(text) > HINT_MAX:
        raise bad("MESSAGE_TOO_LONG")
    press, now = state.presses.get(given.text("callback_query_id")), state.now()
    if press is None or now - press.at > PRESS_ANSWERABLE_FOR:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    press.answered_at = press.answered_at or now
    state.toasts.append(
        Toast(now, press.id, press.chat_id, press.message_id, press.data, text, given.flag("show_alert"))
    )
    message = state.messages.get(press.chat_id, {}).get(press.message_id)
    state.record("answerCallbackQuery", message, text)
    state.touch()
    return True


def _allow(state: State, given: Parameters) -> None:
    kinds = given.structure("allowed_updates", "allowed updates")
    if isinstance(kinds, list):
        state.updates.allow(str(kind) for kind in kinds)


_WEBHOOK: Final = frozenset({"setwebhook", "deletewebhook"})

_METHODS: Final[dict[str, Callable[[State, Parameters], object]]] = {
    "getme": get_me,
    "getwebhookinfo": get_webhook_info,
    "getchat": get_chat,
    "getfile": get_file,
    "sendchataction": send_chat_action,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "senddocument": send_document,
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmydescription": set_my_description,
    "getmydescription": get_my_description,
    "setmyshortdescription": set_my_short_description,
    "getmyshortdescription": get_my_short_description,
    "setmyname": set_my_name,
    "getmyname": get_my_name,
}
