"""Measure the path of a press beside its yardsticks, and print a table of figures and ratios.

    python -m bench.run                             everything, about seven minutes
    python -m bench.run single storm                only these parts
    python -m bench.run storm --rounds 1 --only tocsin

Parts: single (one press at a time), storm (2,000 presses at once), distant (500 at once, endpoint
50 ms away), beats (500 units' heartbeats), many (a gateway of 1,000 units), rest (what the
processes cost while nothing happens), hops (one press from the first edge on a pin to DELIVERED at
the unit), cameras (one press beside cameras, good and bad), seals (what it costs to make and to
judge one), viewers (one press while fifty officers watch four cameras live).

The contenders: `sockets`, bare ones; `script`, twenty lines of paho and requests; `tocsin`, this
gateway.  They take turns within a run, each with processes, broker and endpoint of its own, on the
interpreter and libraries that run this.  Exit code 1 if Tocsin lost or doubled an alert.
"""

import argparse
import gc
import os
import platform
import resource
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bench import cameras, hops, idle, seals, single, storm, viewers
from bench.contenders import ALL, TOCSIN
from bench.outcome import Fault
from bench.table import Row, write_table

Part = Callable[[Sequence[str], int], tuple[list[Row], list[Fault]]]

PARTS: Final[dict[str, Part]] = {
    "single": single.measure,
    "storm": storm.measure,
    "distant": storm.measure_distant,
    "beats": idle.measure_beats,
    "many": idle.measure_many,
    "rest": idle.measure_rest,
    "hops": hops.measure,
    "cameras": cameras.measure,
    "seals": seals.measure,
    "viewers": viewers.measure,
}
_SOCKETS_NEEDED: Final = 4096


def main() -> int:
    chosen = _read_arguments()
    _prepare()
    rows: list[Row] = []
    faults: list[Fault] = []
    for part in chosen.parts or PARTS:
        print(f"measuring: {part}", file=sys.stderr, flush=True)
        found, wrong = PARTS[part](chosen.only or ALL, chosen.rounds)
        rows += found
        faults += wrong
    print(_describe_machine())
    print(write_table(rows))
    print("\nAlerts lost or doubled:", "" if faults else "none")
    for fault in faults:
        print(f"- {fault.part}, {fault.contender}: {fault.problem}")
    return int(any(fault.contender == TOCSIN for fault in faults))


def _describe_machine() -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    python, machine = platform.python_version(), platform.machine()
    return f"Python {python}, {os.cpu_count()} processors, {machine}; load averages {load}\n"


def _prepare() -> None:
    """Allow 2,000 sockets, disable garbage collection, let children find the code."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 2 * _SOCKETS_NEEDED), most))
    gc.disable()
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench", description=__doc__, formatter_class=_AsWritten)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="part")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each part (5)")
    parser.add_argument("--only", action="append", choices=ALL, help="this contender alone")
    return parser.parse_args()


_AsWritten = argparse.RawDescriptionHelpFormatter

if __name__ == "__main__":
    sys.exit(main())
