"""Language tags: which of ours Telegram's tag means, what a language calls itself, where it starts to read.

Matching is our own because Babel's ``negotiate_locale`` fails on the tags Telegram really
sends: ``pt-br``, ``zh-hans-cn``, ``nb``.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.core import get_global

_TAG = re.compile(
    r"^(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<territory>[a-z]{2}|\d{3}))?(?:-[a-z0-9-]*)?$"
)

# How Unicode's names of letters begin, in each script.
_SCRIPTS = {
    "Latn": ("LATIN",), "Cyrl": ("CYRILLIC",), "Grek": ("GREEK",), "Arab": ("ARABIC",), "Hebr": ("HEBREW",),
    "Deva": ("DEVANAGARI",), "Hans": ("CJK",), "Hant": ("CJK",), "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Kore": ("HANGUL", "CJK"), "Thai": ("THAI",), "Armn": ("ARMENIAN",), "Geor": ("GEORGIAN",),
    "Beng": ("BENGALI",), "Guru": ("GURMUKHI",), "Gujr": ("GUJARATI",), "Taml": ("TAMIL",),
    "Telu": ("TELUGU",), "Knda": ("KANNADA",), "Mlym": ("MALAYALAM",), "Sinh": ("SINHALA",),
    "Khmr": ("KHMER",), "Laoo": ("LAO",), "Mymr": ("MYANMAR",), "Ethi": ("ETHIOPIC",),
}  # fmt: skip

UNKNOWN = "und"  # the tag of a language that is not known

# Norway's three codes; CLDR does not say that a reader of one reads the others.
_SAME = {"no": "nb", "nn": "nb"}


@dataclass(frozen=True, slots=True)
class _Tag:
    language: str
    script: str
    territory: str

    @property
    def parent(self) -> str:
        """Whose words are read there: Mexico's Spanish is Latin America's, Angola's Portuguese Portugal's."""
        above = get_global("parent_exceptions").get(f"{self.language}_{self.territory}", "")
        return str(above).removeprefix(f"{self.language}_")


def resolve(tag: str, offered: Iterable[str]) -> str | None:
    """The offered language that suits Telegram's ``language_code`` best, spelled as offered; or None.

    The same language is enough. Among several the same script wins, then the same of two sisters
    such as ``nb`` and ``nn``, then the same territory or one that CLDR counts to it, then the
    language without a territory, then the order of the offer.
    """
    wanted = _parse(tag)
    if wanted is None:
        return None
    best: tuple[int, str] | None = None
    for language in offered:
        found = _parse(language)
        if found is None or _SAME.get(found.language, found.language) != _SAME.get(
            wanted.language, wanted.language
        ):
            continue
        score = (
            8 * (found.script == wanted.script)
            + 4 * (found.language == wanted.language)
            + 2 * (found.territory in (wanted.territory, wanted.parent))
            + (language == found.language)
        )
        if best is None or score > best[0]:
            best = (score, language)
    return best[1] if best else None


@cache
def _parse(tag: str) -> _Tag | None:
    """The tag's parts, the unsaid ones filled in as CLDR expects them: ``pt`` is Latin, of Brazil."""
    found = _TAG.match(tag.strip().replace("_", "-").lower())
    if found is None:
        return None
    language, script, territory = (found[name] or "" for name in ("language", "script", "territory"))
    alias = get_global("language_aliases").get(language, language).split("_")
    language = alias[0]
    for part in alias[1:]:
        if len(part) == 4:
            script = script or part
        else:
            territory = territory or part
    script, territory = script.title(), territory.upper()
    likely = get_global("likely_subtags")
    full = likely.get(f"{language}_{territory}") if territory and not script else None
    full = full or likely.get(f"{language}_{script}") if script else full
    full = full or likely.get(language)
    if full is None:
        return None
    _, likely_script, likely_territory = full.split("_")[:3]
    return _Tag(language, script or likely_script, territory or likely_territory)


def canonical(tag: str) -> str | None:
    """How this project spells the tag (``pt_BR``, ``zh_Hans``, ``de``); None if CLDR does not know it."""
    if _parse(tag) is None:
        return None
    try:
        return str(Locale.parse(tag.replace("-", "_"), resolve_likely_subtags=False))
    except (ValueError, UnknownLocaleError):
        return None


def meant(text: str) -> str | None:
    """The language that somebody means who did not write its tag: ``German``, ``zh-CN``, ``iw``."""
    names = Locale("en").languages
    said = text.strip().casefold()
    tag = next((code for code, name in names.items() if name.casefold() == said), text.strip())
    if (known := canonical(tag)) is not None:
        return known
    found = _parse(tag)
    return (canonical(f"{found.language}_{found.script}") or canonical(found.language)) if found else None


def own_name(language: str) -> str:
    """The language's name in itself, as its speakers look for it in a list."""
    locale = Locale.parse(language)
    name = locale.get_display_name(locale) or language
    return name[0].upper() + name[1:]


def english_name(language: str) -> str:
    """What the language is called in English, for whoever reads a report."""
    try:
        return str(Locale.parse(language).get_display_name("en") or language)
    except (ValueError, UnknownLocaleError):
        return language


def direction(language: str) -> Literal["ltr", "rtl"]:
    return "rtl" if Locale.parse(language).text_direction == "rtl" else "ltr"


def base_language(language: str) -> str:
    """``pt`` of ``pt_BR``."""
    found = _parse(language)
    return found.language if found else language


def script(language: str) -> str:
    """The ISO 15924 code of the script the language is usually written in: ``Latn``, ``Arab`` …"""
    found = _parse(language)
    return found.script if found else ""


@lru_cache(maxsize=8192)  # a folder is read again with nearly all of its texts as before
def letters_of(language: str, words: str) -> tuple[int, int]:
    """How many letters belong to the script of the language, and how many to others. Of a script that we do
    not know every letter belongs."""
    letters = [letter for letter in words if letter.isalpha()]
    names = _SCRIPTS.get(script(language), ("",))
    own = sum(unicodedata.name(letter, "").startswith(names) for letter in letters)
    return own, len(letters) - own


def written_in(words: str, language: str, offered: Iterable[str]) -> str:
    """The language of words whose writer speaks this one here: it, unless no letter of theirs is in its
    script. Then it is the only one offered that is written so, or ``und``, as nobody can know."""
    own, others = letters_of(language, words)
    if own or not others:
        return language
    fitting = [one for one in offered if letters_of(one, words) == (others, 0)]
    return fitting[0] if len(fitting) == 1 else UNKNOWN
