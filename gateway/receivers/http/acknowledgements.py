"""Polls receivers for their people's answers, over a connection that we open: the school opens no
port.

A thread for each endpoint asks again and again for the answers after the last one it has, and the
receiver returns a new answer at once (long poll).  It is left in the table of actions under its
number, so that it takes effect once however often it is returned.  Never on the alert path: it
shares nothing with the senders, and does not write to the resolver.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from gateway.core.events import HealthStatus
from gateway.receivers.http.answer_list import AnswerList, read_answers
from gateway.receivers.http.answer_rate import AnswerRate
from gateway.receivers.http.credentials import Credentials
from gateway.receivers.http.peer_clock import PeerClock
from gateway.receivers.http.signed import signed_request
from gateway.receivers.http.transport import DeadlineConnection, NoResponseError
from gateway.receivers.resolver import ReadOnlyResolver, Resolver
from gateway.store.actions import ActionQueue
from service.guard import guarded
from service.watched_thread import WatchedThread, must_end_within
from wire.clean import clean
from wire.ids import EndpointName, Monotonic, Seconds, Wall
from wire.receiver_troubles import ACKNOWLEDGEMENTS

log = logging.getLogger(__name__)

# The receiver answers after 20 s if there is nothing; beyond this it hangs.
_DEADLINE: Final = Seconds(30.0)
_AGAIN: Final = (Seconds(0.5), Seconds(1.0), Seconds(2.0), Seconds(5.0))
_HANGS_AFTER: Final = Seconds(120.0)
# However fast a receiver answers: a pause after news, and after an answer at once without any.
_AFTER_NEWS: Final = Seconds(0.2)
_AFTER_NOTHING: Final = Seconds(1.0)
_AT_ONCE: Final = Seconds(1.0)
# A receiver that was set up anew counts from 1 again: ask there, too, from time to time.
FROM_START_EVERY: Final = Seconds(60.0)
# So many failures in a row are a trouble that a person must hear of.
_FAILURES_TOLD: Final = 5
_TOO_FAST: Final = (
    "the receiver answers faster than people do: its answers are taken in more slowly"
)


class AcknowledgementPoller:
    """Listens to the endpoint at `url`; puts a HealthStatus after each poll that tells one."""

    def __init__(
        self,
        endpoint: EndpointName,
        url: str,
        credentials: Credentials,
        resolver: Resolver,
        queue: ActionQueue,
        put: Callable[[Any], None],
        from_start_every: float = FROM_START_EVERY,
    ) -> None:
        self._endpoint = endpoint
        self._trouble = ACKNOWLEDGEMENTS.name(endpoint)
        self._credentials = credentials
        self._queue = queue
        self._put = put
        tls, addresses = (lambda: credentials.tls), ReadOnlyResolver(resolver)
        self._transport = DeadlineConnection(url, tls, addresses)
        self._clock = PeerClock()
        self._after: int | None = None
        self._from_start_every = from_start_every
        self._from_start_at = time.monotonic()
        self._failures = 0
        self._faults: list[str] = []
        self._pause = threading.Event()
        self._rate = AnswerRate(Monotonic(time.monotonic()))
        self._wait = Seconds(0.0)

    def start(self) -> None:
        """Begin to listen, for as long as this process lives."""
        name = f"answers-{self._endpoint}"
        WatchedThread(name, self._run).start()

    def _run(self) -> None:
        poll = guarded(self._poll, self._put)
        while True:
            self._failures += 1
            with must_end_within(_HANGS_AFTER):
                poll()
            again = _AGAIN[min(self._failures, len(_AGAIN)) - 1]
            self._pause.wait(again if self._failures else self._wait)

    def _poll(self) -> None:
        """Ask once; `_failures` is 0 afterwards only if that went well."""
        began = time.monotonic()
        try:
            after = self._next_after(began)
            answers = read_answers(self._get(after), self._endpoint)
            added = self._queue.put(answers.actions, self._endpoint)
        except (NoResponseError, ValueError, sqlite3.Error) as error:
            self._transport.close()
            if self._failures >= _FAILURES_TOLD:
                words = f"the receiver could not be asked for acknowledgements: {clean(str(error))}"
                self._put(HealthStatus(self._trouble, words))
            return
        self._failures = 0
        self._note(after, answers, added)
        now = time.monotonic()
        held_up = self._rate.pause_after(added, Monotonic(now))
        self._put(HealthStatus(self._trouble, _TOO_FAST if held_up else None))
        at_once = Seconds(0.0) if now - began >= _AT_ONCE else _AFTER_NOTHING
        self._wait = max(held_up, _AFTER_NEWS if added else at_once)

    def _next_after(self, now: float) -> int:
        """Return the number to ask from: the last one, and from time to time the beginning."""
        if self._after is None:
            self._after = self._queue.newest(self._endpoint)
        if now - self._from_start_at < self._from_start_every:
            return self._after
        self._from_start_at = now
        return 0

    def _note(self, after: int, answers: AnswerList, added: int) -> None:
        """Go on from the highest number; from a lower one if what lies there is new to us."""
        known, highest = self._after or 0, answers.highest
        anew = added > 0 if answers.actions else after == 0
        if highest < known and anew:
            log.warning(
                "receiver %s: its answers are numbered anew, from %d", self._endpoint, highest
            )
        self._after = highest if anew else max(known, highest)
        if answers.faults and answers.faults != self._faults:
            log.warning("receiver %s: %s", self._endpoint, "; ".join(answers.faults[:5]))
        self._faults = answers.faults

    def _get(self, after: int) -> bytes:
        request = signed_request(
            self._transport,
            self._credentials,
            self._clock,
            f"answers.{after}",
            query=f"after={after}",
        )
        response = self._transport.exchange(request, _DEADLINE)
        self._clock.heard(response.status, response.headers, Wall(time.time()))
        if response.status != 200:
            raise ValueError(f"HTTP {response.status}")
        return response.body
