"""The way to one receiver of an alarm-receiving centre: tells it events one by one, supervises it.

One thread, for a receiver takes one frame at a time.  Reports come before notices, and notices
before the link test, which is due when nothing was acknowledged for the interval agreed.  Decides
nothing that an alert waits for: reports that fail go back to the outbox, which tries again.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple

from gateway.dc09.ledger import Ledger
from gateway.dc09.line import Line, LineError, Receiver, Transport
from gateway.formats.dc09.events import Event, Token, message_of, read_events
from gateway.formats.dc09.frame import Message
from gateway.transport import Directory
from gateway.work import Abort, Condition, Flight, Launch, Taken, Unanswered, Way
from service.guard import guarded
from wire.clean import clean
from wire.ids import AlertId, Monotonic, Seconds

log = logging.getLogger(__name__)

# A receiver that cannot process an event is not asked again at once; the backup is.
_REFUSED_FOR: Final = Seconds(60.0)
# Partly acknowledged reports are answered before the outbox gives them up.
_MARGIN: Final = Seconds(0.3)
# A link test that failed is repeated sooner than the next one is due.
_TEST_AGAIN: Final = Seconds(5.0)
_LONGEST_TEST: Final = Seconds(5.0)


class Post(NamedTuple):
    """Where a receiver listens, and how often it wants to hear from us."""

    host: str
    port: int
    transport: Transport
    token: Token
    supervise: Seconds


@dataclass(slots=True)
class _Errand:
    """A report under way: the events that are left of it."""

    flight: Flight
    events: list[Event]
    until: Monotonic


class Centre:
    """A way to an alarm-receiving centre."""

    def __init__(
        self,
        way: Way,
        post: Post,
        line: Line,
        ledger: Ledger,
        directory: Directory,
        put: Callable[[Any], None],
    ) -> None:
        self._way = way
        self._post = post
        self._line = line
        self._ledger = ledger
        self._directory = directory
        self._put = put
        self._inbox: SimpleQueue[Launch | Abort] = SimpleQueue()
        self._errands: dict[Flight, _Errand] = {}
        self._refused: dict[str, Monotonic] = {}
        self._test_due = Monotonic(0.0)
        self._fault: str | None = ""

    def start(self) -> None:
        """Begin to send, with a link test."""
        self._ledger.start()
        threading.Thread(target=self._run, name=f"dc09-{self._way}", daemon=True).start()

    def launch(self, launch: Launch) -> None:
        """Tell the events of a report that were not yet; Taken or Unanswered is put in the end."""
        self._inbox.put(launch)

    def abort(self, flight: Flight) -> None:
        """Forget a report: its deadline has passed."""
        self._inbox.put(Abort(flight))

    def _run(self) -> None:
        turn = guarded(self._turn, self._put)
        while True:
            self._take_in()
            turn()

    def _take_in(self) -> None:
        """Take what lies in the inbox; wait for it until a link test is due."""
        wait = 0.0 if self._errands else max(self._test_due - _now(), 0.0)
        try:
            self._begin(self._inbox.get(timeout=wait) if wait else self._inbox.get_nowait())
            while True:
                self._begin(self._inbox.get_nowait())
        except Empty:
            return

    def _begin(self, work: Launch | Abort) -> None:
        if isinstance(work, Abort):
            self._errands.pop(work.flight, None)
            return
        until = Monotonic(_now() + work.deadline - _MARGIN)
        self._errands[work.flight] = _Errand(work.flight, read_events(work.body), until)

    def _turn(self) -> None:
        errand = next(iter(self._errands.values()), None)
        if errand is None:
            if _now() >= self._test_due:
                self._test()
            return
        event = next((each for each in errand.events if self._is_open(each)), None)
        if event is None or _now() >= errand.until:
            self._settle(errand, "the receiver has not acknowledged all of it in time")
            return
        try:
            self._tell(event, errand.until)
        except LineError as error:
            if error.refused:
                self._refused[event.name] = Monotonic(_now() + _REFUSED_FOR)
            else:
                self._fail(str(error))
        except OSError as error:
            self._fail(str(error) or type(error).__name__)

    def _is_open(self, event: Event) -> bool:
        return not self._ledger.has_taken(event.name) and not self._is_refused(event)

    def _is_refused(self, event: Event) -> bool:
        return _now() < self._refused.get(event.name, 0.0)

    def _tell(self, event: Event, until: Monotonic) -> None:
        number = self._ledger.number(self._way, event.name)
        self._send(message_of(self._post.token, number, event), until)
        self._ledger.take(event.name)
        self._refused.pop(event.name, None)
        log.info("%s took event %04d: %s", self._way, number, clean(event.data))

    def _fail(self, reason: str) -> None:
        """Nothing gets through: every report goes back to the outbox."""
        for errand in list(self._errands.values()):
            self._settle(errand, reason)

    def _settle(self, errand: _Errand, reason: str) -> None:
        """Say what came of a report."""
        del self._errands[errand.flight]
        left = [each for each in errand.events if not self._ledger.has_taken(each.name)]
        taken = _alerts(errand.events) - _alerts(left)
        if left and not taken:
            if any(map(self._is_refused, left)):
                reason = "the receiver cannot process this event (DUH)"
            self._put(Unanswered(errand.flight, clean(reason)))
        else:
            self._put(Taken(errand.flight, "ACK", frozenset(taken)))

    def _test(self) -> None:
        until = Monotonic(_now() + _LONGEST_TEST)
        try:
            self._send(Message("NULL", self._ledger.passing(self._way)), until)
        except (LineError, OSError) as error:
            self._test_due = Monotonic(_now() + min(_TEST_AGAIN, self._post.supervise))
            self._say(f"the link test failed: {clean(str(error) or type(error).__name__)}")

    def _send(self, message: Message, until: Monotonic) -> None:
        """Return when `message` is acknowledged; raises LineError or OSError."""
        post = self._post
        addresses = self._directory.get(post.host)
        if not addresses:
            raise LineError(f"the name {post.host} could not be resolved yet")
        receiver = Receiver(addresses[0], post.port, post.transport)
        try:
            self._line.send(receiver, message, until)
        except OSError:
            self._directory.failed(post.host, addresses[0])
            raise
        self._directory.worked(post.host, addresses[0])
        self._test_due = Monotonic(_now() + post.supervise)
        self._say(None)

    def _say(self, fault: str | None) -> None:
        """Tell how the path stands, when that has changed."""
        if fault != self._fault:
            self._fault = fault
            self._put(Condition(f"path-{self._way}", fault))


def _alerts(events: Iterable[Event]) -> set[AlertId]:
    return {AlertId(event.alert) for event in events if event.alert}


def _now() -> Monotonic:
    return Monotonic(time.monotonic())
