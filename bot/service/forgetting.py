"""A client is forgotten: the key first, then the rows; a receipt is given."""

from bot.service.scene import Scene


def erase(scene: Scene) -> None:
    raise NotImplementedError
