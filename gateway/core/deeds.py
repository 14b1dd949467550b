"""Hands what a named person did to the part that carries it out.  Pure."""

from gateway.core.alerts import AlertHandler
from gateway.core.effects import Effect, SaveDone
from gateway.core.events import OperatorActed
from gateway.core.exercises import ExerciseHandler
from gateway.core.marks import MarkHandler
from gateway.core.operators import OperatorActions
from gateway.core.values import Now
from wire.exercise import EXERCISING, REAL
from wire.marks import MARKING


class Deeds:
    """What people do about incidents, on the plan, and in walk tests."""

    def __init__(
        self,
        operators: OperatorActions,
        marks: MarkHandler,
        exercises: ExerciseHandler,
        alerts: AlertHandler,
    ) -> None:
        self._operators = operators
        self._marks = marks
        self._exercises = exercises
        self._alerts = alerts

    def acted(self, taken: OperatorActed, now: Now) -> list[Effect]:
        """A person did something: return what follows, and that it is done."""
        done = [SaveDone(taken.number)] if taken.number else []
        return [*self._carried_out(taken, now), *done]

    def _carried_out(self, taken: OperatorActed, now: Now) -> list[Effect]:
        if taken.what in EXERCISING:
            called = self._exercises.named(taken.detail) if taken.what == REAL else None
            return [*self._exercises.acted(taken, now), *self._alerts.called(called, taken.by, now)]
        return (self._marks if taken.what in MARKING else self._operators).acted(taken, now)
