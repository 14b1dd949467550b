"""Which number a report bears, so that the newest truth has the highest at any receiver.  Pure.

A version is the time in milliseconds, or one more than the newest known where that is higher (a
hybrid logical clock).  So a gateway that takes over, or lost its store, goes on above what was told
before; and where a clock was set back, or is not set at all, the numbers go on all the same.
"""

from typing import Final

from wire.ids import Wall
from wire.report import HIGHEST_VERSION

# More than leave in eight hours of a storm in which the disk takes nothing.
_UNCOMMITTED: Final = 1_000_000
# A receiver that claims more would leave no numbers for what comes.
_HIGHEST_CLAIM: Final = HIGHEST_VERSION // 2


def next_version(newest: int, at: Wall) -> int:
    """Return the version of a report that is written `at` a time, above the `newest` known."""
    return min(max(newest + 1, _by_clock(at)), HIGHEST_VERSION)


def resumed_version(committed: int, at: Wall) -> int:
    """Return what to go on above after a start, for later versions may not have been committed.

    Where the clock has gone on since, it alone is above them all; else room is left for them.
    """
    return committed if _by_clock(at) > committed else committed + _UNCOMMITTED


def believed(claim: int) -> int:
    """Return the version that a receiver says it holds, 0 if no gateway can have told it."""
    return claim if 0 < claim <= _HIGHEST_CLAIM else 0


def _by_clock(at: Wall) -> int:
    return int(at * 1000)
