"""What a letter looks like while it waits: plain JSON, ready for any transport."""

from typing import Literal, NotRequired, TypedDict

Action = Literal["send", "edit", "delete", "photo", "file", "menu"]


class Button(TypedDict):
    text: str
    data: str


class Command(TypedDict):
    command: str
    description: str


class Body(TypedDict):
    """``text`` is the message, or the caption of ``photo`` (PNG, base64) or ``file`` (any bytes, base64).
    ``menu`` is what the chat's own list of commands shall be.

    Telegram tells the kind of a file by the end of its ``file_name``, and takes 60 letters, digits and
    plain signs before that end.

    ``repeat`` is a line put before the text when the letter had to be sent a second time.
    """

    text: str
    buttons: NotRequired[list[list[Button]]]
    photo: NotRequired[str]
    file: NotRequired[str]
    file_name: NotRequired[str]
    menu: NotRequired[list[Command]]
    repeat: NotRequired[str]
    silent: NotRequired[bool]
    protect: NotRequired[bool]
