"""The queue of passwords to be checked: one at a time, a bounded number that waits.

A check costs 64 MiB and a tenth of a second of every core.  Nothing else runs in its thread, and
its thread gives way to all else on the machine.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

log = logging.getLogger(__name__)

_MOST_WAITING: Final = 20
_NICE: Final = 5
_NICEST: Final = 19

T = TypeVar("T")


class QueueFullError(Exception):
    """So many wait for a check that one more would wait too long."""


class CheckQueue:
    """Lives in the event loop's thread; what it is given runs in its own."""

    def __init__(self, name: str) -> None:
        self._threads = ThreadPoolExecutor(1, name, initializer=_give_way)
        self._waiting = 0

    async def run(self, check: Callable[[], T]) -> T:
        """Run `check` after those before it; raises QueueFullError at once, or its own error."""
        if self._waiting >= _MOST_WAITING:
            raise QueueFullError
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, check)
        finally:
            self._waiting -= 1


def _give_way() -> None:
    """On Linux each thread has a priority of its own, and those that it starts inherit it.

    A process that gives way already may not be called back: it is asked to give way further.
    """
    thread = threading.get_native_id()
    try:
        nice = os.getpriority(os.PRIO_PROCESS, thread) + _NICE
        os.setpriority(os.PRIO_PROCESS, thread, min(nice, _NICEST))
    except OSError as error:
        log.warning("password checks do not give way to other work: %s", error)
