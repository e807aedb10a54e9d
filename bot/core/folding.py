"""One spelling for all the ways in which the same words are typed: by people in a hurry, by children, and by
those who hide what they write.

A folded text holds letters, digits and single spaces. Accents, vowel marks and doubled letters are gone, so
that "Étouffe", "etouffe" and "étoufffe" are one word. Whatever is compared with it is folded as well.
"""

import re
import unicodedata
from typing import Final

_APART: Final = re.compile("['’‘ʼ`´′׳\u200c]")  # the last one joins halves of Persian words
_TOKEN: Final = re.compile(r"[\w*@$!|]+")
_DOUBLED: Final = re.compile("([^\\W\\d_\u3040-\u30ff\u3400-\u9fff])\\1+")  # Chinese and Japanese mean it
_LATIN: Final = re.compile("[a-z]")
_CYRILLIC: Final = re.compile("[а-я\u0450-\u04ff]")
_VOICED: Final = "\u3099\u309a"  # the marks of が and ぱ, without which these were other letters
_SAME: Final = str.maketrans(
    {
        **dict(zip("ىیکةەھﻩıøłđ", "ييكههههiold", strict=True)),
        **{chr(katakana): chr(katakana - 0x60) for katakana in range(0x30A1, 0x30F7)},
        "œ": "oe",
        "æ": "ae",
        "ـ": None,  # only stretches an Arabic word
    }
)
_LOOKS_LATIN: Final = str.maketrans("aceopxykmtbhi", "асеорхукмтвні")
_LEET: Final = str.maketrans("034578@$!|", "oeastbasil")
_DISGUISES: Final = frozenset("01345789@$!|")
_SPELLED_OUT: Final = re.compile(r"(?<!\S)(?:[^\W\d_] ){2,}[^\W\d_](?!\S)")


def folded(text: str) -> str:
    """The text as it stands, in one spelling."""
    return readings(text)[0]


def readings(text: str) -> list[str]:
    """First the text as it stands; then, where it was disguised, what it may have been: digits and signs
    for letters ("k1ll"), words spaced out ("k i l l"). A star for a letter stays: it may be any."""
    plain = _TOKEN.findall(_undressed(text))
    found = [" ".join(plain)]
    if any(_is_disguised(token) for token in plain):
        found += [" ".join(_undisguised(token, one) for token in plain) for one in "il"]
    bare = [" ".join(filter(None, map(_bare, one.split()))) for one in found]
    bare += [_SPELLED_OUT.sub(lambda run: run[0].replace(" ", ""), one) for one in bare]
    return list(dict.fromkeys(_DOUBLED.sub(r"\1", one) for one in bare))


def _undressed(text: str) -> str:
    """Small letters without marks. Apostrophes go first, for NFKC makes other signs of some of them."""
    small = unicodedata.normalize("NFKC", _APART.sub(" ", text)).casefold()
    parts = unicodedata.normalize("NFD", _APART.sub(" ", small))
    kept = (one for one in parts if one in _VOICED or unicodedata.category(one) not in ("Mn", "Me", "Cf"))
    letters = unicodedata.normalize("NFC", "".join(kept)).translate(_SAME)
    return "".join(str(unicodedata.digit(one, one)) if one.isdigit() else one for one in letters)


def _is_disguised(token: str) -> bool:
    return bool(_DISGUISES & set(token) and _LATIN.search(token))


def _undisguised(token: str, one: str) -> str:
    """``one`` is the letter that a 1 stands for. Who writes so writes "1" and "4" for words as well."""
    if not _is_disguised(token) and token not in ("1", "4"):
        return token
    return token.rstrip("!|").replace("1", one).translate(_LEET)


def _bare(token: str) -> str:
    """Without signs, but for a star inside; Latin letters that stand among Cyrillic ones are Cyrillic."""
    if token.isascii() and token.isalnum():
        return token
    if _CYRILLIC.search(token) and _LATIN.search(token):
        token = token.translate(_LOOKS_LATIN)
    return re.sub(r"[@$!|_]", "", token).strip("*")
