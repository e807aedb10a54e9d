"""The hours that people type: what is surely a time of day is taken, all else is asked again."""

from datetime import time

import pytest

from bot.core.schedule import time_in

SURE = [
    (time(9), ("9", "09", "9:00", "0900", "900", "9 am", "9AM", "9 a.m.", "9 h", "9 Uhr", "9 ص", "٩")),
    (time(9, 30), ("9:30", "9.30", "09:30", "0930", "930", "9 30", "9h30", "9 Uhr 30", "9.30 Uhr", "٩:٣٠ ص")),
    (time(17), ("17", "17h", "17 h", "17 Uhr", "um 17 Uhr", "5 pm", "5pm", "at 5 p.m.", "5 م", "الساعة 5 م")),
    (time(17), ("5 مساء", "5 مساءً", "\u200f\u20685:00\u202fم\u2069", "\uff11\uff17:00")),
    (time(17, 30), ("5.30 pm", "5:30pm", "17h30", "17.30 Uhr", "17:30 h", "٥:٣٠ م", "٥٫٣٠ م", "۱۷:۳۰")),
    (time(0), ("0", "00:00", "12 am", "12 ص")),
    (time(12), ("12", "12:00", "12 pm", "12 م")),
    (time(0, 30), ("12:30 am", "0:30", "0h30")),
    (time(23, 59), ("23:59", "11:59 pm")),
]
NOT_SURE = (
    *(
        "halb sieben",
        "half six",
        "noon",
        "midnight",
        "evening",
        "5 or 6",
        "after 5",
        "5-6",
        "5 ليلا",
        "خمسة ونص",
    ),
    *("24", "24:00", "17:60", "9:3", "9:", ":30", "99 99", "17:30:00", "12345", "", "-5", "½", "x"),
    *("18 pm", "17:30 am", "0 pm", "13 م", "12 مساء", "12 صباحا", "5 pmm", "5 m", "5 xm"),
)


@pytest.mark.parametrize(("meant", "text"), [(meant, text) for meant, texts in SURE for text in texts])
def test_what_is_surely_a_time_is_read_in_every_spelling(meant, text):
    assert time_in(text) == meant


@pytest.mark.parametrize("text", NOT_SURE)
def test_what_is_not_surely_a_time_is_none(text):
    assert time_in(text) is None
