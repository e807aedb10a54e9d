"""What a letter looks like while it waits: plain JSON, ready for any transport."""

from typing import Literal, NotRequired, TypedDict

Action = Literal["send", "edit", "delete", "photo", "menu"]


class Button(TypedDict):
    text: str
    data: str


class Command(TypedDict):
    command: str
    description: str


class Body(TypedDict):
    """``text`` is the message, or the caption of ``photo`` (PNG, base64). ``menu`` is what the chat's
    own list of commands shall be.

    ``repeat`` is a line put before the text when the letter had to be sent a second time.
    """

    text: str
    buttons: NotRequired[list[list[Button]]]
    photo: NotRequired[str]
    menu: NotRequired[list[Command]]
    repeat: NotRequired[str]
    silent: NotRequired[bool]
    protect: NotRequired[bool]
