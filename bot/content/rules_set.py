"""Whether a prompt set makes sense: its elements, scales and bands, before any word is judged."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from math import gcd
from typing import Final

from bot.content.caps import CAPS
from bot.content.languages import canonical, meant
from bot.content.problems import Problem, Rule, error, warning
from bot.content.toml_files import Place, TomlFile, dotted
from bot.core.goals import EVERY
from bot.core.model import (
    CORE,
    DONT_KNOW,
    HELPS,
    RAISES,
    SKIP,
    Band,
    BandPlan,
    Element,
    Option,
    PromptSet,
    Scale,
)

# They stand beside prompts in message ids: starter/band/…, starter/scale/…
RESERVED: Final = ("band", "scale")
OWN: Final = "bot"
YOUNGEST: Final = Band.B06

_FACE_LENGTH: Final = 8


def names(file: TomlFile, folder: str, set_id: str, language: str) -> Iterator[Problem]:
    """What the set says of itself."""
    if set_id != folder:
        message = f"the set is called {set_id} and its folder {folder}"
        yield _found(file, ("id",), Rule.NAME, message, "Give both the same name")
    if OWN in (set_id, folder):
        message = f"{OWN}.po holds the bot's own words"
        yield _found(file, ("id",), Rule.NAME, message, "Choose another id, and call the folder so too")
    if canonical(language) != language:
        cure = f"Write {meant(language) or 'a language code such as en, de or pt_BR'}"
        message = f"{language!r} is not how a language is named here"
        yield _found(file, ("language",), Rule.LANGUAGE, message, cure)


def shape(file: TomlFile, prompt_set: PromptSet, given: Mapping[Place, frozenset[str]]) -> list[Problem]:
    """Everything wrong with the set itself. ``given`` holds the words that its author wrote."""
    return [
        *_prompts(file, prompt_set, given),
        *_scales(file, prompt_set),
        *_bands(file, prompt_set),
        *_band_words(file, prompt_set, given),
    ]


def _found(file: TomlFile, place: Place, rule: Rule, message: str, cure: str) -> Problem:
    return error(file.name, file.line(*place), dotted(place), rule, message, cure)


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
            message = f"{prompt.id} means something else in every set"
            yield _found(file, place, Rule.NAME, message, "Choose another id")
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
    yield from _core(file, prompt_set)


def _core(file: TomlFile, prompt_set: PromptSet) -> Iterator[Problem]:
    """Each core element has one prompt: an answer to "heard" is the answer about being heard."""
    places: dict[Element, list[int]] = defaultdict(list)
    for at, prompt in enumerate(prompt_set.prompts):
        places[prompt.element].append(at)
    for element in CORE:
        if not places[element]:
            cure = f"Write one [[prompts]] with element = {element.value!r}".replace("'", '"')
            message = f"no prompt asks about the core element {element}"
            yield _found(file, ("prompts",), Rule.CORE_ELEMENT, message, cure)
        for at in places[element][1:]:
            message = f"an earlier prompt asks about the core element {element} already"
            cure = "Keep one of them, or give this one another element"
            yield _found(file, ("prompts", at, "element"), Rule.CORE_ELEMENT, message, cure)


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
        if scale.low <= set(ids) and (
            scale.low != set(ids[: len(scale.low)]) or not 0 < len(scale.low) < len(ids)
        ):
            message = "low does not name the first options of the scale"
            cure = f'Name the lowest one or more, but not all, such as low = ["{ids[0]}"]'
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
        if option.face and not _is_emoji(option.face):
            message = f"{option.face!r} is no emoji; the word beside it is the label"
            yield _found(file, place, Rule.FACE, message, "Choose one emoji, or leave face out")
        if option.face and option.face in [earlier.face for earlier in seen.values()]:
            message = f"an earlier option has the face {option.face} too"
            yield _found(file, place, Rule.FACE, message, "Give each option its own face")
        seen[option.id] = before = option


def _is_emoji(face: str) -> bool:
    """Symbols, what joins them and what colours them; no letters, digits or punctuation."""
    kinds = {unicodedata.category(character) for character in face if character != "\u200d"}
    return bool(kinds & {"So", "Cn"}) and kinds <= {"So", "Sk", "Mn", "Cn"} and len(face) <= _FACE_LENGTH


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
        more = _more(plan, has_others=has_others)
        if plan.core + more > caps.prompts:
            message = f"a check-in may ask {plan.core + more} prompts; at this age {caps.prompts} is the most"
            cure = f"Write core = {caps.prompts - more}"
            if plan.core + has_others <= caps.prompts:
                cure = f"Write rotate_every = {EVERY}, so that the question about a goal comes in between"
            yield _found(file, (*place, "core"), Rule.PROMPT_COUNT, message, cure)
        if band is YOUNGEST and plan.free_words:
            message = "children under 9 are not asked for free words"
            yield _found(file, (*place, "free_words"), Rule.BAND, message, "Write free_words = false")
        if band is YOUNGEST and plan.follow_up:
            message = "under 9 one low face opens no follow-up"
            yield _found(file, (*place, "follow_up"), Rule.BAND, message, "Write follow_up = false")


def _more(plan: BandPlan, *, has_others: bool) -> int:
    """How many prompts a check-in may ask besides the core. A goal has its turn in every second one, and
    one of the others in the last of each ``rotate_every``: if both counts are even they never meet."""
    together = gcd(plan.rotate_every, EVERY) == 1
    return has_others + plan.goal if together else max(has_others, plan.goal)


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
                yield _superfluous(file, (*where, name), band, plan)


def _superfluous(file: TomlFile, place: Place, band: Band, plan: BandPlan) -> Problem:
    name, choices = (
        str(place[-1]),
        {"helps": HELPS, "raises": RAISES}.get(str(place[-2]), ("note", "help", "raise")),
    )
    if name not in choices:
        near = get_close_matches(name, choices, n=1)
        cure = f"Did you mean {near[0]}?" if near else f"Possible: {', '.join(choices)}"
        return _found(file, place, Rule.BAND_WORDS, f"there is no choice called {name}", cure)
    switch = "free_words" if name == "note" else "follow_up"
    cure = "Remove it" if band is YOUNGEST else f"Remove it, or write {switch} = true"
    message = f"nothing asks for these words while {switch} is false"
    return _found(file, place, Rule.BAND_WORDS, message, cure)
