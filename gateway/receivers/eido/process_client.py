"""The gateway's side of its notifier: keeps that process running, and exchanges messages with it.

Nothing here waits for it: orders go through a queue and a thread of their own, and a process that
does not take them is ended and started anew with all open incidents.
"""

import importlib.util
import json
import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from gateway.core.effects import CancelReport, SendReport
from gateway.core.events import ChannelProbed, HealthStatus, ResponseReceived, SendFailed
from gateway.core.values import ChannelId, ReportId
from gateway.receivers.eido.document_cache import DocumentCache
from gateway.receivers.eido.listener import CertificateFiles, ListenerConfig, server_tls
from gateway.receivers.eido.process_protocol import (
    LONGEST_NOTE,
    Certificates,
    Note,
    Order,
    Preload,
    ReloadCertificates,
    read_note,
    write_order,
)
from gateway.receivers.reloading import CredentialsError, FileReloader
from service.helper import DOORS, Helper, child_helper, helper_at
from service.keypair import must_be_pair, must_hold_certificates
from service.notify import is_service
from service.packages import reinstall
from service.periodic import UNBOUNDED, Periodic
from wire.clean import clean
from wire.errors import WireError
from wire.ids import EndpointName, Seconds
from wire.receiver_troubles import EIDO, EIDO_USER

log = logging.getLogger(__name__)

_PROCESS: Final = "gateway.receivers.eido.notifier_process"
_DOOR: Final = DOORS / "eido.sock"
_SHARED: Final = "it has the gateway's user: `systemctl restart tocsin-eido.socket tocsin-gateway`"
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
    """A channel to an endpoint whose agencies connect to us; `module` runs as its process.

    At `door` systemd gives it a user of its own, where it does.
    """

    def __init__(
        self,
        endpoint: EndpointName,
        listener: ListenerConfig,
        files: CertificateFiles,
        put: Callable[[Any], None],
        module: str = _PROCESS,
        door: Path = _DOOR,
    ) -> None:
        self._module = module
        self._door = door
        self._name = EIDO.name(endpoint)
        self._endpoint = endpoint
        self._listener = listener
        self._put = put
        self._orders: queue.Queue[Order | None] = queue.Queue(_MOST_WAITING)
        self._documents = DocumentCache()
        self._awaited: dict[ReportId, None] = {}
        self._lock = threading.Lock()
        self._process: Helper | None = None
        self._shares_user = False
        self._certificates: Certificates | None = None
        self._periodic = Periodic(self._name, _AGAIN_S, self._serve, put, patience=UNBOUNDED)
        self._paths = files
        self._files = FileReloader(endpoint, files, self._read)

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
        must_be_pair(self._paths.cert, self._paths.key)
        must_hold_certificates(self._paths.ca)
        found = self._paths.read()
        server_tls(found)  # proves that they are good
        self._certificates = found
        self._submit(ReloadCertificates(found))

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
        process = helper_at(self._door) or child_helper(self._module, _ENVIRONMENT, None)
        self._process = process
        self._tell_whose_user(process)
        threading.Thread(target=self._write_orders, args=(process,), daemon=True).start()
        try:
            for line in iter(lambda: process.answers.readline(LONGEST_NOTE), b""):
                self._handle(read_note(line))
        except (OSError, WireError) as error:
            log.error("%s: %s", self._name, clean(str(error)))
        finally:
            self._clean_up(process)

    def _tell_whose_user(self, process: Helper) -> None:
        """Reports to agencies go out all the same: only they have to."""
        shares = is_service() and not process.has_own_user
        if shares != self._shares_user:
            self._shares_user = shares
            self._put(HealthStatus(EIDO_USER.name(self._endpoint), _SHARED if shares else None))

    def _clean_up(self, process: Helper) -> None:
        with suppress(queue.Full):  # then its feeder does not wait for an order, but for the pipe
            self._orders.put_nowait(None)
        detail = f"the EIDO process {process.close()} and is started again"
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
        elif isinstance(note, HealthStatus) and note.detail is None:
            self._put(ChannelProbed(ChannelId(self._endpoint), None))  # an agency is there
        self._put(note)

    def _write_orders(self, process: Helper) -> None:
        """Say where to listen, what is open, and then whatever is ordered, until it ends."""
        orders, stdin = self._orders, process.orders
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
        where = {"host": listener.host, "port": listener.port, "path": listener.path}
        said = {"agencies": sorted(listener.agencies), "certificates": self._certificates}
        return json.dumps({"name": self._endpoint, **where, **said}).encode() + b"\n"

    def _end(self) -> None:
        if self._process:
            self._process.kill()
