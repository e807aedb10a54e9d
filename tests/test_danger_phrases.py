"""The little language of danger phrases, and the many ways of typing the same words."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.danger import DangerFile, danger_name, read_danger
from bot.content.danger_trial import badly_typed, try_out
from bot.content.phrases import PhraseProblem, Spelling, read_phrase
from bot.core.danger import Category, Match, screen
from bot.core.folding import folded, readings
from bot.core.near import Near, one_off

PLAIN = Spelling({})
GERMAN = Spelling({"ae": "a", "oe": "o", "ue": "u"}, ("ich",))
CHINESE = Spelling({"殺": "杀"}, spaced=False)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("I  WANT\nto go!!!", "i want to go"),
        ("Étouffé", "etoufe"),
        ("soooo", "so"),
        ("don't", "don t"),
        ("don’t", "don t"),
        ("w\u200bant", "want"),
        ("w\u2067ant\u2069", "want"),
        ("İSTANBUL ılık", "istanbul ilik"),
        ("Straße", "strase"),
        ("ёлка", "елка"),
        ("إلى مدرسةٍ", "الي مدرسه"),
        ("می‌خوام", "مي خوام"),
        ("كـــتاب", "كتاب"),
        ("シニタイ", "しにたい"),
        ("ガ", "が"),
        ("ｆｕｌｌ", "ful"),
        ("cœur", "coeur"),
        ("٣ ۴", "3 4"),
        ("ceйчac", "сеичас"),
        ("🙂", ""),
    ],
)
def test_the_same_words_have_one_spelling(text: str, plain: str) -> None:
    assert folded(text) == plain


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("k1nd", "kind"),
        ("he1p", "help"),
        ("h3lp m3", "help me"),
        ("1 h4ve 4 d0g", "i have a dog"),
        ("$ad", "sad"),
        ("k!nd", "kind"),
        ("h e l p me", "help me"),
        ("h.e.l.p", "help"),
    ],
)
def test_what_was_disguised_is_read_as_well(text: str, meant: str) -> None:
    assert meant in readings(text)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = folded(text)
    assert folded(once) == once


@pytest.mark.parametrize(
    ("phrase", "spelling", "found", "not_found"),
    [
        ("go home", PLAIN, ["I go home now", "gohome", "GO  HOME!"], ["ago home", "go homeward"]),
        ("(walk|run) home", PLAIN, ["walk home", "run home"], ["go home"]),
        ("(walk back|run) home", PLAIN, ["walk back home"], ["walk home"]),
        ("go [right] home", PLAIN, ["go home", "go right home"], ["go left home"]),
        ("walk* homeward", PLAIN, ["walking homeward", "walkhomeward"], ["walk home"]),
        ("walk* me", PLAIN, ["walked me"], ["walktime"]),
        ("walk .. home", PLAIN, ["walk all the way home"], ["walk on and on and on and on home"]),
        ("(walk|run)* & home", PLAIN, ["walking all the way home", "home we run"], ["walk away"]),
        ("a & b & c", PLAIN, ["c x b x a", "b c a"], ["a b", "b c"]),
        ("can't go", PLAIN, ["can't go", "cant go", "can t go", "can’t go"], ["can go"]),
        ("gut tun", GERMAN, ["gut tun", "guttun", "ichgut tun"], ["sogut tun"]),
        ("müde sein", GERMAN, ["muede sein", "mude sein", "MÜDE SEIN"], ["mild sein"]),
        ("自杀", CHINESE, ["我自杀了", "自 殺"], ["自己"]),
        ("不想..活", CHINESE, ["不想活", "不想再这样活"], ["不想一二三四五六七八九十百千万活"]),
    ],
)  # fmt: skip
def test_a_phrase_finds_what_its_author_means(
    phrase: str, spelling: Spelling, found: list[str], not_found: list[str]
) -> None:
    read = read_phrase(phrase, spelling)
    expression = re.compile(read.source)
    for text in found:
        matched = [one for one in map(spelling.word, readings(text)) if expression.search(one)]
        assert matched, text
        assert any(word in matched[0] for word in read.gate)
    for text in not_found:
        assert not expression.search(spelling.word(text)), text


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "(one|two",
        "one)",
        "[one",
        "one|",
        ".. one",
        "one ..",
        "* one",
        "(one|) two",
        "!!",
        "one.two",
        "one &",
        "a & b & c & d",
    ],
)
def test_a_phrase_that_cannot_be_read_says_what_to_do(phrase: str) -> None:
    with pytest.raises(PhraseProblem) as refused:
        read_phrase(phrase, PLAIN)
    assert refused.value.cure


@pytest.mark.parametrize(
    ("typed", "meant", "near"),
    [
        ("tomorow", "tomorrow", True),
        ("tommorrow", "tomorrow", True),
        ("tomorrwo", "tomorrow", True),
        ("tomarrow", "tomorrow", True),
        ("tomorrow", "tomorrow", False),
        ("tmorow", "tomorrow", False),
        ("borrow", "tomorrow", False),
        ("tomorr", "tomorrow", False),
    ],
)
def test_one_letter_may_be_wrong_missing_too_many_or_changed_places(
    typed: str, meant: str, near: bool
) -> None:
    assert one_off(typed, meant) is near


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("the gradner came", "the garden came"),
        ("the garden came", "the garden came"),
        ("the harden came", "the harden came"),  # never the first letter
        ("the gordon came", "the gordon came"),  # known to be a name
        ("gar den", "garden"),
        ("c*t", "cat"),
        ("c*w", "c*w"),
        ("cattle", "cattle"),  # shorter words are not looked for
        ("runing on", "running on"),
        ("runningly", "runningly"),
        ("ruuningly", "runningly"),
    ],
)
def test_a_long_word_with_one_error_is_that_word(text: str, mended: str) -> None:
    words = [("garden", False), ("cat", False), ("running", True)]
    near = Near.of(words, ["gordon"], 6)
    assert near.mended(text.replace("gradner", "gardne")) == mended


LIST = """
swaps = [["ae", "a"]]
prefixes = ["i", "is"]
unless = ["lost in the film"]
ordinary = ["We walked to school."]

[[pattern]]
id = "lost"
category = "asking_for_help"
phrases = ["(am|are) lost", "lost [all] our way .. wood*"]
unless = ["lost at (chess|cards)"]
must_match = ["I am lost.", "We lost our way in the woods"]
must_not_match = ["I am lost at chess", "he was not found"]

[[pattern]]
id = "hurt"
category = "medical_emergency"
phrases = ["bleeding badly"]
must_match = ["It is bleeding badly"]
must_not_match = ["It bleeds"]
"""


def listed(tmp_path: Path, text: str = LIST) -> tuple[DangerFile | None, list[tuple[str, str, str]]]:
    path = tmp_path / danger_name("en")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    found, problems = read_danger(tmp_path, "en")
    return found, [(one.key, one.message, one.cure) for one in problems]


def test_a_list_finds_its_own_sentences_and_leaves_the_harmless_ones(tmp_path: Path) -> None:
    found, problems = listed(tmp_path)
    assert found is not None
    assert problems == []
    figures, wrong = try_out([found])
    assert wrong == []
    assert (figures[0].matched, figures[0].missed, figures[0].false_alarms) == (3, 0, [])
    assert figures[0].missed_badly_typed == []


def test_the_gravest_comes_first_and_each_once(tmp_path: Path) -> None:
    found, _ = listed(tmp_path)
    assert found is not None
    text = "I am lost, we are lost, and it is bleeding badly"
    assert screen([found.listed], text) == [
        Match(Category.MEDICAL_EMERGENCY, "en/hurt"),
        Match(Category.ASKING_FOR_HELP, "en/lost"),
    ]


def test_a_harmless_use_does_not_excuse_one_that_is_not(tmp_path: Path) -> None:
    found, _ = listed(tmp_path)
    assert found is not None
    assert screen([found.listed], "I am lost at chess") == []
    assert screen([found.listed], "I am lost in the film") == []
    assert screen([found.listed], "I am lost at chess. Really, I am lost")


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('"bleeding badly"', '"bleeding ("', "pattern.2.phrases.1", "words are missing"),
        ('id = "hurt"', 'id = "lost"', "pattern.2.id", "another one"),
        ('category = "asking_for_help"', 'category = "sad"', "pattern.1.category", ""),
        ('must_match = ["It is bleeding badly"]\n', "", "pattern.2.must_match", "missing"),
        ('"We walked to school."', '"We\u202e walked to school."', "ordinary.1", ""),
    ],
)
def test_every_mistake_in_a_list_is_told(tmp_path: Path, old: str, new: str, key: str, said: str) -> None:
    assert old in LIST
    _, problems = listed(tmp_path, LIST.replace(old, new))
    assert any(at == key and said in message and cure for at, message, cure in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"I am lost."', '"I am last."', "“lost” does not match “I am last.”"),
        ('"he was not found"', '"they are lost"', "“lost” matches “they are lost”"),
        ('"We walked to school."', '"The dog was bleeding badly."', "is ordinary, and is found by en/hurt"),
    ],
)
def test_a_list_that_misses_its_own_sentences_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    found, problems = listed(tmp_path, LIST.replace(old, new))
    assert found is not None
    assert problems == []
    _, wrong = try_out([found])
    assert any(said in one.message and one.line > 0 for one in wrong), wrong


def test_a_list_is_reviewed_only_with_a_name_and_a_day(tmp_path: Path) -> None:
    found, _ = listed(tmp_path)
    assert found is not None
    assert not found.listed.reviewed
    named, _ = listed(tmp_path, 'reviewed_by = "A. Huber"\nreviewed_on = 2026-11-01\n' + LIST)
    assert named is not None
    assert named.listed.reviewed
    assert named.fields.reviewed_on == date(2026, 11, 1)


def test_sentences_are_typed_badly_in_many_ways(tmp_path: Path) -> None:
    found, _ = listed(tmp_path)
    assert found is not None
    ways = dict(badly_typed("It is bleeding badly", found))
    assert ways["capitals"] == "IT IS BLEEDING BADLY"
    assert ways["no space"] == "It isbleeding badly"
    assert ways["digits for letters"] == "It 1s bl33d1ng b4dly"
    assert set(ways) == {
        "capitals", "marks", "emoji", "stretched", "spaces", "no space", "typing error", "digits for letters",
    }  # fmt: skip
