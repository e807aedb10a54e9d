"""Whole stories, told in journeys/*.toml. The easiest way to add a test: journey.py says how."""

import tomllib
from pathlib import Path

import pytest

from tests.journey import play

STORIES = {
    path.stem: path.read_text("utf-8") for path in sorted((Path(__file__).parent / "journeys").glob("*.toml"))
}
PLAYS = [
    pytest.param(name, database, id=name if database == "sqlite" else f"{name}-{database}")
    for name, story in STORIES.items()
    for database in tomllib.loads(story).get("databases", ["sqlite"])
]


@pytest.mark.parametrize(("name", "database_url"), PLAYS, indirect=["database_url"])
async def test_journey(name: str, database_url: str, tmp_path: Path) -> None:
    await play(name, STORIES[name], tmp_path, database_url)
