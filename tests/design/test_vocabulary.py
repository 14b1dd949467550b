"""What must not stand in the tree: paths of somebody's machine, promises for later, broad nets."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.design.drawing import PACKAGES

THIS = Path("tests/design/test_vocabulary.py")
UNWANTED = re.compile(
    r"\b(TODO|FIXME|XXX|HACK)\b"
    r"|(?<![\w.])/(home|Users|root|work|tmp)/\w"
    r"|\bnot implemented\b|\bNotImplementedError\b|\bverify ?= ?False\b"
)

# Where an error of ours may end: the outermost edge of a process's loop, and guarded callbacks.
OUTERMOST = {
    "service/guard.py",
    "device/loop.py",
    "gateway/loop.py",
    "police/keeper.py",
    "simulator/wallunit.py",
}


def tracked() -> list[Path]:
    """Every text file of the project, as it lies in the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], capture_output=True, text=True, check=False
    ).stdout.split("\0")
    return [path for name in listed if name and (path := Path(name)).is_file() and path != THIS]


def unwanted(text: str) -> list[str]:
    return [found[0] for found in UNWANTED.finditer(text)]


def broad_nets(source: str) -> Iterator[ast.ExceptHandler]:
    """Handlers that catch everything and do not raise it again."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type):
            last = node.body[-1]
            if not (isinstance(last, ast.Raise) and last.exc is None):
                yield node


def _is_broad(caught: ast.expr | None) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        name is None or (isinstance(name, ast.Name) and name.id in ("Exception", "BaseException"))
        for name in names
    )


def test_the_tree_holds_no_path_of_a_machine_and_no_promise_for_later() -> None:
    paths = tracked()
    if not paths:
        pytest.skip("this is no git work tree")
    found = {
        str(path): words
        for path in paths
        if (words := unwanted(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


def test_errors_of_ours_end_only_at_the_outermost_edge() -> None:
    nets = {
        str(path)
        for package in PACKAGES
        for path in Path(package).rglob("*.py")
        if any(broad_nets(path.read_text(encoding="utf-8")))
    }
    assert nets <= OUTERMOST


@pytest.mark.parametrize(
    "text", ["# TODO: later", "cd /home/pi/x", "raise NotImplementedError", "get(u, verify=False)"]
)
def test_unwanted_words_are_seen(text: str) -> None:
    assert unwanted(text)


@pytest.mark.parametrize("text", ["/opt/tocsin/bin", "/run/tocsin", "https://a.example/home/x"])
def test_wanted_words_are_left_alone(text: str) -> None:
    assert unwanted(text) == []


@pytest.mark.parametrize("caught", ["", " Exception", " BaseException", " (OSError, Exception)"])
def test_a_broad_net_is_seen_unless_it_raises_again(caught: str) -> None:
    source = f"try:\n    f()\nexcept{caught}:\n    g()\n"
    assert len(list(broad_nets(source))) == 1
    assert list(broad_nets(source + "    raise\n")) == []
