"""A summary is read, and its client hears of it."""

from bot.core.effects import MarkRead
from bot.service.scene import Scene


def mark(scene: Scene, effect: MarkRead) -> None:
    raise NotImplementedError
