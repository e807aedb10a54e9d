"""conversations/privacy/<language>.txt: the clinic's own policy, which /privacy shows.

Lines that begin with # are remarks for the clinic and are shown to nobody. As long as one of them begins
with "# Template", the text is the one that ships and no clinic's own.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from bot.content.languages import canonical, english_name
from bot.content.problems import Problem, Rule, Severity, error, warning
from bot.content.rules_text import Text, check_script, check_text
from bot.content.toml_files import read_text

FOLDER: Final = "conversations/privacy"
SUFFIX: Final = ".txt"
PLACEHOLDERS: Final = frozenset({"clinic", "phone"})
CHARACTERS_MAX: Final = 12_000

_REMARK = "#"
_TEMPLATE = re.compile(r"#\s*template\b", re.IGNORECASE)


def policy_name(language: str) -> str:
    return f"{FOLDER}/{language}{SUFFIX}"


def policies_in(folder: Path) -> list[str]:
    """The languages in which there is a policy."""
    names = sorted(path.stem for path in (folder / FOLDER).glob(f"*{SUFFIX}"))
    return [name for name in names if canonical(name) == name]


def read_policy(folder: Path, language: str, *, offered: bool) -> tuple[str | None, list[Problem]]:
    """The text as people read it, and everything wrong with it; None if there is nothing to read."""
    name = policy_name(language)
    if not (folder / name).exists():
        return None, [_missing(name, language)] if offered else []
    written, problems = read_text(folder / name, name, "")
    if written is None:
        return None, problems
    lines = list(enumerate(written.split("\n"), 1))
    shown = "\n".join(line for _, line in lines if not line.startswith(_REMARK)).strip()
    problems += [*_template(name, lines), *_each_line(name, lines), *_whole(name, language, shown)]
    return shown or None, problems


def check_months(language: str, text: str, months: int) -> Iterator[Problem]:
    """What the policy promises about erasing is what clinic.toml has done."""
    if months not in map(int, re.findall(r"\d+", text)):
        name, message = policy_name(language), f"it does not say that data is kept for {months} months"
        cure = f"Write {months} in digits, or change retention.months_after_stop in clinic.toml"
        yield warning(name, 0, "", Rule.CLINIC, message, cure)


def _missing(name: str, language: str) -> Problem:
    message = f"there is no privacy text in {english_name(language)}"
    cure = "Translate yours; until then /privacy says no more than Attune does by itself"
    return warning(name, 0, "", Rule.MISSING_FILE, message, cure)


def _template(name: str, lines: Iterable[tuple[int, str]]) -> Iterator[Problem]:
    marked = [number for number, line in lines if _TEMPLATE.match(line)]
    for number in marked[:1]:
        message, cure = (
            "the privacy text is still the template",
            "Adapt it to your clinic; then remove this line",
        )
        yield Problem(name, number, "", Rule.STATE, Severity.INFO, message, cure)


def _each_line(name: str, lines: Iterable[tuple[int, str]]) -> Iterator[Problem]:
    """What can be told of a line alone. Its script cannot: it may be an address."""
    for number, line in lines:
        if not line.startswith(_REMARK):
            yield from check_text(Text(name, number, "", "", line, calm=True), PLACEHOLDERS)


def _whole(name: str, language: str, shown: str) -> Iterator[Problem]:
    if not shown:
        message, cure = "nothing is written here", "Write your policy, or remove the file"
        yield error(name, 0, "", Rule.VALUE, message, cure)
    if (length := len(unicodedata.normalize("NFC", shown))) > CHARACTERS_MAX:
        message = f"{length} characters; a privacy text has at most {CHARACTERS_MAX}"
        yield error(name, 0, "", Rule.TEXT_LENGTH, message, "Say it shorter")
    yield from check_script(Text(name, 0, "", language, shown))
