"""`tocsin-device doctor`: what an installer on a ladder wants to know."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from device.doctor import check_pins
from tests.service.brokers import Plain, plain
from tests.waiting import patience

_COMMAND = "import sys; from device.main import main; sys.exit(main())"
_SETTINGS = """\
site = "lincoln"
unit = "lincoln-204"
room = "204"
[journal]
path = "journal.db"
[[gateway]]
url = "{url}"
"""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Plain]:
    with plain(tmp_path) as found:
        (tmp_path / "device.toml").write_text(_SETTINGS.format(url=found.settings.url))
        yield found


def doctor(folder: Path) -> dict[str, Any]:
    config = str(folder / "device.toml")
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, "doctor", "--json", "--config", config],
        capture_output=True,
        text=True,
        timeout=patience(30),
    )
    told = json.loads(done.stdout)
    assert done.returncode == (1 if told["problems"] else 0)
    return {each["check"]: each for each in told["findings"]}


def test_a_gateway_that_is_there_is_good_and_one_that_is_not_is_a_problem(
    broker: Plain, tmp_path: Path
) -> None:
    assert doctor(tmp_path)["gateway 1 (127.0.0.1)"]["verdict"] == "good"
    broker.kill()
    assert doctor(tmp_path)["gateway 1 (127.0.0.1)"]["verdict"] == "problem"


def test_off_a_pi_the_missing_pins_are_a_problem(tmp_path: Path) -> None:
    assert check_pins(tmp_path).verdict == "problem"


def test_a_pi_has_pins(tmp_path: Path) -> None:
    pytest.importorskip("lgpio")
    (tmp_path / "gpiochip0").touch()
    assert check_pins(tmp_path).verdict == "good"
