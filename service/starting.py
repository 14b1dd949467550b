"""A start that makes progress is given more time by systemd, however slow the machine is.

Five services that start at once from a slow card need longer than any one of them alone; each that
was ended for it began anew, and slowed the others down again.
"""

import os
import resource
import threading
import time
from typing import Final, NamedTuple

from service.notify import is_ready, notify
from wire.ids import Seconds

_EVERY: Final = Seconds(5.0)
# As TimeoutStartSec: so long after the last sign of progress systemd acts.
_EXTENSION: Final = "EXTEND_TIMEOUT_USEC=30000000"
# What turns round and round makes progress of a kind, too: it has an end.
_LONGEST: Final = Seconds(600.0)
# Of the processor, in a second: looking at it takes less.
_LEAST: Final = 0.002


class Work(NamedTuple):
    """What this process has done since it began: seconds of the processor, pages read."""

    busy: float
    read: int

    def has_moved(self, before: "Work", least: float) -> bool:
        """True if it read since `before`, or was busy for more than `least` seconds."""
        return self.read > before.read or self.busy - before.busy > least


def extend_start(every: Seconds = _EVERY, longest: Seconds = _LONGEST) -> None:
    """Ask systemd for more time `every` so often while the start makes progress, until READY=1.

    Returns at once; does nothing without systemd.
    """
    if os.environ.get("NOTIFY_SOCKET"):
        notify(_EXTENSION)  # until here it was Python alone that started
        threading.Thread(target=_extend, args=(every, longest), name="start", daemon=True).start()


def _extend(every: Seconds, longest: Seconds) -> None:
    until, before = time.monotonic() + longest, work_done()
    while not is_ready.wait(every) and time.monotonic() < until:
        now = work_done()
        if now.has_moved(before, _LEAST * every):
            notify(_EXTENSION)
        before = now


def work_done() -> Work:
    """Return what this process has done until now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Work(used.ru_utime + used.ru_stime, used.ru_inblock + used.ru_majflt)
