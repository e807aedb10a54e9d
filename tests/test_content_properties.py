"""Whatever somebody writes into a clinic's folder, the check answers; it never breaks."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.content.library import load
from bot.content.po_files import PoFile, PoText, read_po, write_po
from bot.content.problems import Problem, errors
from bot.content.toml_files import read_toml
from bot.render.words import Words
from tests.broken import CLINIC, DE, DE_SET, EN, ROOT, SET, good
from tests.broken.typed import EN_TYPED

FILES = (CLINIC, SET, EN, DE, DE_SET, EN_TYPED)
KEY = "starter/heard/b06/question"
UNTOUCHED: dict[str, bytes] = {}

# Every line of the two TOML files that gives a field its value, and values of every kind.
FIELDS = [
    (file, number)
    for file in (CLINIC, SET)
    for number, line in enumerate((ROOT / file).read_text("utf-8").split("\n"))
    if " = " in line and not line.startswith(" ")
]
VALUES = (
    "1", "-1", "1.5", "nan", "1e400", "99999999999999999999", "true", '""', '"x"', '"{"', '"\\u0000"',
    '"../x"', '"de_AT@euro"', '"band"', '"scale"', '"b06"', '"heard"', "[]", "[[]]", "[1]", '["x"]', '["en"]',
    '["xx", "en"]', '["\\u0000"]', "{}", '{ x = 1 }', '[{ id = "x", value = 1, label = "x" }]',
    "12:00:00", "2026-01-01", "2026-01-01T12:00:00Z", '"12:00"', "[", "“x”",
)  # fmt: skip

letters = st.text(st.characters(codec="utf-8"), max_size=40)
pieces = st.lists(
    st.sampled_from(
        ['"', "\\", "{", "}", "{therapist}", "!", "/help", "\n", "\u202e", "[", "=", "#", "م", "é"]
    )
    | letters,
    max_size=6,
).map("".join)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = good(tmp_path_factory.mktemp("properties"))
    UNTOUCHED.update({file: (home / file).read_bytes() for file in FILES})
    return home


def checked(folder: Path, file: str, content: bytes) -> list[Problem]:
    """What the check says when one file holds this; afterwards it is as before."""
    (folder / file).write_bytes(content)
    try:
        _, problems = load(folder)
    finally:
        (folder / file).write_bytes(UNTOUCHED[file])
    for problem in problems:
        assert str(problem).isprintable()
    return problems


@given(words=pieces)
@example(words="{therapist[0]}")
@example(words="{:{}}")
@example(words="\u0344")
@settings(max_examples=40, deadline=None)
def test_any_words_as_a_translation_are_refused_or_can_be_said(folder, words):
    file, _ = read_po(DE_SET, UNTOUCHED[DE_SET].decode())
    texts = [replace(one, text=words) if one.key == KEY else one for one in file.texts]
    problems = checked(folder, DE_SET, write_po(replace(file, texts=tuple(texts))).encode())
    if not errors(problems):
        values = dict.fromkeys(("client", "clinic", "day", "time"), "")
        assert "Linde" in Words("de", {"it": words})("it", therapist="Linde", **values)


@given(file=st.sampled_from(FILES), content=st.binary(max_size=200) | pieces.map(str.encode))
@settings(max_examples=50, deadline=None)
def test_any_bytes_as_any_file_are_told_and_never_break_the_check(folder, file, content):
    checked(folder, file, content)


@given(data=st.data(), file=st.sampled_from(FILES))
@settings(max_examples=75, deadline=None)
def test_any_line_of_any_file_may_be_lost_doubled_moved_or_spoiled(folder, data, file):
    lines = UNTOUCHED[file].decode().split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        other = data.draw(st.integers(0, len(lines) - 1))
        cut = data.draw(st.integers(0, len(lines[at])))
        spoiled = lines[at][:cut] + data.draw(pieces) + lines[at][cut:]
        lines[at : at + 1] = data.draw(
            st.sampled_from(([], [lines[at], lines[at]], [lines[other]], [spoiled], [lines[at][:cut]]))
        ) or [""]
    checked(folder, file, "\n".join(lines).encode())


@given(field=st.sampled_from(FIELDS), value=st.sampled_from(VALUES))
@settings(max_examples=100, deadline=None)
def test_any_value_in_any_field_is_told_and_never_breaks_the_check(folder, field, value):
    file, number = field
    lines = UNTOUCHED[file].decode().split("\n")
    name = lines[number].partition("=")[0]
    lines[number] = f"{name}= {value}"
    checked(folder, file, "\n".join(lines).encode())


@given(texts=st.lists(st.tuples(letters, letters, pieces), max_size=4))
@settings(deadline=None)
def test_a_po_file_is_read_as_it_was_written(texts):
    file = PoFile(None, tuple(PoText(f"k{key}", source, text) for key, source, text in texts), ())
    again, problems = read_po("it.po", write_po(file))
    assert problems == []
    assert [(one.key, one.source, one.text) for one in again.texts] == [
        (one.key, one.source, one.text) for one in file.texts
    ]


@given(
    names=st.lists(st.sampled_from(("a", "b.c", '"d e"', "f")), min_size=1, max_size=4, unique=True),
    gaps=st.lists(st.integers(0, 3), min_size=4, max_size=4),
)
def test_the_line_of_a_field_is_where_it_stands(tmp_path_factory, names, gaps):
    path = tmp_path_factory.mktemp("toml") / "it.toml"
    path.write_text(
        "".join("\n" * gap + f"{name} = [\n  1,\n]\n" for name, gap in zip(names, gaps, strict=False))
    )
    file, _ = read_toml(path, "it.toml", "")
    written = path.read_text().split("\n")
    for name in names:
        place = tuple(part.strip('"') for part in name.split("."))
        assert written[file.line(*place) - 1].startswith(name)
