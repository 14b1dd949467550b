"""The machine's clocks, and whether the wall clock can be believed."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from service.clock import believable, kernel_is_synchronised
from wire.ids import Monotonic, Wall

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def monotonic() -> Monotonic:
    """Seconds on the clock that never jumps; also the kernel's clock for edges."""
    return Monotonic(time.monotonic())


def wall(synchronised: Callable[[], bool] = kernel_is_synchronised) -> Wall | None:
    """Seconds since 1970, or None while the clock is not known to be right."""
    now = Wall(time.time())
    return now if believable(now, synchronised()) else None


def machine_boot() -> str:
    """A name for this run of the machine: while it is the same, monotonic times can be compared."""
    return _BOOT_ID.read_text().strip()
