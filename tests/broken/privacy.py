"""What can be wrong with the clinic's policy texts."""

from bot.content.privacy import CHARACTERS_MAX
from bot.content.problems import Rule, Severity
from tests.broken import CLINIC, Broken, Change, Said, added, broken, done, moved, removed, replaced, written

EN, DE, AR = (f"conversations/privacy/{language}.txt" for language in ("en", "de", "ar"))
HOME = "conversations/privacy"


def line(name: str, words: str, rule: Rule, said: str) -> Broken:
    """One more line, in which something is wrong."""
    return broken(name, added(EN, words), Said(rule, EN, words, said))


def policy(name: str, words: str, rule: Rule, said: str) -> Broken:
    """Another text, that is wrong as a whole. It names the months."""
    return broken(name, written(EN, words.encode()), Said(rule, EN, 0, said))


def stray(name: str, change: Change, file: str, cure: str, *more: Said) -> Broken:
    return broken(name, change, Said(Rule.UNKNOWN_FILE, file, 0, cure, Severity.WARNING), *more)


def unsaid(file: str, months: int) -> Said:
    return Said(Rule.CLINIC, file, 0, f"Write {months} in digits", Severity.WARNING)


LINES = (
    line("a placeholder that a policy has not", "Ask {therapist}.", Rule.PLACEHOLDER, "{clinic}, {phone}"),
    line("a brace alone in a policy", "Ask {clinic.", Rule.PLACEHOLDER_FORM, "with both braces"),
    line("a hidden character in a policy", "Call us\u202e.", Rule.HIDDEN_CHARACTER, "U+202E"),
    line("letters and marks apart in a policy", "Cafe\u0301", Rule.NORMAL_FORM, "é"),
    line("an exclamation mark in a policy", "Call us!", Rule.EXCLAMATION, "Write a full stop"),
)

WHOLE = (
    broken(
        "an empty policy",
        written(EN, b"\n \n"),
        Said(Rule.VALUE, EN, 0, "Write your policy, or remove the file"),
    ),
    broken(
        "a policy of remarks alone",
        written(EN, b"# We keep everything for 24 months.\n"),
        Said(Rule.VALUE, EN, 0, "nothing is written here"),
    ),
    policy(
        "a policy that is too long",
        "24 months " + "x" * CHARACTERS_MAX,
        Rule.TEXT_LENGTH,
        f"at most {CHARACTERS_MAX}",
    ),
    policy("a policy in other letters", "Храним 24 месяца.", Rule.SCRIPT, "the script of English"),
    broken(
        "a policy that is not UTF-8",
        written(DE, "Wir lieben\nGrüße".encode("latin-1")),
        Said(Rule.ENCODING, DE, 2, "with the encoding UTF-8"),
    ),
    broken(
        "no policy in a language that is offered",
        removed(DE),
        Said(Rule.MISSING_FILE, DE, 0, "there is no privacy text in German", Severity.WARNING),
    ),
    broken(
        "a mistake in a policy that is not offered",
        added(AR, "{therapist}"),
        Said(Rule.PLACEHOLDER, AR, "{therapist}", "Possible here", Severity.WARNING),
    ),
    broken(
        "another number of months than clinic.toml",
        replaced(CLINIC, "months_after_stop = 24", "months_after_stop = 12"),
        unsaid(EN, 12),
        unsaid(DE, 12),
    ),
    broken("months in words", replaced(EN, "24 months", "two years"), unsaid(EN, 24)),
)

NAMES = (
    stray("a policy of no language", written(f"{HOME}/old.txt", b"x"), f"{HOME}/old.txt", "<language>.txt"),
    stray("a policy by the language's name", moved(AR, f"{HOME}/Arabic.txt"), f"{HOME}/Arabic.txt", AR),
    stray("a policy with a hyphen", written(f"{HOME}/pt-br.txt", b"x"), f"{HOME}/pt-br.txt", "pt_BR.txt"),
    stray(
        "a policy of another kind of file",
        moved(DE, f"{HOME}/de.md"),
        f"{HOME}/de.md",
        "<language>.txt",
        Said(Rule.MISSING_FILE, DE, 0, "Translate yours", Severity.WARNING),
    ),
    stray(
        "a policy one folder too deep",
        done(written(f"{HOME}/old/de.txt", b"x")),
        f"{HOME}/old/de.txt",
        f"Call it {DE}",
    ),
    stray(
        "a set among the policies",
        written(f"{HOME}/set.toml", b""),
        f"{HOME}/set.toml",
        "<its name>/set.toml",
    ),
)

CASES = (*LINES, *WHOLE, *NAMES)
