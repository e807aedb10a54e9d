"""Goals in the client's own words, agreed with the therapist."""

from bot.core.model import GoalId
from bot.service.scene import Scene


def propose(scene: Scene, words: str) -> None:
    raise NotImplementedError


def settle(scene: Scene, goal_id: GoalId, agreed: bool) -> None:
    raise NotImplementedError


def let_go(scene: Scene, goal_id: GoalId, reached: bool) -> None:
    raise NotImplementedError
