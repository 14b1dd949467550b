"""One press at a time, contender after contender: from its publish to its report's arrival.

A round's presses make one incident, as in a school, so the report grows from 1 to WARM_UP +
PRESSES alerts within it.
"""

import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from bench.contenders import SCRIPT, SOCKETS, TOCSIN, Contender, running
from bench.load import Fleet, Press
from bench.outcome import Fault, check
from bench.table import Row, spread

WARM_UP: Final = 5
PRESSES: Final = 20
_REACH: Final = 0.8
# Long enough for a contender to be at rest again before the next is measured.
_PAUSE_S: Final = 0.05

Times = dict[str, list[float]]


def measure(names: Sequence[str], rounds: int) -> tuple[list[Row], list[Fault]]:
    """Measure `rounds` rounds of PRESSES presses each."""
    arrival: Times = {name: [] for name in names}
    stages: Times = {"RECEIVED": [], "DELIVERED": []}
    faults: list[Fault] = []
    for _ in range(rounds):
        faults += _round(names, arrival, stages)
    return _rows(arrival, stages), faults


def _round(names: Sequence[str], arrival: Times, stages: Times) -> list[Fault]:
    with ExitStack() as stack:
        contenders = [stack.enter_context(running(name)) for name in names]
        fleets = [stack.enter_context(each.connect(WARM_UP + PRESSES)) for each in contenders]
        fired: list[dict[str, float]] = [{} for _ in names]
        for number in range(WARM_UP + PRESSES):
            for fleet, times in zip(fleets, fired, strict=True):
                made = fleet.ready(number)
                times[made.alert] = press(fleet, made)
        faults = []
        for contender, fleet, times in zip(contenders, fleets, fired, strict=True):
            faults += _note(contender, fleet, times, arrival[contender.name], stages)
    return faults


def press(fleet: Fleet, made: Press) -> float:
    """Fire, and let everything come to rest again; returns when it was fired."""
    fired, _ = fleet.fire([made])
    rest = time.monotonic() + _PAUSE_S
    while (left := rest - time.monotonic()) > 0:
        if fleet.listen(left):
            rest = time.monotonic() + _PAUSE_S
    return fired


def _note(
    contender: Contender, fleet: Fleet, fired: dict[str, float], arrival: list[float], stages: Times
) -> list[Fault]:
    seen = contender.seen()
    measured = list(fired)[WARM_UP:]
    arrival += [seen.first[alert] - fired[alert] for alert in measured if alert in seen.first]
    if contender.name == TOCSIN:
        for stage, told in fleet.stages().items():
            stages[stage] += [told[alert] - fired[alert] for alert in measured if alert in told]
    return check("single press", contender, fired, seen)


def _rows(arrival: Times, stages: Times) -> list[Row]:
    medians = {name: statistics.median(times) for name, times in arrival.items() if times}
    ratio = medians[TOCSIN] / medians[SCRIPT] if {TOCSIN, SCRIPT} <= set(medians) else None
    count = max(map(len, arrival.values()))
    rows = [
        Row(
            f"one press, publish to report at the endpoint (median of {count}; 5–95 %)",
            {name: spread(times) for name, times in arrival.items() if times},
            "× script",
            ratio,
            _REACH,
        )
    ]
    if {TOCSIN, SOCKETS} <= set(medians):
        rows.append(
            Row("the same beside bare sockets", {}, "× sockets", medians[TOCSIN] / medians[SOCKETS])
        )
    for stage, times in stages.items():
        if times:
            rows.append(Row(f"one press, publish to {stage} at the unit", {TOCSIN: spread(times)}))
    return rows
