"""Whether this machine's wall clock can be believed."""

import ctypes
from typing import Final

from wire.ids import Wall

# 2026-01-01: older than any Tocsin, so a clock before it is wrong whatever vouches for it.
_EARLIEST: Final = Wall(1767225600.0)
# adjtimex(2): the states of a synchronised clock, and room for its struct.  Five is one that nobody
# has, and -1 that a sandbox forbids to ask.
_SET: Final = range(5)
_STRUCT: Final = 512


def kernel_is_synchronised() -> bool:
    """True if some time service has set the kernel's clock since the machine started.

    Asks the kernel itself, so timesyncd, chrony and ntpd are all believed.
    """
    return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_STRUCT))) in _SET


def believable(now: Wall, synchronised: bool) -> bool:
    """True if a wall clock that shows `now` may be shown to people and certificates."""
    return synchronised and now >= _EARLIEST
