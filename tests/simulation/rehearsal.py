"""Walk tests at a gateway that restarts, with presses of every kind, in any order."""

import uuid
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.core.effects import Effect, SaveExercise
from tests.gateway.core import Core, alert, at
from tests.gateway.rehearsing import asked, let_go, real, stopped, walk
from wire.exercise import Exercise
from wire.ids import ExerciseId, Seconds
from wire.messages import Alert

ROOMS = st.sampled_from(["204", "205"])
SCOPES = st.sampled_from([(), ("lincoln-204",)])
MOMENTS = st.sampled_from([0.1, 2.0, 4.0, 12.0, 300.0, 900.0])


class Rehearsal(RuleBasedStateMachine):
    """`broken` makes a gateway's core take a shortcut."""

    broken = staticmethod(lambda _core: None)

    def __init__(self) -> None:
        super().__init__()
        self.second = 0.0
        self.kept: dict[ExerciseId, Exercise] = {}
        self.on: list[tuple[float, tuple[str, ...]]] = []
        self.must_be_real: set[str] = set()
        self.real: set[str] = set()
        self.brief: list[Alert] = []
        self.number = 0
        self._start()

    @rule(scope=SCOPES)
    def starts(self, scope: tuple[str, ...]) -> None:
        """A person starts one; whether it begins is the gateway's to say."""
        self.number += 1
        name = ExerciseId(str(uuid.UUID(int=self.number)))
        exercise = walk(*scope, began=self.second, name=name)
        self._keep(self.core.dispatcher.handle(asked(exercise), at(self.second)))
        if name in self.kept and self.kept[name].is_on(at(self.second).wall):
            self.on.append((self.second + 900, scope))
        self.second += 1.0

    @rule(says_real=st.booleans())
    def ends(self, says_real: bool) -> None:
        """A person ends it, or says that it is real."""
        self._keep(self.core.dispatcher.handle(real() if says_real else stopped(), at(self.second)))
        self.on = []

    @rule(room=ROOMS, holds=st.booleans(), is_heard=st.booleans())
    def press(self, room: str, holds: bool, is_heard: bool) -> None:
        """Somebody presses; of a hold the first message may be lost, and a repeat tells it all."""
        press = alert(room)
        is_test = any(
            self.second < until and (not scope or press.unit in scope) for until, scope in self.on
        )
        if holds or not is_test:
            self.must_be_real.add(press.alert)
        if is_heard or not holds:
            self._hear(press)
        self.second += 3.0 if holds else 0.3
        self._hear(let_go(press, held=3.0, age=3.0) if holds else let_go(press, age=0.3))
        self.brief.append(replace(let_go(press), age=Seconds(4.0)))
        self.second += 1.0
        self._reports()
        if press.alert in self.must_be_real:
            self.on = []
            self.what_is_real_is_reported()
            self._start()  # as if a person had closed it

    @rule(seconds=MOMENTS)
    def time_passes(self, seconds: float) -> None:
        """In steps, as the loop turns."""
        for _ in range(12):
            self.second += seconds / 12
            self._keep(self.core.tick(at(self.second)))
            self._reports()

    @rule()
    def repeats(self) -> None:
        """A unit that did not hear of the end of a test tells it again."""
        for press in self.brief[-3:]:
            self._hear(press)
        self._reports()

    @rule()
    def restarts(self) -> None:
        """The gateway starts anew on what its disk holds."""
        self._start()

    @invariant()
    def what_is_real_is_reported(self) -> None:
        lacking = self.must_be_real - self.real
        assert not lacking, f"real, and nobody was told: {lacking}"

    def teardown(self) -> None:
        """A quarter of an hour later every press is real, whatever anybody started."""
        self.second += 901
        self.on = []
        self.press("204", holds=False, is_heard=True)
        self.what_is_real_is_reported()

    def _start(self) -> None:
        self.core = Core()
        self.broken(self.core)
        self.core.dispatcher.restored([], {}, at(self.second), self.kept.values())

    def _hear(self, message: Alert) -> None:
        work = self.core.hear(message, at(self.second))
        self._keep([*work, *self.core.keep(work, at(self.second))])

    def _keep(self, work: list[Effect]) -> None:
        for each in work:
            if isinstance(each, SaveExercise):
                self.kept[each.exercise.id] = each.exercise

    def _reports(self) -> None:
        for launch in self.core.launches(at(self.second)):
            self.real |= {name for name in self.must_be_real if name in launch.body}
            self.core.receipt(launch, at(self.second))
