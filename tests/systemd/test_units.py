"""The service files: systemd understands every line, and no supervisor ever gives up."""

import ast
import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = sorted(Path("systemd").glob("*.service"))
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
    assert (service["Restart"], service["RestartSec"]) == ("always", "1")
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
    tables = list(Path(package).rglob("command_table.py"))
    assert any(f'"{command}"' in table.read_text() for table in tables)
