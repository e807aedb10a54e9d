"""Clinic folders with one mistake each: the good folder, what is done to it, what must be said of it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.content.checking import check
from bot.content.problems import Problem, Rule, Severity
from bot.content.translating import update

ROOT = Path(__file__).parent.parent.parent

CLINIC = "conversations/clinic.toml"
SET = "conversations/starter/set.toml"
EN = "locales/en/LC_MESSAGES/bot.po"
DE = "locales/de/LC_MESSAGES/bot.po"
DE_SET = "locales/de/LC_MESSAGES/starter.po"
AR_SET = "locales/ar/LC_MESSAGES/starter.po"

TODAY = date(2026, 11, 25)

Change = Callable[[Path], object]


@dataclass(frozen=True)
class Said:
    """What the check must say: the rule, the file, the line and words that it uses.

    The line is a number, 0 for the whole file; or words that stand in it alone, or in the nth of some,
    counted from 0; or the key of a translation.
    """

    rule: Rule
    file: str
    line: int | str | tuple[str, int]
    words: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class Broken:
    name: str
    change: Change
    said: tuple[Said, ...]


def broken(name: str, change: Change, *said: Said) -> Broken:
    return Broken(name, change, said)


def good(home: Path) -> Path:
    """A folder without mistakes: English, and English that is called German."""
    shutil.copytree(ROOT / "conversations", home / "conversations")
    shutil.copytree(ROOT / "locales/en", home / "locales/en")
    (home / "locales/en/danger.toml").unlink()  # the lists are tried in tests of their own
    replaced(CLINIC, 'languages = ["en", "de", "ar"]', 'languages = ["en", "de"]')(home)
    translated(home, "de", lambda source: source)
    return home


def translated(home: Path, language: str, say: Callable[[str], str]) -> None:
    """Every text in this language as ``say`` makes it of the source, on one line, as in the source."""
    _, problems = update(home, language)
    assert problems == []
    for path in (home / f"locales/{language}/LC_MESSAGES").glob("*.po"):
        head, *texts = path.read_text("utf-8").split("\n\n")
        for at, text in enumerate(texts):
            source = text.partition("msgid ")[2].partition("\nmsgstr")[0]
            texts[at] = text.removesuffix("\n").removesuffix('msgstr ""') + f"msgstr {say(source)}"
        path.write_text("\n\n".join([head, *texts]) + "\n", "utf-8")


def replaced(file: str, old: str, new: str) -> Change:
    """``old`` stands once in the file, and ``new`` in its place."""

    def change(folder: Path) -> None:
        text = (folder / file).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (folder / file).write_text(text.replace(old, new), "utf-8")

    return change


def says(file: str, key: str, new: str) -> Change:
    """The translation under this key says something else; ``new`` as it stands between the marks."""

    def change(folder: Path) -> None:
        before, _, after = (folder / file).read_text("utf-8").partition(f'msgctxt "{key}"\n')
        source, _, rest = after.partition('\nmsgstr "')
        _, _, rest = rest.partition("\n")
        assert source.startswith("msgid"), f"no {key} in {file}"
        text = f'{before}msgctxt "{key}"\n{source}\nmsgstr "{new}"\n{rest}'
        (folder / file).write_text(text, "utf-8")

    return change


def source_says(key: str, new: str) -> Change:
    """A text of the bot itself, in English."""

    def change(folder: Path) -> None:
        before, _, after = (folder / EN).read_text("utf-8").partition(f'msgctxt "{key}"\n')
        _, _, rest = after.partition("\nmsgstr ")
        _, _, rest = rest.partition("\n")
        text = f'{before}msgctxt "{key}"\nmsgid "{new}"\nmsgstr "{new}"\n{rest}'
        (folder / EN).write_text(text, "utf-8")

    return change


def done(*changes: Change) -> Change:
    def change(folder: Path) -> None:
        for one in changes:
            one(folder)

    return change


def written(file: str, content: bytes) -> Change:
    def change(folder: Path) -> None:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(content)

    return change


def added(file: str, text: str) -> Change:
    """One more text at the end of the file."""

    def change(folder: Path) -> None:
        (folder / file).write_text(f"{(folder / file).read_text('utf-8')}\n{text}", "utf-8")

    return change


def moved(old: str, new: str) -> Change:
    def change(folder: Path) -> None:
        (folder / new).parent.mkdir(parents=True, exist_ok=True)
        (folder / old).rename(folder / new)

    return change


def removed(file: str) -> Change:
    return lambda folder: (folder / file).unlink()


def problems_of(folder: Path) -> list[Problem]:
    """Everything but how the translations stand."""
    _, problems, _ = check(folder, TODAY)
    return [problem for problem in problems if problem.severity is not Severity.INFO]


def line_of(folder: Path, said: Said) -> int:
    """The number of the line that ``said`` means."""
    if isinstance(said.line, int):
        return said.line
    words, nth = said.line if isinstance(said.line, tuple) else (said.line, None)
    lines = (folder / said.file).read_text("utf-8-sig").split("\n")
    if f'msgctxt "{words}"' in lines:
        begin = lines.index(f'msgctxt "{words}"')
        return next(at for at in range(begin, len(lines)) if lines[at].startswith("msgstr")) + 1
    found = [number for number, line in enumerate(lines, 1) if words in line]
    assert nth is not None or len(found) == 1, f"{words!r} stands in the lines {found} of {said.file}"
    return found[nth or 0]
