"""No walk test swallows a hold or outlives its end; each broken variant is found out."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from gateway.core.exercises import ExerciseHandler
from gateway.core.incidents.intake import IncomingAlert
from gateway.core.running_exercises import RunningExercises
from gateway.core.values import Now
from tests.gateway.core import Core
from tests.simulation.rehearsal import Rehearsal
from wire.exercise import Exercise
from wire.ids import Monotonic
from wire.modes import LIVE

QUICK = settings(
    max_examples=20,
    stateful_step_count=20,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


class SwallowsHolds(ExerciseHandler):
    """Lets what was born a test be one, however long the button is held."""

    def turns_real(self, claim: IncomingAlert, now: Now) -> list[object]:  # type: ignore[override]
        return [] if claim.mode == LIVE and claim.held else super().turns_real(claim, now)  # type: ignore[return-value]


class SurvivesItsEnd(RunningExercises):
    """Believes in what it was told, and not in the clock nor in an end."""

    def on(self, _now: Now) -> list[Exercise]:
        return [each.exercise for each in self._running.values()]

    def judged(self, claim: IncomingAlert, now: Now) -> IncomingAlert:
        return super().judged(claim, Now(Monotonic(0.0), now.wall))


def swallows(core: Core) -> None:
    core.dispatcher._exercises.__class__ = SwallowsHolds


def survives(core: Core) -> None:
    core.dispatcher._exercises._running.__class__ = SurvivesItsEnd


def machine(broken: Callable[[Core], None]) -> type[Rehearsal]:
    return type("Broken", (Rehearsal,), {"broken": staticmethod(broken)})


def test_whatever_happens_what_is_real_is_reported() -> None:
    run_state_machine_as_test(Rehearsal, settings=QUICK)


@pytest.mark.parametrize("broken", [swallows, survives])
def test_a_broken_variant_is_found(broken: Callable[[Core], None]) -> None:
    found_at_once = settings(QUICK, phases=[Phase.generate], max_examples=300)
    with pytest.raises(AssertionError, match="real, and nobody was told"):
        run_state_machine_as_test(machine(broken), settings=found_at_once)
