"""One press hop by hop, from the first edge on a pin of the real firmware to DELIVERED at the unit.

Each unit presses once, for a second press would count on the same open alert.
"""

import json
import select
import socket
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from bench import packets
from bench.contenders import TOCSIN, Contender, running, started
from bench.load import SITE
from bench.outcome import Fault, check
from bench.school import write_device
from bench.table import Row, spread
from wire.topics import all_up

_UNITS: Final = 12
_WARM_UP: Final = 2
_CONNECTED_WITHIN_S: Final = 3.0
_DONE_WITHIN_S: Final = 20.0
_PUBLISH_REACH_MS: Final = 5.0

# Hop: from where, to where.
_HOPS: Final = {
    "first edge to acceptance (20 ms of it are the debounce)": ("edge", "PRESSED"),
    "acceptance to the first publish, as seen behind the broker": ("PRESSED", "published"),
    "acceptance to STORED": ("PRESSED", "STORED"),
    "publish behind the broker to report at the endpoint": ("published", "reported"),
    "publish behind the broker to RECEIVED at the unit": ("published", "RECEIVED"),
    "publish behind the broker to DELIVERED at the unit": ("published", "DELIVERED"),
    "first edge to report at the endpoint": ("edge", "reported"),
    "first edge to DELIVERED at the unit": ("edge", "DELIVERED"),
}

Moments = dict[str, float]


def measure(names: Sequence[str], rounds: int) -> tuple[list[Row], list[Fault]]:
    """Measure `rounds` rounds of _UNITS presses; a part of Tocsin's alone."""
    if TOCSIN not in names:
        return [], []
    found: list[Moments] = []
    faults: list[Fault] = []
    for _ in range(rounds):
        with running(TOCSIN) as contender:
            pressed = _round(contender)
            seen = contender.seen()
        faults += check("hops", contender, pressed, seen)
        for alert, moments in list(pressed.items())[_WARM_UP:]:
            if alert in seen.first:
                found.append({**moments, "reported": seen.first[alert]})
    return [_row(hop, start, end, found) for hop, (start, end) in _HOPS.items()], faults


def _round(contender: Contender) -> dict[str, Moments]:
    """Press every unit once; returns the moments of each alert, by the monotonic clock."""
    with ExitStack() as stack:
        bystander = stack.enter_context(_subscribed(contender.port))
        paths = [write_device(contender.folder, contender.port, n) for n in range(_UNITS)]
        log = contender.folder / "units.log"
        started(stack, log, "bench.units", str(_CONNECTED_WITHIN_S), *map(str, paths))
        published = _watch(bystander, log)
        return _read_stages(log, published)


def _subscribed(port: int) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(packets.connect("bystander", 0) + packets.subscribe(all_up(SITE)))
    return sock


def _watch(bystander: socket.socket, log: Path) -> Moments:
    """Note when each alert was first published, until the units are done."""
    published: Moments = {}
    half, deadline = bytearray(), time.monotonic() + _DONE_WITHIN_S
    while '"done"' not in log.read_text() and time.monotonic() < deadline:
        if not select.select([bystander], [], [], 0.5)[0]:
            continue
        half += bystander.recv(1 << 16)
        now = time.monotonic()
        for packet in packets.split(half):
            if packet.kind == packets.PUBLISH:
                said = json.loads(packets.payload_of(packet.body))
                if said["type"] == "alert":
                    published.setdefault(said["alert"], now)
    return published


def _read_stages(log: Path, published: Moments) -> dict[str, Moments]:
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    edges = {line["room"]: line["at"] for line in lines if line["stage"] == "edge"}
    found: dict[str, Moments] = {}
    for line in lines:
        if "alert" in line:
            moments = found.setdefault(line["alert"], {"edge": edges[line["room"]]})
            moments[line["stage"]] = moments["edge"] + line["after"]
    for alert, moments in found.items():
        if alert in published:
            moments["published"] = published[alert]
    return found


def _row(hop: str, start: str, end: str, found: Sequence[dict[str, Any]]) -> Row:
    times = [each[end] - each[start] for each in found if start in each and end in each]
    figure = f"… {hop} (median of {len(times)})"
    if not times:
        return Row(figure, {TOCSIN: "not seen"})
    if end == "published":
        slow = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        return Row(figure, {TOCSIN: spread(times)}, "ms at 95 %", slow * 1000, _PUBLISH_REACH_MS)
    return Row(figure, {TOCSIN: spread(times)})
