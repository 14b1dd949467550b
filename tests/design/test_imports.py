"""Imports run one way: main -> adapters -> loop -> core -> wire.  The tables say how far.

A new module or library that breaks a test here belongs either elsewhere or, after thought, in one
of these tables."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.design.drawing import RELATIVE, Drawing, draw, package
from tests.design.import_rules import (
    CORE,
    CORE_FOLDER,
    CORE_SEES,
    CORE_USES,
    IMPORT_LATE,
    LAYERS,
    LOOPS,
    LOOPS_SEE,
    MAY_IMPORT,
    SIMULATOR_SEES,
)
from tests.design.libraries import STANDARD, USED_BY

# A forbidden way, an adapter in the core, a library where it does not belong.
BAD_TREE = {
    "wire/ids.py": "import requests",
    "service/log.py": "import device.lamp",
    "device/lamp.py": "import time\nfrom gateway.core import effects",
    "device/loop.py": "def late():\n    from device.gpio import Panel",
    "device/gpio.py": "from service import log\nimport gpiozero",
    "gateway/core/effects.py": "from . import rows",
    "gateway/core/operators.py": "from gateway.app import run",
    "gateway/app/run.py": "",
    "gateway/cameras/supervisor.py": "import importlib\nimportlib.import_module('PIL')",
    "gateway/core/formats/cap.py": "import datetime, socket",
    "police/report.py": "from simulator.web import page",
    "simulator/web.py": "from device import lamp, unit",
    "device/unit.py": "",
}


@pytest.fixture(scope="module")
def ours() -> Drawing:
    return draw(Path())


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Drawing:
    root = tmp_path_factory.mktemp("bad")
    for name, text in BAD_TREE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return draw(root)


def wrong_imports(drawing: Drawing) -> set[str]:
    """Imports from one package of ours into another that it must not know."""
    return {
        f"{module} -> {other}"
        for module in drawing.imports
        for other in drawing.of_ours(module)
        if package(other) not in MAY_IMPORT[package(module)] | {package(module)}
        or (
            (package(module) == "simulator" and package(other) in ("device", "gateway"))
            and other not in SIMULATOR_SEES
        )
    }


def upward_imports(drawing: Drawing) -> set[str]:
    """Imports at the gateway that lead to a package beside or above their own."""
    layer = {name: number for number, names in enumerate(LAYERS) for name in names}
    return {
        f"{module} -> {other}"
        for module in drawing.imports
        for other in drawing.of_ours(module)
        if package(module) == package(other) == "gateway"
        and module != "gateway" != other
        and package_of(module) != package_of(other)
        and layer[package_of(module)] >= layer[package_of(other)]
    }


def package_of(module: str) -> str:
    return module.split(".")[1]


def core(drawing: Drawing) -> set[str]:
    return {m for m in drawing.imports if m in CORE or m.startswith(f"{CORE_FOLDER}.")}


def impurities(drawing: Drawing) -> set[str]:
    """Imports of the core that are neither core nor harmless."""
    pure = core(drawing) | CORE_SEES
    return {
        f"{module} -> {other}"
        for module in core(drawing)
        for other in (
            {o for o in drawing.of_ours(module) - pure if package(o) != "wire"}
            | (drawing.of_others(module) - CORE_USES)
        )
    }


def adapters_seen_by_loops(drawing: Drawing) -> set[str]:
    adapters = {m for m in drawing.imports if drawing.of_others(m) & (set(USED_BY) | {"socket"})}
    return {
        f"{loop} -> {other}"
        for loop in LOOPS & set(drawing.imports)
        for other in (drawing.of_ours(loop) & adapters) - LOOPS_SEE
    }


def uses(drawing: Drawing) -> dict[str, set[str]]:
    """Each library, and which modules of ours use it."""
    found: dict[str, set[str]] = {}
    for module in drawing.imports:
        for library in drawing.of_third_parties(module) | drawing.of_others(module) & STANDARD:
            found.setdefault(library, set()).add(module)
    return found


def order(drawing: Drawing) -> list[str]:
    """An order in which all modules can be imported; raises CycleError if there is none."""
    return list(TopologicalSorter({m: drawing.of_ours(m) for m in drawing.imports}).static_order())


def test_packages_know_only_those_below_them(ours: Drawing) -> None:
    assert wrong_imports(ours) == set()


def test_every_module_of_the_gateway_has_a_layer(ours: Drawing) -> None:
    packages = {package_of(m) for m in ours.imports if m.startswith("gateway.")}
    assert packages == set().union(*LAYERS)


def test_no_layer_imports_upwards(ours: Drawing) -> None:
    assert upward_imports(ours) == set()


def test_the_core_is_pure(ours: Drawing) -> None:
    assert set(ours.imports) >= CORE | LOOPS | CORE_SEES
    assert impurities(ours) == set()


def test_loops_know_no_adapter(ours: Drawing) -> None:
    assert adapters_seen_by_loops(ours) == set()


def test_each_library_is_used_exactly_where_the_table_says(ours: Drawing) -> None:
    assert uses(ours) == USED_BY


def test_the_wire_needs_nothing_but_python(ours: Drawing) -> None:
    for module in ours.imports:
        if package(module) == "wire":
            assert not ours.of_third_parties(module), module


def test_no_module_needs_itself_to_be_imported(ours: Drawing) -> None:
    assert set(order(ours)) == set(ours.imports)


def test_no_import_is_relative(ours: Drawing) -> None:
    assert [module for module, names in ours.imports.items() if RELATIVE in names] == []


def test_imports_stand_on_top_of_their_module() -> None:
    late = {
        str(path)
        for name in MAY_IMPORT
        for path in Path(name).rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    }
    assert late <= IMPORT_LATE


def test_the_drawing_shows_what_is_wrong_in_a_bad_tree(bad: Drawing) -> None:
    assert wrong_imports(bad) == {
        "service.log -> device.lamp",
        "device.lamp -> gateway.core.effects",
        "police.report -> simulator.web",
        "simulator.web -> device.unit",
    }
    assert impurities(bad) == {
        "device.lamp -> time",
        "gateway.core.effects -> (relative)",
        "gateway.cameras.supervisor -> importlib",
        "gateway.cameras.supervisor -> PIL",
        "gateway.core.formats.cap -> socket",
        "gateway.core.operators -> gateway.app.run",
        "police.report -> simulator.web",
    }
    assert upward_imports(bad) == {"gateway.core.operators -> gateway.app.run"}
    assert adapters_seen_by_loops(bad) == {"device.loop -> device.gpio"}
    assert uses(bad)["requests"] == {"wire.ids"}
    assert RELATIVE in bad.imports["gateway.core.effects"]


def test_a_cycle_is_seen(tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire/a.py").write_text("import wire.b")
    (tmp_path / "wire/b.py").write_text("def late():\n    from wire import a")
    with pytest.raises(CycleError):
        order(draw(tmp_path))
