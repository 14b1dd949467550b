"""The notifier's process: started by `process_client.py`, or where systemd can by
tocsin-eido.socket, as a user of its own.

Strangers may connect to it, and fill what a process can hold of connections and memory; so it is
not the gateway, and reads none of its files.  The first line on stdin says where to listen, each
further one is an order, and each line on stdout a note.  It ends when stdin does.
"""

import contextlib
import json
import os
import resource
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO, Final

from gateway.core.effects import CancelReport, SendReport
from gateway.core.events import HealthStatus, ResponseReceived, SendFailed
from gateway.receivers.eido.listener import ListenerConfig
from gateway.receivers.eido.notifier import Notifier
from gateway.receivers.eido.process_protocol import (
    Certificates,
    Preload,
    ReloadCertificates,
    read_order,
    write_note,
)
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
    notifier = Notifier(*_configuration(orders.readline()), _Notes(out).put)
    notifier.start()
    for line in orders:
        _carry_out(notifier, line)
    os._exit(0)  # what is under way with subscribers is not waited for


def _carry_out(notifier: Notifier, line: bytes) -> None:
    match read_order(line):
        case SendReport() as launch:
            notifier.launch(launch)
        case Preload(launch):
            notifier.preload(launch)
        case CancelReport(flight):
            notifier.abort(flight)
        case ReloadCertificates(certificates):
            notifier.renew(certificates)


def _configuration(line: bytes) -> tuple[EndpointName, ListenerConfig, Certificates]:
    found = json.loads(line)
    where = found["host"], found["port"], found["path"], frozenset(found["agencies"])
    return EndpointName(found["name"]), ListenerConfig(*where), Certificates(*found["certificates"])


def _be_bounded() -> None:
    """Be the first that the OOM killer ends, and leave no key behind in a core dump."""
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
        if isinstance(note, ResponseReceived | SendFailed | HealthStatus):
            with self._lock, contextlib.suppress(BrokenPipeError):
                self._out.write(write_note(note))
                self._out.flush()


if __name__ == "__main__":
    main()
