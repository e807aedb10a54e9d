"""What can be wrong in clinic.toml."""

from bot.content.problems import Rule, Severity
from tests.broken import CLINIC, Broken, Said, broken, done, replaced, written

COUNTRY, ZONE, PHONE = 'country = "AT"', 'zone = "Europe/Vienna"', 'phone = "+43 000 000 000"'
OWN_ACCOUNT, CONSENT = "# own_account_from = 18", "guardian_consent_under = 14"
MONTHS = "months_after_stop = 24"
DAYS = "days_if_not_begun = 90"
LANGUAGES, NAME, AT = 'languages = ["en", "de"]', 'name = "Lindenhof Practice"', "at = 17:00:00"


def clinic(rule: Rule, line: int | str, words: str) -> Said:
    return Said(rule, CLINIC, line, words)


def field(name: str, old: str, new: str, words: str, rule: Rule = Rule.CLINIC) -> Broken:
    """One field says something else; the problem stands where it is written."""
    return broken(name, replaced(CLINIC, old, new), clinic(rule, new, words))


def languages(name: str, listed: str, words: str, rule: Rule = Rule.LANGUAGE) -> Broken:
    return field(name, LANGUAGES, f"languages = {listed}", words, rule)


FIELDS = (
    field("a country by its name", COUNTRY, 'country = "Austria"', "Write AT"),
    field("a country in small letters", COUNTRY, 'country = "at"', "Write AT"),
    field("a country that does not exist", COUNTRY, 'country = "XX"', "two capital letters"),
    field("a continent", COUNTRY, 'country = "150"', "two capital letters"),
    field("a zone by its city", ZONE, 'zone = "Vienna"', "Write Europe/Vienna"),
    field("a zone nobody knows", ZONE, 'zone = "Middle Earth"', "like Europe/Vienna"),
    field("a zone by its offset", ZONE, 'zone = "GMT+1"', "is no time zone"),
    field("a set that is not there", 'prompt_set = "starter"', 'prompt_set = "ours"', "There is: starter"),
    field("words for a number", PHONE, 'phone = "ask Mary"', "a telephone number", Rule.VALUE),
    field("a number without marks", PHONE, "phone = 43", "quotation marks", Rule.VALUE),
    field("an empty name", NAME, 'name = " "', "nothing is written", Rule.VALUE),
    field("a hidden character", NAME, 'name = "Linden\u202ehof"', "U+202E", Rule.HIDDEN_CHARACTER),
    field("too many days", "remind_after_days = 1", "remind_after_days = 9", "at most 6", Rule.VALUE),
    field("days below zero", "days_before_session = 2", "days_before_session = -1", "at least 0", Rule.VALUE),
    field(
        "half an hour", "hours_before_session = 2", "hours_before_session = 0.5", "a whole number", Rule.VALUE
    ),
    field("yes for true", "on = true", 'on = "yes"', "true or false", Rule.VALUE),
)

LANGUAGE_LISTS = (
    languages("a language by its name", '["en", "German"]', "Write de"),
    languages("a language with a hyphen", '["en", "pt-br"]', "Write pt_BR"),
    languages("a language as Telegram writes it", '["en", "zh-hans"]', "Write zh_Hans"),
    languages("a language nobody speaks", '["en", "xx"]', "such as en"),
    languages("a path for a language", '["en", "../en"]', "such as en"),
    broken(
        "a language without translations",
        replaced(CLINIC, LANGUAGES, 'languages = ["en", "fr"]'),
        clinic(Rule.LANGUAGE, 'languages = ["en", "fr"]', "“attune translate fr” makes it"),
        Said(
            Rule.MISSING_FILE,
            "conversations/privacy/fr.txt",
            0,
            "no privacy text in French",
            Severity.WARNING,
        ),
    ),
    languages("a language twice", '["en", "de", "en"]', "more than once", Rule.CLINIC),
    languages("no language at all", "[]", "at least 1", Rule.VALUE),
    languages("a language without brackets", '"en"', "in brackets", Rule.VALUE),
    languages("a number for a language", "[1]", "quotation marks", Rule.VALUE),
)

MINORS = (
    broken(
        "accounts younger than Telegram's terms",
        replaced(CLINIC, OWN_ACCOUNT, "own_account_from = 14"),
        Said(
            Rule.CLINIC,
            CLINIC,
            "own_account_from = 14",
            "this says 14; the age for AT, after Telegram's terms (telegram.org/tos), is 18. Take the line "
            "out to keep to 18; a lower age is your decision, and Telegram may close the accounts of younger "
            "clients.",
            Severity.WARNING,
        ),
    ),
    broken(
        "accounts younger than the terms outside the European Union",
        done(
            replaced(CLINIC, COUNTRY, 'country = "GB"'),
            replaced(CLINIC, OWN_ACCOUNT, "own_account_from = 15"),
        ),
        Said(
            Rule.CLINIC,
            CLINIC,
            "own_account_from = 15",
            "the age for GB, after Telegram's terms (telegram.org/tos), is 16",
            Severity.WARNING,
        ),
    ),
    field("an age below zero", CONSENT, "guardian_consent_under = -1", "at least 0", Rule.VALUE),
    field("an age beyond every majority", CONSENT, "guardian_consent_under = 22", "at most 21", Rule.VALUE),
    field("an age in words", CONSENT, 'guardian_consent_under = "14"', "a whole number", Rule.VALUE),
    field("accounts for the very old", OWN_ACCOUNT, "own_account_from = 99", "at most 21", Rule.VALUE),
    field("accounts before birth", OWN_ACCOUNT, "own_account_from = -1", "at least 0", Rule.VALUE),
    field("half a year of age", OWN_ACCOUNT, "own_account_from = 17.5", "a whole number", Rule.VALUE),
    broken(
        "an age with a letter missing",
        replaced(CLINIC, OWN_ACCOUNT, "own_acount_from = 18"),
        clinic(Rule.UNKNOWN_FIELD, "own_acount_from", "Did you mean own_account_from?"),
    ),
)

NUMBERS = (
    field("nothing kept", MONTHS, "months_after_stop = 0", "at least 1", Rule.VALUE),
    field("nobody waited for", DAYS, "days_if_not_begun = 1", "at least 2", Rule.VALUE),
    field("everybody waited for", DAYS, "days_if_not_begun = 9999", "at most 730", Rule.VALUE),
    field("everything kept for ever", MONTHS, "months_after_stop = 999", "at most 360", Rule.VALUE),
)

HOURS = (
    field("an hour in the quiet night", AT, "at = 23:30:00", "in the quiet hours"),
    field("an hour in the quiet morning", AT, "at = 07:59:59", "in the quiet hours"),
    field("the hour at which quiet begins", AT, "at = 21:00:00", "in the quiet hours"),
    field("an hour as a number", AT, "at = 17", "like 17:00:00", Rule.VALUE),
    field("an hour that no day has", AT, 'at = "25:00"', "like 17:00:00", Rule.VALUE),
    field("an hour with an offset", AT, 'at = "17:00Z"', "like 17:00:00", Rule.VALUE),
    field("a whole date", AT, "at = 2026-05-31T17:00:00", "like 17:00:00", Rule.VALUE),
    broken(
        "quiet hours in the day",
        done(
            replaced(CLINIC, "quiet_from = 21:00:00", "quiet_from = 12:00:00"),
            replaced(CLINIC, "quiet_to = 08:00:00", "quiet_to = 18:00:00"),
        ),
        clinic(Rule.CLINIC, AT, "in the quiet hours"),
    ),
    field("closing before the reminder", "expire_after_days = 2", "expire_after_days = 1", "its reminder"),
)

FREE_WORDS = (
    field("nobody for free words", '"Front desk"', '" "', "Fill in on_call", Rule.FREE_WORDS),
    broken(
        "free words on, and little else",
        done(
            replaced(CLINIC, "acknowledge_within_minutes = 30\n", ""),
            replaced(CLINIC, 'deputy = "Head of the practice"\n', ""),
        ),
        clinic(Rule.FREE_WORDS, "[alerts]", "Fill in deputy"),
        clinic(Rule.FREE_WORDS, "[alerts]", "Fill in acknowledge_within_minutes"),
    ),
)

NAMES = (
    broken(
        "a field with a letter missing",
        replaced(CLINIC, "deputy = ", "depty = "),
        clinic(Rule.UNKNOWN_FIELD, "depty", "Did you mean deputy?"),
        clinic(Rule.FREE_WORDS, "[alerts]", "Fill in deputy"),
    ),
    broken(
        "a table with a letter missing",
        replaced(CLINIC, "[summary]", "[sumary]"),
        clinic(Rule.UNKNOWN_FIELD, "[sumary]", "Did you mean summary?"),
    ),
    broken(
        "a field that nothing reads",
        replaced(CLINIC, COUNTRY, f"{COUNTRY}\nxyzzy = 1"),
        clinic(Rule.UNKNOWN_FIELD, "xyzzy", "Remove it"),
    ),
    broken(
        "no telephone number", replaced(CLINIC, PHONE, ""), clinic(Rule.MISSING_FIELD, 1, "Write phone = …")
    ),
    broken(
        "a field where a table should be",
        done(
            replaced(CLINIC, "[summary]\n", ""),
            replaced(CLINIC, "hours_before_session = 2\n", ""),
            replaced(CLINIC, COUNTRY, f"{COUNTRY}\nsummary = 2"),
        ),
        clinic(Rule.VALUE, "summary = 2", "Write [summary] on a line of its own"),
    ),
)

SYNTAX = (
    field("a time without seconds", AT, "at = 17:00", "like 17:00:00", Rule.SYNTAX),
    field("typographic quotation marks", COUNTRY, "country = “AT”", "straight ones", Rule.SYNTAX),
    field("a capital letter in True", "on = true", "on = True", "small letters", Rule.SYNTAX),
    field("a missing quotation mark", COUNTRY, 'country = "AT', "missing quotation mark", Rule.SYNTAX),
    field("no quotation marks", COUNTRY, "country = AT", "missing quotation mark", Rule.SYNTAX),
    broken(
        "a field written twice",
        replaced(CLINIC, COUNTRY, f'{COUNTRY}\ncountry = "DE"'),
        clinic(Rule.SYNTAX, '"DE"', "a second time"),
    ),
    broken(
        "brackets without end",
        written(CLINIC, b"name = " + b"[" * 5000),
        clinic(Rule.SYNTAX, 1, "cannot be read"),
    ),
    broken(
        "a number without end",
        written(CLINIC, b"name = " + b"1" * 5000),
        clinic(Rule.SYNTAX, 1, "cannot be read"),
    ),
)

CASES = (*FIELDS, *LANGUAGE_LISTS, *MINORS, *NUMBERS, *HOURS, *FREE_WORDS, *NAMES, *SYNTAX)
