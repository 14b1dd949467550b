"""What the simulation does follows from its seed: what fails in one place fails in all."""

import importlib
from pathlib import Path

import pytest
from hypothesis import Phase
from hypothesis.stateful import invariant, run_state_machine_as_test

from tests.simulation.machine import Machine
from tests.simulation.test_simulation import bounds


def what_happens() -> list[object]:
    """What has come to the gateways by each step of some runs."""
    seen: list[object] = []

    class Noting(Machine):
        @invariant()
        def note(self) -> None:
            seen.append((self.world.now, tuple(self.world.network.past)))

    run_state_machine_as_test(Noting, settings=bounds(10, Phase.generate))
    return seen


def test_what_else_is_imported_changes_no_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = what_happens()
    (tmp_path / "many_numbers.py").write_text(f"NUMBERS = {list(range(1000))}\n")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("many_numbers")
    assert what_happens() == before
