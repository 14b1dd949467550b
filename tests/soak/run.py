"""A school under presses and faults for as long as is asked: `scripts/soak`, which explains it."""

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests import pace
from tests.faults.checker import TOLD_S, Logs, Press, delays, faults
from tests.faults.school import School
from tests.faults.slowline import SlowLine
from tests.soak.ailments import FAST, Ailment, ailments
from tests.soak.bouts import Bout, Bouts
from tests.soak.ending import comes, wrong_in_the_end
from tests.soak.samples import Samples
from tests.waiting import patience

# From a press, or from the end of the bout that it fell into: the longest pause between two tries,
# and a unit's.
BOUND_S = 15.0
# A bout concerns a press that was on its way when it began.
_ON_ITS_WAY_S = 5.0
_SAMPLE_EVERY_S = 5.0
_CLOSE_EVERY_S = 60.0
# A press that comes sooner counts as one with the last.
_SAME_ROOM_S = 2.0
_FOLDERS = Path(".run")


class Soak:
    """Presses, strikes, mends, closes and looks, each in its time."""

    def __init__(
        self,
        school: School,
        what: Mapping[str, Ailment],
        at_once: int,
        every: float,
        chance: random.Random,
    ) -> None:
        self.samples = Samples()
        self.bouts = Bouts(school, what, at_once, chance, self._all_held)
        self._school = school
        self._every = every
        self._chance = chance
        self._pause = threading.Event()
        self._pressed: dict[str, float] = {}
        now = time.monotonic()
        self._press_at, self._begin_at = now, now + min(every, 10.0)
        self._sample_at, self._close_at = now, now + _CLOSE_EVERY_S

    def run(self, until_: float) -> None:
        """Go on until that moment of the monotonic clock; then let everything heal."""
        while (now := time.monotonic()) < until_:
            self._turn(now)
            self._pause.wait(0.05)
        while not self.bouts.is_over:
            self.bouts.turn(time.monotonic())
            self._pause.wait(0.05)
        comes(self._all_sent, 60.0)  # what does not is named when all is judged
        self._look(time.monotonic())

    def _all_held(self) -> bool:
        """True if no disk of a unit lacks a press: what it has not may be lost with the unit."""
        return self._all_since(("STORED", "RECEIVED", "DELIVERED", "CLOSED"))

    def _all_sent(self) -> bool:
        """True if every unit knows that the police have its last press."""
        return self._all_since(("DELIVERED", "CLOSED"))

    def _turn(self, now: float) -> None:
        self.bouts.turn(now)
        if now >= self._sample_at:
            self._look(now)
        if self.bouts.is_over and now >= self._close_at:
            self._close()
        elif self.bouts.is_over and now >= self._begin_at:
            self._begin_at = now + self._every
            self.bouts.begin(now)
        if now >= self._press_at and self._school.running["units"].poll() is None:
            self._press()

    def _press(self) -> None:
        now = time.monotonic()  # to mend may have taken seconds
        self._press_at = now + self._chance.uniform(0.2, 3.8)
        rooms = [r for r in self._school.rooms if now - self._pressed.get(r, 0.0) > _SAME_ROOM_S]
        if rooms:
            room = self._chance.choice(rooms)
            self._school.press(room)
            self._pressed[room] = time.monotonic()

    def _close(self) -> None:
        """A person ends what all know, as at a terminal."""
        self._close_at = time.monotonic() + _CLOSE_EVERY_S
        if comes(self._all_sent, 30.0):
            # On a machine that is busy with others this may fail; the last one may not.
            with suppress(AssertionError, subprocess.TimeoutExpired):
                self._school.act("close")

    def _look(self, now: float) -> None:
        self._sample_at = now + _SAMPLE_EVERY_S
        running = {name: process.pid for name, process in self._school.running.items()}
        self.samples.watch(running, self._school.folder.rglob("*-wal"), now)

    def _all_since(self, stages: tuple[str, ...]) -> bool:
        return all(
            any(self._school.seen(stage, room) > self._school.presses(room)[-1] for stage in stages)
            for room in self._pressed
        )


def late_beyond_bouts(
    presses: Iterable[Press], took: Iterable[float | None], bouts: Sequence[Bout]
) -> list[tuple[Press, float]]:
    """Return each press with its seconds to the police, from the end of its bout if it had one."""
    found = []
    for press, seconds in zip(presses, took, strict=True):
        if seconds is not None:
            over = max((b.over for b in bouts if _concerns(b, press.at, seconds)), default=0.0)
            found.append((press, max(press.at + seconds - max(press.at, over), 0.0)))
    return found


def _concerns(bout: Bout, at: float, took: float) -> bool:
    return bout.began < at + min(took, _ON_ITS_WAY_S) and at < bout.over


def main() -> int:
    """Run the soak; returns 1 if anything was lost, doubled, late, or shown wrongly."""
    parser = argparse.ArgumentParser("scripts/soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--units", type=int, default=12)
    parser.add_argument("--gateways", type=int, choices=(1, 2), default=2)
    parser.add_argument("--at-once", type=int, default=3, help="faults of a bout, or one less")
    parser.add_argument("--every", type=float, default=30.0, help="seconds from bout to bout")
    parser.add_argument("--seed", type=int, default=None, help="to have the same faults again")
    options = parser.parse_args()
    seed = random.randrange(10**6) if options.seed is None else options.seed
    folder = _FOLDERS / f"soak-{options.gateways}-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    school = School(
        folder.resolve(), options.gateways, [str(200 + n) for n in range(options.units)]
    )
    with SlowLine(school.police_port, FAST) as line:
        school.endpoint["url"] = f"http://127.0.0.1:{line.port}/reports"
        try:
            return _soak(school, line, options, random.Random(seed), f"seed {seed}")
        finally:
            school.close()


def _soak(
    school: School, line: SlowLine, options: argparse.Namespace, chance: random.Random, seed: str
) -> int:
    what = ailments(options.gateways, line)
    soak = Soak(school, what, options.at_once, options.every, chance)
    school.start()
    soak.run(time.monotonic() + options.minutes * 60)
    wrong = wrong_in_the_end(school)
    print(f"{options.minutes:g} minutes, {seed}, {options.gateways} gateways: ", end="")
    return _tell(school, soak.samples, soak.bouts, wrong)


def _tell(school: School, samples: Samples, bouts: Bouts, wrong: Sequence[str]) -> int:
    logs = school.logs()
    took = late_beyond_bouts(logs.presses, delays(logs), bouts.past)
    seconds = [each for each in delays(logs) if each is not None]
    if _judged(logs, took):
        pace.measure()  # as each deadline that has passed
    found = [*_judged(logs, took), *wrong]
    print(f"{len(logs.presses)} presses on {len(school.rooms)}")
    print(f"units; press to police {statistics.median(seconds):.2f} s in the middle, at most")
    print(f"{max(seconds):.2f} s, and {max(s for _, s in took):.2f} s after the end of a bout.")
    print(f"{len(bouts.past)} bouts of {sum(bouts.struck.values())} faults:")
    print(", ".join(f"{name} {count}" for name, count in sorted(bouts.struck.items())))
    print("", *samples.table(), "", sep="\n")
    largest = samples.largest_log.items()
    print("largest logs:", ", ".join(f"{n} {size / 1e6:.1f} MB" for n, size in sorted(largest)))
    print("\n".join(found) if found else "nothing missing, nothing twice, nothing shown wrongly")
    return 1 if found else 0


def _judged(logs: Logs, took: Iterable[tuple[Press, float]]) -> list[str]:
    return [
        *faults(logs, float("inf"), told=patience(TOLD_S)),
        *(f"late: {p.unit} at {p.at:.2f} took {s:.2f} s" for p, s in took if s > patience(BOUND_S)),
    ]


if __name__ == "__main__":
    sys.exit(main())
