"""Several faults at a time: a bout begins with the first, and is over when all are mended."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.faults.school import School
from tests.soak.ailments import Ailment, Mend

# The faults of a bout begin within so many seconds.
_WITHIN_S = 4.0


class Bout(NamedTuple):
    """When it began and was over, on the monotonic clock, and what befell the school."""

    began: float
    over: float
    names: tuple[str, ...]


class Bouts:
    """Strikes `most` ailments at once, or one less, and mends each in its time.

    `held` says whether no press would be lost with the units.  What was done is written into
    bouts.jsonl beside the other logs.
    """

    def __init__(
        self,
        school: School,
        ailments: Mapping[str, Ailment],
        most: int,
        chance: random.Random,
        held: Callable[[], bool],
    ) -> None:
        self.past: list[Bout] = []
        self.struck: Counter[str] = Counter()
        self._school = school
        self._ailments = ailments
        self._most = most
        self._chance = chance
        self._held = held
        self._began = 0.0
        self._names: tuple[str, ...] = ()
        self._coming: list[tuple[float, str]] = []
        self._standing: list[tuple[float, str, Mend]] = []

    @property
    def is_over(self) -> bool:
        """True while nothing ails the school."""
        return not (self._coming or self._standing)

    def begin(self, now: float) -> None:
        """Choose what befalls the school from now on."""
        names: list[str] = []
        hurt: frozenset[str] = frozenset()
        order = self._chance.sample(sorted(self._ailments), len(self._ailments))
        count = max(1, self._most - self._chance.randrange(2))
        for name in order:
            if len(names) < count and not hurt & self._ailments[name].parts:
                names.append(name)
                hurt |= self._ailments[name].parts
        self._began, self._names = now, tuple(names)
        self._coming = sorted((now + self._chance.uniform(0.0, _WITHIN_S), name) for name in names)

    def turn(self, now: float) -> None:
        """Strike and mend what is due."""
        if self.is_over:
            return
        for due, name, mend in [each for each in self._standing if now >= each[0]]:
            self._standing.remove((due, name, mend))
            mend()
            self._note("mended", name)
        for due, name in [each for each in self._coming if now >= each[0]]:
            if "units" not in self._ailments[name].parts or self._held():
                self._coming.remove((due, name))
                self._strike(name)
        if self.is_over:
            self.past.append(Bout(self._began, time.monotonic(), self._names))

    def _strike(self, name: str) -> None:
        self.struck[name] += 1
        mend = self._ailments[name].strike(self._school)
        self._standing.append((time.monotonic() + self._ailments[name].lasts, name, mend))
        self._note("struck", name)

    def _note(self, what: str, name: str) -> None:
        line = json.dumps({"at": time.monotonic(), "what": what, "name": name})
        with (self._school.folder / "bouts.jsonl").open("a") as out:
            out.write(line + "\n")
