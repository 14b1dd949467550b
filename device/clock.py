"""The machine's clocks, and whether the wall clock can be believed."""

import time
from pathlib import Path
from typing import Final

from wire.ids import Monotonic, Wall

# systemd-timesyncd's mark (systemd-timesyncd.service(8)): it has heard from a time server since
# the machine started.  A Pi has no clock of its own; before that its time is a guess.
_SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
# 2026-01-01: older than any Tocsin, so a clock before it is wrong whoever vouches for it.
_EARLIEST: Final = Wall(1767225600.0)
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def monotonic() -> Monotonic:
    """Seconds on the clock that never jumps; also the kernel's clock for edges."""
    return Monotonic(time.monotonic())


def wall(mark: Path = _SYNCHRONISED) -> Wall | None:
    """Seconds since 1970, or None while the clock is not known to be right."""
    now = Wall(time.time())
    return now if now >= _EARLIEST and mark.exists() else None


def machine_boot() -> str:
    """A name for this run of the machine: while it is the same, monotonic times can be compared."""
    return _BOOT_ID.read_text().strip()
