"""What can be wrong with the forms of a text: “~informal”, “~f” and others behind its key."""

from bot.content.problems import Rule, Severity
from tests.broken import DE, DE_SET, EN, Broken, Change, Said, added, broken

KEY = "starter/heard/b18/question"
ENGLISH = "In your last session, how much did {therapist} listen to what you said?"
COVER, TEEN = "bot/check_in/cover/adult", "bot/check_in/cover/teen"
HELLO = "Hello, your check-in is ready."
SKIP = "bot/button/skip/adult"


def form(key: str, source: str = ENGLISH, text: str = ENGLISH, file: str = DE_SET, flag: str = "") -> Change:
    return added(file, f'{flag}#: {key}\nmsgctxt "{key}"\nmsgid "{source}"\nmsgstr "{text}"\n')


CASES: tuple[Broken, ...] = (
    broken(
        "a form with a slip of the pen",
        form(f"{KEY}~informel"),
        Said(Rule.FORM, DE_SET, f"{KEY}~informel", f"Did you mean {KEY}~informal?"),
    ),
    broken(
        "two forms the wrong way round",
        form(f"{KEY}~f~Informal"),
        Said(Rule.FORM, DE_SET, f"{KEY}~f~Informal", f"Did you mean {KEY}~informal~f?"),
    ),
    broken(
        "a form that nobody knows",
        form(f"{COVER}~zzz", HELLO, HELLO, DE),
        Said(Rule.FORM, DE, f"{COVER}~zzz", "Write ~informal, ~formal, ~f or ~m, or two of them"),
    ),
    broken(
        "a form in the source",
        form(f"{COVER}~informal", HELLO, HELLO, EN),
        Said(Rule.FORM, EN, f"{COVER}~informal", "write it in the language that needs it"),
    ),
    broken(
        "a form of no text",
        form("bot/check_in/kover/adult~f", HELLO, HELLO, DE),
        Said(Rule.UNUSED_KEY, DE, "bot/check_in/kover/adult~f", f"Did you mean {COVER}~f?", Severity.WARNING),
    ),
    broken(
        "a form that has lost its placeholder",
        form(f"{KEY}~informal", text="In your last session, how well did they listen?"),
        Said(Rule.PLACEHOLDER, DE_SET, f"{KEY}~informal", "{therapist} is missing"),
    ),
    broken(
        "a form of an older source",
        form(f"{KEY}~formal~m", "Did {therapist} listen well?"),
        Said(Rule.STALE, DE_SET, f"{KEY}~formal~m", f"says now: {ENGLISH}"),
    ),
    broken(
        "an uncertain form",
        form(f"{KEY}~m", flag="#, fuzzy\n"),
        Said(Rule.FUZZY, DE_SET, f"{KEY}~m", "in Poedit: Needs work"),
    ),
    broken(
        "a form with a long sentence",
        form(f"{TEEN}~formal", HELLO, "Hello, " + "your " * 16, DE),
        Said(Rule.WORDS_PER_SENTENCE, DE, f"{TEEN}~formal", "for this age 16 is the most"),
    ),
    broken(
        "a form of a label that is too long",
        form(f"{SKIP}~informal", "Skip", "Skip this one and go on to the next", DE),
        Said(Rule.LABEL_LENGTH, DE, f"{SKIP}~informal", "at most 30"),
    ),
    broken(
        "a form of a button that says what another says",
        form(f"{SKIP}~f", "Skip", "Back", DE),
        Said(Rule.EQUAL_LABELS, DE, f"{SKIP}~f", "beside it"),
    ),
    broken(
        "a form of a button that says what an answer says",
        form(f"{SKIP}~f", "Skip", "Mostly", DE),
        Said(Rule.EQUAL_LABELS, DE_SET, "starter/scale/five_words/mostly", "the same as bot/button/skip"),
        Said(Rule.EQUAL_LABELS, DE_SET, "starter/scale/four_words/mostly", "the same as bot/button/skip"),
    ),
    broken(
        "a form with a hidden letter",
        form(f"{COVER}~m", HELLO, "Hello,\u200b your check-in is ready.", DE),
        Said(Rule.HIDDEN_CHARACTER, DE, f"{COVER}~m", "U+200B"),
    ),
)
