"""What the pages point to is there: files, and the names that they say stand in a file."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGES = [
    Path("README.md"),
    Path("CONTRIBUTING.md"),
    *sorted(Path("docs").glob("*.md")),
    *sorted(Path("docs/decisions").glob("*.md")),
]
TOPS = ("wire", "service", "device", "gateway", "police", "simulator", "tests", "config", "docs")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)[^)]*\)")
PATH = re.compile(rf"`((?:{'|'.join(TOPS)}|scripts|bench)/[\w./-]*)`")
NAME_IN_FILE = re.compile(r"`(\w+)`\s+in\s+`([\w./]+\.py)`")


def is_there(path: str) -> bool:
    """Tables of tests leave `tests/` out."""
    return Path(path).exists() or Path("tests", path).exists()


def lacking(page: Path, text: str) -> Iterator[str]:
    """The files that a page names and that are not there."""
    yield from (link for link in LINK.findall(text) if not (page.parent / link).exists())
    yield from (path for path in PATH.findall(text) if not is_there(path))
    yield from (
        f"{name} in {path}"
        for name, path in NAME_IN_FILE.findall(text)
        if Path(path).exists() and not re.search(rf"\b{name}\b", Path(path).read_text("utf-8"))
    )


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_what_a_page_points_to_is_there(page: Path) -> None:
    assert list(lacking(page, page.read_text(encoding="utf-8"))) == []


def test_what_is_not_there_is_seen() -> None:
    text = "[a](none.md), `gateway/none.py`, `nobody` in\n`gateway/main.py`,"
    text += " `main` in `gateway/main.py`"
    found = list(lacking(Path("docs/a.md"), text))
    assert found == ["none.md", "gateway/none.py", "nobody in gateway/main.py"]


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [Path("README.md")]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        links = LINK.findall(page.read_text(encoding="utf-8"))
        waiting += [(page.parent / link).resolve().relative_to(Path.cwd()) for link in links]
    assert set(Path("docs").rglob("*.md")) - reached == set()


ROW = re.compile(r"(?m)^\| ([HD]\d+) \|.*$")
TEST = re.compile(r"`(\w+/test_\w+\.py)(?: -k \"?([\w ]+)\"?)?`")


def named_tests(page: str) -> Iterator[tuple[str, str, str]]:
    """Each row of a table of tests, with each file and word that it picks by."""
    for row in ROW.finditer(Path("docs", page).read_text("utf-8")):
        for file, words in TEST.findall(row[0]):
            for word in (words or "test_").split(" or "):
                yield row[1], file, word


@pytest.mark.parametrize("page", ["security.md", "promises.md"])
def test_every_row_of_a_table_names_tests_that_there_are(page: str) -> None:
    rows = {row[1] for row in ROW.finditer(Path("docs", page).read_text("utf-8"))}
    found = list(named_tests(page))
    assert rows == {row for row, _, _ in found}
    for row, file, word in found:
        source = Path("tests", file)
        assert source.exists(), f"{row}: {file}"
        assert re.search(rf"def test_\w*{word}|{word}\w*\(", source.read_text("utf-8")), (row, word)


def dependencies() -> set[str]:
    """What setup.py asks for, extras included."""
    asked = [
        each.value
        for each in ast.walk(ast.parse(Path("setup.py").read_text("utf-8")))
        if isinstance(each, ast.keyword) and each.arg in ("install_requires", "extras_require")
    ]
    lists = [each for value in asked for each in ast.walk(value) if isinstance(each, ast.List)]
    return {
        re.split(r"[<>=;]", ast.literal_eval(each))[0] for found in lists for each in found.elts
    }


def test_every_dependency_has_a_line_that_says_why() -> None:
    table = Path("docs/architecture.md").read_text("utf-8").partition("## Dependencies")[2]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ")]
    assert dependencies() - set(re.findall(r"[\w-]+", " ".join(rows))) == set()
