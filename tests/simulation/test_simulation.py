"""The production cores under everything that can happen, and broken ones, which must be caught.

SIMULATION_STEPS=200000 SIMULATION_SEED=random scripts/test tests/simulation
"""

import logging
import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from tests.simulation.alone import Alone
from tests.simulation.draws import FROM_THE_SEED
from tests.simulation.machine import Machine
from tests.simulation.mutants import MUTANTS

STEPS_OF_A_RUN = 50
MOST_RUNS_TO_CATCH = 6000
STEPS = int(os.environ.get("SIMULATION_STEPS", "30000"))
RUNS = STEPS // STEPS_OF_A_RUN
SEEDED = "SIMULATION_SEED" not in os.environ


def bounds(runs: int, *phases: Phase) -> settings:
    return settings(
        max_examples=runs,
        stateful_step_count=STEPS_OF_A_RUN,
        derandomize=SEEDED,
        backend=FROM_THE_SEED,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )


def counting(machine: type[Machine]) -> tuple[type[Machine], list[int]]:
    """The machine, and the number of steps that all its runs have taken."""
    steps = [0]

    class Counted(machine):  # type: ignore[misc, valid-type]
        @invariant()
        def count(self) -> None:
            steps[0] += 1

    return Counted, steps


@pytest.fixture(autouse=True)
def _the_loop_tells_of_its_own_faults_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "gateway")


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("school", "share"), [(Machine, 1), (Alone, 5)])
def test_whatever_happens_no_lamp_lies_and_nothing_accepted_is_lost(
    school: type[Machine], share: int
) -> None:
    machine, steps = counting(school)
    run_state_machine_as_test(machine, settings=bounds(RUNS // share, Phase.generate))
    print(f"{steps[0]} steps")
    assert steps[0] >= STEPS // share


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_part_is_caught(mutant: str) -> None:
    class Broken(Machine):
        parts = MUTANTS[mutant]

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Broken, settings=bounds(MOST_RUNS_TO_CATCH, Phase.generate))
