"""What people wrote, made safe to keep and to show. Pure."""

import re
from typing import Final

TEXT_MAX: Final = 4096

_LINE_ENDS = re.compile(r"\r\n?")
# Controls but tab and newline, what turns the direction of the words after it, and halves of
# characters that no database takes.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


def clean(text: str) -> str:
    """The words without what is not one, at most as long as Telegram's own; perhaps empty."""
    return _UNSAFE.sub("", _LINE_ENDS.sub("\n", text)).strip()[:TEXT_MAX].rstrip()
