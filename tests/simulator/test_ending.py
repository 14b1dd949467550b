"""Whatever ends the simulator, nothing that it started stays."""

import contextlib
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from simulator.broker import free_port
from simulator.folder import run_folder
from simulator.ports import Ports
from tests.simulator.running import COMMAND, alive, simulator
from tests.waiting import patience, until

RUNS = Path(__file__).resolve().parents[2] / ".run"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_and_clears_the_folder(number: signal.Signals) -> None:
    with simulator() as running:
        children, folder = running.children(), RUNS / f"school-{running.process.pid}"
        assert len(children) == 5
        assert folder.stat().st_mode & 0o777 == 0o700
        running.process.send_signal(number)
        assert running.process.wait(10) == 0
        assert not any(map(alive, children))
        assert not folder.exists()


def test_a_simulator_that_is_killed_leaves_no_child_behind() -> None:
    with simulator() as running:
        children = running.children()
        running.process.kill()
        until(lambda: not any(map(alive, children)), within=5)


def test_a_part_that_dies_is_named_with_its_last_words_and_ends_the_rest() -> None:
    with simulator() as running:
        _, police, *_ = children = running.children()
        assert "tocsin-police" in Path(f"/proc/{police}/cmdline").read_text()
        os.kill(police, signal.SIGKILL)
        assert running.process.wait(10) == 1
        assert "police: ended with exit code -9; its log ends:" in running.said
        assert not any(map(alive, children))


@pytest.mark.parametrize("after", [0.3, 0.8, 1.5, 2.5, 4.0])
def test_ctrl_c_while_it_starts_leaves_nothing_and_shows_no_traceback(after: float) -> None:
    process = subprocess.Popen([COMMAND], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(patience(after))
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert b"Traceback" not in said
    assert not (RUNS / f"school-{process.pid}").exists()
    assert not any(str(process.pid) in line for line in _sessions())


def test_ctrl_c_while_python_itself_starts_ends_the_demo_without_a_traceback() -> None:
    demo = RUNS.parent / "scripts" / "demo"
    process = subprocess.Popen([demo], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    until(lambda: _is_python_that_catches(process.pid), within=60, every=0.0005)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=patience(20))
    assert process.returncode == 0
    assert b"Traceback" not in said


def _is_python_that_catches(pid: int) -> bool:
    """True from the moment at which the interpreter would raise KeyboardInterrupt."""
    if b"tocsin-simulator" not in Path(f"/proc/{pid}/cmdline").read_bytes():
        return False
    caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text())
    return bool(caught and int(caught[1], 16) & 1 << signal.SIGINT - 1)


def _sessions() -> list[str]:
    """The command lines of all processes: each that the simulator starts names its folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in found if "/.run/school-" in line]


def test_a_folder_that_a_run_of_our_number_left_is_no_obstacle() -> None:
    left = RUNS / f"school-{os.getpid()}"
    left.mkdir(parents=True, exist_ok=True)
    (left / "old.log").touch()
    with run_folder(Ports(free_port(), 1, 2, 3)) as folder:
        assert folder.path == left
        assert not (left / "old.log").exists()
    assert not left.exists()
