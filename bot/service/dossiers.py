"""All that is known about one client, gathered and handed over."""

from bot.service.scene import Scene


def hand_over(scene: Scene) -> None:
    raise NotImplementedError
