"""What can be wrong in a list of danger phrases, and with numbers to call."""

from bot.content.problems import Rule, Severity
from tests.broken import Broken, Said, broken, written

LIST, HELPLINES = "locales/en/danger.toml", "conversations/helplines.toml"

PHRASES = """[[pattern]]
id = "lost"
category = "asking_for_help"
phrases = ["we are lost"]
must_match = ["We are lost"]
must_not_match = ["We lost the game"]
"""
LINE = """[[AT.lines]]
name = "Somebody to talk to"
number = "000 142"
hours = "24/7"
languages = ["de"]
for_children = false
confirmed_on = 2026-10-01
confirmed_by = "A. Huber"
"""


def phrases(name: str, old: str, new: str, rule: Rule, line: int, words: str, severity: Severity) -> Broken:
    changed = PHRASES.replace(old, new)
    return broken(name, written(LIST, changed.encode()), Said(rule, LIST, line, words, severity))


def line(name: str, old: str, new: str, rule: Rule, at: int, words: str, severity: Severity) -> Broken:
    changed = LINE.replace(old, new)
    return broken(name, written(HELPLINES, changed.encode()), Said(rule, HELPLINES, at, words, severity))


CASES = (
    phrases(
        "a bracket that stays open", "we are lost", "(we are lost", Rule.PHRASE, 4, "not closed",
        Severity.ERROR,
    ),
    phrases(
        "a sentence that is missed", '["We are lost"]', '["We are late"]', Rule.EXAMPLE, 5, "does not match",
        Severity.WARNING,
    ),
    phrases(
        "a sentence that is not meant", "We lost the game", "So we are lost", Rule.EXAMPLE, 6, "matches",
        Severity.WARNING,
    ),
    line(
        "a number nobody confirmed", 'confirmed_by = "A. Huber"\n', "", Rule.UNCONFIRMED, 1,
        "nobody has confirmed this number", Severity.WARNING,
    ),
    line(
        "a number confirmed long ago", "2026-10-01", "2025-10-01", Rule.UNCONFIRMED, 1,
        "more than 180 days ago", Severity.WARNING,
    ),
    line("a country by its name", "AT", "Austria", Rule.CLINIC, 1, "is no country", Severity.ERROR),
    line("hours in words", "24/7", "always", Rule.VALUE, 4, "is not a day", Severity.ERROR),
)  # fmt: skip
