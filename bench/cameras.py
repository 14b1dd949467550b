"""One press beside cameras, good and bad, against the same press where there are none.

Each school is started anew, and one without cameras right before or after it.
Four cameras see all rooms, so from its first press on all four are wanted as fast as ever.
"""

import json
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.badcamera import MANNERS
from bench.contenders import TOCSIN, Contender, running, start_gateway, started, wait_for_port
from bench.cost import children_of, cost_of
from bench.load import room_name
from bench.outcome import Fault, check
from bench.single import WARM_UP, press
from bench.table import Row, spread
from simulator.broker import free_port

_CAMERAS: Final = 4
_PRESSES: Final = 40
_ROOMS: Final = WARM_UP + _PRESSES
_NONE: Final = "no camera"
_STREAM: Final = "cameras that stream over RTSP"
_GOOD: Final = "cameras that draw"
_KINDS: Final = {
    _GOOD: "test:",
    "cameras that hang": "hangs",
    "cameras that send a gigabyte": "pours",
    "cameras that send HTML": "html",
    "cameras that die in the middle": "dies",
    _STREAM: "rtsp",
}
# As much as fifty viewers may cost it (docs/decisions/limits.md).
_REACH: Final = 1.2
_FILM: Final = "hall.mp4"
# Until each camera was asked, and a stream has begun.
_SETTLE_S: Final = 3.0

_CAMERA: Final = """
[[camera]]
id = "camera-{number}"
rooms = {rooms}
source = "{source}"
allow_local = true
"""


def measure(names: Sequence[str], rounds: int) -> tuple[list[Row], list[Fault]]:
    """Measure each kind `rounds` times, and each time a school without cameras beside it."""
    if TOCSIN not in names:
        return [], []
    memory: dict[str, float] = {}
    rows: list[Row] = []
    faults: list[Fault] = []
    for kind in _KINDS:
        if kind == _STREAM and not find_spec("aio_rtsp_toolkit"):
            continue
        ratios, times = [], []
        for number in range(rounds):
            # In turns the one first and the other, for a shared machine is seldom the same twice.
            pair: dict[str, list[float]] = {}
            for each in (_NONE, kind) if number % 2 else (kind, _NONE):
                pair[each] = []
                faults += _round(each, pair[each], memory)
            times += pair[kind]
            ratios.append(statistics.median(pair[kind]) / statistics.median(pair[_NONE]))
        rows.append(_row(kind, times, statistics.median(ratios)))
    return [*rows, *_memory_rows(memory)], faults


def _round(kind: str, times: list[float], memory: dict[str, float]) -> list[Fault]:
    with ExitStack() as stack:
        more = _settings(stack, _KINDS.get(kind, ""))
        school = stack.enter_context(running(TOCSIN, rooms=_ROOMS, more=more))
        if more:
            config = school.folder / "gateway.toml"
            cameras = start_gateway(stack, school.folder, "cameras", config)
            time.sleep(_SETTLE_S)
        faults = _press_all(school, times)
        if more:
            memory[kind] = _resident(cameras.pid)
    return faults


def _press_all(school: Contender, times: list[float]) -> list[Fault]:
    with school.connect(_ROOMS) as fleet:
        fired = {}
        for number in range(_ROOMS):
            ready = fleet.ready(number)
            fired[ready.alert] = press(fleet, ready)
        seen = school.seen()
    measured = list(fired)[WARM_UP:]
    times += [seen.first[alert] - fired[alert] for alert in measured if alert in seen.first]
    return check("a press beside cameras", school, fired, seen)


def _settings(stack: ExitStack, manner: str) -> str:
    """Start what plays the cameras; returns the settings of four of them."""
    if not manner:
        return ""
    source = manner
    if manner in MANNERS:
        source = f"http://127.0.0.1:{_serve(stack, 'bench.badcamera', manner)}/picture.jpg"
    elif manner == "rtsp":
        folder = stack.enter_context(TemporaryDirectory(prefix="bench-film-"))
        source = f"rtsp://127.0.0.1:{_serve(stack, 'bench.film', folder)}/{_FILM}"
    rooms = json.dumps([room_name(number) for number in range(_ROOMS)])
    return "".join(
        _CAMERA.format(number=number, rooms=rooms, source=source) for number in range(_CAMERAS)
    )


def _serve(stack: ExitStack, module: str, word: str) -> int:
    port = free_port()
    log = Path(stack.enter_context(TemporaryDirectory(prefix="bench-camera-"))) / "log"
    started(stack, log, module, word, str(port))
    wait_for_port(port)
    return port


def _resident(camera_process: int) -> float:
    """Megabytes of the camera process, and of the players that it has started."""
    processes = (camera_process, *children_of(camera_process))
    return sum(cost_of(process).resident for process in processes)


def _row(kind: str, times: list[float], ratio: float) -> Row:
    figure = f"one press beside {kind}, publish to report (median of {len(times)}; 5–95 %)"
    return Row(figure, {TOCSIN: spread(times)}, "× without", ratio, _REACH)


def _memory_rows(memory: dict[str, float]) -> list[Row]:
    return [
        Row(f"… resident: camera process and players, four {kind}", {TOCSIN: f"{found:.0f} MB"})
        for kind, found in memory.items()
        if kind in (_GOOD, _STREAM)
    ]
