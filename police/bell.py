"""Wakes all that wait in the event loop, as often as it is rung."""

import asyncio
from contextlib import suppress


class Bell:
    """Take `next` before looking at what may have changed, so that no ring is missed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    @property
    def next(self) -> asyncio.Event:
        """What is set when it rings the next time."""
        return self._next

    def ring(self) -> None:
        """Wake all that wait."""
        self._next.set()
        self._next = asyncio.Event()


async def heard(ring: asyncio.Event, within: float) -> None:
    """Wait for a ring, so many seconds at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await ring.wait()
