"""Brings a language's files up to date with their sources, by key, so that a translator can begin.

By key, because tools that compare sentences take an adult's "Yes" for a child's. Nothing is lost: a
text whose source has changed is marked as uncertain, one that nobody asks for any more is set aside.
A new set begins with what has been translated for the same place of another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.content.caps import CAPS
from bot.content.catalogs import DRAFTED, catalog_name
from bot.content.checks import is_label, question_room
from bot.content.clinic import SOURCE_LANGUAGE
from bot.content.forms import form_in, plain, told
from bot.content.po_files import PoFile, PoText, read_po, retired, write_po
from bot.content.problems import Problem
from bot.content.prompt_sets import SetFile, read_prompt_sets, set_folders
from bot.content.rules_set import OWN
from bot.content.toml_files import no_folder, read_text
from bot.core.model import Band

_AGES: Final = {
    Band.B06: "6 to 8 years, informal",
    Band.B09: "9 to 12 years, informal",
    Band.B13: "13 to 17 years, informal",
    Band.B18: "18 to 64 years, formal",
    Band.B65: "65 years or older, formal",
}


@dataclass(frozen=True, slots=True)
class Updated:
    """A file that was written, and how many of its texts wait for the translator."""

    file: str
    texts: int
    untranslated: int
    uncertain: int
    retired: int


def update(folder: Path, language: str) -> tuple[list[Updated], list[Problem]]:
    """Writes what is missing into locales/``language``; nothing at all if one of the files cannot be read."""
    if missing := no_folder(folder):
        return [], missing
    wanted: dict[str, list[PoText]] = {}
    sets, problems = read_prompt_sets(folder)
    if len(sets) < len(set_folders(folder)):
        return [], problems
    before, problems = _read(folder, SOURCE_LANGUAGE, OWN)
    if language != SOURCE_LANGUAGE:
        wanted[OWN] = [replace(one, text="") for one in before.texts]
    for set_file in sets:
        if language != set_file.language:
            wanted[set_file.prompt_set.id] = _wanted(set_file)
    there: dict[str, PoFile] = {}
    for domain in wanted:
        there[domain], found = _read(folder, language, domain, new=True)
        problems += found
    if problems:
        return [], problems
    sets_there = [file for domain, file in there.items() if domain != OWN]
    elsewhere = {_place(one.key): one for file in sets_there for one in file.texts if one.text}
    return [
        _write(folder, catalog_name(language, domain), _merged(texts, there[domain], elsewhere, language))
        for domain, texts in wanted.items()
    ], []


def _place(key: str) -> str:
    """``heard/b06/question`` of ``starter/heard/b06/question``: what it is in every set."""
    return key.partition("/")[2]


def _read(folder: Path, language: str, domain: str, *, new: bool = False) -> tuple[PoFile, list[Problem]]:
    name = catalog_name(language, domain)
    if new and not (folder / name).exists():
        return PoFile(None, (), ()), []
    text, problems = read_text(folder / name, name, "Copy it from Attune's own locales/")
    return (PoFile(None, (), ()), problems) if text is None else read_po(name, text)


def _wanted(set_file: SetFile) -> list[PoText]:
    """The set's texts, each with what its translator should know."""
    texts = []
    for key, source in set_file.words.items():
        hint = " ".join(filter(None, (_hint(set_file, key), source.note)))
        texts.append(PoText(key, source.text, "", remarks=((0, f"#. {hint}"), (0, f"#: {key}"))))
    return texts


def _hint(set_file: SetFile, key: str) -> str:
    parts = key.split("/")
    if parts[1] == "scale":
        bands = [band for band, plan in set_file.prompt_set.bands.items() if plan.scale == parts[2]]
        most = min((CAPS[band].label_characters for band in bands), default=0)
        ages = " and ".join(_AGES[band] for band in bands)
        return f"{ages}. Button, at most {most} characters." if bands else "Button."
    band = Band(parts[2])
    caps = CAPS[band]
    if is_label(key):
        return f"{_AGES[band]}. Button, at most {caps.label_characters} characters."
    room = question_room(parts[3], caps)
    length = f"Question, at most {room} characters, " if room else ""
    return f"{_AGES[band]}. {length or 'At most '}{caps.words_per_sentence} words in a sentence."


def _merged(wanted: list[PoText], before: PoFile, elsewhere: Mapping[str, PoText], language: str) -> PoFile:
    """Every wanted text, with the translation there was and its forms; at the end what was set aside."""
    there: Mapping[str, PoText] = {one.key: one for one in before.texts if one.key}
    forms, forms_elsewhere = _forms(there), _forms(elsewhere)
    texts: list[PoText] = []
    for one in wanted:
        known = there.get(one.key) or elsewhere.get(_place(one.key))
        texts.append(_brought_up(one, known) if known else one)
        near = forms if one.key in there else {one.key: forms_elsewhere.get(_place(one.key), {}), **forms}
        for form, text in near.get(one.key, {}).items():
            texts.append(_brought_up(_in_form(one, form), text))
    kept = {one.key for one in texts}
    left = [one for one in before.texts if one.text and (one.key not in kept or there[one.key] is not one)]
    aside = (*before.retired, *(line for one in left for line in retired(one)))
    return PoFile(before.head or _head(language), tuple(texts), aside)


def _forms(texts: Mapping[str, PoText]) -> dict[str, dict[str, PoText]]:
    """Behind each plain key the forms that there are of its text."""
    forms: dict[str, dict[str, PoText]] = {}
    for key, text in texts.items():
        if form_in(key):
            forms.setdefault(plain(key), {})[form_in(key)] = text
    return forms


def _in_form(wanted: PoText, form: str) -> PoText:
    """Another form of this text. Nobody has to write it, so it is wanted only where somebody has."""
    key = f"{wanted.key}{form}"
    remarks = [f"#. {told(form)}", *wanted.remarked("#."), f"#: {key}"]
    return replace(wanted, key=key, remarks=tuple((0, remark) for remark in remarks))


def _brought_up(wanted: PoText, before: PoText) -> PoText:
    remarks = list(before.remarked("# ")) + wanted.remarked("#.") + wanted.remarked("#:")
    if before.text and (before.fuzzy or before.source != wanted.source):
        remarks.append("#, fuzzy")
    return replace(wanted, text=before.text, remarks=tuple((0, remark) for remark in remarks))


def _head(language: str) -> PoText:
    said = (
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
    )
    return PoText("", "", "".join(f"{line}\n" for line in said), remarks=((0, f"# State: {DRAFTED}"),))


def _write(folder: Path, name: str, file: PoFile) -> Updated:
    """The whole file in one step, so that a failure leaves the old one."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".po.new")
    beside.write_text(write_po(file), "utf-8", newline="\n")
    beside.replace(path)
    return Updated(
        file=name,
        texts=len(file.texts),
        untranslated=sum(not one.text and not form_in(one.key) for one in file.texts),
        uncertain=sum(one.fuzzy for one in file.texts),
        retired=sum(line.startswith("#~ msgid") for line in file.retired),
    )
