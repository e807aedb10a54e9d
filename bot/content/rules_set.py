"""Whether a prompt set makes sense: its elements, scales and bands, before any word is judged."""

from collections import Counter
from collections.abc import Iterator, Mapping

from bot.content.caps import CAPS
from bot.content.languages import canonical
from bot.content.problems import Problem, Rule, error, warning
from bot.content.toml_files import Place, TomlFile, dotted
from bot.core.model import CORE, DONT_KNOW, HELPS, RAISES, SKIP, Band, Option, PromptSet, Scale

# They stand beside prompts in message ids: starter/band/…, starter/scale/…
RESERVED = ("band", "scale")
YOUNGEST = Band.B06


def shape(
    file: TomlFile,
    folder: str,
    language: str,
    prompt_set: PromptSet,
    given: Mapping[Place, frozenset[str]],
) -> list[Problem]:
    """Everything wrong with the set itself. ``given`` holds the words that its author wrote."""
    return [
        *_names(file, folder, language, prompt_set),
        *_prompts(file, prompt_set, given),
        *_scales(file, prompt_set),
        *_bands(file, prompt_set),
        *_band_words(file, prompt_set, given),
    ]


def _found(file: TomlFile, place: Place, rule: Rule, message: str, cure: str) -> Problem:
    return error(file.name, file.line(*place), dotted(place), rule, message, cure)


def _names(file: TomlFile, folder: str, language: str, prompt_set: PromptSet) -> Iterator[Problem]:
    if prompt_set.id != folder:
        message = f"the set is called {prompt_set.id} and its folder {folder}"
        yield _found(file, ("id",), Rule.NAME, message, "Give both the same name")
    if prompt_set.id == "bot":
        yield _found(file, ("id",), Rule.NAME, "bot.po holds the bot's own words", "Choose another id")
    if canonical(language) != language:
        cure = f"Write {canonical(language) or 'a language code such as en, de or pt_BR'}"
        yield _found(file, ("language",), Rule.LANGUAGE, f"{language!r} names no language here", cure)


def _prompts(
    file: TomlFile, prompt_set: PromptSet, given: Mapping[Place, frozenset[str]]
) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, prompt in enumerate(prompt_set.prompts):
        place: Place = ("prompts", at, "id")
        if prompt.id in seen:
            message = f"an earlier prompt is called {prompt.id} too"
            yield _found(file, place, Rule.REPEATED_ID, message, "Give each prompt its own id")
        if prompt.id in RESERVED:
            yield _found(file, place, Rule.NAME, f"{prompt.id} has another meaning", "Choose another id")
        seen.add(prompt.id)
        for band in prompt_set.bands:
            if band not in given["prompts", at]:
                cure = f"Write [prompts.{band}] with its question"
                yield _found(
                    file,
                    ("prompts", at, str(band)),
                    Rule.BAND_WORDS,
                    f"the prompt {prompt.id} has no question for the band {band}",
                    cure,
                )
        for name in sorted(given["prompts", at] - set(prompt_set.bands)):
            message = f"the set has no band {name}"
            cure = f"Remove it or add [bands.{name}]"
            yield _found(file, ("prompts", at, name), Rule.BAND_WORDS, message, cure)
    counts = Counter(prompt.element for prompt in prompt_set.prompts)
    for element in CORE:
        if counts[element] != 1:
            message = f"the core element {element} has {counts[element]} prompts"
            cure = "Each core element has exactly one prompt"
            yield _found(file, ("prompts",), Rule.CORE_ELEMENT, message, cure)


def _scales(file: TomlFile, prompt_set: PromptSet) -> Iterator[Problem]:
    used = {plan.scale for plan in prompt_set.bands.values()}
    for scale in prompt_set.scales.values():
        place: Place = ("scales", scale.id)
        yield from _options(file, scale)
        if scale.id not in used:
            yield warning(
                file.name,
                file.line(*place),
                dotted(place),
                Rule.SCALE,
                "no band uses this scale",
                "Remove it",
            )
        ids = [option.id for option in scale.options]
        for name in sorted(scale.low - set(ids)):
            message = f"{name} is none of the options {', '.join(ids)}"
            yield _found(file, (*place, "low"), Rule.LOW_OPTIONS, message, "Name options of this scale")
        known = scale.low & set(ids)
        if known != set(ids[: len(known)]) or not 0 < len(known) < len(ids):
            message = "the low options are not the first ones of the scale"
            cure = "Options go from least to most; name the lowest ones, and not all"
            yield _found(file, (*place, "low"), Rule.LOW_OPTIONS, message, cure)


def _options(file: TomlFile, scale: Scale) -> Iterator[Problem]:
    seen: dict[str, Option] = {}
    before: Option | None = None
    for at, option in enumerate(scale.options):
        place: Place = ("scales", scale.id, "options", at)
        if option.id in seen:
            message = f"an earlier option is called {option.id} too"
            yield _found(file, place, Rule.REPEATED_ID, message, "Give each option its own id")
        if option.id in (DONT_KNOW, SKIP):
            message = f"the bot itself offers {option.id} beside every scale"
            yield _found(file, place, Rule.NAME, message, "Remove the option")
        if before is not None and option.value <= before.value:
            message = f"the value {option.value} of {option.id} does not rise above {before.value}"
            yield _found(file, place, Rule.OPTION_ORDER, message, "Order the options from least to most")
        if any(character.isalnum() for character in option.face):
            message = "a face is an emoji; the word beside it is the label"
            yield _found(file, place, Rule.FACE, message, "Leave the word to the label")
        seen[option.id] = before = option


def _bands(file: TomlFile, prompt_set: PromptSet) -> Iterator[Problem]:
    has_others = any(not prompt.core for prompt in prompt_set.prompts)
    for band, plan in prompt_set.bands.items():
        place: Place = ("bands", str(band))
        caps = CAPS[band]
        if plan.scale not in prompt_set.scales:
            message = f"there is no scale {plan.scale}"
            cure = f"Choose one of {', '.join(sorted(prompt_set.scales))}"
            yield _found(file, (*place, "scale"), Rule.SCALE, message, cure)
        elif (steps := len(prompt_set.scales[plan.scale].options)) > caps.steps:
            message = f"{steps} options are too many for this age (at most {caps.steps})"
            yield _found(file, (*place, "scale"), Rule.SCALE, message, "Choose a shorter scale")
        if plan.core + has_others > caps.prompts:
            message = f"a check-in may ask {plan.core + has_others} prompts; {caps.prompts} is the most"
            yield _found(file, (*place, "core"), Rule.PROMPT_COUNT, message, "Lower core")
        if band is YOUNGEST and plan.free_words:
            message = "children under 9 are not asked for free words"
            yield _found(file, (*place, "free_words"), Rule.BAND, message, "Write free_words = false")
        if band is YOUNGEST and plan.follow_up:
            message = "under 9 one low face opens no follow-up"
            yield _found(file, (*place, "follow_up"), Rule.BAND, message, "Write follow_up = false")


def _band_words(
    file: TomlFile, prompt_set: PromptSet, given: Mapping[Place, frozenset[str]]
) -> Iterator[Problem]:
    for band, plan in prompt_set.bands.items():
        place: Place = ("bands", str(band), "words")
        texts = {"note"} if plan.free_words else set()
        texts |= {"help", "raise"} if plan.follow_up else set()
        wanted: dict[Place, set[str]] = {
            place: texts,
            (*place, "helps"): set(HELPS) if plan.follow_up else set(),
            (*place, "raises"): set(RAISES) if plan.follow_up else set(),
        }
        for where, names in wanted.items():
            for name in sorted(names - given[where]):
                message = "these words are missing"
                yield _found(file, (*where, name), Rule.BAND_WORDS, message, f"Write {name} = …")
            for name in sorted(given[where] - names):
                switch = "free_words" if name == "note" else "follow_up"
                known = name in (*HELPS, *RAISES, "note", "help", "raise")
                message = f"nothing asks for these words while {switch} is false" if known else "unknown"
                cure = (
                    f"Remove them or write {switch} = true" if known and not plan.follow_up else "Remove it"
                )
                yield _found(file, (*where, name), Rule.BAND_WORDS, message, cure)
