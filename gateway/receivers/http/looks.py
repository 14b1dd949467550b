"""Polls a receiver for which cameras of which incident its people look at."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.failures import Failures
from gateway.receivers.http.peer_clock import PeerClock
from gateway.receivers.http.signed import signed_request
from gateway.receivers.http.transport import DeadlineConnection, NoResponseError
from gateway.receivers.reloading import CredentialsError
from service.guard import guarded
from service.watched_thread import WatchedThread, must_end_within
from wire.clean import clean
from wire.errors import WireError
from wire.ids import EndpointName, Seconds, Wall
from wire.limits import MOST_WAIT_FOR_LOOKS
from wire.looks import Look, Looks, read_looks

log = logging.getLogger(__name__)

# The receiver answers before; beyond this it hangs.
_DEADLINE: Final = Seconds(MOST_WAIT_FOR_LOOKS + 10.0)
_HANGS_AFTER: Final = Seconds(120.0)
# However fast a receiver answers.
_PAUSE: Final = Seconds(0.2)
_AT_ONCE: Final = Seconds(1.0)
_AFTER_NOTHING: Final = Seconds(1.0)


class LookPoller:
    """Asks over `line` for as long as the process lives; `looked` gets what each answer says."""

    def __init__(
        self,
        endpoint: EndpointName,
        line: DeadlineConnection,
        credentials: Credentials,
        failures: Failures,
        looked: Callable[[tuple[Look, ...]], None],
        put: Callable[[Any], None],
    ) -> None:
        self._endpoint = endpoint
        self._line = line
        self._credentials = credentials
        self._failures = failures
        self._looked = looked
        self._put = put
        self._clock = PeerClock()
        self._number = 0
        self._faults: tuple[str, ...] = ()
        self._pause = threading.Event()

    def start(self) -> None:
        """Begin to ask."""
        WatchedThread(f"looks-{self._endpoint}", self._run).start()

    def _run(self) -> None:
        poll = guarded(self._poll, self._put)
        while True:
            with must_end_within(_HANGS_AFTER):
                poll()
            self._pause.wait(_PAUSE)

    def _poll(self) -> None:
        """Ask once; what cannot be asked is waited for, and what is looked at ends by itself."""
        began = time.monotonic()
        try:
            found = read_looks(self._get())
        except (NoResponseError, CredentialsError, WireError) as error:
            self._line.close()
            words = f"the receiver could not be asked what is looked at: {clean(str(error))}"
            self._pause.wait(self._failures.note("looks", words))
            return
        self._failures.note("looks", None)
        is_news = found.number != self._number
        self._number = found.number
        self._looked(found.looks)
        self._note(found)
        if not is_news and time.monotonic() - began < _AT_ONCE:
            self._pause.wait(_AFTER_NOTHING)

    def _note(self, found: Looks) -> None:
        if found.faults and found.faults != self._faults:
            log.warning("receiver %s: %s", self._endpoint, "; ".join(found.faults[:5]))
        self._faults = found.faults

    def _get(self) -> bytes:
        after = self._number
        request = signed_request(
            self._line, self._credentials, self._clock, f"looks.{after}", query=f"after={after}"
        )
        response = self._line.exchange(request, _DEADLINE)
        self._clock.heard(response.status, response.headers, Wall(time.time()))
        if response.status != 200:
            raise WireError(f"HTTP {response.status}")
        return response.body
