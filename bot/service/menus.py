"""The client's menu: opened at a page, for the right child."""

from bot.core.model import ClientId
from bot.service.scene import Scene


def begin(scene: Scene, page: str, client_id: ClientId | None) -> None:
    raise NotImplementedError


def begin_check_in(scene: Scene, client_id: ClientId | None) -> None:
    raise NotImplementedError


def look_again(scene: Scene, client_id: ClientId | None) -> None:
    raise NotImplementedError
