"""Small modules, small functions: what does not fit in a head is split before it grows."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.design.drawing import PACKAGES

MOST_LINES = 250
MOST_LINES_OF_A_FUNCTION = 40
MEDIAN_LINES = 110
# Wiring: it builds the parts of a process one after the other and decides nothing.
MAY_BE_LONGER = {"device/loop.py:__init__": 50}

MODULES = [path for package in PACKAGES for path in sorted(Path(package).rglob("*.py"))]
TESTS = sorted(Path("tests").rglob("*.py"))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def too_long(paths: list[Path]) -> list[str]:
    return [
        f"{path}:{name} has {length} lines"
        for path in paths
        for name, length in functions(path)
        if length > MAY_BE_LONGER.get(f"{path}:{name}", MOST_LINES_OF_A_FUNCTION)
    ]


def too_many_lines(paths: list[Path]) -> list[str]:
    return [str(path) for path in paths if lines(path) > MOST_LINES]


def test_no_module_is_over_250_lines() -> None:
    assert too_many_lines(MODULES) == []


def test_no_file_of_tests_is_over_250_lines() -> None:
    assert too_many_lines(TESTS) == []


def test_a_longer_file_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("pass\n" * 251)
    assert too_many_lines([tmp_path / "a.py"]) == [f"{tmp_path}/a.py"]


def test_half_of_the_modules_have_at_most_110_lines() -> None:
    assert sorted(map(lines, MODULES))[len(MODULES) // 2] <= MEDIAN_LINES


def test_no_function_is_over_40_lines() -> None:
    assert too_long(MODULES) == []


def test_a_longer_function_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("class A:\n    async def f():\n" + "        pass\n" * 40)
    assert too_long([tmp_path / "a.py"]) == [f"{tmp_path}/a.py:f has 41 lines"]


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
