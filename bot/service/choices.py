"""What clients decide for themselves, written down."""

from datetime import date, time

from bot.core.effects import Call
from bot.service.scene import Scene


def reschedule(scene: Scene, weekday: int, at: time) -> None:
    raise NotImplementedError


def keep_quiet(scene: Scene, quiet_from: time, quiet_to: time) -> None:
    raise NotImplementedError


def pause(scene: Scene, until: date | None) -> None:
    raise NotImplementedError


def stop(scene: Scene) -> None:
    raise NotImplementedError


def speak(scene: Scene, language: str) -> None:
    raise NotImplementedError


def call(scene: Scene, effect: Call) -> None:
    raise NotImplementedError
