"""A school under presses and faults for as long as is asked: `scripts/soak`, which explains it."""

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from tests.faults.checker import delays, faults
from tests.faults.school import School
from tests.soak.ailments import AILMENTS, Mend
from tests.soak.samples import Samples
from tests.waiting import patience, until

# The longest fault, and then the longest pause between two tries.
BOUND_S = 20.0
_SAMPLE_EVERY_S = 5.0
_CLOSE_EVERY_S = 60.0
# A press that comes sooner counts as one with the last.
_SAME_ROOM_S = 2.0
_FOLDERS = Path(".run")


class Soak:
    """Presses, strikes, mends, closes and looks, each in its time."""

    def __init__(self, school: School, every: float, chance: random.Random) -> None:
        self.samples = Samples()
        self.struck: Counter[str] = Counter()
        self._school = school
        self._every = every
        self._chance = chance
        self._pause = threading.Event()
        self._pressed: dict[str, float] = {}
        self._mend: tuple[float, Mend] | None = None
        now = time.monotonic()
        self._press_at, self._strike_at = now, now + every
        self._sample_at, self._close_at = now, now + _CLOSE_EVERY_S

    def run(self, until_: float) -> None:
        """Go on until that moment of the monotonic clock; then let everything heal."""
        while (now := time.monotonic()) < until_:
            self._turn(now)
            self._pause.wait(0.05)
        if self._mend:
            self._mend[1]()
        until(self._all_sent, 60.0)
        self._look(time.monotonic())

    def _turn(self, now: float) -> None:
        if self._mend and now >= self._mend[0]:
            mend, self._mend = self._mend[1], None
            mend()
        if now >= self._sample_at:
            self._look(now)
        if now >= self._strike_at and not self._mend:
            self._strike(now)
        if now >= self._close_at and not self._mend:
            self._close(now)
        if now >= self._press_at:
            self._press(now)

    def _press(self, now: float) -> None:
        self._press_at = now + self._chance.uniform(0.2, 3.8)
        rooms = [r for r in self._school.rooms if now - self._pressed.get(r, 0.0) > _SAME_ROOM_S]
        room = self._chance.choice(rooms)
        self._pressed[room] = now
        self._school.press(room)

    def _strike(self, now: float) -> None:
        self._strike_at = now + self._every
        name, ailment = self._chance.choice(list(AILMENTS.items()))
        if ailment.wall:
            until(self._all_held, 20.0)  # what no disk has yet may be lost with its unit
        self.struck[name] += 1
        self._mend = time.monotonic() + ailment.lasts, ailment.strike(self._school)

    def _close(self, now: float) -> None:
        """A person ends what all know, as at a terminal."""
        self._close_at = now + _CLOSE_EVERY_S
        until(self._all_sent, 30.0)
        for incident in self._school.open_incidents():
            config = str(self._school.folder / "gateway-0.toml")
            command = "import sys; from gateway.main import main; sys.exit(main())"
            words = ["close", incident, "--by", "soak", "--config", config]
            subprocess.run(
                [sys.executable, "-c", command, *words], check=True, timeout=patience(30)
            )

    def _look(self, now: float) -> None:
        self._sample_at = now + _SAMPLE_EVERY_S
        running = {name: process.pid for name, process in self._school.running.items()}
        self.samples.watch(running, self._school.folder.rglob("*-wal"), now)

    def _all_held(self) -> bool:
        return self._all_since(("STORED", "RECEIVED", "DELIVERED", "CLOSED"))

    def _all_sent(self) -> bool:
        return self._all_since(("DELIVERED", "CLOSED"))

    def _all_since(self, stages: tuple[str, ...]) -> bool:
        return all(
            any(self._school.seen(stage, room) > self._school.presses(room)[-1] for stage in stages)
            for room in self._pressed
        )


def main() -> int:
    """Run the soak; returns 1 if anything was lost, doubled, late, or shown wrongly."""
    parser = argparse.ArgumentParser("scripts/soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--units", type=int, default=12)
    parser.add_argument("--every", type=float, default=30.0, help="seconds from fault to fault")
    parser.add_argument("--seed", type=int, default=None, help="to have the same faults again")
    options = parser.parse_args()
    seed = random.randrange(10**6) if options.seed is None else options.seed
    folder = _FOLDERS / f"soak-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    school = School(folder.resolve(), 2, [str(200 + n) for n in range(options.units)])
    soak = Soak(school, options.every, random.Random(seed))
    try:
        school.start()
        soak.run(time.monotonic() + options.minutes * 60)
        return _tell(school, soak, options.minutes, seed)
    finally:
        school.close()


def _tell(school: School, soak: Soak, minutes: float, seed: int) -> int:
    logs = school.logs()
    took = [each for each in delays(logs) if each is not None]
    found = faults(logs, BOUND_S)
    print(f"{minutes:g} minutes, seed {seed}: {len(logs.presses)} presses on {len(school.rooms)}")
    print(f"units; press to police {statistics.median(took):.2f} s in the middle, at most")
    print(f"{max(took):.2f} s.  {sum(soak.struck.values())} faults:")
    print(", ".join(f"{name} {count}" for name, count in sorted(soak.struck.items())))
    print("", *soak.samples.table(), "", sep="\n")
    largest = soak.samples.largest_log.items()
    print("largest logs:", ", ".join(f"{n} {size / 1e6:.1f} MB" for n, size in sorted(largest)))
    print("\n".join(found) if found else "nothing missing, nothing twice, no lamp wrong")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
