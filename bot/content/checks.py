"""One check of everything together: each text against its source, its age and its neighbours."""

from collections.abc import Iterator, Mapping

from bot.content.caps import CAPS, VOICE_CAPS, Caps
from bot.content.catalogs import DRAFTED, CatalogFile
from bot.content.languages import english_name
from bot.content.problems import Problem, Rule, Severity, error, warning
from bot.content.prompt_sets import SetFile, Source
from bot.content.rules_text import PLACEHOLDERS, Text, check_text, placeholders_in
from bot.core.model import DONT_KNOW, HELPS, RAISES, SKIP, Band, Voice

_CALM = ("bot/help", "bot/welcome", "bot/privacy", "bot/check_in/not_live")
_LABELS = ("bot/button/", "bot/band/")
_LIMITS = {"bot/profile/description": 512, "bot/profile/short": 120, "bot/commands/": 256, "bot/hint/": 200}


def check_source(set_file: SetFile) -> Iterator[Problem]:
    """The words that a set's author wrote."""
    for key, source in set_file.words.items():
        text = _set_text(set_file, set_file.file, set_file.language, key, source)
        yield from check_text(text, PLACEHOLDERS, None)
    words = {key: source.text for key, source in set_file.words.items()}
    yield from _equal_labels(set_file, set_file.file, words, {k: s.line for k, s in set_file.words.items()})


def check_set_translation(
    set_file: SetFile, catalog: CatalogFile, bot: Mapping[str, str], *, offered: bool
) -> Iterator[Problem]:
    """A set in another language. ``bot`` are the bot's own words in it, whose buttons stand beside."""
    yield from _against_source(catalog, set_file.words, offered=offered)
    for key, entry in catalog.entries.items():
        if key in set_file.words and entry.text:
            words = Source(entry.text, entry.line)
            text = _set_text(set_file, catalog.file, catalog.language, key, words)
            yield from check_text(text, PLACEHOLDERS, placeholders_in(set_file.words[key].text))
    texts = {key: entry.text for key, entry in catalog.entries.items() if entry.text}
    lines = {key: entry.line for key, entry in catalog.entries.items()}
    yield from _equal_labels(set_file, catalog.file, {**bot, **texts}, lines)


def check_bot_words(
    catalog: CatalogFile, source: Mapping[str, Source], *, offered: bool
) -> Iterator[Problem]:
    """The bot's own sentences in one language; ``source`` are the English ones."""
    yield from _against_source(catalog, source, offered=offered)
    for key, entry in catalog.entries.items():
        if key in source and entry.text:
            wanted = placeholders_in(source[key].text)
            yield from check_text(_bot_text(catalog, key, Source(entry.text, entry.line)), wanted, wanted)


def check_state(catalog: CatalogFile) -> Iterator[Problem]:
    """How things stand, for whoever decides whether a language is ready."""
    if catalog.state == DRAFTED:
        message = f"{english_name(catalog.language)} is drafted and not yet reviewed by a person"
        cure = "When somebody has read it all, write “# State: reviewed by NAME, 2026-05-31” instead"
        yield Problem(catalog.file, catalog.state_line, "", Rule.STATE, Severity.INFO, message, cure)


def _against_source(
    catalog: CatalogFile, source: Mapping[str, Source], *, offered: bool
) -> Iterator[Problem]:
    """Missing and old texts. They matter only where the language is offered to people."""
    found = error if offered else warning
    for key in sorted(source.keys() - catalog.entries.keys()):
        cure = f"Add it with msgctxt {key}"
        yield found(catalog.file, 0, key, Rule.MISSING_KEY, "this text is missing", cure)
    for key, entry in catalog.entries.items():
        if key not in source:
            message = "nothing asks for this text any more"
            yield warning(catalog.file, entry.line, key, Rule.UNUSED_KEY, message, "Remove it")
        elif not entry.text.strip():
            yield found(
                catalog.file, entry.line, key, Rule.UNTRANSLATED, "not translated yet", "Translate it"
            )
        elif entry.fuzzy:
            cure = "Read it against its source and remove “#, fuzzy”"
            yield found(catalog.file, entry.line, key, Rule.FUZZY, "marked as uncertain", cure)
        elif entry.source != source[key].text:
            message = f"its source has changed and says now: {source[key].text}"
            cure = "Correct the translation, and put the new source into msgid"
            yield found(catalog.file, entry.line, key, Rule.STALE, message, cure)


def _set_text(set_file: SetFile, file: str, language: str, key: str, words: Source) -> Text:
    parts = key.split("/")
    if parts[1] == "scale":
        caps = [CAPS[band] for band, plan in set_file.prompt_set.bands.items() if plan.scale == parts[2]]
        most = min((cap.label_characters for cap in caps), default=0)
        option = set_file.prompt_set.scales[parts[2]].option(parts[3])
        face = len(option.face) + 1 if option is not None and option.face else 0
        most = max(most - face, 0)
        return Text(file, words.line, key, language, words.text, characters=most, label=True)
    band = Band(parts[2])
    cap = CAPS[band]
    if parts[3] in ("helps", "raises"):
        return Text(file, words.line, key, language, words.text, characters=cap.label_characters, label=True)
    most = cap.question_characters if parts[3] == "question" else 0
    return Text(file, words.line, key, language, words.text, cap.words_per_sentence, most)


def _bot_text(catalog: CatalogFile, key: str, words: Source) -> Text:
    cap = _caps_of(key)
    label = key.startswith(_LABELS)
    limit = next((most for stem, most in _LIMITS.items() if key.startswith(stem)), 0)
    return Text(
        catalog.file,
        words.line,
        key,
        catalog.language,
        words.text,
        words_per_sentence=0 if label else cap.words_per_sentence,
        characters=cap.label_characters if label else limit,
        label=label,
        calm=key.startswith(_CALM),
    )


def _caps_of(key: str) -> Caps:
    voice = key.rpartition("/")[2]
    return VOICE_CAPS[Voice(voice)] if voice in list(Voice) else VOICE_CAPS[Voice.ADULT]


def _equal_labels(
    set_file: SetFile, file: str, words: Mapping[str, str], lines: Mapping[str, int]
) -> Iterator[Problem]:
    """No two buttons of one page may say the same."""
    script = set_file.prompt_set
    for band, plan in script.bands.items():
        stem, voice = f"{script.id}/band/{band}", band.voice
        unsure = [f"bot/button/{name}/{voice}" for name in (DONT_KNOW, SKIP)]
        scale = script.scales.get(plan.scale)
        steps = [f"{script.id}/scale/{plan.scale}/{option.id}" for option in scale.options] if scale else []
        pages = [[*unsure, *steps]]
        if plan.follow_up:
            pages.append([f"{stem}/helps/{choice}" for choice in HELPS])
            pages.append([f"{stem}/raises/{choice}" for choice in RAISES])
        for page in pages:
            yield from _twice(file, [key for key in page if key in words], words, lines)


def _twice(
    file: str, page: list[str], words: Mapping[str, str], lines: Mapping[str, int]
) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for key in page:
        said = words[key].strip().casefold()
        if said in seen:
            message = f"this button says the same as {seen[said]}"
            yield error(file, lines.get(key, 0), key, Rule.EQUAL_LABELS, message, "Say it differently")
        seen[said] = key
