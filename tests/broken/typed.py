"""What can be wrong in a table of words that people type."""

from bot.content.problems import Rule, Severity
from tests.broken import CLINIC, Broken, Said, broken, done, replaced, written

EN_TYPED, DE_TYPED = "locales/en/typed.toml", "locales/de/typed.toml"


def table(name: str, lines: str, rule: Rule, line: int | str | tuple[str, int], words: str) -> Broken:
    """The German table holds these lines."""
    return broken(name, written(DE_TYPED, lines.encode()), Said(rule, DE_TYPED, line, words))


def stray(name: str, file: str) -> Broken:
    said = Said(Rule.UNKNOWN_FILE, file, 0, "locales/<language>/typed.toml", Severity.WARNING)
    return broken(name, written(file, b'yes = ["ja"]'), said)


MEANINGS = (
    table(
        "a word under two meanings",
        'yes = ["ja"]\nmost = ["sehr", "ja"]',
        Rule.TWO_MEANINGS,
        2,
        "typed.toml:2 most.2: “ja” stands under yes as well",
    ),
    table(
        "a word under two meanings, spelled otherwise",
        'skip = [\n    "weiter",\n]\ndont_know = [\n    "weiss nicht",\n    "WEITER!",\n]',
        Rule.TWO_MEANINGS,
        '"WEITER!"',
        "“WEITER!” stands under skip as well",
    ),
)

ENTRIES = (
    table("an empty word", 'yes = ["ja", ""]', Rule.VALUE, 1, "nothing is written here"),
    table("marks for a word", 'yes = ["ja", "!!"]', Rule.VALUE, 1, "this has no word. Write a word"),
    table(
        "a number for a word", 'yes = ["ja", "٢."]', Rule.VALUE, 1, "a number means the answer in that place"
    ),
    table("a whole sentence", 'no = ["das kann ich so nicht wirklich sagen"]', Rule.VALUE, 1, "7 words"),
    table("a hidden character in a word", 'no = ["ne\u202ein"]', Rule.HIDDEN_CHARACTER, 1, "U+202E"),
    table("a letter apart from its mark", 'no = ["no\u0308"]', Rule.NORMAL_FORM, 1, "stored apart: ö"),
    table("a word outside a list", 'yes = "ja"', Rule.VALUE, 1, "Write it in brackets"),
    table("a word without marks", "yes = [1]", Rule.VALUE, 1, "Put it in quotation marks"),
)

FILES = (
    table("a list of an unknown name", 'dontknow = ["ka"]', Rule.UNKNOWN_FIELD, 1, "Did you mean dont_know?"),
    table("a list without its end", 'yes = ["ja"\nno = []', Rule.SYNTAX, 2, "bracket"),
    broken(
        "a table of words in the old encoding of Windows",
        written(DE_TYPED, 'yes = ["natürlich"]'.encode("latin-1")),
        Said(Rule.ENCODING, DE_TYPED, 1, "with the encoding UTF-8"),
    ),
    broken(
        "a mistake in the words of a language that is not offered",
        done(
            replaced(CLINIC, 'languages = ["en", "de"]', 'languages = ["en"]'),
            written(DE_TYPED, b'yes = ["ja"]\nno = ["Ja"]'),
        ),
        Said(Rule.TWO_MEANINGS, DE_TYPED, 2, "“Ja” stands under yes", Severity.WARNING),
    ),
    stray("a table of words for no language", "locales/typed.toml"),
    stray("a table of words beside the translations", "locales/de/LC_MESSAGES/typed.toml"),
    stray("a table of words called something else", "locales/de/words.toml"),
    stray("a table of words of a language that has nothing else", "locales/fr/typed.toml"),
)

CASES = (*MEANINGS, *ENTRIES, *FILES)
