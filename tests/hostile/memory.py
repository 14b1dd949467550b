"""How much memory a process held at once at the most, by the kernel's own book."""

import re
from pathlib import Path

MEGABYTE = 1_000_000


def forget_highest(process: int) -> None:
    """What it held before counts no more (proc_pid_clear_refs(5))."""
    Path(f"/proc/{process}/clear_refs").write_text("5")


def highest(process: int) -> int:
    """The most bytes that it held at once since then."""
    told = re.findall(r"(?m)^VmHWM:\s+(\d+) kB$", Path(f"/proc/{process}/status").read_text())
    return int(told[0]) * 1024
