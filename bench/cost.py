"""The cost of a process, as the kernel counts it."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds used so far, and resident megabytes now."""

    cpu: float
    resident: float


def cost_of(pid: int) -> Cost:
    """Read the cost of a living process, all its threads together."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    used = stat.rpartition(")")[2].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    ticks = int(used[11]) + int(used[12])
    return Cost(ticks * _TICK_S, pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


def children_of(pid: int) -> list[int]:
    """Return the processes that `pid` has started and that have not ended."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that ended meanwhile
            found += map(int, (task / "children").read_text().split())
    return found
