"""The notifier's process: `python -m gateway.eido.process`, for caller.py alone.

Strangers may connect to it, and fill what a process can hold of connections and memory; so it is
not the gateway.  The first line on stdin says where to listen, each further one is an order, and
each line on stdout a note.  It ends when stdin does.
"""

import contextlib
import json
import os
import resource
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO, Final

from gateway.eido.door import Door
from gateway.eido.notifier import Notifier
from gateway.eido.pipe import Know, Renew, read_order, write_note
from gateway.work import Abort, Answered, Condition, Launch, Unanswered
from service.log import start_log
from wire.ids import EndpointName

# Connections, and addresses: subscribers are few, and a storm's documents are some megabytes.
_MOST_FILES: Final = 128
_MEMORY: Final = 500_000_000


def main() -> None:
    """Listen until stdin ends."""
    _be_bounded()
    start_log()
    orders, out = sys.stdin.buffer, sys.stdout.buffer
    notifier = Notifier(*_door(orders.readline()), _Notes(out).put)
    notifier.start()
    for line in orders:
        _obey(notifier, line)
    os._exit(0)  # whatever is under way with subscribers, nobody waits for it


def _obey(notifier: Notifier, line: bytes) -> None:
    match read_order(line):
        case Launch() as launch:
            notifier.launch(launch)
        case Know(launch):
            notifier.know(launch)
        case Abort(flight):
            notifier.abort(flight)
        case Renew():
            notifier.renew()


def _door(line: bytes) -> tuple[EndpointName, Door]:
    found = json.loads(line)
    return EndpointName(found["name"]), Door(
        host=found["host"],
        port=found["port"],
        path=found["path"],
        ca=Path(found["ca"]),
        cert=Path(found["cert"]),
        key=Path(found["key"]),
        agencies=frozenset(found["agencies"]),
    )


def _be_bounded() -> None:
    """Be the first to go where memory is short, and leave no key behind in a core."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_FILES, _MOST_FILES))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


class _Notes:
    """What goes back to the gateway; any thread may put."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def put(self, note: Any) -> None:
        """Tell the gateway; what is none of its business has been logged."""
        if isinstance(note, Answered | Unanswered | Condition):
            with self._lock, contextlib.suppress(BrokenPipeError):
                self._out.write(write_note(note))
                self._out.flush()


if __name__ == "__main__":
    main()
