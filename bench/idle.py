"""The cost of the processes while nothing happens: heartbeats, memory, processor time at rest."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from bench.contenders import SCRIPT, SOCKETS, TOCSIN, running, start_gateway, started
from bench.cost import cost_of
from bench.load import Fleet
from bench.outcome import Fault
from bench.school import write_cameras, write_device
from bench.table import Row

UNITS: Final = 500
_BEAT_EVERY_S: Final = 10.0
_WARM_UP_S: Final = 10.0
_WINDOW_S: Final = 30.0
_REACH_S_PER_MINUTE: Final = 1.0
# The reach was set where the script took 0.8 s; the ratio holds on a busy or slower machine, too.
_REACH_OF_SCRIPT: Final = 1.25
_RESIDENT_REACH_MB: Final = {"unit": 45.0, "gateway": 70.0, "cameras": 70.0}
_CPU_REACH: Final = 2.0
_MANY_UNITS: Final = 1000
_MANY_CPU_REACH: Final = 15.0
_MANY_RESIDENT_REACH_MB: Final = 100.0


def measure_beats(names: Sequence[str], _rounds: int) -> tuple[list[Row], list[Fault]]:
    """Measure the gateways side by side, in one window of 30 s."""
    with ExitStack() as stack:
        contenders = [stack.enter_context(running(n, rooms=UNITS)) for n in names if n != SOCKETS]
        fleets = [stack.enter_context(contender.connect(UNITS)) for contender in contenders]
        beat(fleets, UNITS, _WARM_UP_S)
        before = [contender.cost().cpu for contender in contenders]
        beat(fleets, UNITS, _WINDOW_S)
        costs = [contender.cost() for contender in contenders]
    minute = {
        contender.name: (cost.cpu - was) * 60 / _WINDOW_S
        for contender, cost, was in zip(contenders, costs, before, strict=True)
    }
    figure = f"{UNITS} units' heartbeats every 10 s, processor seconds per minute of the gateway"
    values = {name: f"{spent:.2f} s" for name, spent in minute.items()}
    rows = [Row(figure, values, "s", minute.get(TOCSIN), _REACH_S_PER_MINUTE)]
    if {TOCSIN, SCRIPT} <= set(minute):
        ratio = minute[TOCSIN] / max(minute[SCRIPT], 0.01)
        rows.append(Row("the same beside the script", {}, "× script", ratio, _REACH_OF_SCRIPT))
    resident = {
        c.name: f"{cost.resident:.1f} MB" for c, cost in zip(contenders, costs, strict=True)
    }
    return [*rows, Row("… resident memory of the gateway", resident)], []


def measure_many(names: Sequence[str], _rounds: int) -> tuple[list[Row], list[Fault]]:
    """Measure the gateway of a school of 1,000 units, of which it tells other processes, too."""
    if TOCSIN not in names:
        return [], []
    with running(TOCSIN, rooms=_MANY_UNITS) as school, school.connect(_MANY_UNITS) as fleet:
        beat([fleet], _MANY_UNITS, _WARM_UP_S)
        before = school.cost().cpu
        beat([fleet], _MANY_UNITS, _WINDOW_S)
        cost = school.cost()
    used = 100 * (cost.cpu - before) / _WINDOW_S
    figure = f"gateway of {_MANY_UNITS} units that beat, of one core"
    values = {TOCSIN: f"{used:.2f} %"}, {TOCSIN: f"{cost.resident:.1f} MB"}
    return [
        Row(figure, values[0], "%", used, _MANY_CPU_REACH),
        Row("… resident", values[1], "MB", cost.resident, _MANY_RESIDENT_REACH_MB),
    ], []


def measure_rest(names: Sequence[str], _rounds: int) -> tuple[list[Row], list[Fault]]:
    """Measure unit, gateway and cameras of Tocsin with nobody pressing."""
    if TOCSIN not in names:
        return [], []
    with ExitStack() as stack:
        school = stack.enter_context(running(TOCSIN, rooms=1))
        folder, port = school.folder, school.port
        cameras = write_cameras(folder, folder / "gateway.toml")
        device = write_device(folder, port, 0)
        processes = {
            "unit": started(stack, folder / "unit.log", "bench.units", "0", str(device)),
            "gateway": school.process,
            "cameras": start_gateway(stack, folder, "cameras", cameras),
        }
        time.sleep(_WARM_UP_S)
        before = {name: cost_of(process.pid).cpu for name, process in processes.items()}
        time.sleep(_WINDOW_S)
        costs = {name: cost_of(process.pid) for name, process in processes.items()}
    rows = []
    for name, cost in costs.items():
        used, most = 100 * (cost.cpu - before[name]) / _WINDOW_S, _RESIDENT_REACH_MB[name]
        percent, megabytes = {TOCSIN: f"{used:.2f} %"}, {TOCSIN: f"{cost.resident:.1f} MB"}
        rows.append(Row(f"{name} at rest, of one core", percent, "%", used, _CPU_REACH))
        rows.append(Row(f"{name}, resident", megabytes, "MB", cost.resident, most))
    return rows, []


def beat(fleets: Sequence[Fleet], units: int, seconds: float) -> None:
    """Let every unit beat in its turn, the turns spread evenly over _BEAT_EVERY_S."""
    start, turn = time.monotonic(), 0
    while (now := time.monotonic() - start) < seconds:
        if now >= turn * _BEAT_EVERY_S / units:
            for fleet in fleets:
                fleet.beat(turn % units)
            turn += 1
        for fleet in fleets:
            fleet.listen(0.002)
