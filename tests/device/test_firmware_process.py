"""The wall unit as a process: what it costs, how it ends, on which pins it starts."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.device.firmware import GatewaySide
from tests.waiting import patience, until
from wire.stage import Stage


@pytest.fixture
def process(tmp_path: Path, port: int, request: pytest.FixtureRequest) -> Iterator[Any]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.device.wall", str(tmp_path), str(port), request.param],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as found:
        yield found
        found.kill()


def say(process: Any, word: str) -> None:
    process.stdin.write(f"{word}\n")
    process.stdin.flush()


@pytest.mark.parametrize("process", ["mock"], indirect=True)
@pytest.mark.alone
def test_a_unit_at_rest_takes_45_mb_and_2_percent_of_a_core_at_most(
    process: Any, gateway: GatewaySide
) -> None:
    until(gateway.beats)
    say(process, "press")
    until(gateway.alerts)
    gateway.tell(Stage.DELIVERED)
    say(process, "rest 5")
    resident, busy = map(float, process.stdout.readline().split())
    print(f"a unit at rest: {resident:.1f} MB resident, {busy:.2f} % of a core")
    assert resident <= 45
    assert busy <= patience(2)


@pytest.mark.parametrize("process", ["mock"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_within_2_s_with_0(
    process: Any, gateway: GatewaySide, number: signal.Signals
) -> None:
    until(gateway.beats, within=10)
    process.send_signal(number)
    assert process.wait(patience(2)) == 0


@pytest.mark.parametrize("process", ["rpi"], indirect=True)
def test_where_only_rpi_gpio_exists_it_starts_and_a_floating_line_does_not_alarm(
    process: Any, gateway: GatewaySide
) -> None:
    until(gateway.beats, within=10)
    say(process, "rest 5")
    busy = float(process.stdout.readline().split()[1])
    print(f"a floating line: {busy:.2f} % of a core")
    assert gateway.alerts() == []
    say(process, "end")
    assert process.wait(patience(5)) == 0
    assert "ready" in process.stderr.read()
