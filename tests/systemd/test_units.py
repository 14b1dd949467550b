"""The service files: systemd understands every line, and no supervisor ever gives up."""

import ast
import configparser
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

UNITS = sorted(Path("systemd").glob("*[!@].service"))
# Without these an alert is delivered all the same.
BESIDE = {
    "tocsin-authority",
    "tocsin-cameras",
    "tocsin-console",
    "tocsin-monitor",
    "tocsin-notices",
}
pytestmark = pytest.mark.skipif(
    subprocess.run(["sh", "-c", "command -v systemd-analyze"], capture_output=True).returncode != 0,
    reason="systemd-analyze is not on this machine",
)


def complaints(unit: str, folder: Path, name: str) -> str:
    """What systemd says of a unit whose command and documents are here, not in /opt."""
    here = re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", unit)
    here = re.sub(r"(?m)^Documentation=.*\n", "", here)
    (folder / name).write_text(here)
    argv = ["systemd-analyze", "verify", "--man=no", str(folder / name)]
    return subprocess.run(argv, capture_output=True, text=True).stderr


def settings(unit: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(unit)
    return parser


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_has_nothing_to_say_about_a_unit(unit: Path, tmp_path: Path) -> None:
    assert complaints(unit.read_text(), tmp_path, unit.name) == ""


def test_an_unknown_key_would_be_told(tmp_path: Path) -> None:
    faulty = UNITS[0].read_text().replace("WatchdogSec=", "WatchdogSecs=")
    assert "WatchdogSecs" in complaints(faulty, tmp_path, UNITS[0].name)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_service_is_watched_and_started_again_for_ever(unit: Path) -> None:
    found = settings(unit)
    service = found["Service"]
    assert found["Unit"]["StartLimitIntervalSec"] == "0"
    assert (service["Type"], service["WatchdogSec"]) == ("notify", "10")
    assert (service["Restart"], service["TimeoutStartSec"]) == ("always", "30")
    assert "time-sync.target" not in found["Unit"]["After"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_service_starts_a_command_that_this_project_installs(unit: Path) -> None:
    program, command, *_ = settings(unit)["Service"]["ExecStart"].split()
    texts = [
        node.value
        for node in ast.walk(ast.parse(Path("setup.py").read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    name = Path(program).name
    module = next(text for text in texts if text.startswith(f"{name} = ")).split(" = ")[1]
    package = module.split(".")[0]
    tables = [*Path(package).rglob("command_table.py"), *Path(package).glob("commands.py")]
    assert any(f'"{command}"' in table.read_text() for table in tables)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_what_carries_alerts_starts_first_and_is_started_again_first(unit: Path) -> None:
    found = settings(unit)
    after = found["Unit"]["After"].split()
    if unit.stem in BESIDE:
        assert "tocsin-gateway.service" in after
        assert found["Service"]["RestartSec"] == "5"
    else:
        assert not {f"{name}.service" for name in BESIDE} & set(after)
        assert found["Service"]["RestartSec"] == "1"


def test_nothing_waits_for_a_service_that_waits_for_it() -> None:
    after = {unit.name: settings(unit)["Unit"]["After"].split() for unit in UNITS}
    assert "tocsin-broker.service" in after["tocsin-gateway.service"]
    graph = {name: {each for each in names if each in after} for name, names in after.items()}
    assert list(TopologicalSorter(graph).static_order())  # raises CycleError


def test_a_library_that_writes_one_line_without_end_does_not_fill_the_journal() -> None:
    device = settings(Path("systemd/tocsin-device.service"))["Service"]
    lines = int(device["LogRateLimitBurst"]) / int(device["LogRateLimitIntervalSec"])
    assert lines <= 20  # a second; the unit itself writes one for each thing that happens
