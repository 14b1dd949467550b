"""A class name means one thing in a package; a port and its adapter may share theirs."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from tests.design.drawing import PACKAGES


def is_port(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)


def ambiguous(package: Path) -> dict[str, list[str]]:
    """Names that stand for two classes of a package, neither of which is the other's port."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(package.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found[node.name.lstrip("_")].append(f"{path}{' (port)' * is_port(node)}")
    return {
        name: places
        for name, places in found.items()
        if len(places) > 2 or len([each for each in places if not each.endswith("(port)")]) > 1
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_a_class_name_means_one_thing_in_its_package(package: str) -> None:
    assert ambiguous(Path(package)) == {}


def test_a_name_that_stands_for_two_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("class Line: ...\nclass Port(Protocol): ...\n")
    (tmp_path / "b.py").write_text("class _Line: ...\nclass Port: ...\n")
    assert list(ambiguous(tmp_path)) == ["Line"]
