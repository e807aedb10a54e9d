"""What all cards share: buttons that know which dialogue and which of its pages they belong to."""

from bot.core.model import DialogueId
from bot.render.bodies import Button

CHOSEN = "✓ "


class Press:
    """Makes the buttons of one page."""

    def __init__(self, number: DialogueId, position: int) -> None:
        self._stem = f"{number}:{position}:"

    def __call__(self, text: str, choice: str) -> Button:
        return {"text": text, "data": self._stem + choice}


def mark(label: str, choice: str, given: str | None) -> str:
    """The label, ticked if it is what was chosen."""
    return CHOSEN + label if choice == given else label
