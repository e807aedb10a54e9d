"""The words around a client's goal."""

from bot.core.model import Band, PromptSet
from bot.render.words import Words


def goal_question(words: Words, script: PromptSet, band: Band, goal_words: str) -> str:
    return words(f"{script.id}/band/{band}/goal", goal=goal_words)
