"""One press while fifty officers watch four live cameras, against the same press unwatched.

The officers read on the same machine, so what it costs to look is in the figure, too.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from bench.contenders import TOCSIN, Contender, running, start_gateway
from bench.load import room_name
from bench.outcome import Fault, check
from bench.single import WARM_UP, press
from bench.table import Row, spread
from gateway.config.settings import GatewaySettings
from gateway.console.links import link_key, links_by
from gateway.core.incidents.incident import Incident
from gateway.store.reader import StoreReader
from service.settings import load
from simulator.broker import free_port
from wire.ids import Monotonic

VIEWERS: Final = 50
_CAMERAS: Final = [f"camera-{number}" for number in range(4)]
_PRESSES: Final = 40
_ROOMS: Final = WARM_UP + _PRESSES
# What fifty viewers may cost, and when each must have seen an event (docs/decisions/limits.md).
_REACH: Final = 1.2
# Until the last event must have been seen, and some more.
_SETTLE_S: Final = 2.0
_SEEN_WITHIN: Final = 1.0


def measure(names: Sequence[str], rounds: int) -> tuple[list[Row], list[Fault]]:
    """Measure `rounds` times with viewers, and each time a school without them beside it."""
    if TOCSIN not in names:
        return [], []
    times: list[float] = []
    ratios: list[float] = []
    seen: list[float] = []
    rates: list[float] = []
    faults: list[Fault] = []
    for number in range(rounds):
        pair: dict[bool, list[float]] = {}
        for watched in (True, False) if number % 2 else (False, True):
            pair[watched] = []
            faults += _round(watched, pair[watched], seen, rates)
        times += pair[True]
        ratios.append(statistics.median(pair[True]) / statistics.median(pair[False]))
    ratio, last = statistics.median(ratios), max(seen)
    press_row = f"one press beside {VIEWERS} viewers, publish to report (median of {len(times)})"
    return [
        Row(press_row, {TOCSIN: spread(times)}, "× without", ratio, _REACH),
        Row("… on the last of their pages", {TOCSIN: spread(seen)}, "s", last, _SEEN_WITHIN),
        Row("… live pictures", {TOCSIN: f"{statistics.median(rates):.1f} MB/s"}),
    ], faults


def _round(watched: bool, times: list[float], seen: list[float], rates: list[float]) -> list[Fault]:
    with ExitStack() as stack:
        port = free_port()
        school = stack.enter_context(running(TOCSIN, rooms=_ROOMS, more=_settings(port)))
        config = school.folder / "gateway.toml"
        for process in ("cameras", "console"):
            start_gateway(stack, school.folder, process, config)
        with school.connect(_ROOMS) as fleet:
            fired: dict[str, float] = {}
            looking = None
            for number in range(_ROOMS):
                if number == WARM_UP and watched:
                    looking = _look(stack, school)
                ready = fleet.ready(number)
                fired[ready.alert] = press(fleet, ready)
            time.sleep(_SETTLE_S)
            arrived = school.seen()
        measured = list(fired)[WARM_UP:]
        times += [arrived.first[a] - fired[a] for a in measured if a in arrived.first]
        if looking:
            told = json.loads(looking.communicate("", timeout=60)[0])
            rates.append(told["rate"])
            for number, alert in enumerate(measured, WARM_UP):
                last = max(each[number] for each in told["seen"])
                seen.append(last - fired[alert])
        return check("a press beside viewers", school, fired, arrived)


def _look(stack: ExitStack, school: Contender) -> "subprocess.Popen[str]":
    """Let all viewers open their page; returns once each has seen rooms and cameras."""
    settings = load(school.folder / "gateway.toml", GatewaySettings)
    assert settings.console
    (head,) = StoreReader(settings.store.path).heads()
    incident = Incident(head.id, head.opened_at, Monotonic(0.0), link=head.link)
    url = links_by(link_key(settings.store.path), settings.console).live_url(incident)
    argv = [sys.executable, "-m", "bench.watcher", url, str(VIEWERS), *_CAMERAS]
    looking = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stack.callback(looking.kill)
    assert looking.stdout
    assert looking.stdout.readline() == "ready\n"
    return looking


def _settings(port: int) -> str:
    rooms = json.dumps([room_name(number) for number in range(_ROOMS)])
    cameras = [
        f'[[camera]]\nid = "{camera}"\nrooms = {rooms}\nsource = "test:"\n' for camera in _CAMERAS
    ]
    return f"[console]\nport = {port}\n" + "".join(cameras)
