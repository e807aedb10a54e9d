"""The bot's messages: send, change, take back."""

from bot.demo.server.files import File, FileKind
from bot.demo.server.limits import (
    DELETABLE_FOR,
    DOCUMENT_BYTES_MAX,
    PHOTO_BYTES_MAX,
    caption_text,
    message_text,
)
from bot.demo.server.memory import picture_size
from bot.demo.server.parameters import Parameters, Upload
from bot.demo.server.state import State
from bot.demo.server.things import Group, Json, Message, Person, Refusal, bad

PHOTO_EDGES_MAX = 10_000
PHOTO_RATIO_MAX = 20


def send_message(state: State, given: Parameters) -> Json:
    return _send(state, given, "sendMessage", message_text(given.text("text")))


def send_photo(state: State, given: Parameters) -> Json:
    caption = caption_text(given.text("caption"))
    _no_parse_mode(given)
    file = _file(state, given, "Photo", PHOTO_BYTES_MAX)
    size = picture_size(file.content)
    if size is None:
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > PHOTO_EDGES_MAX or max(size) > PHOTO_RATIO_MAX * max(min(size), 1):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    content = {"photo": [file.as_json() | {"width": width, "height": height}]}
    return _send(state, given, "sendPhoto", caption, content, file)


def send_document(state: State, given: Parameters) -> Json:
    caption = caption_text(given.text("caption"))
    _no_parse_mode(given)
    file = _file(state, given, "Document", DOCUMENT_BYTES_MAX)
    return _send(state, given, "sendDocument", caption, {"document": file.as_document()}, file)


def edit_message_text(state: State, given: Parameters) -> Json:
    text, markup = message_text(given.text("text")), given.keyboard()
    message = _editable(state, given)
    if message.content:
        raise bad("there is no text in the message to edit")
    return _change(state, message, "editMessageText", text, markup)


def edit_message_caption(state: State, given: Parameters) -> Json:
    text, markup = caption_text(given.text("caption")), given.keyboard()
    message = _editable(state, given)
    if not message.content:
        raise bad("there is no caption in the message to edit")
    return _change(state, message, "editMessageCaption", text, markup)


def edit_message_reply_markup(state: State, given: Parameters) -> Json:
    markup = given.keyboard()
    message = _editable(state, given)
    return _change(state, message, "editMessageReplyMarkup", message.text, markup)


def delete_message(state: State, given: Parameters) -> bool:
    """In a private chat whoever wrote it; in a group the bot is nobody special."""
    message = _found(state, given, "message to delete")
    theirs = message.chat_id in state.groups and not message.by_bot
    if theirs or state.now() - message.sent_at >= DELETABLE_FOR:
        raise bad("message can't be deleted")
    state.delete(message)
    state.record("deleteMessage", message)
    return True


def place(state: State, given: Parameters) -> Person | Group:
    """The chat that a call is about."""
    text = given.text("chat_id")
    if not text:
        raise bad("chat_id is empty")
    try:
        chat_id = int(text)
    except ValueError:
        raise bad("chat not found") from None
    person = state.people.get(chat_id)
    if person is not None and person.started:
        return person
    group = state.groups.get(chat_id)
    if group is None:
        raise bad("chat not found")
    return group


def _send(
    state: State,
    given: Parameters,
    method: str,
    text: str,
    content: Json | None = None,
    file: File | None = None,
) -> Json:
    _no_parse_mode(given)
    markup = given.keyboard()
    chat = place(state, given)
    reply_to = _replied(state, given, chat.id)
    _reachable(chat)
    state.rates.message(chat.id)
    message = state.post(
        chat,
        state.me,
        text,
        markup=markup,
        content=content,
        file_id=file.file_id if file else "",
        silent=given.flag("disable_notification"),
        protected=given.flag("protect_content"),
        reply_to=reply_to,
    )
    state.record(method, message, text)
    return message.as_json()


def _change(state: State, message: Message, method: str, text: str, markup: Json | None) -> Json:
    if markup is not None and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    state.rates.edit(message.chat_id)
    if text == message.text and markup == message.markup:
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message"
        )
    state.change(message, text, markup)
    state.record(method, message, text)
    return message.as_json()


def _editable(state: State, given: Parameters) -> Message:
    _no_parse_mode(given)
    message = _found(state, given, "message to edit")
    if not message.by_bot:
        raise bad("message can't be edited")
    _reachable(place(state, given))
    return message


def _found(state: State, given: Parameters, what: str) -> Message:
    chat = place(state, given)
    message = state.messages.get(chat.id, {}).get(given.number("message_id"))
    if message is None or message.deleted_at is not None:
        raise bad(f"{what} not found")
    return message


def _reachable(chat: Person | Group) -> None:
    if isinstance(chat, Person) and chat.deactivated:
        raise Refusal(403, "Forbidden: user is deactivated")
    if isinstance(chat, Person) and chat.blocked:
        raise Refusal(403, "Forbidden: bot was blocked by the user")


def _replied(state: State, given: Parameters, chat_id: int) -> Message | None:
    wanted = given.structure("reply_parameters", "reply parameters")
    if not isinstance(wanted, dict):
        wanted = {"message_id": given.number("reply_to_message_id")}
    number = wanted.get("message_id")
    if not number:
        return None
    message = state.messages.get(chat_id, {}).get(int(number))
    if message is not None and message.deleted_at is None:
        return message
    if wanted.get("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def _no_parse_mode(given: Parameters) -> None:
    """The bot marks nothing up. Better refused than shown with its marks."""
    if given.text("parse_mode").lower() not in ("", "none"):
        raise bad("unsupported parse_mode")


def _file(state: State, given: Parameters, kind: FileKind, most: int) -> File:
    name = kind.lower()
    upload = given.upload(name)
    match upload:
        case Upload(content=b""):
            raise bad("file must be non-empty")
        case Upload():
            if len(upload.content) > most:
                raise Refusal(413, "Request Entity Too Large")
            return state.keep_file(kind, upload.content, upload.name)
        case "":
            raise bad(f"there is no {name} in the request")
        case _ if upload in state.files:
            known = state.files[upload]
            if known.kind != kind:
                raise bad(f"can't use file of type {known.kind} as {kind}")
            return known
        case _:
            raise bad("wrong remote file identifier specified: Wrong string length")
