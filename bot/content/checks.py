"""One check of everything together: each text against its source, its age and its neighbours."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from bot.content.caps import CAPS, GOAL_CHARACTERS, VOICE_CAPS, Caps
from bot.content.catalogs import DRAFTED, CatalogFile
from bot.content.forms import FORMS, form_in, forms_of, meant, plain
from bot.content.languages import english_name
from bot.content.problems import Problem, Rule, Severity, error, warning
from bot.content.prompt_sets import SetFile, Source
from bot.content.rules_text import GOAL, PLACEHOLDERS, Text, check_text
from bot.core.model import DONT_KNOW, HELPS, RAISES, SKIP, Address, Band, Gender, Voice

_CALM = (
    "bot/help", "bot/welcome", "bot/privacy", "bot/check_in/not_live", "bot/check_in/note_",
    "bot/client/words", "bot/stranger/words", "bot/safety", "bot/alert", "bot/unscreened", "bot/lifeline",
)  # fmt: skip
_LABELS = ("bot/button/", "bot/band/")
# Telegram's limits; a caption holds a name and a link besides.
_LIMITS: Final = {
    "bot/profile/description": 512,
    "bot/profile/short": 120,
    "bot/commands/": 256,
    "bot/hint/": 200,
    "bot/invite/link": 800,
    "bot/": 3000,
}
_VOICE: Final = re.compile(r"/(child|teen|adult)$")
# The bot's own buttons that stand on one page, for a client and for a therapist.
_CLIENT_PAGES: Final = (("dont_know", "skip", "back"), ("nothing", "back"), ("agree", "decline", "back"))
_THERAPIST_PAGES: Final = (
    ("right_person", "wrong_person"),
    ("create", "back", "cancel"),
    ("answer/thanks", "answer/talk", "answer/changed", "own_answer", "no_answer"),
    ("send", "write_again", "cancel"),
)


def check_source(set_file: SetFile) -> Iterator[Problem]:
    """The words that a set's author wrote."""
    for key, source in set_file.words.items():
        text = _set_text(set_file, set_file.file, set_file.language, key, source)
        allowed = frozenset({GOAL}) if text.goal else PLACEHOLDERS
        yield from check_text(text, frozenset() if text.label else allowed)
    yield from check_source_labels(set_file, {})


def check_source_labels(set_file: SetFile, bot: Mapping[str, str]) -> Iterator[Problem]:
    """The set's buttons beside each other and beside the bot's own, in the language of the set."""
    words = {key: source.text for key, source in set_file.words.items()}
    lines = {key: source.line for key, source in set_file.words.items()}
    yield from _equal_labels(set_file, set_file.file, {**bot, **words}, lines)


def check_set_translation(
    set_file: SetFile, catalog: CatalogFile, bot: Mapping[str, str], *, offered: bool
) -> Iterator[Problem]:
    """A set in another language. ``bot`` are the bot's own words in it, whose buttons stand beside."""
    yield from _against_source(catalog, set_file.words, offered=offered)
    texts, lines = _told(catalog)
    for key in (key for key in texts if plain(key) in set_file.words):
        words = Source(texts[key], lines[key])
        text = _set_text(set_file, catalog.file, catalog.language, key, words)
        yield from check_text(text, PLACEHOLDERS, set_file.words[plain(key)].text)
    yield from _equal_labels(set_file, catalog.file, {**bot, **texts}, lines)


def check_bot_words(
    catalog: CatalogFile, source: Mapping[str, Source], *, offered: bool
) -> Iterator[Problem]:
    """The bot's own sentences in one language; ``source`` are the English ones."""
    yield from _against_source(catalog, source, offered=offered)
    texts, lines = _told(catalog)
    for key in (key for key in texts if plain(key) in source):
        words = _bot_text(catalog, key, Source(texts[key], lines[key]))
        yield from check_text(words, PLACEHOLDERS, source[plain(key)].text)
    pages = [[f"bot/button/{name}/{voice}" for name in page] for page in _CLIENT_PAGES for voice in Voice]
    pages += [[f"bot/button/{name}" for name in page] for page in _THERAPIST_PAGES]
    pages.append([f"bot/band/{band}" for band in Band])
    for page in pages:
        yield from _twice(catalog.file, [key for key in page if key in texts], texts, lines)


def _told(catalog: CatalogFile) -> tuple[dict[str, str], dict[str, int]]:
    """What is translated, and where."""
    texts = {key: entry.text for key, entry in catalog.entries.items() if entry.text.strip()}
    return texts, {key: catalog.entries[key].line for key in texts}


def check_state(catalog: CatalogFile) -> Iterator[Problem]:
    """How things stand, for whoever decides whether a language is ready."""
    if catalog.state == DRAFTED:
        message = f"{english_name(catalog.language)} is drafted and not yet reviewed by a person"
        cure = "When somebody has read it all: “# State: reviewed by NAME, 2026-05-31”"
        yield Problem(catalog.file, catalog.state_line, "", Rule.STATE, Severity.INFO, message, cure)


def _against_source(
    catalog: CatalogFile, source: Mapping[str, Source], *, offered: bool
) -> Iterator[Problem]:
    """Missing and old texts. They matter only where the language is offered to people."""
    found = error if offered else warning
    command = f"“attune translate {catalog.language}”"
    for key in sorted(source.keys() - catalog.entries.keys()):
        cure = f"{command} adds it; then translate it"
        yield found(catalog.file, 0, key, Rule.MISSING_KEY, "this text is missing", cure)
    yield from _untranslated(catalog, source, offered=offered)
    for key, entry in catalog.entries.items():
        stem, form = plain(key), form_in(key)
        if stem not in source:
            wanted = source.keys() if form else source.keys() - catalog.entries.keys()
            near = get_close_matches(stem, wanted, n=1)
            cure = f"Did you mean {near[0]}{form}?" if near else "Remove it"
            message = f"it is a form of {stem}, and no text has that key" if form else "no text has this key"
            yield warning(catalog.file, entry.line, key, Rule.UNUSED_KEY, message, cure)
        elif form and form not in FORMS:
            message, near_form = f"“{form}” is no form that a client can choose", meant(form)
            known = "Write ~informal, ~formal, ~f or ~m, or two of them like ~informal~f"
            cure = f"Did you mean {stem}{near_form}?" if near_form else known
            yield found(catalog.file, entry.line, key, Rule.FORM, message, cure)
        elif entry.text.strip() and entry.fuzzy:
            cure = "Read it against its source; then remove “fuzzy” (in Poedit: Needs work)"
            yield found(catalog.file, entry.line, key, Rule.FUZZY, "it is marked as uncertain", cure)
        elif entry.text.strip() and entry.source != source[stem].text:
            message = f"its source has changed and says now: {source[stem].text}"
            cure = f"{command} brings the new source; then correct the translation"
            yield found(catalog.file, entry.line, key, Rule.STALE, message, cure)


def _untranslated(catalog: CatalogFile, source: Mapping[str, Source], *, offered: bool) -> Iterator[Problem]:
    """Each of them where it keeps the bot from starting; elsewhere only how many there are."""
    empty = [key for key, entry in catalog.entries.items() if key in source and not entry.text.strip()]
    for key in empty if offered else ():
        line = catalog.entries[key].line
        yield error(catalog.file, line, key, Rule.UNTRANSLATED, "it is not translated yet", "Translate it")
    if empty and not offered:
        count = "one text is" if len(empty) == 1 else f"{len(empty)} texts are"
        message, cure = f"{count} not translated yet", f"Translate them; the first is {empty[0]}"
        line = catalog.entries[empty[0]].line
        yield warning(catalog.file, line, "", Rule.UNTRANSLATED, message, cure)


def is_label(key: str) -> bool:
    """Whether this text of a set stands on a button."""
    parts = key.split("/")
    return parts[1] == "scale" or parts[3] in ("helps", "raises")


def question_room(name: str, cap: Caps) -> int:
    """How long a question may be, its placeholders as written; 0 for a text that is none."""
    if name == GOAL:
        return cap.question_characters - GOAL_CHARACTERS + len(f"{{{GOAL}}}")
    return cap.question_characters if name == "question" else 0


def _set_text(set_file: SetFile, file: str, language: str, key: str, words: Source) -> Text:
    parts = plain(key).split("/")
    if parts[1] == "scale":
        caps = [CAPS[band] for band, plan in set_file.prompt_set.bands.items() if plan.scale == parts[2]]
        most = min((cap.label_characters for cap in caps), default=0)
        option = set_file.prompt_set.scales[parts[2]].option(parts[3])
        face = len(option.face) + 1 if option is not None and option.face else 0
        return Text(file, words.line, key, language, words.text, characters=max(most - face, 0), label=True)
    cap = CAPS[Band(parts[2])]
    if is_label(key):
        return Text(file, words.line, key, language, words.text, characters=cap.label_characters, label=True)
    most, goal = question_room(parts[3], cap), parts[3] == GOAL
    limit = _LIMITS["bot/"]
    return Text(file, words.line, key, language, words.text, cap.words_per_sentence, most, limit, goal=goal)


def _bot_text(catalog: CatalogFile, key: str, words: Source) -> Text:
    cap, label = _caps_of(key), key.startswith(_LABELS)
    return Text(
        catalog.file,
        words.line,
        key,
        catalog.language,
        words.text,
        words_per_sentence=0 if label else cap.words_per_sentence,
        characters=cap.label_characters if label else 0,
        fixed=next((most for stem, most in _LIMITS.items() if key.startswith(stem)), 0),
        label=label,
        calm=key.startswith(_CALM),
    )


def _caps_of(key: str) -> Caps:
    voice = plain(key).rpartition("/")[2]
    return VOICE_CAPS[Voice(voice)] if voice in list(Voice) else VOICE_CAPS[Voice.ADULT]


def _equal_labels(
    set_file: SetFile, file: str, words: Mapping[str, str], lines: Mapping[str, int]
) -> Iterator[Problem]:
    """No two buttons of one page may say the same."""
    script = set_file.prompt_set
    for band, plan in script.bands.items():
        stem, back = f"{script.id}/band/{band}", f"bot/button/back/{band.voice}"
        unsure = [f"bot/button/{name}/{band.voice}" for name in (DONT_KNOW, SKIP)]
        scale = script.scales.get(plan.scale)
        steps = [f"{script.id}/scale/{plan.scale}/{option.id}" for option in scale.options] if scale else []
        pages = [[back, *unsure, *steps]]
        if plan.follow_up:
            pages.append([back, *(f"{stem}/helps/{choice}" for choice in HELPS)])
            pages.append([back, *(f"{stem}/raises/{choice}" for choice in RAISES)])
        for page in pages:
            yield from _twice(file, [key for key in page if key in words], words, lines)


def _twice(
    file: str, page: list[str], words: Mapping[str, str], lines: Mapping[str, int]
) -> Iterator[Problem]:
    """Buttons of this page that say the same as an earlier one, whatever forms the client chose; those of
    another file are not reported."""
    for choice in dict.fromkeys(forms_of(address, gender) for address in Address for gender in Gender):
        seen: dict[str, str] = {}
        shown = [next(key + form for form in choice if key + form in words) for key in dict.fromkeys(page)]
        # Of two buttons the one in this file is wrong, and rather its form than the plain one.
        for key in sorted(shown, key=lambda key: (key in lines, form_in(key) != "")):
            said = " ".join(words[key].split()).casefold()
            if said in seen and key in lines:
                message = f"this button says the same as {seen[said]} beside it"
                yield error(file, lines[key], key, Rule.EQUAL_LABELS, message, "Say it differently")
            seen.setdefault(said, _VOICE.sub("", plain(key)))
