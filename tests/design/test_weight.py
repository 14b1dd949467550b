"""What a Pi Zero has to carry: each process imports only what it needs, and import does nothing."""

import json
import subprocess
import sys

import pytest

from tests.waiting import patience

WEB = {"starlette", "uvicorn", "sse_starlette"}
PINS = {"lgpio", "RPi", "pigpio"}
CAMERAS = {"PIL", "picamera2", "numpy", "av"}
TESTS = {"pytest", "hypothesis", "httpx2", "jsonschema"}
# An interrupt before the first of them is loaded finds a command that can end in silence.
LIBRARIES = WEB | PINS | CAMERAS | TESTS | {"pydantic", "argparse", "gpiozero", "paho", "sqlite3"}
LISTS = "import json, sys, {module}; print(json.dumps([*sys.modules]))"


def loaded_by(module: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LISTS.format(module=module)],
        capture_output=True,
        check=True,
        timeout=patience(60),
    )
    assert done.stderr == b""
    return {name.split(".")[0] for name in json.loads(done.stdout)}


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("device.firmware", WEB | PINS | CAMERAS | TESTS | {"requests", "cryptography"}),
        ("device.command_table", WEB | PINS | CAMERAS | TESTS | {"requests", "cryptography"}),
        ("gateway.command_table", WEB | PINS | CAMERAS | TESTS | {"requests", "paho", "gpiozero"}),
        *((f"{each}.main", LIBRARIES) for each in ("device", "gateway", "police")),
        (
            "gateway.app.run",
            WEB
            | {"websockets", "cryptography"}
            | PINS
            | CAMERAS
            | TESTS
            | {"gpiozero", "device", "police"},
        ),
        ("gateway.cameras.main", WEB | PINS | TESTS | {"paho", "gpiozero", "picamera2", "av"}),
        (
            "police.commands",
            WEB | PINS | CAMERAS | TESTS | {"paho", "gpiozero", "requests", "gateway"},
        ),
        ("police.run", PINS | CAMERAS | TESTS | {"paho", "gpiozero", "requests", "gateway"}),
        ("wire.codec", {"pydantic", "paho", "requests", "service"}),
    ],
)
def test_a_process_does_not_load_what_it_does_not_need(module: str, never: set[str]) -> None:
    loaded = loaded_by(module)
    assert module.split(".", maxsplit=1)[0] in loaded
    assert loaded & never == set()


def test_a_heavier_process_would_be_seen() -> None:
    assert "PIL" in loaded_by("gateway.cameras.images.sanitize")
