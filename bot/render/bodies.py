"""What a letter looks like while it waits: plain JSON, ready for any transport."""

from typing import Literal, NotRequired, TypedDict

Action = Literal["send", "edit", "delete", "photo"]


class Button(TypedDict):
    text: str
    data: str


class Body(TypedDict):
    """``text`` is the message, or the caption of ``photo`` (PNG, base64).

    ``repeat`` is a line put before the text when the letter had to be sent a second time.
    """

    text: str
    buttons: NotRequired[list[list[Button]]]
    photo: NotRequired[str]
    repeat: NotRequired[str]
    silent: NotRequired[bool]
    protect: NotRequired[bool]
