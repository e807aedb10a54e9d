"""How much each age band is asked to read and to answer. A language cannot buy more room."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.model import Band, Voice


@dataclass(frozen=True, slots=True)
class Caps:
    """Hard limits; the aim is to stay well below. Characters are counted with placeholders as written."""

    words_per_sentence: int
    question_characters: int
    label_characters: int
    prompts: int
    steps: int


CAPS: Final[Mapping[Band, Caps]] = {
    Band.B06: Caps(words_per_sentence=8, question_characters=60, label_characters=20, prompts=3, steps=3),
    Band.B09: Caps(words_per_sentence=12, question_characters=90, label_characters=20, prompts=4, steps=4),
    Band.B13: Caps(words_per_sentence=16, question_characters=120, label_characters=30, prompts=5, steps=5),
    Band.B18: Caps(words_per_sentence=20, question_characters=160, label_characters=30, prompts=5, steps=5),
    Band.B65: Caps(words_per_sentence=20, question_characters=160, label_characters=30, prompts=4, steps=4),
}

# The bot's own sentences know three voices. The child's covers two bands; the older one's room is
# used, because these sentences are read once and together with a grown-up.
VOICE_CAPS: Final[Mapping[Voice, Caps]] = {
    Voice.CHILD: CAPS[Band.B09],
    Voice.TEEN: CAPS[Band.B13],
    Voice.ADULT: CAPS[Band.B18],
}

# A question about a goal leaves this much room for the client's own words.
GOAL_CHARACTERS: Final = 40

# One character of these carries about as much as two letters.
DENSE_LANGUAGES: Final = frozenset({"zh", "yue", "ja", "ko"})

# Written without spaces between words, so words cannot be counted; the characters are.
UNSPACED_LANGUAGES: Final = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my"})
