"""What can be wrong in a .po file and its folder, before its words are judged."""

import shutil
from pathlib import Path

from bot.content.problems import Rule, Severity
from tests.broken import (
    CLINIC,
    DE,
    DE_SET,
    EN,
    SET,
    Broken,
    Change,
    Said,
    broken,
    done,
    moved,
    removed,
    replaced,
    says,
    source_says,
    written,
)

KEY = "starter/heard/b06/question"
LINES = (
    f'#: {KEY}\nmsgctxt "{KEY}"\nmsgid "Did {{therapist}} listen to you last time?"\n'
    'msgstr "Did {therapist} listen to you last time?"\n'
)


def german(rule: Rule, line: int | str | tuple[str, int], words: str, file: str = DE_SET) -> Said:
    return Said(rule, file, line, words)


def rewritten(name: str, new: str, *said: Said) -> Broken:
    """The lines of one text are others."""
    return broken(name, replaced(DE_SET, LINES, new), *said)


def head(name: str, old: str, new: str, rule: Rule, line: int | str, words: str) -> Broken:
    return broken(name, replaced(DE, old, new), german(rule, line, words, DE))


def folder_of(language: str, *files: str) -> Change:
    def change(folder: Path) -> None:
        (folder / f"locales/{language}").mkdir(parents=True)
        for file in files:
            shutil.copy(folder / DE, folder / f"locales/{language}/{file}")

    return change


FILES = (
    broken(
        "no clinic.toml",
        removed(CLINIC),
        Said(Rule.MISSING_FILE, CLINIC, 0, "Copy the file from Attune's own"),
    ),
    broken(
        "no set.toml in its folder", removed(SET), Said(Rule.MISSING_FILE, SET, 0, "or remove the folder")
    ),
    broken(
        "no prompt set",
        lambda folder: shutil.rmtree(folder / "conversations/starter"),
        Said(Rule.MISSING_FILE, "conversations", 0, "conversations/<its name>/set.toml"),
        Said(Rule.UNKNOWN_FILE, DE_SET, 0, "no prompt set is called so", Severity.WARNING),
    ),
    broken("no English words", removed(EN), Said(Rule.MISSING_FILE, EN, 0, "Copy it from Attune's own")),
    broken(
        "no German words", removed(DE), german(Rule.MISSING_FILE, 0, "“attune translate de” makes it", DE)
    ),
    broken("no German prompts", removed(DE_SET), german(Rule.MISSING_FILE, 0, "or take de out of")),
    broken(
        "no folder for German",
        lambda folder: shutil.rmtree(folder / "locales/de"),
        Said(Rule.LANGUAGE, CLINIC, "languages = ", "there is no folder locales/de"),
    ),
    broken(
        "a set beside its folder",
        written("conversations/ours.toml", b""),
        Said(Rule.UNKNOWN_FILE, "conversations/ours.toml", 0, "<its name>/set.toml", Severity.WARNING),
    ),
    broken(
        "a set with a capital letter",
        moved(SET, "conversations/starter/Set.toml"),
        Said(Rule.MISSING_FILE, SET, 0, "this file is missing"),
        Said(Rule.UNKNOWN_FILE, "conversations/starter/Set.toml", 0, "nothing reads", Severity.WARNING),
    ),
    broken(
        "a folder where a file should be",
        done(removed(DE), lambda folder: (folder / DE).mkdir()),
        german(Rule.MISSING_FILE, 0, "cannot be opened", DE),
    ),
    broken(
        "a German file in the old encoding of Windows",
        written(DE, "# State: drafted\n\n# Grüße".encode("latin-1")),
        german(Rule.ENCODING, 3, "with the encoding UTF-8", DE),
    ),
    broken(
        "a set in another Unicode encoding",
        written(SET, 'id = "starter"'.encode("utf-16")),
        Said(Rule.ENCODING, SET, 1, "with the encoding UTF-8"),
    ),
    broken(
        "a language whose folder is misspelled",
        folder_of("pt-br/LC_MESSAGES", "bot.po"),
        Said(Rule.UNKNOWN_FILE, "locales/pt-br/LC_MESSAGES/bot.po", 0, "folder pt_BR", Severity.WARNING),
    ),
    broken(
        "translations of no language",
        folder_of("old/LC_MESSAGES", "bot.po"),
        Said(Rule.UNKNOWN_FILE, "locales/old/LC_MESSAGES/bot.po", 0, "such as de", Severity.WARNING),
    ),
    broken(
        "translations in the wrong folder",
        folder_of("fr", "bot.po"),
        Said(Rule.UNKNOWN_FILE, "locales/fr/bot.po", 0, "locales/fr/LC_MESSAGES", Severity.WARNING),
    ),
    broken(
        "translations of a set that is called something else",
        moved(DE_SET, "locales/de/LC_MESSAGES/begin.po"),
        german(Rule.MISSING_FILE, 0, "this file is missing"),
        Said(Rule.UNKNOWN_FILE, "locales/de/LC_MESSAGES/begin.po", 0, "starter.po", Severity.WARNING),
    ),
)

SYNTAX = (
    rewritten(
        "a missing quotation mark",
        LINES.removesuffix('"\n') + "\n",
        german(Rule.SYNTAX, 'msgstr "Did {therapist} listen to you', "missing quotation mark"),
    ),
    rewritten(
        "a quotation mark inside a text",
        LINES.replace('msgstr "Did', 'msgstr "Did "really"'),
        german(Rule.SYNTAX, '"really"', 'write \\" for "'),
    ),
    rewritten(
        "a lone backslash",
        LINES.replace('msgstr "Did', 'msgstr "Did \\ '),
        german(Rule.SYNTAX, "Did \\ ", "write"),
    ),
    rewritten(
        "a translation lost",
        LINES.partition("msgstr")[0],
        german(Rule.SYNTAX, f'msgctxt "{KEY}"', "the line with msgstr is missing"),
    ),
    rewritten(
        "a source lost",
        LINES.replace('msgid "Did {therapist} listen to you last time?"\n', ""),
        german(Rule.SYNTAX, f'msgctxt "{KEY}"', "the line with msgid is missing"),
    ),
    rewritten(
        "two translations of one text",
        LINES + 'msgstr "Other"\n',
        german(Rule.SYNTAX, "Other", "Keep one of them"),
    ),
    broken(
        "a text that belongs to nothing",
        replaced(DE, "# State: drafted\n", '# State: drafted\n"lost"\n'),
        german(Rule.SYNTAX, '"lost"', "belongs to nothing", DE),
    ),
    broken(
        "no PO file at all",
        written(DE, b"Dear clinic,\n"),
        german(Rule.SYNTAX, 1, "no part of a PO file", DE),
    ),
)

HEADS = (
    head("no state", "# State: drafted\n", "", Rule.STATE, 1, "“# State: drafted” at the top"),
    head(
        "a state of its own",
        "# State: drafted",
        "# State: good",
        Rule.STATE,
        "# State: good",
        "reviewed by NAME",
    ),
    head(
        "a day that does not exist",
        "# State: drafted",
        "# State: reviewed by Ada Lindgren, 2026-02-30",
        Rule.STATE,
        "2026-02-30",
        "there is no day 2026-02-30",
    ),
    head("another language", "Language: de", "Language: at", Rule.LANGUAGE, 3, "names the language at"),
    head("no language", '"Language: de\\n"\n', "", Rule.LANGUAGE, 3, "names no language"),
    broken(
        "no header",
        lambda folder: (folder / DE).write_text(
            (folder / DE).read_text("utf-8").partition("\n\n")[2], "utf-8"
        ),
        german(Rule.STATE, 1, "at the top", DE),
        german(Rule.LANGUAGE, 1, "Language: de", DE),
    ),
)

KEYS = (
    rewritten(
        "a key used twice",
        f"{LINES}\n{LINES}",
        german(Rule.REPEATED_KEY, (f'msgctxt "{KEY}"', 1), "Keep one of the two texts"),
    ),
    rewritten(
        "a key used twice, once wrapped by a tool",
        LINES + "\n" + LINES.replace(f'msgctxt "{KEY}"', f'msgctxt ""\n"{KEY[:9]}"\n"{KEY[9:]}"'),
        german(Rule.REPEATED_KEY, 'msgctxt ""', "in line"),
    ),
    rewritten(
        "a reference to another text",
        LINES.replace(f"#: {KEY}", "#: starter/safe/b06/question # here"),
        german(Rule.REFERENCE, f'msgctxt "{KEY}"', f"“#: {KEY}”"),
    ),
    rewritten(
        "no reference",
        LINES.replace(f"#: {KEY}\n", ""),
        german(Rule.REFERENCE, f'msgctxt "{KEY}"', "names nothing"),
    ),
    rewritten(
        "a key lost",
        LINES.replace(f'msgctxt "{KEY}"\n', ""),
        german(Rule.NO_ID, 'msgid "Did {therapist} listen to you last', "Restore its line with msgctxt"),
        german(Rule.MISSING_KEY, 0, KEY),
    ),
    rewritten("a text missing", "", german(Rule.MISSING_KEY, 0, f"{KEY}: this text is missing")),
    rewritten(
        "a letter missing in a key",
        LINES.replace("heard", "herd"),
        german(Rule.MISSING_KEY, 0, KEY),
        Said(Rule.UNUSED_KEY, DE_SET, "starter/herd/b06/question", f"Did you mean {KEY}?", Severity.WARNING),
    ),
    rewritten(
        "a text that nothing asks for",
        LINES + '\n#: starter/x\nmsgctxt "starter/x"\nmsgid "Hi"\nmsgstr "Hi"\n',
        Said(Rule.UNUSED_KEY, DE_SET, 'msgstr "Hi"', "Remove it", Severity.WARNING),
    ),
    rewritten(
        "a plural",
        LINES.replace("msgstr", 'msgid_plural "Did they?"\nmsgstr[0]'),
        german(Rule.PLURAL, f'msgctxt "{KEY}"', "no plural"),
    ),
)

STATES = (
    rewritten(
        "a text not translated",
        LINES.partition("msgstr")[0] + 'msgstr ""\n',
        german(Rule.UNTRANSLATED, KEY, "Translate it"),
    ),
    broken("a text of blanks", says(DE_SET, KEY, "  "), german(Rule.UNTRANSLATED, KEY, "Translate it")),
    rewritten("an uncertain text", f"#, fuzzy\n{LINES}", german(Rule.FUZZY, KEY, "in Poedit: Needs work")),
    rewritten(
        "an uncertain text among flags", f"#, c-format,fuzzy\n{LINES}", german(Rule.FUZZY, KEY, "uncertain")
    ),
    broken(
        "a source that has changed",
        replaced(
            SET, '"Did {therapist} listen to you last time?"', '"Did {therapist} listen well last time?"'
        ),
        german(Rule.STALE, KEY, "says now: Did {therapist} listen well last time?"),
    ),
    broken(
        "a source of the bot that has changed",
        source_says("bot/hint/closed/child", "This one is over."),
        german(Rule.STALE, "bot/hint/closed/child", "This one is over.", DE),
    ),
    broken(
        "English that differs from itself",
        says(EN, "bot/hint/closed/child", "This one is over."),
        Said(Rule.SOURCE, EN, "bot/hint/closed/child", "Write msgid and msgstr alike"),
    ),
    broken(
        "gaps in a language that is not offered",
        done(
            replaced(CLINIC, 'languages = ["en", "de"]', 'languages = ["en"]'),
            says(DE_SET, KEY, ""),
            says(DE_SET, "starter/safe/b06/question", ""),
        ),
        Said(Rule.UNTRANSLATED, DE_SET, KEY, "2 texts are not translated yet", Severity.WARNING),
    ),
    broken(
        "a mistake in a language that is not offered",
        done(
            replaced(CLINIC, 'languages = ["en", "de"]', 'languages = ["en"]'),
            says(DE_SET, KEY, "Did they listen?"),
        ),
        Said(Rule.PLACEHOLDER, DE_SET, KEY, "{therapist} is missing", Severity.WARNING),
    ),
)

CASES = (*FILES, *SYNTAX, *HEADS, *KEYS, *STATES)
