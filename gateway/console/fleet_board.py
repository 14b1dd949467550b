"""What every open page of the school's units is told: read once for all that ask within a second.

Reading 500 units takes a moment of one processor, so ten open pages must not cost ten of them.
"""

import asyncio
import gzip
import time
from collections.abc import Callable
from typing import Final, NamedTuple

from starlette.concurrency import run_in_threadpool

from wire.ids import Monotonic, Seconds

_LASTS: Final = Seconds(1.0)
# The fastest: most of it is the same words again.
_EFFORT: Final = 1


class FleetDocument(NamedTuple):
    """The document as JSON, and the same packed for a browser."""

    plain: bytes
    packed: bytes


class FleetBoard:
    """`read` returns the document as it is now, and may wait for a disk.

    Lives in the event loop's thread; what `read` raises, every page that asked for it is told.
    """

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read
        self._reading = asyncio.Lock()
        self._told: FleetDocument | None = None
        self._until = Monotonic(0.0)

    async def told(self) -> FleetDocument:
        """Return it, a second old at most."""
        async with self._reading:
            if self._told is None or time.monotonic() >= self._until:
                self._told = None
                self._told = await run_in_threadpool(self._pack)
                self._until = Monotonic(time.monotonic() + _LASTS)
            return self._told

    def _pack(self) -> FleetDocument:
        plain = self._read()
        return FleetDocument(plain, gzip.compress(plain, _EFFORT))
