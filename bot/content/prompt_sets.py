"""conversations/<set>/set.toml, read into core's prompt set and the source words beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import Field, StrictBool, StrictInt

from bot.content import privacy, rules_set
from bot.content.problems import Problem, Rule, error
from bot.content.toml_fields import Fields, Sentence, Slug, check_fields
from bot.content.toml_files import Place, TomlFile, read_toml
from bot.core.model import CORE, HELPS, RAISES, Band, BandPlan, Element, Option, Prompt, PromptSet, Scale


class OptionFields(Fields):
    id: Slug
    value: StrictInt
    face: str = ""
    label: Sentence


class ScaleFields(Fields):
    columns: StrictInt = Field(default=1, ge=1, le=3)
    options: tuple[OptionFields, ...] = Field(min_length=2)
    low: tuple[str, ...]


class BandWordsFields(Fields):
    thanks: Sentence
    note: Sentence | None = None
    goal: Sentence | None = None
    help: Sentence | None = None
    raise_: Sentence | None = Field(default=None, alias="raise")
    helps: dict[str, Sentence] = Field(default_factory=dict)
    raises: dict[str, Sentence] = Field(default_factory=dict)


class BandFields(Fields):
    scale: str
    core: StrictInt = Field(ge=1, le=len(CORE))
    rotate_every: StrictInt = Field(ge=1)
    free_words: StrictBool
    follow_up: StrictBool
    words: BandWordsFields


class PromptWordsFields(Fields):
    question: Sentence


class PromptFields(Fields):
    id: Slug
    element: Element
    note: str = ""
    b06: PromptWordsFields | None = None
    b09: PromptWordsFields | None = None
    b13: PromptWordsFields | None = None
    b18: PromptWordsFields | None = None
    b65: PromptWordsFields | None = None

    def words(self, band: Band) -> PromptWordsFields | None:
        return {
            Band.B06: self.b06,
            Band.B09: self.b09,
            Band.B13: self.b13,
            Band.B18: self.b18,
            Band.B65: self.b65,
        }[band]


class SetFields(Fields):
    id: Slug
    version: StrictInt = Field(ge=1)
    language: str
    license: Sentence
    bands: dict[Band, BandFields] = Field(min_length=1)
    scales: dict[Slug, ScaleFields] = Field(min_length=1)
    prompts: tuple[PromptFields, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Source:
    """A source sentence, the line where its author wrote it, and what its translators should know."""

    text: str
    line: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class SetFile:
    """A prompt set and its words in the language it was written in, by message id."""

    file: str
    prompt_set: PromptSet
    language: str
    words: Mapping[str, Source]


FOLDER: Final = "conversations"

_NOTES: Final = {"goal": "{goal} is what the client wants to work on; it stands in a line of its own."}


def set_folders(folder: Path) -> list[str]:
    """The names of the folders that hold a prompt set each. One that begins with _ is not read yet."""
    homes = (
        home for home in (folder / FOLDER).glob("*/") if home.is_dir() and home != folder / privacy.FOLDER
    )
    return sorted(home.name for home in homes if not home.name.startswith((".", "_")))


def read_prompt_sets(folder: Path) -> tuple[tuple[SetFile, ...], list[Problem]]:
    """Every set below ``folder``/conversations, in the order of their names."""
    read: list[SetFile] = []
    problems: list[Problem] = []
    for name in set_folders(folder):
        set_file, found = read_prompt_set(folder / FOLDER / name)
        problems += found
        if set_file is not None:
            read.append(set_file)
    if not set_folders(folder):
        cure = "Put a prompt set into conversations/<its name>/set.toml"
        problems.append(error(FOLDER, 0, "", Rule.MISSING_FILE, "there is no prompt set", cure))
    return tuple(read), problems


def read_prompt_set(home: Path) -> tuple[SetFile | None, list[Problem]]:
    """The set in this folder. None if its fields cannot be read; its other mistakes leave it readable."""
    name = f"{FOLDER}/{home.name}/set.toml"
    cure = "Each folder in conversations/ holds one prompt set: write it, or remove the folder"
    file, problems = read_toml(home / "set.toml", name, cure)
    if file is None:
        return None, problems
    fields, problems = check_fields(file, SetFields)
    if fields is None:
        return None, problems
    problems += rules_set.names(file, home.name, fields.id, fields.language)
    if home.name == rules_set.OWN:
        return None, problems  # its words would be taken for the bot's own
    fields = fields.model_copy(update={"id": home.name})  # the name under which all else looks for it
    prompt_set = _prompt_set(fields)
    problems += rules_set.shape(file, prompt_set, _given(fields))
    words: dict[str, Source] = {}
    for message_id, source in _words(fields, file):
        words.setdefault(message_id, source)  # a repeated id has been reported; the first one stands
    return SetFile(name, prompt_set, fields.language, words), problems


def _prompt_set(fields: SetFields) -> PromptSet:
    return PromptSet(
        id=fields.id,
        version=fields.version,
        prompts=tuple(Prompt(prompt.id, prompt.element) for prompt in fields.prompts),
        scales={
            name: Scale(
                name,
                tuple(Option(option.id, option.value, option.face) for option in scale.options),
                frozenset(scale.low),
                scale.columns,
            )
            for name, scale in fields.scales.items()
        },
        bands={
            band: BandPlan(
                plan.scale,
                plan.core,
                plan.rotate_every,
                plan.free_words,
                plan.follow_up,
                goal=plan.words.goal is not None,
            )
            for band, plan in fields.bands.items()
        },
    )


def _given(fields: SetFields) -> dict[Place, frozenset[str]]:
    """Which words the author wrote where: the rules compare them with what the set needs."""
    given: dict[Place, frozenset[str]] = {}
    for band, plan in fields.bands.items():
        words = plan.words
        texts = {"note": words.note, "help": words.help, "raise": words.raise_}
        given["bands", band, "words"] = frozenset(name for name, text in texts.items() if text is not None)
        given["bands", band, "words", "helps"] = frozenset(words.helps)
        given["bands", band, "words", "raises"] = frozenset(words.raises)
    for at, prompt in enumerate(fields.prompts):
        given["prompts", at] = frozenset(band for band in Band if prompt.words(band) is not None)
    return given


def _words(fields: SetFields, file: TomlFile) -> Iterator[tuple[str, Source]]:
    """Each source sentence, by its id."""
    for band, plan in fields.bands.items():
        words, stem, place = plan.words, f"{fields.id}/band/{band}", ("bands", str(band), "words")
        texts = {"thanks": words.thanks, "note": words.note, "goal": words.goal}
        texts |= {"help": words.help, "raise": words.raise_}
        for name, text in texts.items():
            if text is not None:
                yield f"{stem}/{name}", Source(text, file.line(*place, name), _NOTES.get(name, ""))
        for choice, text in words.helps.items():
            yield f"{stem}/helps/{choice}", Source(text, file.line(*place, "helps", choice))
        for choice, text in words.raises.items():
            yield f"{stem}/raises/{choice}", Source(text, file.line(*place, "raises", choice))
    for scale_id, scale in fields.scales.items():
        for at, option in enumerate(scale.options):
            line = file.line("scales", scale_id, "options", at, "label")
            yield f"{fields.id}/scale/{scale_id}/{option.id}", Source(option.label, line)
    for at, prompt in enumerate(fields.prompts):
        for band in fields.bands if prompt.id not in rules_set.RESERVED else ():
            if (asked := prompt.words(band)) is not None:
                line = file.line("prompts", at, str(band), "question")
                yield f"{fields.id}/{prompt.id}/{band}/question", Source(asked.question, line, prompt.note)


def band_ids(prompt_set: PromptSet, band: Band) -> Iterator[str]:
    """Every id of the set that a check-in of this band may ask for."""
    plan, stem = prompt_set.bands[band], f"{prompt_set.id}/band/{band}"
    yield f"{stem}/thanks"
    if plan.free_words:
        yield f"{stem}/note"
    if plan.goal:
        yield f"{stem}/goal"
    if plan.follow_up:
        yield f"{stem}/help"
        yield f"{stem}/raise"
        yield from (f"{stem}/helps/{choice}" for choice in HELPS)
        yield from (f"{stem}/raises/{choice}" for choice in RAISES)
    if plan.scale in prompt_set.scales:
        for option in prompt_set.scales[plan.scale].options:
            yield f"{prompt_set.id}/scale/{plan.scale}/{option.id}"
    for prompt in prompt_set.prompts:
        yield f"{prompt_set.id}/{prompt.id}/{band}/question"
