"""A .po file as its translator sees it: every text, on which line, and every line that is none.

Our own reader, because Babel's does not say on which line a translation stands, keeps only the later
of two texts with one key, and fails on an empty date in the header, which Poedit writes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.content.problems import Problem, Rule, error

_QUOTED: Final = r'"(?:[^"\\]|\\[\\"ntr])*"'
_FIELD = re.compile(rf"(?:(msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d\])\s*)?({_QUOTED})")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class PoText:
    """``line`` is that of the translation, ``key_line`` that of the key, or of the source without one.
    ``remarks`` are the lines with "#" above it: references, flags, and what people wrote to each other."""

    key: str
    source: str
    text: str
    line: int = 0
    key_line: int = 0
    plural: bool = False
    remarks: tuple[tuple[int, str], ...] = ()

    def remarked(self, mark: str) -> list[str]:
        """The remarks that begin so: "#:" references, "#," flags, "#." hints, "# " comments."""
        return [remark for _, remark in self.remarks if remark.startswith(mark)]

    @property
    def references(self) -> tuple[str, ...]:
        return tuple(place for remark in self.remarked("#:") for place in remark[2:].split())

    @property
    def fuzzy(self) -> bool:
        return any("fuzzy" in re.split(r"[,\s]+", remark) for remark in self.remarked("#,"))


@dataclass(frozen=True, slots=True)
class PoFile:
    """``head`` is the entry that speaks of the file itself; ``retired`` are lines set aside with "#~"."""

    head: PoText | None
    texts: tuple[PoText, ...]
    retired: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    fields: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    remarks: list[tuple[int, str]] = field(default_factory=list)
    last: str = ""


def read_po(name: str, text: str) -> tuple[PoFile, list[Problem]]:
    """Every entry that can be read, and every line that cannot."""
    problems: list[Problem] = []
    drafts = [_Draft()]
    retired: list[str] = []
    for number, line in enumerate(map(str.strip, text.split("\n")), 1):
        if line.startswith("#~"):
            retired.append(line)
        elif line.startswith("#"):
            if drafts[-1].fields:
                drafts.append(_Draft())
            drafts[-1].remarks.append((number, line))
        elif line:
            problems += _read_field(name, number, line, drafts)
    texts: list[PoText] = []
    for draft in drafts:
        if "msgid" in draft.fields and draft.fields.keys() & {"msgstr", "msgstr[0]"}:
            texts.append(_text(draft))
        elif draft.fields and not problems:
            problems.append(_unfinished(name, draft))
    head = next((one for one in texts if not one.source and not one.key), None)
    return PoFile(head, tuple(one for one in texts if one is not head), tuple(retired)), problems


def _read_field(name: str, number: int, line: str, drafts: list[_Draft]) -> Iterator[Problem]:
    """One line of a field: its beginning, or more of the one before."""
    found = _FIELD.fullmatch(line)
    if found is None:
        cure = 'Look for a missing quotation mark; inside a text write \\" for " and \\\\ for \\'
        yield error(name, number, "", Rule.SYNTAX, "this line is no part of a PO file", cure)
        return
    draft, keyword, said = drafts[-1], found[1], _unescaped(found[2])
    if not keyword:
        if draft.last:
            draft.fields[draft.last] += said
        else:
            cure = "Write msgid or msgstr before it, or remove it"
            yield error(name, number, "", Rule.SYNTAX, "this text belongs to nothing", cure)
        return
    if _begins_another(draft, keyword):
        draft = _Draft()
        drafts.append(draft)
    if keyword in draft.fields:
        message = f"there is a second {keyword} for one text"
        yield error(name, number, draft.fields.get("msgctxt", ""), Rule.SYNTAX, message, "Keep one of them")
    draft.fields[keyword], draft.lines[keyword], draft.last = said, number, keyword


def _begins_another(draft: _Draft, keyword: str) -> bool:
    if keyword == "msgctxt":
        return bool(draft.fields)
    return keyword == "msgid" and bool(draft.fields.keys() - {"msgctxt"})


def _text(draft: _Draft) -> PoText:
    fields, lines = draft.fields, draft.lines
    translation = "msgstr" if "msgstr" in fields else "msgstr[0]"
    return PoText(
        key=fields.get("msgctxt", ""),
        source=fields["msgid"],
        text=fields[translation],
        line=lines[translation],
        key_line=lines.get("msgctxt", lines["msgid"]),
        plural=translation != "msgstr" or "msgid_plural" in fields,
        remarks=tuple(draft.remarks),
    )


def _unfinished(name: str, draft: _Draft) -> Problem:
    missing = "msgstr" if "msgid" in draft.fields else "msgid"
    line, key = min(draft.lines.values()), draft.fields.get("msgctxt", "")
    return error(name, line, key, Rule.SYNTAX, f"the line with {missing} is missing here", f"Add {missing}")


def _unescaped(quoted: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), quoted[1:-1])


def write_po(file: PoFile) -> str:
    """The file as ``read_po`` reads it, each text on one line."""
    parts = ["\n".join(_written(one)) for one in ([file.head] if file.head else []) + list(file.texts)]
    if file.retired:
        parts.append("\n".join(file.retired))
    return "\n\n".join(parts) + "\n"


def _written(one: PoText) -> Iterator[str]:
    yield from (remark for _, remark in one.remarks)
    if one.key:
        yield f"msgctxt {_quoted(one.key)}"
    yield f"msgid {_quoted(one.source)}"
    if one.key or one.source:
        yield f"msgstr {_quoted(one.text)}"
    else:
        yield 'msgstr ""'
        yield from (_quoted(line) for line in one.text.splitlines(keepends=True))


def _quoted(text: str) -> str:
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(character, escaped)
    return f'"{text}"'


def retired(one: PoText) -> list[str]:
    """A text set aside, as translation tools do it, so that a translator's work is not lost."""
    return [f"#~ {line}" for line in _written(PoText(one.key, one.source, one.text))]
