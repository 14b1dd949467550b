"""Where a gateway listens: on the documented ports and nowhere else."""

import re
from pathlib import Path

from tests.hostile.deployment import Deployment

LISTENING = "0A"


def listening(pid: int) -> set[int]:
    """The TCP ports on which a process and its children listen, as the kernel has them."""
    sockets = {
        found[1]
        for folder in (pid, *children(pid))
        for handle in Path(f"/proc/{folder}/fd").iterdir()
        if (found := re.fullmatch(r"socket:\[(\d+)\]", str(handle.readlink())))
    }
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return {
        int(row[1].split(":")[1], 16) for row in rows if row[3] == LISTENING and row[9] in sockets
    }


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def test_only_the_documented_ports_are_open(lincoln: Deployment) -> None:
    made = lincoln.made
    assert listening(lincoln.gateway.pid) == set()
    assert listening(made.start("cameras").pid) == set()
    ports = {name: listening(process.pid) for name, process in lincoln.serving.items()}
    assert ports == {"broker": {made.broker_port}, "ca": {made.authority_port}}
