"""The gateway's side of its notifier: keeps that process alive, and speaks with it.

Nothing here waits for it: orders go through a queue and a thread of their own, and a process that
does not take them is ended and started anew with all that is open.
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

from gateway.eido.documents import Documents
from gateway.eido.door import Door
from gateway.eido.pipe import LONGEST_NOTE, Know, Note, Order, Renew, read_note, write_order
from gateway.renewal import Renewal
from gateway.work import Abort, Answered, Condition, Flight, Launch, Unanswered
from service.guard import guarded
from wire.clean import clean
from wire.errors import WireError
from wire.ids import EndpointName

log = logging.getLogger(__name__)

_PROCESS: Final = "gateway.eido.process"
_LACKING: Final = "websockets is not installed: pip install 'tocsin[eido]'"
# What it needs of the environment: nothing of systemd's.
_ENVIRONMENT: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "JOURNAL_STREAM")
# Orders that wait for it; a storm is a few dozen, more means that it hangs.
_MOST_WAITING: Final = 64
_AGAIN_S: Final = 1.0


class Caller:
    """A way to an endpoint whose agencies connect to us; `module` is what runs as its process."""

    def __init__(
        self,
        endpoint: EndpointName,
        door: Door,
        put: Callable[[Any], None],
        module: str = _PROCESS,
    ) -> None:
        self._module = module
        self._name = f"eido-{endpoint}"
        self._endpoint = endpoint
        self._door = door
        self._put = put
        self._orders: queue.Queue[Order | None] = queue.Queue(_MOST_WAITING)
        self._documents = Documents()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._renewal = Renewal(endpoint, (door.ca, door.cert, door.key), self._read)

    def start(self) -> None:
        """Start the process, and from then on keep it alive."""
        threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def launch(self, launch: Launch) -> None:
        """Tell every subscriber; Answered or Unanswered is put when it is over."""
        with self._lock:
            self._documents.keep(launch)
        if not self._order(launch):
            self._put(Unanswered(launch.flight, "its process does not keep up"))
            self._end()

    def abort(self, flight: Flight) -> None:
        """Wait for this answer no longer."""
        self._order(Abort(flight))

    def look(self) -> Condition:
        """Take up certificates that have changed, for whoever connects from then on."""
        return self._renewal.look()

    def _read(self) -> None:
        self._door.tls()  # proves that they are good
        self._order(Renew())

    def _order(self, order: Order) -> bool:
        try:
            self._orders.put_nowait(order)
        except queue.Full:
            return False
        return True

    def _run(self) -> None:
        serve = guarded(self._serve, self._put)
        pause = threading.Event()
        while True:
            serve()
            pause.wait(_AGAIN_S)

    def _serve(self) -> None:
        """Start the process, and hear it until it ends."""
        if importlib.util.find_spec("websockets") is None:
            self._put(Condition(self._name, _LACKING))
            return
        self._orders = queue.Queue(_MOST_WAITING)
        process = self._started()
        threading.Thread(target=self._feed, args=(process,), daemon=True).start()
        try:
            for line in iter(lambda: _pipe(process.stdout).readline(LONGEST_NOTE), b""):
                self._heard(read_note(line))
        except (OSError, WireError) as error:
            log.error("%s: %s", self._name, clean(str(error)))
        finally:
            self._bury(process)

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        _pipe(process.stdout).close()
        with suppress(queue.Full):  # then its feeder does not wait for an order, but for the pipe
            self._orders.put_nowait(None)
        detail = f"its process ended ({process.wait()}), and is started again"
        self._put(Condition(self._name, detail))

    def _heard(self, note: Note) -> None:
        """Pass on what it says; it has a say in what is its own, and in nothing else."""
        subject = note.name if isinstance(note, Condition) else note.flight.way
        if subject not in (self._name, self._endpoint):
            raise WireError(f"it speaks of {subject}")
        if isinstance(note, Answered) and note.status == 200:
            with self._lock:
                if self._documents.is_closed(note.flight.incident):
                    self._documents.forget(note.flight.incident)
        self._put(note)

    def _started(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(  # noqa: S603  (a fixed command)
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
        return self._process

    def _feed(self, process: subprocess.Popen[bytes]) -> None:
        """Say where to listen, what is open, and then whatever is ordered, until it ends."""
        orders, stdin = self._orders, _pipe(process.stdin)
        with self._lock:
            known = [Know(launch) for launch in self._documents.all()]
        try:
            with stdin:
                stdin.write(self._where())
                stdin.writelines(map(write_order, known))
                stdin.flush()
                while order := orders.get():
                    stdin.write(write_order(order))
                    stdin.flush()
        except (OSError, ValueError) as error:
            log.info("%s takes no more orders: %s", self._name, clean(str(error)))

    def _where(self) -> bytes:
        door = self._door
        files = {"ca": str(door.ca), "cert": str(door.cert), "key": str(door.key)}
        where = {"host": door.host, "port": door.port, "path": door.path}
        agencies = {"agencies": sorted(door.agencies)}
        return json.dumps({"name": self._endpoint, **where, **files, **agencies}).encode() + b"\n"

    def _end(self) -> None:
        if self._process:
            self._process.kill()


def _pipe(end: IO[bytes] | None) -> BinaryIO:
    assert end is not None  # noqa: S101  (Popen was asked for both)
    return cast(BinaryIO, end)
