"""The gateway's side of its notifier: keeps that process running, and exchanges messages with it.

Nothing here waits for it: orders go through a queue and a thread of their own, and a process that
does not take them is ended and started anew with all open incidents.
"""

import importlib.util
import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, BinaryIO, Final, cast

from gateway.core.effects import CancelReport, SendReport
from gateway.core.events import HealthStatus, ResponseReceived, SendFailed
from gateway.core.values import ReportId
from gateway.receivers.eido.document_cache import DocumentCache
from gateway.receivers.eido.listener import ListenerConfig
from gateway.receivers.eido.process_protocol import (
    LONGEST_NOTE,
    Note,
    Order,
    Preload,
    ReloadCertificates,
    read_note,
    write_order,
)
from gateway.receivers.reloading import CredentialsError, FileReloader
from service.keypair import must_be_pair, must_hold_certificates
from service.packages import reinstall
from service.periodic import UNBOUNDED, Periodic
from wire.clean import clean
from wire.errors import WireError
from wire.ids import EndpointName, Seconds
from wire.receiver_troubles import EIDO

log = logging.getLogger(__name__)

_PROCESS: Final = "gateway.receivers.eido.notifier_process"
_LACKING: Final = f"websockets is not installed: `{reinstall()}`"
# What it needs of the environment: nothing of systemd's.
_ENVIRONMENT: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "JOURNAL_STREAM")
# Orders that wait for it; a storm is a few dozen, more means that it hangs.
_MOST_WAITING: Final = 64
_AGAIN_S: Final = Seconds(1.0)
# Reports whose answer may bring events along; nothing is kept of what was not asked for.
_MOST_AWAITED: Final = 1_000
_UNASKED: Final = object()


class NotifierProcess:
    """A channel to an endpoint whose agencies connect to us; `module` runs as its process."""

    def __init__(
        self,
        endpoint: EndpointName,
        listener: ListenerConfig,
        put: Callable[[Any], None],
        module: str = _PROCESS,
    ) -> None:
        self._module = module
        self._name = EIDO.name(endpoint)
        self._endpoint = endpoint
        self._listener = listener
        self._put = put
        self._orders: queue.Queue[Order | None] = queue.Queue(_MOST_WAITING)
        self._documents = DocumentCache()
        self._awaited: dict[ReportId, None] = {}
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._periodic = Periodic(self._name, _AGAIN_S, self._serve, put, patience=UNBOUNDED)
        self._files = FileReloader(endpoint, (listener.ca, listener.cert, listener.key), self._read)

    def start(self) -> None:
        """Start the process, and from then on keep it alive."""
        self._periodic.start()

    def launch(self, launch: SendReport) -> None:
        """Tell every subscriber; ResponseReceived or SendFailed is put when it is over."""
        with self._lock:
            self._documents.save(launch)
            self._awaited[launch.flight] = None
            while len(self._awaited) > _MOST_AWAITED:
                del self._awaited[next(iter(self._awaited))]
        try:
            self._files.must_be_usable()
        except CredentialsError as error:
            self._put(SendFailed(launch.flight, str(error)))
            return
        if not self._submit(launch):
            self._put(SendFailed(launch.flight, "the EIDO process does not keep up"))
            self._end()

    def abort(self, flight: ReportId) -> None:
        """Wait for this answer no longer."""
        self._submit(CancelReport(flight))

    def check(self) -> HealthStatus:
        """Take up certificates that have changed, for connections from then on."""
        return self._files.check()

    def _read(self) -> None:
        must_be_pair(self._listener.cert, self._listener.key)
        must_hold_certificates(self._listener.ca)
        self._listener.tls()  # proves that they are good
        self._submit(ReloadCertificates())

    def _submit(self, order: Order) -> bool:
        try:
            self._orders.put_nowait(order)
        except queue.Full:
            return False
        return True

    def _serve(self) -> None:
        """Start the process, and hear it until it ends."""
        if importlib.util.find_spec("websockets") is None:
            self._put(HealthStatus(self._name, _LACKING))
            return
        try:
            self._files.must_be_usable()
        except CredentialsError as error:
            self._put(HealthStatus(self._name, str(error)))
            return
        self._orders = queue.Queue(_MOST_WAITING)
        process = self._started()
        threading.Thread(target=self._write_orders, args=(process,), daemon=True).start()
        try:
            for line in iter(lambda: _pipe(process.stdout).readline(LONGEST_NOTE), b""):
                self._handle(read_note(line))
        except (OSError, WireError) as error:
            log.error("%s: %s", self._name, clean(str(error)))
        finally:
            self._clean_up(process)

    def _clean_up(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        _pipe(process.stdout).close()
        with suppress(queue.Full):  # then its feeder does not wait for an order, but for the pipe
            self._orders.put_nowait(None)
        detail = f"the EIDO process ended with exit code {process.wait()} and is started again"
        self._put(HealthStatus(self._name, detail))

    def _handle(self, note: Note) -> None:
        """Pass on a note; the process may name its own endpoint only."""
        subject = note.name if isinstance(note, HealthStatus) else note.flight.channel
        if subject not in (self._name, self._endpoint):
            raise WireError(f"the EIDO process named another endpoint: {subject}")
        if isinstance(note, ResponseReceived):
            with self._lock:
                if self._awaited.pop(note.flight, _UNASKED) is _UNASKED:
                    note = note._replace(exchanges=())
                if note.status == 200 and self._documents.is_closed(note.flight.incident):
                    self._documents.discard(note.flight.incident)
        self._put(note)

    def _started(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(  # noqa: S603  (a fixed command)
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
        return self._process

    def _write_orders(self, process: subprocess.Popen[bytes]) -> None:
        """Say where to listen, what is open, and then whatever is ordered, until it ends."""
        orders, stdin = self._orders, _pipe(process.stdin)
        with self._lock:
            open_now = [Preload(launch) for launch in self._documents.all()]
        try:
            with stdin:
                stdin.write(self._configuration())
                stdin.writelines(map(write_order, open_now))
                stdin.flush()
                while order := orders.get():
                    stdin.write(write_order(order))
                    stdin.flush()
        except (OSError, ValueError) as error:
            log.info("%s: the process takes no more messages: %s", self._name, clean(str(error)))

    def _configuration(self) -> bytes:
        listener = self._listener
        files = {"ca": str(listener.ca), "cert": str(listener.cert), "key": str(listener.key)}
        where = {"host": listener.host, "port": listener.port, "path": listener.path}
        agencies = {"agencies": sorted(listener.agencies)}
        return json.dumps({"name": self._endpoint, **where, **files, **agencies}).encode() + b"\n"

    def _end(self) -> None:
        if self._process:
            self._process.kill()


def _pipe(end: IO[bytes] | None) -> BinaryIO:
    assert end is not None  # noqa: S101  (Popen was asked for both)
    return cast(BinaryIO, end)
