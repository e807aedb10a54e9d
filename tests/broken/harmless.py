"""What editors and translators do to files, and what is no mistake."""

import re
import shutil
from pathlib import Path

from tests.broken import CLINIC, DE, DE_SET, EN, SET, Change, done, replaced, says, written
from tests.broken.typed import EN_TYPED

FILES = (CLINIC, SET, EN, DE, DE_SET, EN_TYPED)
KEY = "starter/heard/b06/question"


def everywhere(change: bytes, into: bytes) -> Change:
    def changed(folder: Path) -> None:
        for file in FILES:
            (folder / file).write_bytes((folder / file).read_bytes().replace(change, into))

    return changed


def marked(folder: Path) -> None:
    """As Windows' editor marks a file in UTF-8."""
    for file in FILES:
        (folder / file).write_bytes(b"\xef\xbb\xbf" + (folder / file).read_bytes())


def saved_by_poedit(folder: Path) -> None:
    """Long lines folded, a header with an empty date, an earlier source, and texts set aside."""
    text = (folder / DE_SET).read_text("utf-8")
    text = text.replace(
        '"MIME-Version: 1.0\\n"',
        '"Project-Id-Version: \\n"\n"POT-Creation-Date: \\n"\n"PO-Revision-Date: 2026-05-31 12:00+0200\\n"\n'
        '"Last-Translator: Ada\\n"\n"X-Source-Language: en\\n"\n"X-Generator: Poedit 3.4.2\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n"MIME-Version: 1.0\\n"',
    )
    text = re.sub(r'^(msgid|msgstr) "(.{30,}?) (.*)"$', r'\1 ""\n"\2 "\n"\3"', text, flags=re.MULTILINE)
    text = text.replace(f"#: {KEY}\n", f'# Ada: shorter?\n#: {KEY}\n#| msgid "Did they listen?"\n')
    text += '\n#, fuzzy\n#~| msgid "Hallo"\n#~ msgctxt "starter/x"\n#~ msgid "Hello"\n#~ msgstr "Hallo"\n'
    (folder / DE_SET).write_text(text, "utf-8")


def being_written(folder: Path) -> None:
    """A set that is not finished, in a folder whose name begins with _."""
    shutil.copytree(folder / "conversations/starter", folder / "conversations/_ours")
    replaced("conversations/_ours/set.toml", 'id = "starter"', "id = ")(folder)


def options_as_tables(folder: Path) -> None:
    """TOML has more than one way to write a list."""
    before, _, rest = (folder / SET).read_text("utf-8").partition("options = [\n")
    inline, _, rest = rest.partition("]\n")
    low, _, rest = rest.partition("\n")
    tables = re.sub(r"^ *\{(.*)\},$", r"[[scales.two_faces.options]]\n\1", inline, flags=re.MULTILINE)
    (folder / SET).write_text(f"{before}{low}\n{tables.replace(', ', chr(10))}\n{rest}", "utf-8")


CHANGES: dict[str, Change] = {
    "nothing at all": done(),
    "Windows line ends": everywhere(b"\n", b"\r\n"),
    "a byte-order mark": marked,
    "both": done(everywhere(b"\n", b"\r\n"), marked),
    "no new line at the end": lambda folder: [
        (folder / file).write_bytes((folder / file).read_bytes().rstrip()) for file in FILES
    ],
    "a file that Poedit saved": saved_by_poedit,
    "a set that is not finished": being_written,
    "options written as tables": options_as_tables,
    "a table of typed words that is all empty": written(EN_TYPED, b""),
    "a word twice under one meaning": written(EN_TYPED, b'yes = ["yes", "Yes."]'),
    "notes of one's own": written("conversations/notes.txt", b"\xff Ask Ada"),
    "hours in quotation marks": replaced(CLINIC, "at = 17:00:00", 'at = "9:30"'),
    "no quiet hours": done(
        replaced(CLINIC, "quiet_from = 21:00:00", "quiet_from = 00:00:00"),
        replaced(CLINIC, "quiet_to = 08:00:00", "quiet_to = 00:00:00"),
    ),
    "check-ins on the hour at which quiet ends": replaced(CLINIC, "at = 17:00:00", "at = 08:00:00"),
    "only what must be said of a clinic": lambda folder: (folder / CLINIC).write_text(
        (folder / CLINIC).read_text("utf-8").partition("[check_in]")[0], "utf-8"
    ),
    "free words switched off, and nobody named": done(
        lambda folder: (folder / CLINIC).write_text(
            (folder / CLINIC).read_text("utf-8").partition("[free_words]")[0] + "[free_words]\non = false\n",
            "utf-8",
        )
    ),
    "an emoji of many parts": replaced(SET, 'face = "🙂", label = "Yes"', 'face = "👩🏽‍🦰", label = "Yes"'),
    "a command after a letter of another script": says(DE, "bot/check_in/closed/child", "Vorbei. اب/checkin"),
    "a name in quotation marks": says(DE, "bot/check_in/closed/child", 'Send \\"/checkin\\" \\\\o/'),
}
