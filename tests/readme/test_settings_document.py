"""docs/settings.md: every setting says what it means, and every table of a file is there."""

import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from scripts.drawings.settings import MODELS, meanings, tables

PAGE = Path("docs/settings.md").read_text(encoding="utf-8")


def part(file: str) -> str:
    return PAGE.partition(f"<!-- {file} -->")[2].partition(f"<!-- /{file} -->")[0]


@pytest.mark.parametrize("file", MODELS)
def test_every_setting_says_what_it_means(file: str) -> None:
    for heading, table in tables(MODELS[file]):
        nested = {each for each, _ in tables(table) if each}
        silent = set(table.model_fields) - set(meanings(table)) - {"kind"}
        named = {each.strip("[]").partition(".")[0] for each in nested}
        assert silent - named == set(), heading


@pytest.mark.parametrize("file", MODELS)
def test_every_table_of_the_example_is_on_the_page(file: str) -> None:
    example = tomllib.loads(Path("config", file).read_text(encoding="utf-8"))
    for name, found in example.items():
        bare = f"[[{name}]]" if isinstance(found, list) else f"[{name}]"
        heading = bare if isinstance(found, dict | list) else name
        assert f"`{heading}`" in part(file)


def test_a_setting_without_a_meaning_is_seen() -> None:
    class Bare(BaseModel):
        told: int = 1
        """What it is for."""
        untold: int = 2

    assert meanings(Bare) == {"told": "What it is for."}
