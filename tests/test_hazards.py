"""The hazard log is whole: each hazard has a cause, an effect, a control and what is left, and each control
has a test that is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOG = (ROOT / "docs/safety.md").read_text("utf-8")
HAZARDS = dict(re.findall(r"^## (H\d+\. .+?)\n\n(.*?)(?=^## |\Z)", LOG, re.MULTILINE | re.DOTALL))
TEST = re.compile(r"`(tests/test_\w+\.py)::(test_\w+)`")


def entries(hazard: str, kind: str) -> list[str]:
    found = re.split(r"^- ", HAZARDS[hazard], flags=re.MULTILINE)
    return [entry for entry in found if entry.startswith(f"{kind}:")]


def test_hazards_are_numbered_through():
    numbers = [int(hazard.partition(".")[0][1:]) for hazard in HAZARDS]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 10


@pytest.mark.parametrize("hazard", HAZARDS)
def test_each_hazard_is_told_whole(hazard: str):
    for kind in ("Cause", "Effect", "Residual"):
        assert len(entries(hazard, kind)) == 1, kind
    assert entries(hazard, "Control")


@pytest.mark.parametrize("hazard", HAZARDS)
def test_each_control_is_shown_by_a_test(hazard: str):
    for control in entries(hazard, "Control"):
        shown = TEST.findall(control)
        assert shown, control
        for file, name in shown:
            tree = ast.parse((ROOT / file).read_text("utf-8"))
            defined = (ast.FunctionDef, ast.AsyncFunctionDef)
            assert name in {one.name for one in tree.body if isinstance(one, defined)}, (file, name)
