"""Comments and docstrings cite only what a stranger can open: a page of this repository, or a link.

What the code rests on stands in docs/decisions, a page for each finding.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

FOLDERS = ("wire", "service", "device", "gateway", "police", "simulator", "bench", "tests")
DECISIONS = Path("docs/decisions")

# A document of somebody's own: notes, an issue by its number or its title.
ELSEWHERE = re.compile(
    r"\bfacts, |\bshared facts\b|\bDESIGN\b|\bissue:|\bissues? \d+\b|\bhouse\.md\b"
)
# To take a file apart is slow; one without any of these cites nothing.
HINT = re.compile(r"facts|DESIGN|issue|\.md\b")
PAGE = re.compile(r"(?<![\w/.-])((?:docs/|tests/|wire/)?[\w./-]+\.md)\b")


def prose(source: str) -> Iterator[str]:
    """The docstrings of a Python file, and its comments joined where one runs over lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""
    comment, last = "", -1
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if token.start[0] != last + 1:
                yield comment
                comment = ""
            comment += token.string.lstrip("#")
            last = token.start[0]
    yield comment


@cache
def prose_of(source: str) -> tuple[str, ...]:
    return tuple(prose(source)) if HINT.search(source) else ()


def cited_elsewhere(source: str) -> list[str]:
    return [found[0] for text in prose_of(source) for found in ELSEWHERE.finditer(text)]


def pages(source: str) -> set[str]:
    return {found[1] for text in prose_of(source) for found in PAGE.finditer(text)}


SOURCES = {
    path: path.read_text(encoding="utf-8")
    for folder in FOLDERS
    for path in sorted(Path(folder).rglob("*.py"))
    if path != Path("tests/design/test_citations.py")
}


def test_nothing_is_cited_that_is_not_in_the_repository() -> None:
    found = {str(path): cited for path, text in SOURCES.items() if (cited := cited_elsewhere(text))}
    assert found == {}


def test_every_page_that_is_cited_is_there() -> None:
    lacking = {
        f"{path}: {page}"
        for path, text in SOURCES.items()
        for page in pages(text)
        if not Path(page).is_file()
    }
    assert lacking == set()


def test_every_decision_is_in_the_list_and_the_list_names_no_other() -> None:
    listed = re.findall(r"\]\(([\w-]+\.md)\)", (DECISIONS / "README.md").read_text("utf-8"))
    assert listed == sorted(p.name for p in DECISIONS.glob("*.md") if p.name != "README.md")


def test_every_file_that_a_decision_names_is_there() -> None:
    lacking = {
        f"{page.name}: {name}"
        for page in DECISIONS.glob("*.md")
        for name in re.findall(r"`([a-z]+/[\w/.]*\w\.(?:py|toml))`", page.read_text("utf-8"))
        if not Path(name).is_file()
    }
    assert lacking == set()


@pytest.mark.parametrize(
    "text", ["# see facts,\n# reliability 0.7", '"""As DESIGN says."""', "x = 1  # (issue: Eyes)"]
)
def test_a_citation_of_what_is_elsewhere_is_seen(text: str) -> None:
    assert cited_elsewhere(f"{text}\n")


def test_a_page_that_is_cited_is_seen() -> None:
    assert pages('"""Why: docs/decisions/none.md."""\n') == {"docs/decisions/none.md"}
