"""No trouble without a meaning and a cure: names come from the table, and the table is in use."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.design.drawing import PACKAGES
from wire import gateway_troubles, receiver_troubles, supervision_troubles, unit_troubles
from wire.trouble import Trouble

# mypy wants a TroubleName wherever a trouble starts; code that makes one from a text goes round the
# table.  The second reads names that another process of the gateway took from it.
MAKERS = {"wire/trouble.py", "gateway/receivers/eido/process_protocol.py"}

SOURCES = [path for package in PACKAGES for path in sorted(Path(package).rglob("*.py"))]


def makes_a_name(source: str) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "TroubleName"
        for node in ast.walk(ast.parse(source))
    )


def names_used(source: str) -> Iterator[str]:
    """The X of each `X.name(…)`, `module.X.name(…)` and `….level(X, …)`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr="level"), args=[ast.Name(id=kind), *_]):
                yield kind
        if isinstance(node, ast.Attribute) and node.attr == "name":
            if isinstance(node.value, ast.Name):
                yield node.value.id
            elif isinstance(node.value, ast.Attribute):
                yield node.value.attr


def test_only_the_table_makes_names_of_troubles() -> None:
    assert {str(path) for path in SOURCES if makes_a_name(path.read_text())} == MAKERS


@pytest.mark.parametrize(
    ("package", "modules"),
    [
        ("gateway", (gateway_troubles, receiver_troubles, supervision_troubles)),
        ("device", (unit_troubles,)),
    ],
)
def test_every_trouble_of_the_table_can_come(package: str, modules: tuple[object, ...]) -> None:
    kinds = {n for of in modules for n, each in vars(of).items() if isinstance(each, Trouble)}
    used = {
        name for path in Path(package).rglob("*.py") for name in names_used(path.read_text())
    }  # fmt: skip
    assert kinds - used == set()


def test_a_name_that_goes_round_the_table_is_seen() -> None:
    assert makes_a_name("start(TroubleName('clock'))")
    assert not makes_a_name("start(CLOCK.name())")
    assert list(names_used("start(CLOCK.name(), troubles.DNS.name())")) == ["CLOCK", "DNS"]
    assert list(names_used("troubles.level(CAMERA, found, wall)")) == ["CAMERA"]
