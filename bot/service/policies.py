"""What is stored and who reads it: first in our words, then in the clinic's own, at any time."""

from collections.abc import Iterator

from bot.core.effects import Say
from bot.render.words import Ltr, isolated
from bot.service.scene import Scene

LETTER_MAX = 3900  # Telegram takes 4096; marks of direction come on top


def show(scene: Scene) -> None:
    scene.say(Say("bot/privacy"))
    house = scene.house
    policy = house.policies.get(scene.words.language) or house.policies.get(house.clinic.languages[0], "")
    told = policy.format(clinic=isolated(house.clinic.name), phone=isolated(Ltr(house.clinic.phone)))
    for letter in _letters(told):
        scene.send({"text": scene.words.directed(letter)})


def _letters(text: str) -> Iterator[str]:
    """In pieces that fit, each of whole paragraphs where it can be."""
    letter = ""
    for paragraph in text.strip().split("\n\n"):
        for at in range(0, len(paragraph), LETTER_MAX):
            part = paragraph[at : at + LETTER_MAX]
            if letter and len(letter) + len(part) + 2 > LETTER_MAX:
                yield letter
                letter = ""
            letter = f"{letter}\n\n{part}" if letter else part
    if letter:
        yield letter
