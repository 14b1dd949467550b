"""Many presses at once: when the last of them is reported, and whether any is lost."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.contenders import SCRIPT, SOCKETS, TOCSIN, running
from bench.outcome import Fault, check
from bench.table import Row, seconds

AT_ONCE: Final = 2000
_REACH: Final = 6.0
DISTANT: Final = 500
_DISTANT_REACH_S: Final = 0.5
_DELAY_S: Final = 0.05
# The yardsticks report one press after another: so many show their pace without a wait of 26 s.
_FEWER: Final = 40
_WARM_UP: Final = 3
# A contender that has said nothing for so long has said all.
_QUIET_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Storm:
    """One storm: all times in seconds from the first send; `stages` are the last ones told."""

    fired: float
    last: float
    lost: int
    requests: int
    megabytes: float
    cpu: float
    stages: Mapping[str, float]


def measure(names: Sequence[str], rounds: int) -> tuple[list[Row], list[Fault]]:
    """Measure `rounds` storms of AT_ONCE presses from as many units."""
    storms: dict[str, list[Storm]] = {name: [] for name in names}
    faults: list[Fault] = []
    for _ in range(rounds):
        for name in names:
            storms[name].append(run_storm("storm", name, AT_ONCE, 0.0, faults))
    medians = {name: _median(found) for name, found in storms.items()}
    ratio = medians[TOCSIN] / medians[SOCKETS] if {TOCSIN, SOCKETS} <= set(medians) else None
    values = {name: _shown(found) for name, found in storms.items()}
    figure = f"{AT_ONCE} presses at once, last report at the endpoint (median of {rounds})"
    return [Row(figure, values, "× sockets", ratio, _REACH), *_details(storms)], faults


def measure_distant(names: Sequence[str], rounds: int) -> tuple[list[Row], list[Fault]]:
    """The same with DISTANT presses and an endpoint that takes 50 ms to answer."""
    storms: dict[str, list[Storm]] = {name: [] for name in names}
    faults: list[Fault] = []
    for _ in range(rounds):
        for name in names:
            count = DISTANT if name == TOCSIN else _FEWER
            storms[name].append(run_storm("distant", name, count, _DELAY_S, faults))
    values = {name: _shown(found) for name, found in storms.items()}
    for name in storms.keys() & {SCRIPT, SOCKETS}:
        scaled = _median(storms[name]) * DISTANT / _FEWER
        values[name] = f"{scaled:.1f} s (scaled from {_FEWER} presses)"
    figure = (
        f"{DISTANT} presses at once, endpoint 50 ms away, last report there (median of {rounds})"
    )
    ratio = _median(storms[TOCSIN]) if TOCSIN in storms else None
    return [Row(figure, values, "s", ratio, _DISTANT_REACH_S), *_details(storms)], faults


def run_storm(part: str, name: str, count: int, delay: float, faults: list[Fault]) -> Storm:
    """Let `count` units press at once, and add what went wrong to `faults`."""
    with running(name, delay) as contender, contender.connect(count) as fleet:
        warm_up = [fleet.ready(number) for number in range(_WARM_UP)]
        fleet.fire(warm_up)
        fleet.listen_until(lambda: False, quiet=0.5)
        fleet.told.clear()
        presses = [fleet.ready(number) for number in range(count)]
        before = contender.cost().cpu
        first, last_fired = fleet.fire(presses)
        fleet.listen_until(lambda: len(fleet.told) >= 2 * count, quiet=_QUIET_S)
        cpu, seen, stages = contender.cost().cpu - before, contender.seen(), fleet.stages()
    fired = {press.alert for press in presses}
    faults += check(part, contender, {*fired, *(press.alert for press in warm_up)}, seen)
    arrived = [at - first for alert, at in seen.first.items() if alert in fired]
    return Storm(
        fired=last_fired - first,
        last=max(arrived, default=float("inf")),
        lost=count - len(arrived),
        requests=seen.requests,
        megabytes=seen.bytes / 1e6,
        cpu=cpu,
        stages={
            f"{stage} ({len(told)} told)": max(told.values()) - first
            for stage, told in stages.items()
            if told
        },
    )


def _median(storms: Sequence[Storm]) -> float:
    return statistics.median(storm.last for storm in storms)


def _shown(storms: Sequence[Storm]) -> str:
    lasts = [storm.last for storm in storms]
    text = f"{seconds(_median(storms))} ({seconds(min(lasts))}–{seconds(max(lasts))})"
    lost = statistics.median(storm.lost for storm in storms)
    return f"{text}, {lost:.0f} lost" if lost else text


def _details(storms: Mapping[str, Sequence[Storm]]) -> list[Row]:
    """What explains the figure above: how fast it was fired, and what it took."""

    def over(what: str) -> dict[str, float]:
        return {
            name: statistics.median(getattr(storm, what) for storm in found)
            for name, found in storms.items()
        }

    rows = [
        Row("… all presses sent within", {n: seconds(v) for n, v in over("fired").items()}),
        Row("… requests", {n: f"{v:.0f}" for n, v in over("requests").items()}),
        Row("… megabytes sent", {n: f"{v:.1f}" for n, v in over("megabytes").items()}),
        Row("… processor time of the gateway", {n: seconds(v) for n, v in over("cpu").items()}),
    ]
    last = {name: found[-1].stages for name, found in storms.items()}
    for stage in sorted({each for stages in last.values() for each in stages}):
        shown = {name: seconds(at[stage]) for name, at in last.items() if stage in at}
        rows.append(Row(f"… last {stage}, in the last round", shown))
    return rows
