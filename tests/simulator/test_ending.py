"""Whatever ends the simulator, nothing that it started stays."""

import os
import signal
from pathlib import Path

import pytest

from tests.simulator.running import alive, simulator
from tests.waiting import until

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
