"""Imports run one way: main -> adapters -> loop -> core -> wire.  The tables say how far.

A new module or library that breaks a test here belongs either elsewhere or, after thought, in one
of these tables.
"""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.design.drawing import RELATIVE, Drawing, draw, package

# Whom each package may import, beside itself.
MAY_IMPORT = {
    "wire": set[str](),
    "service": {"wire"},
    "device": {"wire", "service"},
    "gateway": {"wire", "service"},
    "police": {"wire", "service"},
    "simulator": {"wire", "service", "device", "gateway"},
}

# The simulator runs the real firmware, reads its lamp, and lets it join a gateway founded as by
# `init`; it knows nothing else of them.
SIMULATOR_SEES = {
    "device.firmware",
    "device.join",
    "device.lamp",
    "device.settings",
    "gateway.settings",
    "gateway.trust.clerk",
    "gateway.trust.enrolling",
    "gateway.trust.founding",
    "gateway.trust.ledger",
    "gateway.trust.plan",
    "gateway.trust.safe",
}

# The core decides, and does nothing: each function takes `now` and what it needs, returns work.
CORE = {
    "device.debounce",
    "device.events",
    "device.health",
    "device.lamp",
    "device.unit",
    "gateway.actions",
    "gateway.alertpath",
    "gateway.answering",
    "gateway.bulletin",
    "gateway.cameras.demand",
    "gateway.cameras.events",
    "gateway.cameras.jpeg",
    "gateway.cameras.watch",
    "gateway.console.looks",
    "gateway.console.sessions",
    "gateway.console.throttle",
    "gateway.dc09.calm",
    "gateway.dc09.errand",
    "gateway.delivery",
    "gateway.desk",
    "gateway.eido.documents",
    "gateway.eido.messages",
    "gateway.eido.pipe",
    "gateway.eido.subscription",
    "gateway.eido.subscriptions",
    "gateway.incident",
    "gateway.incidents",
    "gateway.intake",
    "gateway.notice",
    "gateway.notices",
    "gateway.outbox",
    "gateway.picturedesk",
    "gateway.pictures",
    "gateway.progress",
    "gateway.receipt",
    "gateway.report",
    "gateway.seals",
    "gateway.supervision",
    "gateway.troubles",
    "gateway.trust.acl",
    "gateway.trust.enrolment",
    "gateway.work",
    "gateway.written",
    "police.conformance.jpeg",
    "police.conformance.judge",
    "police.conformance.sample",
    "police.desk",
    "police.picture",
    "police.receiver",
    "police.report",
    "police.shown",
}
# Reports in the words of others are core as a whole: values in, bytes out.
CORE_FOLDER = "gateway.formats"
# All that the core may use of Python: nothing here knows a file, a thread or a socket, nor, as
# ruff forbids datetime.now, what time it is.
CORE_USES = {
    "base64",
    "binascii",
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "hashlib",
    "hmac",
    "itertools",
    "json",
    "logging",
    "math",
    "re",
    "struct",
    "typing",
    "urllib",
    "uuid",
    "zlib",
}
# Values that the core takes from outside of it; the register also knows how to read itself.
CORE_SEES = {"service.events", "gateway.register", "police.conformance.case"}

# The loops talk to adapters through ports; these are not adapters, though they use a library.
LOOPS = {"device.loop", "gateway.loop", "gateway.cameras.loop"}
LOOPS_SEE = {"service.settings", "service.notify"}

# Each library, and each part of Python that touches the world, in exactly these modules.
USED_BY = {
    "paho": {"service.link"},
    "pydantic": {
        "service.broker",
        "service.settings",
        "device.settings",
        "gateway.endpoint",
        "gateway.endpoints",
        "gateway.settings",
        "gateway.trust.settings",
        "police.conformance.case",
        "police.conformance.commands",
        "police.settings",
    },
    "gpiozero": {
        "device.gpio",
        "device.main",
        "simulator.finger",
        "simulator.lamps",
        "simulator.wallunit",
    },
    "lgpio": {"device.main"},
    "requests": {
        "gateway.answers",
        "gateway.cameras.line",
        "gateway.cameras.login",
        "gateway.cameras.httpcamera",
        "gateway.sender",
        "gateway.transport",
        "simulator.onepress",
        "simulator.witness",
    },
    "urllib3": {"gateway.cameras.httpcamera", "gateway.cameras.line", "gateway.cameras.mjpeg"},
    "argon2": {"gateway.people"},
    "segno": {"gateway.trust.labels"},
    "av": {"gateway.cameras.player"},
    "certifi": {"gateway.cameras.rtsp", "service.tls"},
    "lxml": {"gateway.capsignature"},
    "signxml": {"gateway.capsignature"},
    "cryptography": {
        "gateway.capsignature",
        "gateway.dc09.aes",
        "gateway.trust.authority",
        "gateway.trust.brokerfiles",
        "gateway.trust.clerk",
        "gateway.trust.revocation",
        "gateway.upkeep",
        "service.doctor.certificates",
        "service.identity",
        "service.joining",
        "service.seal",
    },
    "standardwebhooks": {"gateway.papers", "police.conformance.letter", "police.signature"},
    "PIL": {"gateway.cameras.bound", "gateway.cameras.test"},
    "picamera2": {"gateway.cameras.picamera"},
    "starlette": {
        "gateway.console.app",
        "gateway.console.asked",
        "gateway.console.door",
        "gateway.console.gate",
        "gateway.console.news",
        "gateway.console.pages",
        "gateway.console.run",
        "gateway.console.school",
        "gateway.trust.web",
        "police.answers",
        "police.gate",
        "police.intake",
        "police.main",
        "police.web",
        "simulator.web",
    },
    "jinja2": {"gateway.console.pages", "gateway.console.run", "gateway.console.school"},
    "sse_starlette": {
        "gateway.console.news",
        "gateway.console.pages",
        "police.changes",
        "police.web",
        "simulator.board",
        "simulator.web",
    },
    "websockets": {"gateway.eido.notifier"},
    "uvicorn": {
        "gateway.console.run",
        "gateway.trust.service",
        "police.main",
        "simulator.web",
    },
    "tomli_w": {"simulator.folder"},
    "sqlite3": {
        "gateway.answers",
        "device.journal",
        "device.rows",
        "gateway.actionbox",
        "gateway.album.keeper",
        "gateway.album.reader",
        "gateway.album.shelf",
        "gateway.console.door",
        "gateway.console.news",
        "gateway.console.records",
        "gateway.console.run",
        "gateway.commands",
        "gateway.dc09.ledger",
        "gateway.doctor.records",
        "gateway.layout",
        "gateway.people",
        "gateway.rows",
        "gateway.store",
        "gateway.trust.accounts",
        "gateway.trust.commands",
        "gateway.trust.ledger",
        "gateway.trust.service",
        "police.keeper",
        "police.main",
        "police.shelf",
        "police.store",
    },
    "subprocess": {
        "gateway.eido.caller",
        "gateway.cameras.rtsp",
        "gateway.trust.brokerkeeper",
        "service.doctor.machine",
        "simulator.broker",
        "simulator.process",
        "simulator.school",
    },
}
STANDARD = {"sqlite3", "subprocess"}

# A process imports only what it becomes, and a heavy library only when it is needed.
IMPORT_LATE = {
    "device/main.py",
    "gateway/main.py",
    "gateway/upkeep.py",
    "gateway/ways.py",
    "service/sealed.py",
}

# A forbidden way, an adapter in the core, a library where it does not belong.
BAD_TREE = {
    "wire/ids.py": "import requests",
    "service/log.py": "import device.lamp",
    "device/lamp.py": "import time\nfrom gateway import work",
    "device/loop.py": "def late():\n    from device.gpio import Panel",
    "device/gpio.py": "from service import log\nimport gpiozero",
    "gateway/work.py": "from . import rows",
    "gateway/cameras/watch.py": "import importlib\nimportlib.import_module('PIL')",
    "gateway/formats/cap.py": "import datetime, socket",
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


def wrong_ways(drawing: Drawing) -> set[str]:
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
    assert wrong_ways(ours) == set()


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
    assert wrong_ways(bad) == {
        "service.log -> device.lamp",
        "device.lamp -> gateway.work",
        "police.report -> simulator.web",
        "simulator.web -> device.unit",
    }
    assert impurities(bad) == {
        "device.lamp -> time",
        "gateway.work -> (relative)",
        "gateway.cameras.watch -> importlib",
        "gateway.cameras.watch -> PIL",
        "gateway.formats.cap -> socket",
        "police.report -> simulator.web",
    }
    assert adapters_seen_by_loops(bad) == {"device.loop -> device.gpio"}
    assert uses(bad)["requests"] == {"wire.ids"}
    assert RELATIVE in bad.imports["gateway.work"]


def test_a_cycle_is_seen(tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire/a.py").write_text("import wire.b")
    (tmp_path / "wire/b.py").write_text("def late():\n    from wire import a")
    with pytest.raises(CycleError):
        order(draw(tmp_path))
