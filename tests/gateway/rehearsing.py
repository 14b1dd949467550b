"""A gateway's core in which a walk test is going on, and what comes of presses in it."""

from dataclasses import replace
from typing import Any

from gateway.core.effects import Effect, SaveClosed, SaveExercise, SaveIncident, SendProgress
from gateway.core.events import OperatorActed
from tests.gateway.core import Core, alert, at
from wire.evidence import PressEvidence
from wire.exercise import REAL, START, STOP, Exercise, begun
from wire.ids import ExerciseId, IncidentId, Seconds, UnitId
from wire.messages import Alert
from wire.modes import Mode

WALK = ExerciseId("5a0d2b6e-0f0c-4c11-9a44-0f2f6a0b7c01")
PRESS = "0d5cf6b0-5e6c-4a35-8a92-1de6f1a7b001"


def walk(*units: str, began: float = 0, lasts: float = 900, name: ExerciseId = WALK) -> Exercise:
    scope = tuple(map(UnitId, units))
    return begun(name, "Ms Frost", scope, at(began).wall, Seconds(lasts))


def walking(*units: str, core: Core | None = None) -> Core:
    """A core in which Ms Frost has started a walk test at 0."""
    core = core or Core()
    core.dispatcher.handle(asked(walk(*units)), at(0))
    return core


def asked(exercise: Exercise) -> OperatorActed:
    return OperatorActed(IncidentId(""), START, "Ms Frost", exercise=exercise)


def stopped(by: str = "Mr Day") -> OperatorActed:
    return OperatorActed(IncidentId(""), STOP, by)


def real(by: str = "Mr Day") -> OperatorActed:
    return OperatorActed(IncidentId(""), REAL, by, detail=WALK)


def let_go(press: Alert, held: float = 0.2, age: float = 0.5) -> Alert:
    """What the unit says once it knows how its button was pressed."""
    told = PressEvidence(Seconds(held), 0, Seconds(100.0))
    return replace(press, evidence=told, age=Seconds(age))


def pressed(
    core: Core, second: float, room: str = "204", **more: Any
) -> tuple[Alert, list[Effect]]:
    """A press that the disk takes, and all that follows from it."""
    press = alert(room, **more)
    work = core.hear(press, at(second))
    return press, [*work, *core.keep(work, at(second))]


def modes(work: list[Effect]) -> list[Mode]:
    """The modes in which incidents were kept, in their order."""
    return [each.mode for each in work if isinstance(each, SaveIncident)]


def lamps(work: list[Effect]) -> list[tuple[str, Mode]]:
    """What units are told."""
    return [(each.stage.name, each.mode) for each in work if isinstance(each, SendProgress)]


def ends(work: list[Effect]) -> list[str]:
    """Who ended exercises; empty: something real."""
    kept = [each.exercise for each in work if isinstance(each, SaveExercise)]
    return [each.ended_by for each in kept if each.ended_at is not None]


def over(work: list[Effect]) -> int:
    """How many presses are over."""
    return sum(isinstance(each, SaveClosed) for each in work)
